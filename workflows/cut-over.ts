import type { ItemAddress, JobMark } from '../activities/index.ts';
import { failureType } from './attention.ts';
import { awaitJob } from './await-job.ts';
import { TurnBackAsked, type MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import { rehearse } from './rehearse.ts';
import type { Steps } from './steps.ts';
import { jobText } from './story.ts';

/**
 * Waits for a person, or the plan, and cuts over; a cutover that is turned back waits to be asked for again. Until then
 * the machine is tested as often as somebody asks.
 */
export async function cutOverWhenAsked(run: MachineRun, found: Found): Promise<void> {
  if (run.vm.cutover === 'automatic') run.askForFailover();
  for (;;) {
    if ((await run.untilAsked()) === 'test') await rehearse(run, found);
    else if (await cutOverOrTurnBack(run, found)) return;
  }
}

/** @returns false when the cutover was turned back. */
async function cutOverOrTurnBack(run: MachineRun, found: Found): Promise<boolean> {
  const attempt: CutoverAttempt = { wasRunning: undefined, mark: undefined, wasJoint: false };
  for (let goOn = cutOver; ; goOn = failOver) {
    try {
      await goOn(run, found, attempt);
      return true;
    } catch (cause) {
      if (!(cause instanceof TurnBackAsked)) throw cause;
      if (await acceptedAfterAll(run, found, attempt)) continue;
      await turnBack(run, found, attempt);
      return false;
    }
  }
}

/** What a cutover has to remember to be undone. */
interface CutoverAttempt {
  /** Whether the source ran before it was stopped; `undefined` as long as nobody touched it. */
  wasRunning: boolean | undefined;
  /** The item's jobs before the failover was asked for; `undefined` as long as it was not. */
  mark: JobMark | undefined;
  /** Whether a recovery plan of the vault has tried to fail it over. */
  wasJoint: boolean;
}

async function cutOver(run: MachineRun, found: Found, attempt: CutoverAttempt): Promise<void> {
  const { instanceId } = found.source;
  run.beginCutover();
  const power = await run.step('Look at its health once more', async ({ act }) => {
    const state = await act.readPowerState(run.vm, instanceId);
    await act.checkBeforeStop(run.vm, found.item, state === 'running');
    return state;
  });

  run.enter('stopping-source');
  await run.step('Stop the source', async ({ act, wait }) => {
    attempt.wasRunning ??= power === 'running';
    run.sourceTouched();
    await act.stopSource(run.vm, instanceId);
    await run.wait(() => wait.awaitStopped(run.vm, instanceId));
  });
  run.sourceStopped();
  run.note(`The source is stopped; before, it was ${power}`);

  await failOver(run, found, attempt);
}

async function failOver(run: MachineRun, { item }: Found, attempt: CutoverAttempt): Promise<void> {
  run.enter('failing-over');
  await run.step('Fail over', async (steps) => {
    const mark = await steps.act.markItemJobs(item);
    attempt.mark ??= mark;
    const isJoint =
      run.vm.engine === 'site-recovery' && !attempt.wasJoint && (await run.untilJointFailover());
    const ended = await (isJoint ? joinFailover(run, attempt, steps) : beginFailover(run, item, mark, steps));
    try {
      await ended(item, mark);
    } catch (failure) {
      if (hasFailed(failure) && (await steps.act.failoverState(item, mark)) === 'none') run.failoverFailed();
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
  const job = await act.beginFailover(item, mark);
  run.failoverAccepted();
  run.note(`The failover is accepted${jobText(job)}`);
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

/**
 * A begin whose answer was lost may have been accepted without showing yet: it is given the time to show, and asked for,
 * before the source is started again. There must never be two live copies.
 */
async function acceptedAfterAll(
  run: MachineRun,
  { item }: Found,
  { mark }: CutoverAttempt,
): Promise<boolean> {
  if (mark === undefined) return false;
  run.enter('turning-back');
  const state = await run.step('Look whether the failover was accepted', async ({ act, settle }) => {
    await settle();
    return act.failoverState(item, mark);
  });
  if (state === 'none') return false;
  run.tooLateToTurnBack();
  return true;
}

/** Undoes a cutover whose failover was not accepted: the source runs again if it ran before; replication was never touched. */
async function turnBack(run: MachineRun, { source }: Found, { wasRunning }: CutoverAttempt): Promise<void> {
  run.enter('turning-back');
  if (wasRunning) {
    await run.step('Start the source again', async ({ act, wait }) => {
      if ((await act.readPowerState(run.vm, source.instanceId)) === 'stopping')
        await run.wait(() => wait.awaitStopped(run.vm, source.instanceId));
      await act.startSource(run.vm, source.instanceId);
      await run.wait(() => wait.awaitRunning(run.vm, source.instanceId));
    });
    run.note('Turned back: the source runs again');
  } else run.note('Turned back: the source is as it was before');
  run.turnedBack();
}
