import type { ItemAddress, JobMark } from '../activities/index.ts';
import { failureType } from './attention.ts';
import { awaitJob } from './await-job.ts';
import type { CutoverAttempt } from './cut-over.ts';
import type { MachineRun } from './machine-run.ts';
import { lacksCapacity, takeNextSize } from './next-size.ts';
import type { Found } from './prepare-machine.ts';
import { pointToFailOverTo } from './recovery-point.ts';
import { setTargetAnew } from './set-target.ts';
import type { Steps } from './steps.ts';
import { jobText } from './story.ts';

/** Fails the machine over. A size of the plan's list that has no capacity is replaced by the next. */
export async function failOverWithAnySize(
  run: MachineRun,
  found: Found,
  attempt: CutoverAttempt,
): Promise<void> {
  while ((await failOver(run, found, attempt)) === 'no-capacity') await takeNextSize(run, found, attempt);
}

/** @returns `no-capacity` only where the plan names another size. */
async function failOver(
  run: MachineRun,
  { item }: Found,
  attempt: CutoverAttempt,
): Promise<'done' | 'no-capacity'> {
  return run.step('Fail over', async (steps) => {
    await setTargetAnew(run, item, steps);
    const mark = await steps.act.markItemJobs(item);
    attempt.mark ??= mark;
    const isJoint =
      run.vm.engine === 'site-recovery' && !attempt.wasJoint && (await run.untilJointFailover());
    const ended = await (isJoint ? joinFailover(run, attempt, steps) : beginFailover(run, item, mark, steps));
    try {
      await ended(item, mark);
      return 'done';
    } catch (failure) {
      if (hasFailed(failure) && (await steps.act.failoverState(item, mark)) === 'none')
        run.cutover.reach('source-stopped');
      if (run.vm.target.nextSizes.length > 0 && lacksCapacity(failure)) return 'no-capacity';
      throw failure;
    }
  });
}

/** Waits for the end of a failover. */
type FailoverEnd = (item: ItemAddress, mark: JobMark) => Promise<void>;

async function beginFailover(
  run: MachineRun,
  item: ItemAddress,
  mark: JobMark,
  { act, wait }: Steps,
): Promise<FailoverEnd> {
  const point = await pointToFailOverTo(run, item, { act });
  const job = await (point === undefined
    ? act.beginFailover(item, mark)
    : act.beginFailover(item, mark, point.id));
  run.failoverAccepted();
  const to = point === undefined ? '' : `, to the recovery point of ${point.time}`;
  run.note(`The failover is accepted${jobText(job)}${to}`);
  return () => awaitJob(run, { wait }, item, job);
}

/** A recovery plan of the vault fails it over with its group. What that did not do, a retry does for the machine by itself. */
async function joinFailover(run: MachineRun, attempt: CutoverAttempt, { wait }: Steps): Promise<FailoverEnd> {
  attempt.wasJoint = true;
  run.failoverAccepted();
  run.note(`The failover of its group is accepted${jobText(run.jointJob)}`);
  return (item, mark) => run.wait(() => wait.awaitFailoverByPlan(item, mark, run.jointJob));
}

function hasFailed(failure: unknown): boolean {
  return ['JobFailed', 'NotFailedOver'].includes(failureType(failure) ?? '');
}
