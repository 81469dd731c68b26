import { carriedBy } from '../replicate.ts';
import { serverError } from '../server-error.ts';
import { serviceTime } from '../service-time.ts';
import type { Health } from '../vault-section.ts';
import { certificateDaysLeft, vitalSigns, worstOf } from '../vital-signs.ts';
import type { ClassicFabric, ProcessServer } from './fabric.ts';

const version = '9.62.7246.1';
const neverExpires = '9999-12-31T23:59:59.9999999';
const gib = 2 ** 30;

/** A classic fabric: LIST shows its components as GET does (recorded). Counts are strings, most of them (recorded). */
export function classicFabricBody(fabric: ClassicFabric): unknown {
  const { name, friendlyName, ids, identifier, processServers } = fabric;
  const kek = { kekState: 'None', kekCertThumbprint: null };
  const health = worstOf(processServers.map((server) => conditionOf(fabric, server).health));
  return {
    name,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics',
    id: ids.fabric,
    properties: {
      friendlyName,
      encryptionDetails: kek,
      rolloverEncryptionDetails: kek,
      internalIdentifier: identifier,
      bcdrState: 'Valid',
      customDetails: vmwareDetails(fabric),
      healthErrorDetails: processServers.flatMap((server) => conditionOf(fabric, server).errors),
      health,
    },
  };
}

function vmwareDetails(fabric: ClassicFabric): unknown {
  const { processServers, accounts, items } = fabric;
  const [own] = processServers;
  if (own === undefined) return { instanceType: 'VMware' };
  const { load, versionStatus, ipAddress, name } = own.section;
  return {
    instanceType: 'VMware',
    processServers: processServers.map((server) => processServer(fabric, server)),
    masterTargetServers: processServers.map((server) => masterTarget(fabric, server)),
    runAsAccounts: accounts.map(({ accountId, accountName }) => ({ accountId, accountName })),
    replicationPairCount: String(pairsOf(fabric)),
    processServerCount: String(processServers.length),
    agentCount: String(items.size + processServers.length),
    protectedServers: String(items.size),
    ...usage(load),
    webLoad: '0',
    webLoadStatus: load,
    databaseServerLoad: '0.25',
    databaseServerLoadStatus: load,
    csServiceStatus: 'Running',
    ipAddress,
    agentVersion: version,
    hostName: name,
    lastHeartbeat: serviceTime(conditionOf(fabric, own).heartbeatMs),
    versionStatus,
    ...certificate(fabric, own),
    psTemplateVersion: '202102.14.00',
    ...agent(fabric, own),
  };
}

function processServer(fabric: ClassicFabric, server: ProcessServer): unknown {
  const { id, section } = server;
  const { health, heartbeatMs, errors } = conditionOf(fabric, server);
  return {
    friendlyName: section.name,
    id,
    ipAddress: section.ipAddress,
    osType: 'Windows',
    agentVersion: version,
    lastHeartbeat: wholeSeconds(heartbeatMs),
    versionStatus: section.versionStatus,
    mobilityServiceUpdates: ['Windows', 'Linux'].map((osType) => ({
      version,
      rebootStatus: 'NotRequired',
      osType,
    })),
    hostId: id,
    machineCount: String(section.machineCount + carriedBy(fabric, id)),
    replicationPairCount: String(pairsOf(fabric, id)),
    ...usage(section.load),
    psServiceStatus: health === 'Critical' ? 'Stopped' : 'Running',
    ...certificate(fabric, server),
    osVersion: null,
    healthErrors: errors,
    ...agent(fabric, server),
    health,
    historicHealth: health,
    psStatsRefreshTime: wholeSeconds(heartbeatMs),
    throughputUploadPendingDataInBytes: 0,
    throughputInMBps: 0,
    throughputInBytes: section.throughputInBytes,
    throughputStatus: section.load,
    marsCommunicationStatus: '1',
    marsRegistrationStatus: '1',
  };
}

/** Its count of disks is a number, unlike the others (recorded). */
function masterTarget(fabric: ClassicFabric, server: ProcessServer): unknown {
  const { id, section } = server;
  return {
    id,
    ipAddress: section.ipAddress,
    name: section.name,
    osType: 'Windows',
    agentVersion: version,
    lastHeartbeat: wholeSeconds(conditionOf(fabric, server).heartbeatMs),
    versionStatus: section.versionStatus,
    retentionVolumes: [
      { volumeName: 'D', capacityInBytes: 32 * gib, freeSpaceInBytes: 29 * gib, thresholdPercentage: null },
    ],
    dataStores: [],
    validationErrors: [],
    healthErrors: [],
    diskCount: 0,
    osVersion: 'Microsoft Windows Server 2016 Datacenter',
    ...agent(fabric, server),
    marsAgentVersion: '2.0.9202.0',
    marsAgentExpiryDate: neverExpires,
    marsAgentVersionDetails: { version: '2.0.9202.0', expiryDate: neverExpires, status: 'Supported' },
  };
}

function usage(load: 'Green' | 'Yellow' | 'Red'): object {
  return {
    systemLoad: '0',
    systemLoadStatus: load,
    cpuLoad: '0%',
    cpuLoadStatus: load,
    totalMemoryInBytes: 32 * gib,
    availableMemoryInBytes: 24 * gib,
    memoryUsageStatus: load,
    totalSpaceInBytes: 680 * gib,
    availableSpaceInBytes: 600 * gib,
    spaceUsageStatus: load,
  };
}

/** The days left are a number, and negative once it has expired (recorded). */
function certificate({ vault }: ClassicFabric, { section }: ProcessServer): object {
  const { clock } = vault.world;
  return {
    sslCertExpiryDate: wholeSeconds(clock.startMs + section.certificateDays * 86_400_000),
    sslCertExpiryRemainingDays: certificateDaysLeft(section.certificateDays, clock),
  };
}

/** Until when the version of a server's agent is supported. */
function agent({ vault }: ClassicFabric, { section }: ProcessServer): object {
  const { agentExpiryDays: days, versionStatus: status } = section;
  const expiryDate =
    days === undefined ? neverExpires : wholeSeconds(vault.world.clock.startMs + days * 86_400_000);
  return { agentExpiryDate: expiryDate, agentVersionDetails: { version, expiryDate, status } };
}

interface Condition {
  readonly health: Health;
  readonly heartbeatMs: number;
  readonly errors: readonly unknown[];
}

/** How a process server is. What makes it a warning, and the texts, are inferred; 806 is documented. */
function conditionOf(fabric: ClassicFabric, { id, section }: ProcessServer): Condition {
  const { clock } = fabric.vault.world;
  const { health, heartbeatMs } = vitalSigns(section, clock);
  const [name, sinceMs] = [section.name, heartbeatMs];
  const wrong = [
    ...(health === 'Normal'
      ? []
      : [
          {
            code: '806',
            level: level(health),
            message: `The process server '${name}' is not healthy; its last heartbeat came at ${serviceTime(sinceMs)}.`,
            action:
              'Check that the services of the process server run and that it reaches the configuration server.',
          },
        ]),
    ...(certificateDaysLeft(section.certificateDays, clock) < 0
      ? [
          {
            code: 'CertificateExpired',
            level: level('Critical'),
            message: `The certificate of the server '${name}' has expired.`,
            action: 'Renew the certificate on the configuration server.',
          },
        ]
      : []),
    ...(section.machineCount + carriedBy(fabric, id) >= section.capacity
      ? [
          {
            code: 'ProcessServerCapacityExceeded',
            level: level('Warning'),
            message: `The process server '${name}' carries as many machines as it can.`,
            action: 'Add another process server.',
          },
        ]
      : []),
  ];
  const loads = { Green: 'Normal', Yellow: 'Warning', Red: 'Critical' } as const;
  return {
    health: worstOf([
      health,
      loads[section.load],
      ...wrong.map((each) => (each.level === 'Error' ? ('Critical' as const) : ('Warning' as const))),
    ]),
    heartbeatMs,
    errors: wrong.map((each) => serverError({ ...each, entityId: id, sinceMs })),
  };
}

function level(health: Health): 'Error' | 'Warning' {
  return health === 'Critical' ? 'Error' : 'Warning';
}

function pairsOf({ items }: ClassicFabric, serverId?: string): number {
  return [...items]
    .filter(({ settings }) => serverId === undefined || settings.processServerId === serverId)
    .reduce((sum, { disks }) => sum + disks.length, 0);
}

function wholeSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
