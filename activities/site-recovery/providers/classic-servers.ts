import type {
  Fabric,
  FabricSpecificDetailsUnion,
  MasterTargetServer,
  ProcessServer,
  VMwareDetails,
} from '@azure/arm-recoveryservices-siterecovery';
import { agentExpiry, expiry, fullness, silence } from './health.ts';
import type { ReplicationServer } from './provider.ts';

/** The discriminator of the fabric that a configuration server makes, whatever machines it replicates (recorded). */
export const fabricType = 'VMware';

/**
 * The process servers of a configuration server. The one on the configuration server itself bears its name, and shares
 * its id with the master target there (recorded); one that was added beside it writes through that master target.
 */
export function processServersOf(fabric: Fabric, now: Date): readonly ReplicationServer[] {
  const details = fabricDetails(fabric);
  if (details === undefined) return [];
  const { processServers = [], masterTargetServers = [] } = details;
  const own = configurationServerComplaints(details, now);
  return processServers.map((server) => {
    const masterTarget = masterTargetServers.find(({ id }) => id === server.id) ?? masterTargetServers[0];
    const machines = Number(server.machineCount ?? 0);
    const bytesPerDay = (server.throughputInBytes ?? 0) * 86_400;
    return {
      id: server.id ?? '',
      name: server.friendlyName ?? '',
      addresses: server.ipAddress === undefined ? [] : [server.ipAddress],
      machines,
      bytesPerDay,
      ...(masterTarget?.id === undefined ? {} : { masterTargetId: masterTarget.id }),
      complaints: [
        ...own,
        ...processServerComplaints(server, now),
        ...masterTargetComplaints(masterTarget, now),
        ...fullness(machines, bytesPerDay),
      ],
    };
  });
}

/** A fabric's own part of its body. */
export function fabricDetails({ properties }: Fabric): VMwareDetails | undefined {
  const details = properties?.customDetails;
  return details !== undefined && isFabric(details) ? details : undefined;
}

const isFabric = (details: FabricSpecificDetailsUnion): details is VMwareDetails =>
  details.instanceType === fabricType;

function configurationServerComplaints(details: VMwareDetails, now: Date): string[] {
  const name = 'the configuration server';
  return [
    ...silence(name, details.lastHeartbeat, now),
    ...outdated(name, details.versionStatus),
    ...expiry(name, details.sslCertExpiryRemainingDays),
    ...agentExpiry(name, details.agentExpiryDate, now),
    ...overload(name, [
      details.systemLoadStatus,
      details.cpuLoadStatus,
      details.memoryUsageStatus,
      details.spaceUsageStatus,
      details.webLoadStatus,
      details.databaseServerLoadStatus,
    ]),
  ];
}

function processServerComplaints(server: ProcessServer, now: Date): string[] {
  const name = 'the process server';
  const { health, psServiceStatus: service } = server;
  return [
    ...(health === undefined || health === 'Normal' ? [] : [`the health of ${name} is ${health}`]),
    ...(service === undefined || service === 'Running' ? [] : [`the service of ${name} is ${service}`]),
    ...silence(name, server.lastHeartbeat, now),
    ...outdated(name, server.versionStatus),
    ...expiry(name, server.sslCertExpiryRemainingDays),
    ...agentExpiry(name, server.agentExpiryDate, now),
    ...overload(name, [
      server.systemLoadStatus,
      server.cpuLoadStatus,
      server.memoryUsageStatus,
      server.spaceUsageStatus,
      server.throughputStatus,
    ]),
  ];
}

function masterTargetComplaints(server: MasterTargetServer | undefined, now: Date): string[] {
  const name = 'the master target';
  if (server === undefined) return ['it has no master target'];
  return [
    ...silence(name, server.lastHeartbeat, now),
    ...outdated(name, server.versionStatus),
    ...agentExpiry(name, server.agentExpiryDate, now),
  ];
}

/** `Supported`, `UpdateRequired` or `NotSupported` (recorded). */
function outdated(component: string, status: string | undefined): string[] {
  if (status === undefined || status === 'Supported') return [];
  return [`the version of ${component} is ${status}`];
}

/** Loads are `Green`, `Yellow` or `Red` (recorded). */
function overload(component: string, loads: readonly (string | undefined)[]): string[] {
  return loads.includes('Red') ? [`${component} is overloaded or out of space`] : [];
}
