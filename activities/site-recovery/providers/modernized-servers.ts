import type {
  Fabric,
  FabricSpecificDetailsUnion,
  HealthError,
  InMageRcmFabricSpecificDetails,
  ProcessServerDetails,
} from '@azure/arm-recoveryservices-siterecovery';
import { fullness, silence } from './health.ts';
import type { ReplicationServer } from './provider.ts';

/** The discriminator of its fabrics, items and inputs. */
export const instanceType = 'InMageRcm';

/**
 * What every component of an appliance says of itself. Whether its version is still supported and how long its certificate
 * lasts no type of this provider has: the service tells by the component's health, and by these errors.
 */
interface Component {
  readonly id?: string;
  readonly lastHeartbeatUtc?: Date;
  readonly health?: string;
  readonly healthErrors?: readonly HealthError[];
}

/** The parts of an appliance that must be well for it to replicate; those that only bring machines back are left out. */
function componentsOf(details: InMageRcmFabricSpecificDetails): readonly (readonly [string, Component])[] {
  const { processServers, rcmProxies, pushInstallers, replicationAgents, marsAgents, dras } = details;
  const named = (name: string, all: readonly Component[] = []) => all.map((one) => [name, one] as const);
  return [
    ...named('the process server', processServers),
    ...named('the proxy server', rcmProxies),
    ...named('the push installer', pushInstallers),
    ...named('the replication service', replicationAgents),
    ...named('the Recovery Services agent', marsAgents),
    ...named('the Site Recovery provider', dras),
  ];
}

/** The appliances of a fabric: the components of one share its id (recorded). */
export function appliancesOf(fabric: Fabric, now: Date): readonly ReplicationServer[] {
  const details = fabricDetails(fabric);
  return (details?.processServers ?? []).map((server) => {
    const machines = server.protectedItemCount ?? 0;
    const bytesPerDay = (server.throughputInBytes ?? 0) * 86_400;
    const components = details === undefined ? [] : componentsOf(details);
    return {
      id: server.id ?? '',
      name: server.name ?? '',
      addresses: server.ipAddresses ?? [],
      machines,
      bytesPerDay,
      complaints: [
        ...components
          .filter(([, { id }]) => id === server.id)
          .flatMap(([name, component]) => componentComplaints(name, component, now)),
        ...overload(server),
        ...fullness(machines, bytesPerDay),
      ],
    };
  });
}

/** A fabric's own part of its body. */
export function fabricDetails({ properties }: Fabric): InMageRcmFabricSpecificDetails | undefined {
  const details = properties?.customDetails;
  return details !== undefined && isFabric(details) ? details : undefined;
}

const isFabric = (details: FabricSpecificDetailsUnion): details is InMageRcmFabricSpecificDetails =>
  details.instanceType === instanceType;

function componentComplaints(
  name: string,
  { health = 'Normal', healthErrors = [], lastHeartbeatUtc }: Component,
  now: Date,
): string[] {
  const isUnwell = health !== 'Normal' || healthErrors.some(({ errorLevel }) => errorLevel === 'Error');
  const said = healthErrors.map(({ errorCode = '', errorMessage = '' }) => `${errorCode}: ${errorMessage}`);
  return [
    ...(isUnwell ? [[`the health of ${name} is ${health}`, ...said].join(', ')] : []),
    ...silence(name, lastHeartbeatUtc, now),
  ];
}

function overload(server: ProcessServerDetails): string[] {
  const figures = [
    ['system load', server.systemLoadStatus],
    ['processor', server.processorUsageStatus],
    ['memory', server.memoryUsageStatus],
    ['disk', server.diskUsageStatus],
    ['throughput', server.throughputStatus],
  ];
  return figures.filter(([, status]) => status === 'Critical').map(([what]) => `its ${what} is critical`);
}
