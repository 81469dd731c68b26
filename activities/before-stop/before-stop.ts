import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { finalFailure } from '../failures.ts';
import { untilItPersists } from '../several-looks.ts';
import { readItem, type ItemAddress } from '../site-recovery/items.ts';
import { settingsDifferences } from '../target-settings.ts';
import { itemComplaints } from './item-complaints.ts';
import { quotaComplaints } from './quota-complaints.ts';
import { unprotectedVolumes } from './unprotected-volumes.ts';

/** What is looked at before anything of a cutover touches the source. */
export const beforeStopActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Looks whether a failover would work, take everything along and make what the plan says, right before the source is
   * quiesced and stopped: items that were Protected fall back, people change settings and attach volumes, quota is used up.
   * What speaks against it must be there at several looks, each a poll interval after the other: a machine that runs is not
   * held up for what passes by itself.
   * Where the source was stopped before, its agent is silent by itself, and only what Site Recovery allows counts.
   * @throws `NotReadyForFailover` (final).
   */
  async checkBeforeStop(vm: VmPlan, item: ItemAddress, sourceRuns: boolean): Promise<void> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const read = await readItem(azure, item);
    const complaints =
      read === undefined
        ? ['the item is gone']
        : [
            ...itemComplaints(vm, read, sourceRuns),
            ...(await settingsDifferences(clouds, vm, read)),
            ...(await unprotectedVolumes(clouds.ec2(vm.source.region), vm, read)),
            ...(await quotaComplaints(azure, vm, read)),
          ];
    if (complaints.length === 0) return;
    const said = complaints.join('; ');
    untilItPersists(said, pollIntervalMs);
    throw finalFailure('NotReadyForFailover', `${item.name} should not be failed over now: ${said}`, {
      code: 'NOT_READY_FOR_FAILOVER',
      suggestion: 'The source was not touched. Cure what the message names, then retry',
    });
  },
});
