import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { VmPlan } from '../plan/index.ts';
import type { ActivityDeps, AzureClients } from './clouds.ts';
import { finalFailure } from './failures.ts';
import { beginOnce, type ItemOperation } from './site-recovery/begin-once.ts';
import {
  allows,
  argumentsOf,
  isFailedOver,
  readItem,
  runningOn,
  stateOf,
  type ItemAddress,
} from './site-recovery/items.ts';
import { untilItPersists } from './several-looks.ts';
import { hasLiveJobSince, type JobMark } from './site-recovery/jobs.ts';
import { providerOf } from './site-recovery/providers/providers.ts';
import { settingsDifferences } from './target-settings.ts';

const failoverScenario = 'UnplannedFailover';
const commitScenario = 'CommitFailover';

/** Failover and commit. */
export const failoverActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Looks whether a failover would work and make what the plan says, right before the source is stopped: items that were
   * Protected fall back, and people change settings. What speaks against it must be there at several looks, each a poll
   * interval after the other: a machine that runs is not held up for what passes by itself.
   * Where the source was stopped before, its agent is silent by itself, and only what Site Recovery allows counts.
   * @throws `NotReadyForFailover` (final).
   */
  async checkBeforeStop(vm: VmPlan, item: ItemAddress, sourceRuns: boolean): Promise<void> {
    const read = await readItem(clouds.azure(item.environment.subscriptionId), item);
    const complaints =
      read === undefined
        ? ['the item is gone']
        : [...cutoverComplaints(vm, read, sourceRuns), ...(await settingsDifferences(clouds, vm, read))];
    if (complaints.length === 0) return;
    const said = complaints.join('; ');
    untilItPersists(said, pollIntervalMs);
    throw finalFailure('NotReadyForFailover', `${item.name} should not be failed over now: ${said}`, {
      code: 'NOT_READY_FOR_FAILOVER',
      suggestion: 'The source was not touched. Cure the item in the vault, then retry',
    });
  },

  /**
   * Begins the unplanned failover, or finds the one begun since the mark.
   * It runs 2–11 minutes and hydration 8–10 more (recorded): wait with `awaitJob`.
   * @throws `NotAllowed` (final).
   * @see POST …/unplannedFailover, api-version 2023-06-01
   */
  async beginFailover(item: ItemAddress, mark: JobMark): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    return beginOnce(azure, item, mark, failover(azure, item));
  },

  /**
   * Whether a failover stands: asked before anything that would make the source live again.
   * @returns `none` only when no failover was begun since the mark, or all of those failed, and the item is active on
   * the source's side.
   */
  async failoverState(item: ItemAddress, mark: JobMark): Promise<'none' | 'running' | 'done'> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const read = await readItem(azure, item);
    if (read !== undefined && isFailedOver(read)) return 'done';
    if (runningOn(read)?.scenario === failoverScenario) return 'running';
    return (await hasLiveJobSince(azure, item, mark, failoverScenario)) ? 'running' : 'none';
  },

  /** Begins the commit, or finds it begun or done. It is one-way: the other recovery points are deleted. */
  async beginCommit(item: ItemAddress, mark: JobMark): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    return beginOnce(azure, item, mark, {
      allowedAs: 'Commit',
      scenario: commitScenario,
      isDone: (read) => read !== undefined && isCommitted(read),
      send: (options) =>
        azure.siteRecovery.replicationProtectedItems.beginFailoverCommit(...argumentsOf(item), options),
    });
  },

  /**
   * Whether a commit stands or is under way: asked when its beginning has failed, before anything that a commit forbids.
   */
  async isCommitted(item: ItemAddress, mark: JobMark): Promise<boolean> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const read = await readItem(azure, item);
    if (read === undefined || isCommitted(read)) return true;
    return (
      runningOn(read)?.scenario === commitScenario ||
      (await hasLiveJobSince(azure, item, mark, commitScenario))
    );
  },
});

function isCommitted({ properties }: ReplicationProtectedItem): boolean {
  return properties?.protectionState === 'UnplannedFailoverCommitted';
}

function failover(azure: AzureClients, item: ItemAddress): ItemOperation {
  const input = providerOf(item.environment).failoverInput();
  return {
    allowedAs: 'UnplannedFailover',
    scenario: failoverScenario,
    isDone: (read) => read !== undefined && isFailedOver(read),
    send: (options) =>
      azure.siteRecovery.replicationProtectedItems.beginUnplannedFailover(
        ...argumentsOf(item),
        input,
        options,
      ),
  };
}

function cutoverComplaints(vm: VmPlan, item: ReplicationProtectedItem, sourceRuns: boolean): string[] {
  const { protectionState, replicationHealth, testFailoverState } = item.properties ?? {};
  const { resyncRequired } = providerOf(vm.environment).details(item);
  return [
    ...(protectionState === 'Protected' || protectionState === 'UnplannedFailoverFailed'
      ? []
      : [`it is ${stateOf(item)}`]),
    ...(allows(item, 'UnplannedFailover') ? [] : ['Site Recovery would refuse a failover']),
    ...(sourceRuns && replicationHealth === 'Critical' ? ['its replication health is Critical'] : []),
    ...(resyncRequired ? ['it needs a resync'] : []),
    ...(testFailoverState === 'WaitingForCompletion' ? ['a test failover has not been cleaned up'] : []),
  ];
}
