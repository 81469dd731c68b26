import type {
  InMageRcmNicDetails,
  InMageRcmNicInput,
  InMageRcmPolicyDetails,
  InMageRcmReplicationDetails,
  PolicyProviderSpecificDetailsUnion,
  ReplicationProtectedItem,
  ReplicationProviderSpecificContainerMappingInputUnion,
  ReplicationProviderSpecificSettingsUnion,
} from '@azure/arm-recoveryservices-siterecovery';
import { z } from 'zod';
import { appliancesOf, fabricDetails, instanceType } from './modernized-servers.ts';
import { agent, server } from './modernized-setup.ts';
import {
  pushAccount,
  type DiscoveredMachine,
  type ItemDetails,
  type PendingData,
  type ReplicationProvider,
  type TargetInterface,
} from './provider.ts';

/** Of `Microsoft.OffAzure`, whose sites hold machines and accounts. */
const siteApiVersion = '2020-01-01';

/** A machine of an OffAzure server site. 2020-01-01 writes `guestOSDetails`, later versions `guestOsDetails` (recorded). */
const siteMachine = z.object({
  id: z.string(),
  properties: z.object({
    displayName: z.string().default(''),
    isDeleted: z.boolean().default(false),
    applianceNames: z.array(z.string()).default([]),
    operatingSystemDetails: z.object({ osName: z.string().nullish() }).nullish(),
    networkAdapters: z.array(z.object({ ipAddressList: z.array(z.string()).nullish() })).default([]),
    disks: z.array(z.object({ id: z.string().default(''), maxSizeInBytes: z.number().default(0) })).nullish(),
  }),
});

const siteAccount = z.object({
  id: z.string(),
  properties: z.object({ displayName: z.string().default('') }),
});

/** SDK 5.1.0's types do not know this discriminator in a mapping's input. It sends it all the same (ran). */
const mappingDiscriminator = z
  .custom<ReplicationProviderSpecificContainerMappingInputUnion>()
  .parse({ instanceType });

/** The replication appliance of today: provider `InMageRcm`. */
export const modernized: ReplicationProvider = {
  instanceType,
  fabricType: instanceType,
  serverKind: 'appliance',

  server,
  agent,

  servers: appliancesOf,

  siteId: (fabric) => fabricDetails(fabric)?.physicalSiteId,

  accounts: async (azure, fabric) => {
    const accounts = [];
    const siteId = fabricDetails(fabric)?.physicalSiteId ?? '';
    for await (const raw of azure.arm.list(`${siteId}/runasaccounts`, siteApiVersion)) {
      const { id, properties } = siteAccount.parse(raw);
      accounts.push({ id, name: properties.displayName });
    }
    return accounts;
  },

  discovery: {
    by: 'person',
    addresses: async (azure, siteId) => {
      const found = new Set<string>();
      for await (const raw of azure.arm.list(`${siteId}/machines`, siteApiVersion))
        for (const address of addressesOf(siteMachine.parse(raw))) found.add(address);
      return found;
    },
  },

  discovered: async (azure, _environment, { siteId = '' }, privateIp) => {
    const found: DiscoveredMachine[] = [];
    for await (const raw of azure.arm.list(`${siteId}/machines`, siteApiVersion)) {
      const machine = siteMachine.parse(raw);
      if (hasAddress(machine, privateIp)) found.push(asDiscovered(machine));
    }
    return found;
  },

  policy: ({ providerSpecificDetails: details }) => {
    const told = details !== undefined && isPolicy(details) ? details : undefined;
    return {
      recoveryPoints: told?.recoveryPointHistoryInMinutes,
      crashConsistent: told?.crashConsistentFrequencyInMinutes,
      appConsistent: told?.appConsistentFrequencyInMinutes,
    };
  },

  policyInput: ({ recoveryPoints, crashConsistent, appConsistent }) => ({
    properties: {
      providerSpecificInput: {
        instanceType,
        recoveryPointHistoryInMinutes: recoveryPoints,
        crashConsistentFrequencyInMinutes: crashConsistent,
        appConsistentFrequencyInMinutes: appConsistent,
        enableMultiVmSync: 'true',
      },
    },
  }),

  mappingInput: (policyId) => ({
    properties: {
      policyId,
      targetProtectionContainerId: 'Microsoft Azure',
      providerSpecificInput: mappingDiscriminator,
    },
  }),

  enableInput: (vm, setting, machine, server) => ({
    properties: {
      policyId: setting.policyId,
      providerSpecificDetails: {
        instanceType,
        fabricDiscoveryMachineId: machine.id,
        processServerId: server.id,
        ...pushAccount(vm, setting),
        targetResourceGroupId: vm.target.resourceGroupId,
        targetVmName: vm.target.vmName,
        targetNetworkId: vm.target.networkId,
        targetSubnetName: vm.target.subnetName,
        ...(vm.target.testNetworkId === undefined ? {} : { testNetworkId: vm.target.testNetworkId }),
        ...(vm.target.testSubnetName === undefined ? {} : { testSubnetName: vm.target.testSubnetName }),
        ...(vm.target.size === undefined ? {} : { targetVmSize: vm.target.size }),
        licenseType: vm.target.licence?.type === 'WindowsServer' ? 'WindowsServer' : 'NoLicenseType',
        disksDefault: {
          diskType: vm.target.diskType,
          logStorageAccountId: vm.environment.cacheStorageAccountId,
        },
      },
    },
  }),

  targetSettings: (item) => {
    const details = itemDetails(item);
    return {
      vmName: details?.targetVmName ?? '',
      size: details?.targetVmSize ?? '',
      networkId: details?.targetNetworkId ?? '',
      testNetworkId: details?.testNetworkId ?? '',
      interfaces: (details?.vmNics ?? []).map(asInterface),
    };
  },

  targetInput: (_vm, { vmName, size, networkId, testNetworkId, interfaces }) => ({
    properties: {
      providerSpecificDetails: {
        instanceType,
        targetVmName: vmName,
        targetVmSize: size,
        targetNetworkId: networkId,
        ...(testNetworkId === '' ? {} : { testNetworkId }),
        vmNics: interfaces.map(asNicInput),
      },
    },
  }),

  testFailoverInput: (networkId) => ({
    properties: {
      failoverDirection: 'PrimaryToRecovery',
      networkType: 'VmNetworkAsInput',
      networkId,
      providerSpecificDetails: { instanceType, networkId },
    },
  }),

  failoverInput: (recoveryPointId) => ({
    properties: {
      failoverDirection: 'PrimaryToRecovery',
      sourceSiteOperations: 'NotRequired',
      providerSpecificDetails: {
        instanceType,
        performShutdown: 'false',
        ...(recoveryPointId !== undefined && { recoveryPointId }),
      },
    },
  }),

  applyRecoveryPointInput: (recoveryPointId) => ({
    properties: { recoveryPointId, providerSpecificDetails: { instanceType, recoveryPointId } },
  }),

  planFailoverInput: () => ({ instanceType, recoveryPointType: 'Latest' }),

  details: (item): ItemDetails => {
    const details = itemDetails(item);
    return {
      internalId: details?.internalIdentifier ?? '',
      sourceIp: details?.primaryNicIpAddress ?? '',
      osType: details?.osType ?? '',
      initialReplicationPercent: details?.initialReplicationProgressPercentage ?? undefined,
      resyncRequired: details?.resyncRequired === 'true',
      targetDiskIds: named(details?.protectedDisks?.map((disk) => disk.targetManagedDiskId)),
      seedDiskIds: named(details?.protectedDisks?.map((disk) => disk.seedManagedDiskId)),
      pending: pendingOf(details),
      agentHeardAt: details?.mobilityAgentDetails?.lastHeartbeatUtc?.toISOString(),
      protectedDiskBytes: (details?.protectedDisks ?? []).map(({ capacityInBytes: bytes = 0 }) => bytes),
    };
  },
};

function named(ids: readonly (string | undefined)[] = []): string[] {
  return ids.flatMap((id) => id ?? []).filter((id) => id !== '');
}

function pendingOf(details: InMageRcmReplicationDetails | undefined): PendingData | undefined {
  const disks = details?.protectedDisks ?? [];
  if (disks.length === 0) return undefined;
  return {
    atSource: disks.reduce((sum, { dataPendingAtSourceAgentInMB: mb }) => sum + (mb ?? 0), 0),
    inLogStore: disks.reduce((sum, { dataPendingInLogDataStoreInMB: mb }) => sum + (mb ?? 0), 0),
  };
}

function itemDetails({ properties }: ReplicationProtectedItem): InMageRcmReplicationDetails | undefined {
  const details = properties?.providerSpecificDetails;
  return details !== undefined && isItem(details) ? details : undefined;
}

const isPolicy = (details: PolicyProviderSpecificDetailsUnion): details is InMageRcmPolicyDetails =>
  details.instanceType === instanceType;

const isItem = (details: ReplicationProviderSpecificSettingsUnion): details is InMageRcmReplicationDetails =>
  details.instanceType === instanceType;

function asInterface(nic: InMageRcmNicDetails): TargetInterface {
  return {
    id: nic.nicId ?? '',
    sourceIp: nic.sourceIPAddress ?? '',
    isPrimary: nic.isPrimaryNic === 'true',
    isSelected: nic.isSelectedForFailover === 'true',
    subnet: nic.targetSubnetName ?? '',
    privateIp: nic.targetIPAddress ?? '',
    testSubnet: nic.testSubnetName ?? '',
    testPrivateIp: nic.testIPAddress ?? '',
  };
}

function asNicInput(nic: TargetInterface): InMageRcmNicInput {
  return {
    nicId: nic.id,
    isPrimaryNic: String(nic.isPrimary),
    isSelectedForFailover: String(nic.isSelected),
    ...(nic.subnet === '' ? {} : { targetSubnetName: nic.subnet }),
    ...(nic.privateIp === '' ? {} : { targetStaticIPAddress: nic.privateIp }),
    ...(nic.testSubnet === '' ? {} : { testSubnetName: nic.testSubnet }),
    ...(nic.testPrivateIp === '' ? {} : { testStaticIPAddress: nic.testPrivateIp }),
  };
}

function hasAddress(machine: z.output<typeof siteMachine>, privateIp: string): boolean {
  return addressesOf(machine).includes(privateIp);
}

/** Somebody may have taken it away again: it is listed all the same. */
function addressesOf({ properties }: z.output<typeof siteMachine>): string[] {
  if (properties.isDeleted) return [];
  return properties.networkAdapters.flatMap(({ ipAddressList }) => ipAddressList ?? []);
}

function asDiscovered({ id, properties }: z.output<typeof siteMachine>): DiscoveredMachine {
  const { displayName, applianceNames, operatingSystemDetails, disks } = properties;
  return {
    id,
    displayName,
    osName: operatingSystemDetails?.osName ?? '',
    seenBy: applianceNames,
    disks: (disks ?? []).map((disk) => ({ id: disk.id, bytes: disk.maxSizeInBytes })),
  };
}
