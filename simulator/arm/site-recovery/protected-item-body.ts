import { azureV2Details } from './classic/details-body.ts';
import { healthErrors, needsTestFailover, replicationHealth } from './health-errors.ts';
import { rcmDetails } from './modernized/details-body.ts';
import { allowedOperations, isOver, stageFacts, type ProtectedItem } from './protected-item.ts';
import { idleSince, serviceTime } from './service-time.ts';

/** An item as GET answers it. */
export function itemBody(item: ProtectedItem, nowMs: number): unknown {
  return body(item, nowMs, true);
}

/** An item as a LIST answers it: without its disks, and on the modernized provider without network interfaces (recorded). */
export function listedItemBody(item: ProtectedItem, nowMs: number): unknown {
  return body(item, nowMs, false);
}

function body(item: ProtectedItem, nowMs: number, full: boolean): unknown {
  const { fabric } = item;
  const { ids, provider } = fabric;
  const { protectionState, description } = stageFacts(item);
  return {
    id: item.id,
    name: item.name,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems',
    properties: {
      friendlyName: item.friendlyName,
      protectedItemType: '',
      protectableItemId: provider === 'InMageRcm' ? null : item.machine.id,
      recoveryServicesProviderId: ids.provider(
        provider === 'InMageRcm' ? item.settings.processServerId : fabric.identifier,
      ),
      primaryFabricFriendlyName: fabric.friendlyName,
      primaryFabricProvider: provider === 'InMageRcm' ? 'InMageRcmFabric' : 'InMageFabric',
      recoveryFabricFriendlyName: 'Microsoft Azure',
      recoveryFabricId: 'Microsoft Azure',
      primaryProtectionContainerFriendlyName: fabric.containerFriendlyName,
      recoveryProtectionContainerFriendlyName: 'Microsoft Azure',
      protectionState,
      protectionStateDescription: description,
      activeLocation: isOver(item) ? 'Recovery' : 'Primary',
      testFailoverState: item.test,
      testFailoverStateDescription: testDescription(item),
      switchProviderState: 'None',
      switchProviderStateDescription: null,
      allowedOperations: allowedOperations(item),
      replicationHealth: replicationHealth(item, nowMs),
      failoverHealth: needsTestFailover(item) ? 'Warning' : 'Normal',
      healthErrors: healthErrors(item, nowMs),
      policyId: ids.vault.policy(item.policy.name),
      policyFriendlyName: item.policy.name,
      ...times(item),
      currentScenario: currentScenario(item),
      ...failoverPoint(item, full),
      providerSpecificDetails:
        provider === 'InMageRcm' ? rcmDetails(item, nowMs, full) : azureV2Details(item, nowMs, full),
      recoveryContainerId: recoveryContainerId(item),
      eventCorrelationId: item.eventCorrelationId,
    },
  };
}

/** The classic provider's descriptions are recorded; the modernized one's repeat the state. */
function testDescription({ test, fabric }: ProtectedItem): string {
  if (test === 'WaitingForCompletion') return 'Waiting for user input';
  return test === 'MarkedForDeletion' && fabric.provider === 'InMageAzureV2'
    ? 'Cleaning up test environment'
    : test;
}

function times({ lastFailoverMs, lastTestMs }: ProtectedItem): object {
  return {
    ...(lastFailoverMs === undefined ? {} : { lastSuccessfulFailoverTime: serviceTime(lastFailoverMs) }),
    ...(lastTestMs === undefined ? {} : { lastSuccessfulTestFailoverTime: serviceTime(lastTestMs) }),
  };
}

/** What runs now; no initial replication shows here, and a test failover stays until its clean-up. */
function currentScenario({ operation, testJob, fabric }: ProtectedItem): unknown {
  const ids = fabric.ids.vault;
  const job = operation ?? testJob;
  if (job === undefined) return { scenarioName: 'None', jobId: ids.job('None'), startTime: idleSince };
  const { plan, name, startMs } = job;
  return { scenarioName: plan.scenarioName, jobId: ids.job(name), startTime: serviceTime(startMs) };
}

/** The classic provider's LIST has the key with null in it, its GET the point's id (recorded). */
function failoverPoint({ failoverPoint: point, fabric, name }: ProtectedItem, full: boolean): object {
  const id = point === undefined ? undefined : fabric.ids.recoveryPointOfCloud(name, point.name);
  if (fabric.provider === 'InMageAzureV2') return { failoverRecoveryPointId: full ? (id ?? null) : null };
  return id === undefined ? {} : { failoverRecoveryPointId: id };
}

/** On the classic provider that is a container of a fabric that no list has (recorded). */
function recoveryContainerId({ fabric }: ProtectedItem): string {
  if (fabric.provider === 'InMageRcm') return fabric.ids.container;
  const { random } = fabric.vault.world;
  const azure = random.fork(`recovery/${fabric.identifier}`);
  return `${fabric.ids.vault.fabric(azure.hex(64))}/replicationProtectionContainers/${azure.guid()}`;
}
