import type {
  Fabric,
  FabricSpecificDetailsUnion,
  InMageRcmFabricSpecificDetails,
  InMageRcmPolicyDetails,
  InMageRcmReplicationDetails,
  PolicyProviderSpecificDetailsUnion,
  ProcessServerDetails,
  ReplicationProtectedItem,
  ReplicationProviderSpecificSettingsUnion,
} from '@azure/arm-recoveryservices-siterecovery';
import { z } from 'zod';
import type { DiscoveredMachine, ItemDetails, ReplicationProvider, ReplicationSetting } from './provider.ts';

const instanceType = 'InMageRcm';
const machinesApiVersion = '2020-01-01';

/** A machine of an OffAzure server site. 2020-01-01 writes `guestOSDetails`, later versions `guestOsDetails` (recorded). */
const siteMachine = z.object({
  id: z.string(),
  properties: z.object({
    displayName: z.string().default(''),
    isDeleted: z.boolean().default(false),
    applianceNames: z.array(z.string()).default([]),
    operatingSystemDetails: z.object({ osName: z.string().nullish() }).nullish(),
    networkAdapters: z.array(z.object({ ipAddressList: z.array(z.string()).nullish() })).default([]),
  }),
});

/** The replication appliance of today: provider `InMageRcm`. */
export const modernized: ReplicationProvider = {
  instanceType,

  servers: (fabric) => (fabricDetails(fabric)?.processServers ?? []).map(asServer),

  siteId: (fabric) => fabricDetails(fabric)?.physicalSiteId,

  discovered: async (azure, setting, privateIp) => {
    const found: DiscoveredMachine[] = [];
    for await (const raw of azure.arm.list(`${setting.siteId}/machines`, machinesApiVersion)) {
      const machine = siteMachine.parse(raw);
      if (hasAddress(machine, privateIp)) found.push(asDiscovered(machine, setting));
    }
    return found;
  },

  howToAdd: ({ servers, vault }, address) =>
    `On appliance ${servers.map(({ name }) => name).join(' or ')} of vault ${vault}, open the Appliance configuration manager, ` +
    `add a physical server with address ${address} and its credential, and wait until it shows as discovered. ` +
    'No call of Azure can do this. Portage goes on by itself when the machine appears',

  policy: ({ providerSpecificDetails: details }) => {
    const told = details !== undefined && isPolicy(details) ? details : undefined;
    return {
      recoveryPoints: told?.recoveryPointHistoryInMinutes,
      crashConsistent: told?.crashConsistentFrequencyInMinutes,
      appConsistent: told?.appConsistentFrequencyInMinutes,
    };
  },

  enableInput: (vm, setting, machine) => ({
    properties: {
      policyId: setting.policyId,
      providerSpecificDetails: {
        instanceType,
        fabricDiscoveryMachineId: machine.id,
        processServerId: machine.serverId,
        targetResourceGroupId: vm.target.resourceGroupId,
        targetVmName: vm.target.vmName,
        targetNetworkId: vm.target.networkId,
        targetSubnetName: vm.target.subnetName,
        ...(vm.target.testNetworkId === undefined ? {} : { testNetworkId: vm.target.testNetworkId }),
        ...(vm.target.testSubnetName === undefined ? {} : { testSubnetName: vm.target.testSubnetName }),
        ...(vm.target.size === undefined ? {} : { targetVmSize: vm.target.size }),
        licenseType: 'NoLicenseType',
        disksDefault: {
          diskType: vm.target.diskType,
          logStorageAccountId: vm.environment.cacheStorageAccountId,
        },
      },
    },
  }),

  failoverInput: () => ({
    properties: {
      failoverDirection: 'PrimaryToRecovery',
      sourceSiteOperations: 'NotRequired',
      providerSpecificDetails: { instanceType, performShutdown: 'false' },
    },
  }),

  details: (item): ItemDetails => {
    const details = itemDetails(item);
    return {
      internalId: details?.internalIdentifier ?? '',
      osType: details?.osType ?? '',
      initialReplicationPercent: details?.initialReplicationProgressPercentage ?? undefined,
      resyncRequired: details?.resyncRequired === 'true',
      targetDiskIds: (details?.protectedDisks ?? [])
        .flatMap(({ targetManagedDiskId: id }) => id ?? [])
        .filter((id) => id !== ''),
    };
  },
};

function fabricDetails({ properties }: Fabric): InMageRcmFabricSpecificDetails | undefined {
  const details = properties?.customDetails;
  return details !== undefined && isFabric(details) ? details : undefined;
}

function itemDetails({ properties }: ReplicationProtectedItem): InMageRcmReplicationDetails | undefined {
  const details = properties?.providerSpecificDetails;
  return details !== undefined && isItem(details) ? details : undefined;
}

const isFabric = (details: FabricSpecificDetailsUnion): details is InMageRcmFabricSpecificDetails =>
  details.instanceType === instanceType;

const isPolicy = (details: PolicyProviderSpecificDetailsUnion): details is InMageRcmPolicyDetails =>
  details.instanceType === instanceType;

const isItem = (details: ReplicationProviderSpecificSettingsUnion): details is InMageRcmReplicationDetails =>
  details.instanceType === instanceType;

function asServer(server: ProcessServerDetails) {
  const { id = '', name = '', health, systemLoadStatus, diskUsageStatus } = server;
  const complaints = [
    ...(health === undefined || health === 'Normal' ? [] : [`its health is ${health}`]),
    ...(systemLoadStatus === 'Critical' ? ['its system load is critical'] : []),
    ...(diskUsageStatus === 'Critical' ? ['its disk is nearly full'] : []),
  ];
  return { id, name, complaints };
}

function hasAddress({ properties }: z.output<typeof siteMachine>, privateIp: string): boolean {
  if (properties.isDeleted) return false;
  return properties.networkAdapters.some(({ ipAddressList }) => ipAddressList?.includes(privateIp));
}

function asDiscovered(machine: z.output<typeof siteMachine>, setting: ReplicationSetting): DiscoveredMachine {
  const { displayName, applianceNames, operatingSystemDetails } = machine.properties;
  const server = setting.servers.find(({ name }) => applianceNames.includes(name)) ?? setting.servers[0];
  return {
    id: machine.id,
    displayName,
    osName: operatingSystemDetails?.osName ?? '',
    serverId: server?.id ?? '',
  };
}
