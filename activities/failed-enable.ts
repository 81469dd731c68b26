import type { ActivityDeps } from './clouds.ts';
import { beginOnce, type ItemOperation } from './site-recovery/begin-once.ts';
import { disabling } from './site-recovery/disable.ts';
import { readItem, runningOn, type ItemAddress } from './site-recovery/items.ts';
import type { JobMark } from './site-recovery/jobs.ts';

/** The state of an item whose enabling failed, as after a push installation that was refused (inferred). */
const enablingFailed = 'EnablingFailed';
/** What the jobs that enable replication are (recorded). */
const enabling = 'EnableDr';

/** What enabling replication leaves behind. */
export const failedEnableActivities = ({ clouds }: ActivityDeps) => ({
  /** Whether replication has been enabled, by whatever run: no job that could still push the Mobility service runs. */
  async isEnabled(item: ItemAddress): Promise<boolean> {
    const read = await readItem(clouds.azure(item.environment.subscriptionId), item);
    if (read === undefined || read.properties?.protectionState === enablingFailed) return false;
    return runningOn(read)?.scenario !== enabling;
  },

  /**
   * Begins to remove the item that a failed enabling has left, so that replication can be enabled anew; or finds that
   * begun, or nothing to remove. Portage made the item: it has its name, and nothing was copied.
   * @returns the job's name, where there is one to wait for.
   */
  async beginClearFailedEnable(item: ItemAddress, mark: JobMark): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const isDone: ItemOperation['isDone'] = (read) => read?.properties?.protectionState !== enablingFailed;
    return beginOnce(azure, item, mark, disabling(azure, item, { because: 'NotSpecified', isDone }));
  },
});
