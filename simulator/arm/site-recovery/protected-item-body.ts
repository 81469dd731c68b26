import { macAddress } from '../off-azure-bodies.ts';
import { healthErrors, needsTestFailover, replicationHealth } from './health-errors.ts';
import {
  allowedOperations,
  isOver,
  stageFacts,
  type ProtectedDisk,
  type ProtectedItem,
} from './protected-item.ts';
import { latestPoint } from './recovery-points.ts';
import { idleSince, serviceTime } from './service-time.ts';
import type { VaultIds } from './vault-ids.ts';

/** What an item's body depends on beside the item. */
export interface ItemView {
  readonly ids: VaultIds;
  readonly nowMs: number;
  readonly fabricName: string;
  readonly containerName: string;
  readonly location: string;
  readonly applianceName: string;
}

/** An item as GET answers it. */
export function itemBody(item: ProtectedItem, view: ItemView): unknown {
  return body(item, view, providerDetails(item, view, true));
}

/** An item as a LIST answers it: without disks and network interfaces (recorded). */
export function listedItemBody(item: ProtectedItem, view: ItemView): unknown {
  return body(item, view, providerDetails(item, view, false));
}

function body(item: ProtectedItem, view: ItemView, providerSpecificDetails: unknown): unknown {
  const { ids, nowMs, fabricName, containerName } = view;
  const { protectionState, description } = stageFacts(item);
  const failoverPoint = item.failoverPoint;
  return {
    id: item.id,
    name: item.name,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems',
    properties: {
      friendlyName: item.friendlyName,
      protectedItemType: '',
      protectableItemId: null,
      recoveryServicesProviderId: ids.provider(item.settings.processServerId),
      primaryFabricFriendlyName: fabricName,
      primaryFabricProvider: 'InMageRcmFabric',
      recoveryFabricFriendlyName: 'Microsoft Azure',
      recoveryFabricId: 'Microsoft Azure',
      primaryProtectionContainerFriendlyName: containerName,
      recoveryProtectionContainerFriendlyName: 'Microsoft Azure',
      protectionState,
      protectionStateDescription: description,
      activeLocation: isOver(item) ? 'Recovery' : 'Primary',
      testFailoverState: item.test,
      testFailoverStateDescription:
        item.test === 'WaitingForCompletion' ? 'Waiting for user input' : item.test,
      switchProviderState: 'None',
      switchProviderStateDescription: null,
      allowedOperations: allowedOperations(item),
      replicationHealth: replicationHealth(item, nowMs),
      failoverHealth: needsTestFailover(item) ? 'Warning' : 'Normal',
      healthErrors: healthErrors(item, nowMs),
      policyId: ids.policy(item.policy.name),
      policyFriendlyName: item.policy.name,
      ...(item.lastFailoverMs === undefined
        ? {}
        : { lastSuccessfulFailoverTime: serviceTime(item.lastFailoverMs) }),
      currentScenario: currentScenario(item, ids),
      ...(failoverPoint === undefined
        ? {}
        : { failoverRecoveryPointId: ids.recoveryPointOfCloud(item.name, failoverPoint.name) }),
      providerSpecificDetails,
      recoveryContainerId: ids.container,
      eventCorrelationId: item.eventCorrelationId,
    },
  };
}

/** What runs now; no initial replication shows here, and a test failover stays until its clean-up. */
function currentScenario({ operation, testJob }: ProtectedItem, ids: VaultIds): unknown {
  const job = operation ?? testJob;
  if (job === undefined) return { scenarioName: 'None', jobId: ids.job('None'), startTime: idleSince };
  const { plan, name, startMs } = job;
  return { scenarioName: plan.scenarioName, jobId: ids.job(name), startTime: serviceTime(startMs) };
}

function providerDetails(item: ProtectedItem, view: ItemView, full: boolean): unknown {
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
    processServerName: view.applianceName,
    runAsAccountId: settings.runAsAccountId ?? null,
    osType: source.osType,
    firmwareType: source.firmware,
    primaryNicIpAddress: source.privateIp,
    targetGeneration: source.firmware === 'UEFI' ? 'V2' : 'V1',
    ...target(item, view),
    ...replication(item, view),
    resyncRequired: String(item.resyncRequired),
    resyncState: item.resyncRequired ? 'PreparedForResynchronization' : 'None',
    agentUpgradeState: 'None',
    lastAgentUpgradeType: null,
    agentUpgradeJobId: null,
    agentUpgradeAttemptToVersion: null,
    protectedDisks: full && hasDisks(item) ? item.disks.map((disk) => diskBody(disk, item, view)) : [],
    isLastUpgradeSuccessful: 'false',
    isAgentRegistrationSuccessfulAfterFailover: isOver(item) ? true : null,
    mobilityAgentDetails: agent(item),
    lastAgentUpgradeErrorDetails: [],
    agentUpgradeBlockingErrorDetails: [],
    vmNics: full && hasDisks(item) ? [nicBody(item)] : [],
  };
}

function target({ settings, failoverPoint, name }: ProtectedItem, { ids, location }: ItemView): object {
  return {
    licenseType: settings.licenseType,
    storageAccountId: null,
    targetVmName: settings.targetVmName,
    targetVmSize: settings.targetVmSize,
    targetResourceGroupId: settings.targetResourceGroupId,
    targetLocation: location,
    targetAvailabilitySetId: settings.targetAvailabilitySetId,
    targetAvailabilityZone: settings.targetAvailabilityZone,
    targetProximityPlacementGroupId: settings.targetProximityPlacementGroupId,
    targetBootDiagnosticsStorageAccountId: settings.bootDiagnosticsAccountId ?? '',
    targetNetworkId: settings.targetNetworkId,
    testNetworkId: settings.testNetworkId,
    failoverRecoveryPointId:
      failoverPoint === undefined ? '' : ids.recoveryPointOfCloud(name, failoverPoint.name),
  };
}

/** Keys come and go (recorded): recovery points and their age only once there is one. */
function replication(item: ProtectedItem, { ids, nowMs }: ItemView): object {
  const point = latestPoint(item, nowMs);
  const endMs = item.replicationEndedMs ?? nowMs;
  return {
    ...(point === undefined
      ? {}
      : {
          lastRecoveryPointReceived: serviceTime(point.timeMs),
          lastRpoInSeconds: Math.max(0, Math.floor((endMs - point.timeMs) / 1000)),
          lastRpoCalculatedTime: serviceTime(endMs),
          lastRecoveryPointId: ids.recoveryPointOfCloud(item.name, point.name),
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

function copiedShare({ stage }: ProtectedItem, nowMs: number): number | undefined {
  if (stage.is !== 'copying') return undefined;
  return Math.min(0.99, Math.max(0, (nowMs - stage.sinceMs) / (stage.untilMs - stage.sinceMs)));
}

function hasDisks({ stage }: ProtectedItem): boolean {
  return stage.is !== 'enabling' && stage.is !== 'enabling-failed';
}

function diskBody(disk: ProtectedDisk, item: ProtectedItem, { nowMs }: ItemView): unknown {
  const share = copiedShare(item, nowMs);
  const capacityInBytes = disk.sizeGiB * 2 ** 30;
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
    dataPendingInLogDataStoreInMB: 0,
    dataPendingAtSourceAgentInMB: isOver(item) ? 0 : 0.04052734375,
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
    version: '9.62.7246.1',
    latestVersion: null,
    latestAgentReleaseDate: null,
    driverVersion: '9.62.7246.1',
    latestUpgradableVersionWithoutReboot: null,
    lastHeartbeatUtc: serviceTime(Math.floor(item.lastRunningMs / 60_000) * 60_000),
    reasonsBlockingUpgrade: ['AlreadyOnLatestVersion'],
    isUpgradeable: 'false',
  };
}

function nicBody({ settings, machine, source }: ProtectedItem): unknown {
  return {
    nicId: macAddress(machine.name),
    isPrimaryNic: 'true',
    isSelectedForFailover: 'true',
    sourceIPAddress: source.privateIp,
    sourceIPAddressType: 'Dynamic',
    sourceNetworkId: 'Ethernet',
    sourceSubnetName: null,
    targetIPAddress: settings.targetIpAddress ?? '',
    targetIPAddressType: settings.targetIpAddress === undefined ? 'Dynamic' : 'Static',
    targetSubnetName: settings.targetSubnetName ?? null,
    testSubnetName: settings.testSubnetName ?? null,
    testIPAddress: settings.testIpAddress ?? null,
    testIPAddressType: settings.testIpAddress === undefined ? 'Dynamic' : 'Static',
  };
}
