import type {
  ConfigurationSettingsUnion,
  InMageAzureV2PolicyDetails,
  InMageAzureV2ProtectedDiskDetails,
  InMageAzureV2ReplicationDetails,
  PolicyProviderSpecificDetailsUnion,
  ProtectableItem,
  ReplicationProtectedItem,
  ReplicationProviderSpecificSettingsUnion,
  VMNicDetails,
  VMNicInputDetails,
  VMwareVirtualMachineDetails,
} from '@azure/arm-recoveryservices-siterecovery';
import { sameId } from '../../arm-id.ts';
import { fabricDetails, fabricType, processServersOf } from './classic-servers.ts';
import { agent, server } from './classic-setup.ts';
import {
  pushAccount,
  type DiscoveredMachine,
  type ItemDetails,
  type PendingData,
  type ReplicationProvider,
  type TargetInterface,
} from './provider.ts';

const instanceType = 'InMageAzureV2';

/** The configuration server of old: provider `InMageAzureV2`. */
export const classic: ReplicationProvider = {
  instanceType,
  fabricType,
  serverKind: 'configuration server',
  retired: {
    code: 'CLASSIC_RETIRED',
    message:
      'Microsoft has retired the configuration server: unsupported after 30 March 2026, and no machine may be enabled anew',
    suggestion:
      'Make a new vault with a replication appliance and name it in the plan as provider modernized; machines that replicate already: disable replication there and enable it anew through the appliance, which copies everything once more. A plan that has to stay accepts CLASSIC_RETIRED by name',
  },

  server,
  agent,

  servers: processServersOf,

  siteId: () => undefined,

  accounts: async (_azure, fabric) =>
    (fabricDetails(fabric)?.runAsAccounts ?? []).map(({ accountId = '', accountName = '' }) => ({
      id: accountId,
      name: accountName,
    })),

  discovery: {
    by: 'call',
    scenario: 'DiscoverPhysicalMachine',
    send: (azure, { vault, resourceGroup }, { fabric, container }, { name, privateIp, osType }, options) =>
      azure.siteRecovery.replicationProtectionContainers.beginDiscoverProtectableItem(
        vault,
        resourceGroup,
        fabric,
        container,
        { properties: { friendlyName: name, ipAddress: privateIp, osType } },
        options,
      ),
  },

  discovered: async (azure, { vault, resourceGroup }, { fabric, container }, privateIp) => {
    const found: DiscoveredMachine[] = [];
    const items = azure.siteRecovery.replicationProtectableItems;
    for await (const item of items.listByReplicationProtectionContainers(
      vault,
      resourceGroup,
      fabric,
      container,
    ))
      if (machineDetails(item)?.ipAddress === privateIp) found.push(asDiscovered(item));
    return found;
  },

  policy: ({ providerSpecificDetails: details }) => {
    const told = details !== undefined && isPolicy(details) ? details : undefined;
    return {
      recoveryPoints: told?.recoveryPointHistory,
      crashConsistent: told?.crashConsistentFrequencyInMinutes,
      appConsistent: told?.appConsistentFrequencyInMinutes,
    };
  },

  policyInput: ({ recoveryPoints, crashConsistent, appConsistent }) => ({
    properties: {
      providerSpecificInput: {
        instanceType,
        recoveryPointHistory: recoveryPoints,
        crashConsistentFrequencyInMinutes: crashConsistent,
        appConsistentFrequencyInMinutes: appConsistent,
        recoveryPointThresholdInMinutes: 15, // as recorded; it only raises a health error
        multiVmSyncStatus: 'Enable',
      },
    },
  }),

  mappingInput: (policyId) => ({
    properties: { policyId, targetProtectionContainerId: 'Microsoft Azure' },
  }),

  enableInput: (vm, setting, machine, server) => ({
    properties: {
      policyId: setting.policyId,
      protectableItemId: machine.id,
      providerSpecificDetails: {
        instanceType,
        processServerId: server.id,
        ...(server.masterTargetId === undefined ? {} : { masterTargetId: server.masterTargetId }),
        ...pushAccount(vm, setting),
        ...disksOf(machine, vm.target.diskType, vm.environment.cacheStorageAccountId),
        logStorageAccountId: vm.environment.cacheStorageAccountId,
        targetAzureV2ResourceGroupId: vm.target.resourceGroupId,
        targetAzureNetworkId: vm.target.networkId,
        targetAzureSubnetId: vm.target.subnetName,
        targetAzureVmName: vm.target.vmName,
        ...(vm.target.size === undefined ? {} : { targetVmSize: vm.target.size }),
        licenseType: vm.target.licence?.type === 'WindowsServer' ? 'WindowsServer' : 'NoLicenseType',
        enableRdpOnTargetOption: 'Never',
      },
    },
  }),

  targetSettings: (item) => {
    const details = itemDetails(item);
    return {
      vmName: details?.recoveryAzureVMName ?? '',
      size: details?.recoveryAzureVMSize ?? '',
      networkId: details?.selectedRecoveryAzureNetworkId ?? '',
      testNetworkId: details?.selectedTfoAzureNetworkId ?? '',
      interfaces: (details?.vmNics ?? []).map((nic) => asInterface(nic, details)),
    };
  },

  targetInput: ({ target }, { vmName, size, networkId, testNetworkId, interfaces }) => ({
    properties: {
      recoveryAzureVMName: vmName,
      recoveryAzureVMSize: size,
      selectedRecoveryAzureNetworkId: networkId,
      ...(testNetworkId === '' ? {} : { selectedTfoAzureNetworkId: testNetworkId }),
      ...primaryOf(interfaces),
      vmNics: interfaces.map(asNicInput),
      providerSpecificDetails: { instanceType, recoveryAzureV2ResourceGroupId: target.resourceGroupId },
    },
  }),

  testFailoverInput: (networkId) => ({
    properties: {
      failoverDirection: 'PrimaryToRecovery',
      networkType: 'VmNetworkAsInput',
      networkId,
      providerSpecificDetails: { instanceType },
    },
  }),

  failoverInput: (recoveryPointId) => ({
    properties: {
      failoverDirection: 'PrimaryToRecovery',
      sourceSiteOperations: 'NotRequired',
      providerSpecificDetails: { instanceType, ...(recoveryPointId !== undefined && { recoveryPointId }) },
    },
  }),

  applyRecoveryPointInput: (recoveryPointId) => ({
    properties: { recoveryPointId, providerSpecificDetails: { instanceType } },
  }),

  planFailoverInput: () => ({ instanceType, recoveryPointType: 'Latest' }),

  details: (item): ItemDetails => {
    const details = itemDetails(item);
    return {
      internalId: details?.vmId ?? '',
      sourceIp: details?.ipAddress ?? '',
      osType: details?.osType ?? '',
      initialReplicationPercent: copied(item, details),
      resyncRequired: details?.protectedDisks?.some(needsResync) ?? false,
      targetDiskIds: targetDisksOf(details),
      seedDiskIds: [],
      pending: pendingOf(details),
      agentHeardAt: details?.lastHeartbeat?.toISOString(),
      protectedDiskBytes: (details?.protectedDisks ?? []).map(({ diskCapacityInBytes: bytes = 0 }) => bytes),
    };
  },
};

/** The process server's part has not reached Azure either. */
function pendingOf(details: InMageAzureV2ReplicationDetails | undefined): PendingData | undefined {
  const disks = details?.protectedDisks ?? [];
  if (disks.length === 0) return undefined;
  const sum = (read: (disk: InMageAzureV2ProtectedDiskDetails) => number | undefined) =>
    disks.reduce((total, disk) => total + (read(disk) ?? 0), 0);
  return {
    atSource: sum((disk) => disk.sourceDataInMegaBytes) + sum((disk) => disk.psDataInMegaBytes),
    inLogStore: sum((disk) => disk.targetDataInMegaBytes),
  };
}

/** By GUID, as far as the disks are known; otherwise all of them go along. */
function disksOf({ disks }: DiscoveredMachine, diskType: string, logStorageAccountId: string) {
  if (disks.length === 0) return { diskType };
  return { disksToInclude: disks.map(({ id: diskId }) => ({ diskId, diskType, logStorageAccountId })) };
}

/** The figure of a resync is that of the first copy too, and 0 once all is copied (recorded). */
function copied(
  { properties }: ReplicationProtectedItem,
  details: InMageAzureV2ReplicationDetails | undefined,
): number | undefined {
  return properties?.protectionState === 'Protected' ? undefined : details?.resyncProgressPercentage;
}

/** `NotRequired` (recorded) unless it does. */
function needsResync({ resyncRequired }: InMageAzureV2ProtectedDiskDetails): boolean {
  return (resyncRequired ?? 'NotRequired') !== 'NotRequired';
}

/** Disks are named, with no id, once the failover has made them in the target's resource group (recorded). */
function targetDisksOf(details: InMageAzureV2ReplicationDetails | undefined): string[] {
  const groupId = details?.recoveryAzureResourceGroupId ?? '';
  return (details?.azureVMDiskDetails ?? []).flatMap(({ targetDiskName: name }) =>
    (name ?? '') === '' ? [] : `${groupId}/providers/Microsoft.Compute/disks/${name ?? ''}`,
  );
}

/** Of addresses that DHCP gave, the item tells that of its primary interface only, and which one that is (recorded). */
function asInterface(
  { nicId = '', ipConfigs, selectionType }: VMNicDetails,
  { selectedSourceNicId = '', ipAddress }: InMageAzureV2ReplicationDetails = { instanceType },
): TargetInterface {
  const config = ipConfigs?.[0];
  const isPrimary = sameId(nicId, selectedSourceNicId);
  return {
    id: nicId,
    sourceIp: config?.staticIPAddress ?? (isPrimary ? ipAddress : undefined) ?? '',
    isPrimary,
    isSelected: selectionType !== notSelected && (config?.isSeletedForFailover ?? false),
    subnet: config?.recoverySubnetName ?? '',
    privateIp: config?.recoveryStaticIPAddress ?? '',
    testSubnet: config?.tfoSubnetName ?? '',
    testPrivateIp: config?.tfoStaticIPAddress ?? '',
  };
}

/** An interface's one address is its primary one. The service spells the flag `isSeletedForFailover` (recorded). */
function asNicInput(nic: TargetInterface): VMNicInputDetails {
  return {
    nicId: nic.id,
    selectionType: nic.isSelected ? 'SelectedByUser' : notSelected,
    ipConfigs: [
      {
        isPrimary: true,
        isSeletedForFailover: nic.isSelected,
        ...(nic.subnet === '' ? {} : { recoverySubnetName: nic.subnet }),
        ...(nic.privateIp === '' ? {} : { recoveryStaticIPAddress: nic.privateIp }),
        ...(nic.testSubnet === '' ? {} : { tfoSubnetName: nic.testSubnet }),
        ...(nic.testPrivateIp === '' ? {} : { tfoStaticIPAddress: nic.testPrivateIp }),
      },
    ],
  };
}

const notSelected = 'NotSelected';

function primaryOf(interfaces: readonly TargetInterface[]): { selectedSourceNicId?: string } {
  const primary = interfaces.find(({ isPrimary }) => isPrimary);
  return primary === undefined ? {} : { selectedSourceNicId: primary.id };
}

function itemDetails({ properties }: ReplicationProtectedItem): InMageAzureV2ReplicationDetails | undefined {
  const details = properties?.providerSpecificDetails;
  return details !== undefined && isItem(details) ? details : undefined;
}

function machineDetails({ properties }: ProtectableItem): VMwareVirtualMachineDetails | undefined {
  const details = properties?.customDetails;
  return details !== undefined && isMachine(details) ? details : undefined;
}

const isPolicy = (details: PolicyProviderSpecificDetailsUnion): details is InMageAzureV2PolicyDetails =>
  details.instanceType === instanceType;

const isItem = (
  details: ReplicationProviderSpecificSettingsUnion,
): details is InMageAzureV2ReplicationDetails => details.instanceType === instanceType;

const isMachine = (details: ConfigurationSettingsUnion): details is VMwareVirtualMachineDetails =>
  details.instanceType === 'VMwareVirtualMachine';

function asDiscovered(item: ProtectableItem): DiscoveredMachine {
  const details = machineDetails(item);
  return {
    id: item.id ?? '',
    displayName: item.properties?.friendlyName ?? '',
    osName: details?.osType ?? '',
    seenBy: [],
    disks: (details?.diskDetails ?? []).map(({ diskId = '', diskSizeInMB = '0' }) => ({
      id: diskId,
      bytes: Number(diskSizeInMB) * 2 ** 20,
    })),
  };
}
