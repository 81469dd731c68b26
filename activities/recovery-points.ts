import type { RecoveryPointChoice } from '../plan/index.ts';
import { nameOf, sameId } from './arm-id.ts';
import type { ActivityDeps } from './clouds.ts';
import { finalFailure } from './failures.ts';
import { beginOnce } from './site-recovery/begin-once.ts';
import { argumentsOf, type ItemAddress } from './site-recovery/items.ts';
import type { JobMark } from './site-recovery/jobs.ts';
import { providerOf } from './site-recovery/providers/providers.ts';
import { recoveryPointsOf, type RecoveryPoint } from './site-recovery/recovery-points.ts';

/** A recovery point as it is asked for: the newest of a kind, or a certain one by its ARM id or its name. */
export type WantedPoint = Exclude<RecoveryPointChoice, 'latest'> | { readonly named: string };

/** How many recovery points a person is shown. */
const shown = 8;

/** The choice of a recovery point, before a failover and after it. */
export const recoveryPointActivities = ({ clouds }: ActivityDeps) => ({
  /** Finds a recovery point of the item. @throws `NoRecoveryPoint` (final) with those that there are. */
  async findRecoveryPoint(item: ItemAddress, wanted: WantedPoint): Promise<RecoveryPoint> {
    const points = await recoveryPointsOf(clouds.azure(item.environment.subscriptionId), item);
    const found = points.find((point) => isWanted(point, wanted));
    if (found !== undefined) return found;
    const what =
      typeof wanted === 'string' ? `no ${wanted} recovery point` : `no recovery point ${wanted.named}`;
    throw finalFailure('NoRecoveryPoint', `${item.name} has ${what}; its newest: ${inWords(points)}`, {
      code: 'NO_RECOVERY_POINT',
      suggestion:
        'Name one of those with its command (portage failover --recovery-point before the failover, portage recovery-point after it), or wait for one and retry',
    });
  },

  /**
   * Begins to make the VM of a failover anew from another recovery point, or finds that begun since the mark. The VM that is
   * there is deleted; the new one is known by its disks as well.
   * @throws `NotAllowed` (final), also once the failover is committed.
   * @see POST …/applyRecoveryPoint, api-version 2023-06-01. That its jobs are called `ApplyRecoveryPoint` is inferred.
   */
  async beginApplyRecoveryPoint(
    item: ItemAddress,
    mark: JobMark,
    recoveryPointId: string,
  ): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const input = providerOf(item.environment).applyRecoveryPointInput(recoveryPointId);
    return beginOnce(azure, item, mark, {
      allowedAs: 'ChangePit',
      scenario: 'ApplyRecoveryPoint',
      isDone: () => false,
      send: (options) =>
        azure.siteRecovery.replicationProtectedItems.beginApplyRecoveryPoint(
          ...argumentsOf(item),
          input,
          options,
        ),
    });
  },
});

function isWanted({ id, name, isAppConsistent }: RecoveryPoint, wanted: WantedPoint): boolean {
  if (typeof wanted !== 'string') return sameId(id, wanted.named) || sameId(name, nameOf(wanted.named));
  return wanted === 'latest-processed' || isAppConsistent;
}

function inWords(points: readonly RecoveryPoint[]): string {
  const told = points
    .slice(0, shown)
    .map(
      ({ name, time, isAppConsistent }) => `${name} (${time}${isAppConsistent ? ', app-consistent' : ''})`,
    );
  return told.join(', ') || 'none';
}
