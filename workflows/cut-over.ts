import type { JobMark, MigratedVm, PowerState } from '../activities/index.ts';
import { pictureOfSource } from './compare-guests.ts';
import { commit, validate } from './complete-machine.ts';
import { disableReplication } from './disable-replication.ts';
import { failOverWithAnySize } from './fail-over.ts';
import { doActions } from './machine-actions.ts';
import {
  AbortAsked,
  RecoveryPointAsked,
  TurnBackAsked,
  WindowMissed,
  type MachineRun,
} from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import { quiesce } from './quiesce.ts';
import { changeRecoveryPoint, pointToFailOverTo } from './recovery-point.ts';
import { rehearse } from './rehearse.ts';
import { followChangedTarget, setTargetAnew } from './set-target.ts';
import { returnToSource, startSourceAgain } from './turn-back.ts';

/**
 * Waits for a person, or the plan, and cuts over; a cutover that is turned back waits to be asked for again. Until then
 * the machine is tested as often as somebody asks.
 * @returns the Azure VM, validated and committed; nothing when the machine went back to its source after the failover.
 */
export async function cutOverWhenAsked(run: MachineRun, found: Found): Promise<MigratedVm | undefined> {
  if (run.vm.cutover === 'automatic') run.askForFailover();
  for (;;) {
    const asked = await run.untilAsked();
    if (asked === 'test') await rehearse(run, found);
    else if (asked === 'change') await followChangedTarget(run, found);
    else {
      const end = await attemptCutover(run, found);
      if (end !== 'ready') return end === 'turned-back' ? undefined : end;
    }
  }
}

/** What a cutover has to remember to be undone. */
export interface CutoverAttempt {
  /** Whether the source ran before it was stopped; `undefined` as long as nobody touched it. */
  wasRunning: boolean | undefined;
  /** The item's jobs before the failover was asked for; `undefined` as long as it was not. */
  mark: JobMark | undefined;
  /** Whether a recovery plan of the vault has tried to fail it over. */
  wasJoint: boolean;
  /** Sizes of the plan's list that Azure had no capacity for. */
  exhaustedSizes: readonly string[];
  /** The failover's job has ended well: the machine lives in Azure. */
  isFailedOver: boolean;
}

type Stretch = (run: MachineRun, found: Found, attempt: CutoverAttempt) => Promise<MigratedVm>;

/**
 * Up to the commit, which is one-way: until then it can be turned back, or made anew from another recovery point.
 * @returns the Azure VM, or where the machine is after it was turned back.
 */
async function attemptCutover(run: MachineRun, found: Found): Promise<MigratedVm | 'ready' | 'turned-back'> {
  const attempt: CutoverAttempt = {
    ...{ wasRunning: undefined, mark: undefined, wasJoint: false },
    exhaustedSizes: [],
    isFailedOver: false,
  };
  for (let goOn: Stretch = cutOver; ;) {
    try {
      const migrated = await goOn(run, found, attempt);
      await commit(run, found);
      return migrated;
    } catch (cause) {
      if (cause instanceof RecoveryPointAsked) {
        goOn = fromPoint(cause.named);
        continue;
      }
      if (cause instanceof WindowMissed) {
        await startSourceAgain(run, found, attempt);
        run.waitsAgain();
        return 'ready';
      }
      if (!(cause instanceof TurnBackAsked || cause instanceof AbortAsked)) throw cause;
      if (!attempt.isFailedOver && (await acceptedAfterAll(run, found, attempt))) {
        goOn = failOver;
        continue;
      }
      const stays = attempt.isFailedOver && (await returnToSource(run, found, attempt)) === 'stays';
      if (stays) {
        goOn = validate;
        continue;
      }
      if (!attempt.isFailedOver) await startSourceAgain(run, found, attempt);
      if (cause instanceof AbortAsked) throw cause;
      if (attempt.isFailedOver) {
        await run.undoing('turning-back', () => disableReplication(run, found.item));
        return 'turned-back';
      }
      run.turnedBack();
      return 'ready';
    }
  }
}

async function cutOver(run: MachineRun, found: Found, attempt: CutoverAttempt): Promise<MigratedVm> {
  const { instanceId } = found.source;
  run.beginCutover();
  const power = await readyToStop(run, found);
  if (power === 'running') {
    run.sourcePicture = await pictureOfSource(run, found);
    await quiesce(run, found);
  }

  run.enter('stopping-source');
  await run.step('Stop the source', async ({ act, wait }) => {
    attempt.wasRunning ??= power === 'running';
    if (run.cutover.isBeforeStop) run.cutover.reach('source-touched');
    await act.stopSource(run.vm, instanceId);
    run.cutover.reach('source-stopped');
    await run.wait(() => wait.awaitStopped(run.vm, instanceId));
  });
  run.sourceStopped();
  run.note(`The source is stopped; before, it was ${power}`);

  return failOver(run, found, attempt);
}

/** Does what the plan wants before the stop, and sees that nothing speaks against it: before, and once more afterwards. */
async function readyToStop(run: MachineRun, found: Found): Promise<PowerState> {
  const look = () =>
    run.step('Look at its health once more', async (steps) => {
      const { act } = steps;
      await setTargetAnew(run, found.item, steps);
      const state = await act.readPowerState(run.vm, found.source.instanceId);
      await act.checkBeforeStop(run.vm, found.item, state === 'running');
      await pointToFailOverTo(run, found.item, { act });
      return state;
    });
  const power = await look();
  if (run.vm.before.length === 0) return power;
  await doActions(run, run.vm.before);
  return look();
}

async function failOver(run: MachineRun, found: Found, attempt: CutoverAttempt): Promise<MigratedVm> {
  run.enter('failing-over');
  await failOverWithAnySize(run, found, attempt);
  attempt.isFailedOver = true;
  run.cutover.reach('failed-over');
  return validate(run, found);
}

function fromPoint(named: string): Stretch {
  return async (run, found) => {
    await changeRecoveryPoint(run, found, named);
    return validate(run, found);
  };
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
  const state = await run.undoing('turning-back', () =>
    run.step('Look whether the failover was accepted', async ({ act, settle }) => {
      await settle();
      return act.failoverState(item, mark);
    }),
  );
  if (state === 'none') return false;
  run.failoverAccepted();
  return true;
}
