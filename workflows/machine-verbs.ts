import { ApplicationFailure } from '@temporalio/common';
import { CancellationScope, currentUpdateInfo, setHandler } from '@temporalio/workflow';
import type { MachineRun } from './machine-run.ts';
import {
  abortSignal,
  abortUpdate,
  acceptAnywaySignal,
  acceptAnywayUpdate,
  approveCutoverSignal,
  approveCutoverUpdate,
  approveTestSignal,
  approveTestUpdate,
  cleanUpTestSignal,
  cleanUpTestUpdate,
  changeRecoveryPointUpdate,
  confirmUpdate,
  failoverSignal,
  machineStatusQuery,
  pauseSignal,
  pauseUpdate,
  requestFailoverUpdate,
  requestTestFailoverUpdate,
  resumeSignal,
  resumeUpdate,
  retryStepSignal,
  retryStepUpdate,
  skipStepSignal,
  skipStepUpdate,
  testFailoverSignal,
  turnBackSignal,
  turnBackUpdate,
  type Approval,
  type Confirmation,
  type CutoverApproval,
  type FailoverHow,
  type OtherPoint,
  type TestHow,
  type TurnBackHow,
} from './messages.ts';
import { isBeforeReady, isEnded } from './phases.ts';
import { readTerms } from './release-terms.ts';
import { stepsOf } from './steps.ts';

/**
 * Something that people ask of a machine: when it is refused, and what it does and answers. An update refuses; a signal
 * can't be refused: the reason is noted, and nothing changes.
 */
interface Verb {
  /** @throws Error with the reason. */
  readonly refuse: () => void;
  readonly act: () => string;
}

/** Has a machine answer and follow people, from now on. */
export function listenToPeople(run: MachineRun): void {
  setHandler(machineStatusQuery, () => run.status);

  setHandler(failoverSignal, (how) => take(run, 'failover', failover(run, how)));
  setHandler(requestFailoverUpdate, (how?: FailoverHow) => failover(run, how ?? {}).act(), {
    validator: (how?: FailoverHow) => failover(run, how ?? {}).refuse(),
  });
  setHandler(changeRecoveryPointUpdate, (other: OtherPoint) => changeRecoveryPoint(run, other).act(), {
    validator: (other: OtherPoint) => changeRecoveryPoint(run, other).refuse(),
  });
  setHandler(pauseSignal, () => take(run, 'pause', pause(run)));
  setHandler(pauseUpdate, ...asUpdate(pause(run)));
  setHandler(resumeSignal, () => take(run, 'resume', resume(run)));
  setHandler(resumeUpdate, ...asUpdate(resume(run)));
  setHandler(retryStepSignal, () => take(run, 'retryStep', retryStep(run)));
  setHandler(retryStepUpdate, ...asUpdate(retryStep(run)));
  setHandler(skipStepSignal, () => take(run, 'skipStep', skipStep(run)));
  setHandler(skipStepUpdate, ...asUpdate(skipStep(run)));
  setHandler(acceptAnywaySignal, (approval) => take(run, 'acceptAnyway', acceptAnyway(run, approval)));
  setHandler(acceptAnywayUpdate, async () => acceptAnyway(run, { by: await whoAsks(run) }).act(), {
    validator: () => acceptAnyway(run, { by: '' }).refuse(),
  });
  setHandler(abortSignal, () => take(run, 'abort', abort(run)));
  setHandler(abortUpdate, ...asUpdate(abort(run)));

  setHandler(turnBackSignal, (how) => take(run, 'turnBack', turnBack(run, how)));
  setHandler(turnBackUpdate, (how?: TurnBackHow) => turnBack(run, how).act(), {
    validator: (how?: TurnBackHow) => turnBack(run, how).refuse(),
  });
  setHandler(
    confirmUpdate,
    async (confirmation: Confirmation) => {
      const by = await whoAsks(run);
      const { act, refuse } = confirm(run, confirmation, by);
      refuse();
      return act();
    },
    { validator: (confirmation: Confirmation) => confirm(run, confirmation).refuse() },
  );

  setHandler(testFailoverSignal, (how) => take(run, 'requestTestFailover', testFailover(run, how)));
  setHandler(requestTestFailoverUpdate, ...asUpdate(testFailover(run)));
  setHandler(cleanUpTestSignal, () => take(run, 'cleanUpTest', cleanUpTest(run)));
  setHandler(cleanUpTestUpdate, ...asUpdate(cleanUpTest(run)));
  setHandler(approveTestSignal, (approval) => take(run, 'approveTest', approveTest(run, approval)));
  setHandler(approveTestUpdate, async () => approveTest(run, { by: await whoAsks(run) }).act(), {
    validator: () => run.test.refuseApprove(),
  });
  setHandler(approveCutoverSignal, (approval) => take(run, 'approveCutover', approveCutover(run, approval)));
  setHandler(approveCutoverUpdate, () => approveCutoverAsUpdate(run), {
    validator: () => refuseApproveCutover(run),
  });
}

/** Temporal's cancel means abort. */
export function cancelled(run: MachineRun): void {
  const verb = abort(run);
  const act = () => {
    run.decisions.cancel = true;
    return verb.act();
  };
  take(run, 'cancel', { ...verb, act });
}

function asUpdate({ act, refuse }: Verb): [() => string, { validator: () => void }] {
  return [act, { validator: refuse }];
}

function take(run: MachineRun, name: string, { act, refuse }: Verb): void {
  try {
    refuse();
  } catch (refusal) {
    if (!(refusal instanceof Error)) throw refusal;
    return run.note(`A ${name} signal was noted and changes nothing: ${refusal.message}`);
  }
  act();
}

const never = () => undefined;

/** Cut over now, or as soon as ready. @param how absent: on the terms, and to the point, that were given before. */
function failover(run: MachineRun, how?: FailoverHow): Verb {
  const { recoveryPoint } = how ?? {};
  return {
    refuse: () => {
      if (run.cutover.isOneWay) throw new Error(`A failover is refused: ${run.address} is committed`);
      if (how !== undefined) readTerms(how);
      if (recoveryPoint === undefined) return;
      if (run.vm.engine === 'site-recovery')
        throw new Error(
          `a recovery plan of the vault fails ${run.address} over, to the latest recovery point: none can be named`,
        );
      if (run.cutover.isInAzure)
        throw new Error(
          `the failover of ${run.address} was accepted. Another recovery point: portage recovery-point ${run.address} <id>`,
        );
    },
    act: () => {
      if (recoveryPoint !== undefined) {
        run.decisions.recoveryPoint = recoveryPoint;
        run.note(`The recovery point ${recoveryPoint} was asked for`);
      }
      return run.askForFailover(how && readTerms(how));
    },
  };
}

/** Make the Azure VM anew from another recovery point. */
function changeRecoveryPoint(run: MachineRun, { recoveryPoint }: OtherPoint): Verb {
  const { address, cutover } = run;
  return {
    refuse: () => {
      if (cutover.isOneWay) throw new Error(`${address} is committed: its other recovery points are deleted`);
      if (run.isUndoing) throw new Error(`${address} is ${run.phase}`);
      if (!cutover.isFailedOver)
        throw new Error(
          `${address} is ${run.phase}: it has not been failed over. To choose beforehand: portage failover ${address} --recovery-point <id>`,
        );
    },
    act: () => {
      run.decisions.otherPoint = recoveryPoint;
      run.note(`Another recovery point was asked for: ${recoveryPoint}`);
      return `${address}: the Azure VM is made anew from recovery point ${recoveryPoint}; what was done on it is lost with it`;
    },
  };
}

function pause(run: MachineRun): Verb {
  return {
    refuse: never,
    act: () => {
      run.decisions.paused = true;
      run.note('Paused: the step under way ends, no other begins');
      return `${run.address} is paused in ${run.phase}; what runs in the clouds goes on`;
    },
  };
}

function resume(run: MachineRun): Verb {
  return {
    refuse: never,
    act: () => {
      run.decisions.paused = false;
      run.note('Resumed');
      return `${run.address} goes on in ${run.phase}`;
    },
  };
}

function retryStep(run: MachineRun): Verb {
  return {
    refuse: () => {
      if (run.attention === undefined)
        throw new Error(`${run.address} waits for nothing: it is ${run.phase}`);
    },
    act: () => {
      run.decisions.retry = true;
      return `${run.address} tries again: ${run.attention?.step ?? ''}`;
    },
  };
}

function skipStep(run: MachineRun): Verb {
  return {
    refuse: () => requireOffered(run, 'skip'),
    act: () => {
      const step = run.attention?.step ?? '';
      run.decisions.answer = 'skip';
      run.note(`Left out: ${step}`);
      return `${run.address} goes on without: ${step}`;
    },
  };
}

/** @param approval absent: a signal that somebody sent by hand, which does not tell who. */
function acceptAnyway(run: MachineRun, approval: Approval | undefined): Verb {
  return {
    refuse: () => {
      if (approval === undefined) throw new Error('who accepts is not told: send it as an update');
      requireOffered(run, 'accept');
    },
    act: () => {
      const { step = '', message = '' } = run.attention ?? {};
      run.decisions.answer = 'accept';
      run.decisions.answeredBy = approval?.by ?? '';
      run.note(`Accepted by ${approval?.by ?? ''}: ${step}: ${message}`);
      return `${run.address} goes on, accepted by ${approval?.by ?? ''}`;
    },
  };
}

/** @throws Error where the attention that is open, if any, has no use for this answer. */
function requireOffered({ address, answers, attention, phase }: MachineRun, answer: string): void {
  if (answers.includes(answer)) return;
  const why = attention === undefined ? `it is ${phase} and asks for nothing` : `not at ${attention.step}`;
  throw new Error(`${address} cannot ${answer} now: ${why}`);
}

function turnBack(run: MachineRun, { afterFailover = false }: TurnBackHow = {}): Verb {
  const { address, cutover } = run;
  return {
    refuse: () => {
      if (cutover.isOneWay) throw new Error(`${address} is committed: that is one-way`);
      if (run.isUndoing) throw new Error(`${address} is ${run.phase} already`);
      if (cutover.isInAzure && afterFailover) return;
      if (cutover.isInAzure)
        throw new Error(
          `the failover of ${address} was accepted. Turning back now deallocates the Azure VM and starts the source; ${costOfNewStart(run)}. To do it: portage turn-back ${address} --after-failover`,
        );
      if (!run.mayGoBack) throw new Error(`${address} is ${run.phase}: no cutover has begun`);
    },
    act: () => {
      run.decisions.turnBack = afterFailover ? 'after-failover' : 'before-failover';
      run.note(`Turning back was asked for${afterFailover ? ', after the failover' : ''}`);
      return cutover.isInAzure
        ? `${address} turns back: the Azure VM is deallocated, then the source is started again if it was running; ${costOfNewStart(run)}`
        : `${address} turns back: the source is started again if it was running, replication goes on`;
    },
  };
}

function costOfNewStart({ replicatedMs }: MachineRun): string {
  const took =
    replicatedMs === undefined
      ? 'whose time was not measured'
      : `which took ${(replicatedMs / 3_600_000).toFixed(1)} hours the first time`;
  return `replication ends for good, and starting over takes a new initial replication, ${took}`;
}

function abort(run: MachineRun): Verb {
  const { address, cutover } = run;
  return {
    refuse: () => {
      if (cutover.isOneWay) throw new Error(`${address} is committed: that is one-way`);
      if (isEnded(run.phase)) throw new Error(`${address} has ended: it is ${run.phase}`);
    },
    act: () => {
      run.decisions.abort = true;
      run.note('Giving the machine up was asked for');
      const when = cutover.isInFlight ? ', as soon as its failover has ended' : '';
      return `${address} is given up${when}: what was done is undone in reverse, and its replication is disabled`;
    },
  };
}

/** @param by whoever it was, once that is known. */
function confirm(run: MachineRun, { answer }: Confirmation, by = ''): Verb {
  const { address } = run;
  return {
    refuse: () => {
      if (run.answers.includes(answer)) return;
      const open = run.answers.join(', ') || 'none';
      throw new Error(`${address} has no use for ${answer}; answers now: ${open}`);
    },
    act: () => {
      run.decisions.answer = answer;
      run.decisions.answeredBy = by;
      run.note(`Confirmed by ${by}: ${answer}`);
      return `${address}: ${answer}`;
    },
  };
}

/** @param how absent: by itself. */
function testFailover(run: MachineRun, { jointly = false }: TestHow = {}): Verb {
  return {
    refuse: () => {
      if (run.hasBegunCutover) throw new Error(`${run.address} is ${run.phase}: its cutover has begun`);
      run.test.refuseAsk();
    },
    act: () => {
      run.note('A test failover was asked for');
      return run.test.ask(jointly);
    },
  };
}

function cleanUpTest(run: MachineRun): Verb {
  return {
    refuse: () => run.test.refuseCleanUp(),
    act: () => {
      run.note('The clean-up of the test was asked for');
      return run.test.cleanUp();
    },
  };
}

/** @param approval absent: a signal that somebody sent by hand, which does not tell who. */
function approveTest(run: MachineRun, approval: Approval | undefined): Verb {
  return {
    refuse: () => {
      if (approval === undefined) throw new Error('who approves is not told: send it as an update');
      run.test.refuseApprove();
    },
    act: () => {
      const answer = run.test.approve(approval?.by ?? '');
      run.note(answer);
      return answer;
    },
  };
}

/** What is approved is what there is when it is asked for; who asks is only known afterwards. */
async function approveCutoverAsUpdate(run: MachineRun): Promise<string> {
  const { subject } = run.gate.approvals;
  const verb = approveCutover(run, { by: await whoAsks(run), subject });
  try {
    verb.refuse();
  } catch (refusal) {
    if (!(refusal instanceof Error)) throw refusal;
    throw ApplicationFailure.nonRetryable(refusal.message, 'Refused');
  }
  return verb.act();
}

/** @param approval absent: a signal that somebody sent by hand, which does not tell who. */
function approveCutover(run: MachineRun, approval: CutoverApproval | undefined): Verb {
  const { by, subject } = approval ?? { by: '', subject: '' };
  return {
    refuse: () => {
      if (approval === undefined) throw new Error('who approves is not told: send it as an update');
      refuseApproveCutover(run);
      run.gate.approvals.refuseFrom(by, subject);
    },
    act: () => run.approveCutover({ by, subject }),
  };
}

function refuseApproveCutover(run: MachineRun): void {
  if (run.hasBegunCutover || isEnded(run.phase))
    throw new Error(`${run.address} is ${run.phase}: its cutover has begun`);
  if (isBeforeReady(run.phase))
    throw new Error(`${run.address} is ${run.phase}: there is nothing to approve before it is ready`);
  run.gate.approvals.refuse();
}

/** Who sent the update that is being handled. */
async function whoAsks(run: MachineRun): Promise<string> {
  const id = currentUpdateInfo()?.id ?? '';
  const timing = await run.timing;
  return CancellationScope.nonCancellable(() => stepsOf(timing, 'Who asks').act.whoAsked(id));
}
