import { copiedShare, hasDisks } from '../copy-progress.ts';
import { pendingOf } from '../pending-data.ts';
import type { NicSettings } from '../nic-settings.ts';
import { isOver, stageFacts, type ProtectedDisk, type ProtectedItem } from '../protected-item.ts';
import { latestPoint } from '../recovery-points.ts';
import { agentLost } from '../source-watch.ts';
import { serviceTime } from '../service-time.ts';

const neverExpires = '9999-12-31T23:59:59.9999999';

/**
 * `providerSpecificDetails` of the classic provider (recorded, but for the copy). Its LIST leaves out the disks and what is
 * known of the machine, yet shows the network interfaces (recorded).
 */
export function azureV2Details(item: ProtectedItem, nowMs: number, full: boolean): unknown {
  const { source, machine, fabric, classic } = item;
  const { protectionState, description } = stageFacts(item);
  const shown = full && hasDisks(item);
  return {
    instanceType: 'InMageAzureV2',
    infrastructureVmId: machine.name,
    vCenterInfrastructureId: null,
    ...progress(item, nowMs),
    vmId: machine.name,
    vmProtectionState: protectionState,
    vmProtectionStateDescription: description,
    compressedDataRateInMB: 0,
    uncompressedDataRateInMB: 0,
    ...agent(item),
    ...servers(item),
    protectedDisks: shown ? item.disks.map((disk, at) => protectedDisk(disk, at, item, nowMs)) : [],
    diskResized: shown ? 'NotResized' : null,
    masterTargetId: full ? (classic?.masterTargetId ?? null) : null,
    sourceVmCpuCount: full ? source.vcpus : 0,
    sourceVmRamSizeInMB: full ? source.memoryMiB : 0,
    osType: source.osType,
    ...osDisk(item, shown),
    azureVMDiskDetails: shown ? azureDisks(item) : null,
    ...target(item),
    vmNics: hasDisks(item) ? item.settings.nics.map((nic) => nicBody(nic, item)) : [],
    discoveryType: 'Physical',
    datastores: [],
    validationErrors: [],
    lastUpdateReceivedTime: serviceTime(nowMs),
    replicaId: `${machine.name}_replica_${fabric.containerName}`,
    osVersion: source.osName,
    protectedManagedDisks: shown ? item.disks.map((disk) => managedDisk(disk, item)) : [],
    ...lastPoint(item, nowMs),
    firmwareType: source.firmware,
    azureVmGeneration: source.firmware === 'UEFI' ? 'V2' : 'V1',
    isAdditionalStatsAvailable: false,
    totalDataTransferred: -1,
    totalProgressHealth: copiedShare(item, nowMs) === undefined ? 'Completed' : 'InProgress',
    targetVmTags: {},
    seedManagedDiskTags: null,
    targetManagedDiskTags: null,
    targetNicTags: {},
  };
}

/** While it copies, `resyncProgressPercentage` is the figure; it is 0 when the copy is done (recorded). The stage's name until then is inferred. */
function progress(item: ProtectedItem, nowMs: number): object {
  const share = copiedShare(item, nowMs);
  return {
    protectionStage: stageName(item),
    resyncProgressPercentage: Math.floor((share ?? 0) * 100),
    rpoInSeconds: rpoSeconds(item, nowMs),
  };
}

function stageName({ stage }: ProtectedItem): string {
  if (stage.is === 'enabling' || stage.is === 'enabling-failed') return '';
  return stage.is === 'copying' || stage.is === 'awaiting-recovery-point'
    ? 'ResyncStep1'
    : 'DifferentialSync';
}

function rpoSeconds(item: ProtectedItem, nowMs: number): number {
  const point = latestPoint(item, nowMs);
  if (point === undefined) return 0;
  return Math.max(0, Math.floor(((item.replicationEndedMs ?? nowMs) - point.timeMs) / 1000));
}

function agent({ source, agentVersion, lastRunningMs }: ProtectedItem): object {
  return {
    ipAddress: source.privateIp,
    agentVersion,
    agentExpiryDate: neverExpires,
    isAgentUpdateRequired: 'NotRequired',
    isRebootAfterUpdateRequired: 'NotRequired',
    lastHeartbeat: wholeMinutes(lastRunningMs),
  };
}

/** Name and id of the group are the same GUID (recorded). */
function servers({ settings, fabric, classic, policy }: ProtectedItem): object {
  return {
    processServerId: settings.processServerId,
    processServerName: fabric.serverById(settings.processServerId)?.name ?? '',
    multiVmGroupId: classic?.multiVmGroupId ?? '',
    multiVmGroupName: classic?.multiVmGroupId ?? '',
    multiVmSyncStatus: policy.schedule.multiVmSync ? 'Enabled' : 'Disabled',
  };
}

function osDisk({ disks }: ProtectedItem, shown: boolean): object {
  const disk = disks.find(({ isOsDisk }) => isOsDisk);
  return {
    vhdName: shown ? (disk?.diskName ?? null) : null,
    osDiskId: shown ? (disk?.diskId ?? null) : null,
  };
}

/** After a failover: which disk of the target group each one has become, by its name alone (recorded). Empty before. */
function azureDisks({ disks }: ProtectedItem): unknown[] {
  return disks.flatMap(({ diskId, targetManagedDiskId }) => {
    if (targetManagedDiskId === undefined) return [];
    return [
      {
        vhdType: null,
        vhdId: diskId,
        diskId: null,
        vhdName: null,
        maxSizeMB: null,
        targetDiskLocation: null,
        targetDiskName: leaf(targetManagedDiskId),
        lunId: null,
        diskEncryptionSetId: null,
      },
    ];
  });
}

/** `targetVmId` names the VM that a failover has made; before, its last part is empty (recorded). */
function target({ settings, machineId, classic }: ProtectedItem): object {
  const { targetResourceGroupId: group } = settings;
  return {
    recoveryAzureVMName: settings.targetVmName,
    recoveryAzureVMSize: settings.targetVmSize,
    recoveryAzureStorageAccount: null,
    recoveryAzureLogStorageAccountId: settings.logStorageAccountId,
    selectedRecoveryAzureNetworkId: orNull(settings.targetNetworkId),
    selectedTfoAzureNetworkId: orNull(settings.testNetworkId),
    selectedSourceNicId: settings.nics.find(({ isPrimary }) => isPrimary)?.nicId ?? null,
    enableRdpOnTargetOption: classic?.enableRdpOnTargetOption ?? 'Never',
    targetVmId: machineId ?? `${group}/providers/Microsoft.Compute/virtualMachines/`,
    recoveryAzureResourceGroupId: group,
    recoveryAvailabilitySetId: orNull(settings.targetAvailabilitySetId),
    targetAvailabilityZone: orNull(settings.targetAvailabilityZone),
    targetProximityPlacementGroupId: orNull(settings.targetProximityPlacementGroupId),
    useManagedDisks: 'true',
    licenseType: settings.licenseType,
    sqlServerLicenseType: 'NotSpecified',
  };
}

function lastPoint(item: ProtectedItem, nowMs: number): object {
  const point = latestPoint(item, nowMs);
  if (point === undefined) return {};
  return {
    lastRpoCalculatedTime: serviceTime(item.replicationEndedMs ?? nowMs),
    lastRecoveryPointReceived: serviceTime(point.timeMs),
  };
}

/** A disk whose source is over, or was stopped by force, wants a resync (recorded after a failover, with ECH0007). */
function protectedDisk(disk: ProtectedDisk, at: number, item: ProtectedItem, nowMs: number): unknown {
  const { diskId, sizeGiB } = disk;
  const share = copiedShare(item, nowMs);
  const bytes = sizeGiB * 2 ** 30;
  const wantsResync = item.resyncRequired || isOver(item);
  const pending = pendingOf(item, disk, nowMs);
  return {
    diskId,
    diskName: `Disk${at}`,
    protectionStage: stageName(item),
    healthErrorCode: wantsResync || agentLost(item, nowMs) ? 'ECH0007' : null,
    rpoInSeconds: rpoSeconds(item, nowMs),
    resyncRequired: wantsResync ? 'Required' : 'NotRequired',
    resyncProgressPercentage: Math.floor((share ?? 0) * 100),
    resyncDurationInSeconds:
      item.stage.is === 'copying' ? Math.floor((nowMs - item.stage.sinceMs) / 1000) : 0,
    diskCapacityInBytes: bytes,
    fileSystemCapacityInBytes: bytes,
    sourceDataInMegaBytes: pending?.atAgent ?? 0,
    psDataInMegaBytes: 0,
    targetDataInMegaBytes: pending?.inLogStore ?? 0,
    diskResized: 'NotResized',
    lastRpoCalculatedTime: serviceTime(nowMs),
    resyncProcessedBytes: Math.floor(bytes * (share ?? 0)),
    resyncTotalTransferredBytes: Math.floor(bytes * (share ?? 0) * 0.4),
    resyncLast15MinutesTransferredBytes: 0,
    resyncLastDataTransferTimeUTC: null,
    resyncStartTime: item.stage.is === 'copying' ? serviceTime(item.stage.sinceMs) : null,
    progressHealth: share === undefined ? 'Completed' : 'InProgress',
    progressStatus: share === undefined ? 'Grey' : 'Green',
  };
}

function managedDisk({ diskId, seedManagedDiskId }: ProtectedDisk, { settings }: ProtectedItem): unknown {
  return { diskId, seedManagedDiskId, replicaDiskType: settings.diskType, diskEncryptionSetId: null };
}

/** Interfaces have one address each; its flag for the failover is spelled like this (recorded). */
function nicBody(nic: NicSettings, { settings }: ProtectedItem): unknown {
  const { targetIpAddress, testIpAddress } = nic;
  return {
    nicId: nic.nicId,
    replicaNicId: null,
    sourceNicArmId: null,
    vMNetworkName: 'Amazon Elastic Network Adapter',
    recoveryVMNetworkId: orNull(settings.targetNetworkId),
    ipConfigs: [
      {
        name: null,
        isPrimary: true,
        subnetName: 'Subnet-1',
        staticIPAddress: null,
        ipAddressType: 'Dynamic',
        isSeletedForFailover: nic.isSelected,
        recoverySubnetName: nic.targetSubnetName ?? null,
        recoveryStaticIPAddress: targetIpAddress ?? null,
        recoveryIPAddressType: targetIpAddress === undefined ? 'Dynamic' : 'Static',
        recoveryPublicIPAddressId: null,
        recoveryLBBackendAddressPoolIds: null,
        tfoSubnetName: nic.testSubnetName ?? null,
        tfoStaticIPAddress: testIpAddress ?? null,
        tfoPublicIPAddressId: null,
        tfoLBBackendAddressPoolIds: null,
      },
    ],
    selectionType: nic.isSelected ? 'SelectedByUser' : 'NotSelected',
    recoveryNetworkSecurityGroupId: null,
    enableAcceleratedNetworkingOnRecovery: null,
    tfoVMNetworkId: orNull(settings.testNetworkId),
    tfoNetworkSecurityGroupId: null,
    enableAcceleratedNetworkingOnTfo: null,
    recoveryNicName: null,
    recoveryNicResourceGroupName: null,
    reuseExistingNic: false,
    tfoRecoveryNicName: null,
    tfoRecoveryNicResourceGroupName: null,
    tfoReuseExistingNic: false,
  };
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

function leaf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function wholeMinutes(ms: number): string {
  return new Date(Math.floor(ms / 60_000) * 60_000).toISOString().replace('.000Z', 'Z');
}
