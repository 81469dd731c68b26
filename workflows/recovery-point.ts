import type { ItemAddress, RecoveryPoint } from '../activities/index.ts';
import { awaitJob } from './await-job.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import type { Steps } from './steps.ts';
import { jobText } from './story.ts';

/**
 * The recovery point to fail over to: the one that a person named; else the one that holds everything written before the
 * applications came to rest; else what the plan says.
 * @returns nothing for the latest, which is made of all that has left the source.
 */
export async function pointToFailOverTo(
  run: MachineRun,
  item: ItemAddress,
  { act }: Pick<Steps, 'act'>,
): Promise<RecoveryPoint | undefined> {
  const { recoveryPoint: named } = run.decisions;
  if (named !== undefined) return act.findRecoveryPoint(item, { named });
  if (run.quiesced.point !== undefined) return run.quiesced.point;
  const { recoveryPoint } = run.vm;
  const isLatest = recoveryPoint === 'latest' || run.quiesced.status?.state === 'drained';
  return isLatest ? undefined : act.findRecoveryPoint(item, recoveryPoint);
}

/**
 * Makes the Azure VM anew from another recovery point: what a person asks for when it does not come to life. The VM that
 * there is goes, and the new one is found by its disks.
 */
export async function changeRecoveryPoint(run: MachineRun, { item }: Found, named: string): Promise<void> {
  run.decisions.otherPoint = undefined;
  run.enter('failing-over');
  run.cutover.reach('failing-over');
  try {
    const point = await run.stepOr(`Find the recovery point`, ['keep'], ({ act }) =>
      act.findRecoveryPoint(item, { named }),
    );
    if (point === 'keep') return run.note('The Azure VM stays as it is');
    const end = await run.stepOr('Change the recovery point', ['keep'], async ({ act, wait }) => {
      const job = await act.beginApplyRecoveryPoint(item, await act.markItemJobs(item), point.id);
      run.note(`The Azure VM is made anew from the recovery point of ${point.time}${jobText(job)}`);
      await awaitJob(run, { wait }, item, job);
      return 'changed' as const;
    });
    if (end === 'keep') run.note('The Azure VM stays as it is');
  } finally {
    run.cutover.reach('failed-over');
  }
}
