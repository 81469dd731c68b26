import { copiedShare, hasDisks } from '../copy-progress.ts';
import { pendingOf } from '../pending-data.ts';
import type { NicSettings } from '../nic-settings.ts';
import { isOver, type ProtectedDisk, type ProtectedItem } from '../protected-item.ts';
import { latestPoint } from '../recovery-points.ts';
import { serviceTime } from '../service-time.ts';

/** `providerSpecificDetails` of the modernized provider. */
export function rcmDetails(item: ProtectedItem, nowMs: number, full: boolean): unknown {
  const { settings, source } = item;
  return {
    instanceType: 'InMageRcm',
    internalIdentifier: item.internalIdentifier,
    fabricDiscoveryMachineId: item.machine.id,
    multiVmGroupName: settings.multiVmGroupName ?? null,
    discoveryType: 'Physical',
    processServerId: settings.processServerId,
    processorCoreCount: source.vcpus,
    allocatedMemoryInMB: source.memoryMiB,
    processServerName: item.fabric.serverById(settings.processServerId)?.name ?? '',
    runAsAccountId: settings.runAsAccountId ?? null,
    osType: source.osType,
    firmwareType: source.firmware,
    primaryNicIpAddress: source.privateIp,
    targetGeneration: source.firmware === 'UEFI' ? 'V2' : 'V1',
    ...target(item),
    ...replication(item, nowMs),
    resyncRequired: String(item.resyncRequired),
    resyncState: item.resyncRequired ? 'PreparedForResynchronization' : 'None',
    agentUpgradeState: 'None',
    lastAgentUpgradeType: null,
    agentUpgradeJobId: null,
    agentUpgradeAttemptToVersion: null,
    protectedDisks: full && hasDisks(item) ? item.disks.map((disk) => diskBody(disk, item, nowMs)) : [],
    isLastUpgradeSuccessful: 'false',
    isAgentRegistrationSuccessfulAfterFailover: isOver(item) ? true : null,
    mobilityAgentDetails: agent(item),
    lastAgentUpgradeErrorDetails: [],
    agentUpgradeBlockingErrorDetails: [],
    vmNics: full && hasDisks(item) ? settings.nics.map(nicBody) : [],
  };
}

function target({ settings, failoverPoint, name, fabric }: ProtectedItem): object {
  return {
    licenseType: settings.licenseType,
    storageAccountId: null,
    targetVmName: settings.targetVmName,
    targetVmSize: settings.targetVmSize,
    targetResourceGroupId: settings.targetResourceGroupId,
    targetLocation: fabric.vault.location,
    targetAvailabilitySetId: settings.targetAvailabilitySetId,
    targetAvailabilityZone: settings.targetAvailabilityZone,
    targetProximityPlacementGroupId: settings.targetProximityPlacementGroupId,
    targetBootDiagnosticsStorageAccountId: settings.bootDiagnosticsAccountId ?? '',
    targetNetworkId: settings.targetNetworkId,
    testNetworkId: settings.testNetworkId,
    failoverRecoveryPointId:
      failoverPoint === undefined ? '' : fabric.ids.recoveryPointOfCloud(name, failoverPoint.name),
  };
}

/** Keys come and go (recorded): recovery points and their age only once there is one. */
function replication(item: ProtectedItem, nowMs: number): object {
  const point = latestPoint(item, nowMs);
  const endMs = item.replicationEndedMs ?? nowMs;
  return {
    ...(point === undefined
      ? {}
      : {
          lastRecoveryPointReceived: serviceTime(point.timeMs),
          lastRpoInSeconds: Math.max(0, Math.floor((endMs - point.timeMs) / 1000)),
          lastRpoCalculatedTime: serviceTime(endMs),
          lastRecoveryPointId: item.fabric.ids.recoveryPointOfCloud(item.name, point.name),
        }),
    ...copyProgress(item, nowMs),
    resyncProgressPercentage: null,
    resyncProcessedBytes: null,
    resyncTransferredBytes: null,
    resyncProgressHealth: 'None',
  };
}

/** Initial replication: a percentage below 100 while it copies, null before and after (recorded: 0 → 64 → null, never 100). */
function copyProgress(item: ProtectedItem, nowMs: number): object {
  const share = copiedShare(item, nowMs);
  if (share === undefined) {
    return {
      initialReplicationProgressPercentage: null,
      initialReplicationProcessedBytes: null,
      initialReplicationTransferredBytes: null,
      initialReplicationProgressHealth: 'None',
    };
  }
  const bytes = item.disks.reduce((sum, { sizeGiB }) => sum + sizeGiB * 2 ** 30, 0);
  return {
    initialReplicationProgressPercentage: Math.floor(share * 100),
    initialReplicationProcessedBytes: Math.floor(bytes * share),
    initialReplicationTransferredBytes: Math.floor(bytes * share * 0.4),
    initialReplicationProgressHealth: 'InProgress',
  };
}

function diskBody(disk: ProtectedDisk, item: ProtectedItem, nowMs: number): unknown {
  const share = copiedShare(item, nowMs);
  const capacityInBytes = disk.sizeGiB * 2 ** 30;
  const pending = pendingOf(item, disk, nowMs);
  return {
    diskId: disk.diskId,
    diskName: disk.diskName,
    isOSDisk: String(disk.isOsDisk),
    capacityInBytes,
    logStorageAccountId: item.settings.logStorageAccountId,
    diskEncryptionSetId: null,
    seedManagedDiskId: disk.seedManagedDiskId,
    seedBlobUri: null,
    targetManagedDiskId: disk.targetManagedDiskId ?? null,
    targetBlobUri: null,
    diskType: item.settings.diskType,
    dataPendingInLogDataStoreInMB: pending?.inLogStore ?? 0,
    dataPendingAtSourceAgentInMB: pending?.atAgent ?? (isOver(item) ? 0 : 0.04052734375),
    isInitialReplicationComplete: String(share === undefined),
    ...(item.stage.is !== 'copying' || share === undefined
      ? {}
      : {
          irDetails: {
            progressHealth: 'InProgress',
            transferredBytes: Math.floor(capacityInBytes * share * 0.4),
            last15MinutesTransferredBytes: 0,
            processedBytes: Math.floor(capacityInBytes * share),
            startTime: serviceTime(item.stage.sinceMs),
            lastRefreshTime: serviceTime(nowMs),
            progressPercentage: Math.floor(share * 100),
          },
        }),
  };
}

function agent(item: ProtectedItem): unknown {
  return {
    version: item.agentVersion,
    latestVersion: null,
    latestAgentReleaseDate: null,
    driverVersion: item.agentVersion,
    latestUpgradableVersionWithoutReboot: null,
    lastHeartbeatUtc: serviceTime(Math.floor(item.lastRunningMs / 60_000) * 60_000),
    reasonsBlockingUpgrade: ['AlreadyOnLatestVersion'],
    isUpgradeable: 'false',
  };
}

function nicBody(nic: NicSettings): unknown {
  const { nicId, isPrimary, isSelected, targetIpAddress, testIpAddress } = nic;
  return {
    nicId,
    isPrimaryNic: String(isPrimary),
    isSelectedForFailover: String(isSelected),
    sourceIPAddress: nic.sourceIp,
    sourceIPAddressType: 'Dynamic',
    sourceNetworkId: 'Ethernet',
    sourceSubnetName: null,
    targetIPAddress: targetIpAddress ?? '',
    targetIPAddressType: targetIpAddress === undefined ? 'Dynamic' : 'Static',
    targetSubnetName: nic.targetSubnetName ?? null,
    testSubnetName: nic.testSubnetName ?? null,
    testIPAddress: testIpAddress ?? null,
    testIPAddressType: testIpAddress === undefined ? 'Dynamic' : 'Static',
  };
}
