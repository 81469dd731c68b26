import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { ActivityDeps, AzureClients } from './clouds.ts';
import { beginOnce, type ItemOperation } from './site-recovery/begin-once.ts';
import { argumentsOf, isFailedOver, readItem, runningOn, type ItemAddress } from './site-recovery/items.ts';
import { hasLiveJobSince, type JobMark } from './site-recovery/jobs.ts';
import { providerOf } from './site-recovery/providers/providers.ts';

const failoverScenario = 'UnplannedFailover';
const commitScenario = 'CommitFailover';

/** Failover and commit. */
export const failoverActivities = ({ clouds }: ActivityDeps) => ({
  /**
   * Begins the unplanned failover, or finds the one begun since the mark.
   * It runs 2–11 minutes and hydration 8–10 more (recorded): wait with `awaitJob`.
   * @param recoveryPointId ARM id; absent: the latest, made of all that has left the source.
   * @throws `NotAllowed` (final).
   * @see POST …/unplannedFailover, api-version 2023-06-01
   */
  async beginFailover(
    item: ItemAddress,
    mark: JobMark,
    recoveryPointId?: string,
  ): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    return beginOnce(azure, item, mark, failover(azure, item, recoveryPointId));
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

function failover(azure: AzureClients, item: ItemAddress, recoveryPointId?: string): ItemOperation {
  const input = providerOf(item.environment).failoverInput(recoveryPointId);
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
