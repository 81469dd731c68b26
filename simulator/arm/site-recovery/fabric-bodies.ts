import { componentNames, type ComponentName } from '../azure-section.ts';
import { serviceTime } from './service-time.ts';
import type { Appliance, Vault } from './vault.ts';

/** The fabric as GET answers it; its LIST leaves the components empty on the modernized provider (recorded). */
export function fabricBody(vault: Vault, full: boolean): unknown {
  const { fabricName, ids, site, section, fabricIdentifier } = vault;
  const kek = { kekState: 'None', kekCertThumbprint: null };
  return {
    name: fabricName,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics',
    id: ids.fabric,
    properties: {
      friendlyName: fabricName,
      encryptionDetails: kek,
      rolloverEncryptionDetails: kek,
      internalIdentifier: fabricIdentifier,
      bcdrState: 'Valid',
      customDetails: {
        instanceType: 'InMageRcm',
        vmwareSiteId: site.id.replace('/ServerSites/', '/VMwareSites/'),
        physicalSiteId: site.id,
        serviceEndpoint: 'https://pod01-srs1.weu.hypervrecoverymanager.windowsazure.com',
        serviceResourceId: '8238764630195140046',
        serviceContainerId: '5269262064710',
        dataPlaneUri: 'https://pod01-prot1.weu.backup.windowsazure.com',
        controlPlaneUri: 'https://pod01-rcm1.weu.hypervrecoverymanager.windowsazure.com',
        sourceAgentIdentityDetails: null,
        ...Object.fromEntries(componentNames.map((name) => [name, full ? components(vault, name) : []])),
        agentDetails: [],
      },
      healthErrorDetails: [],
      health: section.fabricHealth,
    },
  };
}

/** `replicationAppliances`: every appliance with its components. */
export function appliancesBody(vault: Vault): unknown {
  const appliances = vault.appliances.map((appliance) => ({
    id: appliance.id,
    name: appliance.section.name,
    fabricArmId: vault.ids.fabric,
    processServer: component(vault, appliance, 'processServers'),
    rcmProxy: component(vault, appliance, 'rcmProxies'),
    pushInstaller: component(vault, appliance, 'pushInstallers'),
    replicationAgent: component(vault, appliance, 'replicationAgents'),
    reprotectAgent: component(vault, appliance, 'reprotectAgents'),
    marsAgent: component(vault, appliance, 'marsAgents'),
    dra: component(vault, appliance, 'dras'),
    switchProviderBlockingErrorDetails: [],
  }));
  return {
    value: [{ properties: { providerSpecificDetails: { instanceType: 'InMageRcm', appliances } } }],
    nextLink: null,
  };
}

/** The container, as get and list answer it. */
export function containerBody(vault: Vault): unknown {
  return {
    id: vault.ids.container,
    name: vault.containerName,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers',
    properties: {
      fabricFriendlyName: vault.fabricName,
      friendlyName: vault.containerName,
      fabricType: 'InMageRcm',
      protectedItemCount: vault.items.size,
      pairingStatus: vault.mappings.size > 0 ? 'Paired' : 'NotPaired',
      role: 'Primary',
      fabricSpecificDetails: null,
    },
  };
}

function components(vault: Vault, name: ComponentName): unknown[] {
  return vault.appliances.map((appliance) => component(vault, appliance, name));
}

function component(vault: Vault, { id, section }: Appliance, name: ComponentName): unknown {
  const { health, heartbeatAgeMinutes } = section.components[name] ?? {
    health: section.health,
    heartbeatAgeMinutes: 2,
  };
  const fqdn = section.fqdn ?? section.name.toUpperCase();
  return {
    id,
    name: section.name,
    biosId: id.toUpperCase(),
    ...(name === 'dras' ? {} : { fabricObjectId: null, fqdn }),
    ...(name === 'rcmProxies' ? { clientAuthenticationType: 'Certificate' } : {}),
    version: versions[name],
    lastHeartbeatUtc: serviceTime(vault.world.clock.nowMs - heartbeatAgeMinutes * 60_000),
    health,
    healthErrors: [],
    ...(name === 'processServers' ? load(section.ipAddress, health) : {}),
    ...(name === 'reprotectAgents'
      ? { accessibleDatastores: [], vcenterId: null, lastDiscoveryInUtc: null }
      : {}),
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

function load(ipAddress: string, health: string): object {
  const status = { Normal: 'Healthy', Warning: 'Warning', Critical: 'Critical' }[health] ?? 'Healthy';
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
    throughputInBytes: 0,
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
