import type { ActivityDeps } from './clouds.ts';
import { notYet } from './failures.ts';
import { begin } from './site-recovery/begin.ts';
import { beginOnce } from './site-recovery/begin-once.ts';
import { disabling } from './site-recovery/disable.ts';
import { argumentsOf, readItem, stateOf, type ItemAddress } from './site-recovery/items.ts';
import type { JobMark } from './site-recovery/jobs.ts';

/** The end of replication: completed, given up, or as a last resort forgotten. */
export const endReplicationActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /** Begins to end replication as a completed migration, or finds it begun or done. Never the purge. */
  async beginCompleteMigration(item: ItemAddress, mark: JobMark): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    return beginOnce(
      azure,
      item,
      mark,
      disabling(azure, item, { because: 'MigrationComplete', isDone: isGone }),
    );
  },

  /** Begins to disable replication, or finds it begun or done: both sides are cleaned up. Never the purge. */
  async beginDisable(item: ItemAddress, mark: JobMark): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    return beginOnce(azure, item, mark, disabling(azure, item, { because: 'NotSpecified', isDone: isGone }));
  },

  /**
   * Has the vault forget an item that could not be disabled, with whatever was made for it left behind. Only on a
   * person's word.
   * @see DELETE …/replicationProtectedItems/{item}, api-version 2023-06-01
   */
  async beginPurge(item: ItemAddress): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    if ((await readItem(azure, item)) === undefined) return undefined;
    return begin((options) =>
      azure.siteRecovery.replicationProtectedItems.beginPurge(...argumentsOf(item), options),
    );
  },

  /** Waits until Site Recovery has no item any more. */
  async awaitItemGone(item: ItemAddress): Promise<void> {
    const read = await readItem(clouds.azure(item.environment.subscriptionId), item);
    if (read !== undefined) throw notYet({ text: stateOf(read) }, pollIntervalMs);
  },
});

const isGone = (read: unknown) => read === undefined;
