import { carriedBy } from '../replicate.ts';
import { serverError } from '../server-error.ts';
import { serviceTime } from '../service-time.ts';
import type { ComponentName, Health } from '../vault-section.ts';
import { certificateDaysLeft, vitalSigns, worstOf } from '../vital-signs.ts';
import type { Appliance, ModernizedFabric } from './fabric.ts';

/** How a component is, with what is wrong with it. */
interface Condition {
  readonly health: Health;
  readonly heartbeatMs: number;
  readonly errors: readonly unknown[];
}

/** One component of an appliance, in the shape that the fabric and `replicationAppliances` share (recorded). */
export function component(fabric: ModernizedFabric, appliance: Appliance, name: ComponentName): unknown {
  const { id, section } = appliance;
  const { health, heartbeatMs, errors } = conditionOf(fabric, appliance, name);
  const fqdn = section.fqdn ?? section.name.toUpperCase();
  return {
    id,
    name: section.name,
    biosId: id.toUpperCase(),
    ...(name === 'dras' ? {} : { fabricObjectId: null, fqdn }),
    ...(name === 'rcmProxies' ? { clientAuthenticationType: 'Certificate' } : {}),
    version: versions[name],
    lastHeartbeatUtc: serviceTime(heartbeatMs),
    health,
    healthErrors: errors,
    ...(name === 'processServers'
      ? {
          ...load(section, health),
          protectedItemCount: section.machineCount + carriedBy(fabric, id),
        }
      : {}),
    ...(name === 'reprotectAgents'
      ? { accessibleDatastores: [], vcenterId: null, lastDiscoveryInUtc: null }
      : {}),
  };
}

/** The health that an appliance gives its fabric: that of its worst component. */
export function applianceHealth(fabric: ModernizedFabric, appliance: Appliance): Health {
  const names: readonly ComponentName[] = [
    'processServers',
    'rcmProxies',
    'pushInstallers',
    'replicationAgents',
    'dras',
  ];
  return worstOf(names.map((name) => conditionOf(fabric, appliance, name).health));
}

function conditionOf(fabric: ModernizedFabric, { id, section }: Appliance, name: ComponentName): Condition {
  const { clock } = fabric.vault.world;
  const own = section.components[name] ?? { health: section.health, heartbeatAgeMinutes: 2 };
  const { health, heartbeatMs } = vitalSigns(own, clock);
  const wrong = [
    ...(health === 'Normal' ? [] : [unwell(section.name, name, health, heartbeatMs)]),
    ...(name === 'processServers' && isFull(fabric, { id, section }) ? [full(section.name)] : []),
    ...(name === 'rcmProxies' && certificateDaysLeft(section.certificateDays, clock) < 0
      ? [expired(section.name)]
      : []),
  ];
  return {
    health: worstOf([health, ...wrong.map(({ level }) => (level === 'Error' ? 'Critical' : 'Warning'))]),
    heartbeatMs,
    errors: wrong.map((each) => serverError({ ...each, entityId: id, sinceMs: heartbeatMs })),
  };
}

function isFull(fabric: ModernizedFabric, { id, section }: Appliance): boolean {
  return section.machineCount + carriedBy(fabric, id) >= section.capacity;
}

type Wrong = Pick<Parameters<typeof serverError>[0], 'code' | 'level' | 'message' | 'action'>;

function unwell(appliance: string, name: ComponentName, health: Health, heartbeatMs: number): Wrong {
  return {
    code: '806',
    level: health === 'Critical' ? 'Error' : 'Warning',
    message: `The component '${name}' of the appliance '${appliance}' is not healthy; its last heartbeat came at ${serviceTime(heartbeatMs)}.`,
    action: 'Check that the services of the appliance run and that it reaches Azure.',
  };
}

function full(appliance: string): Wrong {
  return {
    code: 'ProcessServerCapacityExceeded',
    level: 'Warning',
    message: `The process server of the appliance '${appliance}' carries as many machines as it can.`,
    action: 'Add another appliance.',
  };
}

function expired(appliance: string): Wrong {
  return {
    code: 'CertificateExpired',
    level: 'Error',
    message: `The certificate of the appliance '${appliance}' has expired.`,
    action: 'Renew the certificate in the configuration manager of the appliance.',
  };
}

const versions: Readonly<Record<ComponentName, string>> = {
  processServers: '9.62.7246.1',
  rcmProxies: '1.38.8708.11966',
  pushInstallers: '1.39.8785.21742',
  replicationAgents: '1.38.8707.13595',
  reprotectAgents: '1.40.8771.15612',
  marsAgents: '2.0.9261.0',
  dras: '5.23.720.4',
};

const gib = 2 ** 30;

function load({ ipAddress, throughputInBytes }: Appliance['section'], health: Health): object {
  const status = { Normal: 'Healthy', Warning: 'Warning', Critical: 'Critical' }[health];
  return {
    ipAddresses: [ipAddress],
    totalMemoryInBytes: 32 * gib,
    availableMemoryInBytes: 29 * gib,
    usedMemoryInBytes: 3 * gib,
    memoryUsagePercentage: 9.4,
    totalSpaceInBytes: 620 * gib,
    availableSpaceInBytes: 600 * gib,
    usedSpaceInBytes: 20 * gib,
    freeSpacePercentage: 96.8,
    throughputUploadPendingDataInBytes: 0,
    throughputInBytes,
    processorUsagePercentage: 1,
    throughputStatus: status,
    systemLoad: 0,
    systemLoadStatus: status,
    diskUsageStatus: status,
    memoryUsageStatus: status,
    processorUsageStatus: status,
    historicHealth: health,
  };
}
