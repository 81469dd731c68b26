import { getExternalWorkflowHandle, type SignalDefinition } from '@temporalio/workflow';
import {
  acceptAnywaySignal,
  approveCutoverSignal,
  approveTestSignal,
  changeSettingsSignal,
  cutoverMeasuredSignal,
  jointFailoverSignal,
  jointTestSignal,
  releaseTermsSignal,
  testFailoverSignal,
  turnBackSignal,
  type Approval,
  type CutoverApproval,
  type JointMessage,
  type JointTestMessage,
  type MeasuredCutover,
  type ReleaseTerms,
  type SettingsChange,
  type TestHow,
  type TurnBackHow,
} from './messages.ts';
import type { Machine } from './plan-machines.ts';

/** The signals without a word more that a plan sends to its machines. */
export type PassedOn =
  'failover' | 'pause' | 'resume' | 'retryStep' | 'report' | 'cleanUpTest' | 'abort' | 'skipStep';

/** Sends a signal to a machine. One that has closed in the meantime hears nothing, and need not. */
export async function passOn({ workflowId }: Machine, signal: PassedOn): Promise<void> {
  await getExternalWorkflowHandle(workflowId)
    .signal(signal)
    .catch(() => undefined);
}

async function tell<Told>(
  { workflowId }: Machine,
  signal: SignalDefinition<[Told?]>,
  told: Told,
): Promise<void> {
  await getExternalWorkflowHandle(workflowId)
    .signal(signal, told)
    .catch(() => undefined);
}

/** Tells a machine about the failover of its group. */
export async function passOnJoint(machine: Machine, message: JointMessage): Promise<void> {
  await tell(machine, jointFailoverSignal, message);
}

/** Tells a machine about a test failover of its group. */
export async function passOnJointTest(machine: Machine, message: JointTestMessage): Promise<void> {
  await tell(machine, jointTestSignal, message);
}

/** Has a machine tested. */
export async function passOnTest(machine: Machine, how: TestHow): Promise<void> {
  await tell(machine, testFailoverSignal, how);
}

/** Tells a machine on which terms it is released. */
export async function passOnTerms(machine: Machine, terms: ReleaseTerms): Promise<void> {
  await tell(machine, releaseTermsSignal, terms);
}

/** Tells a machine how long another one's cutover took. */
export async function passOnMeasured(machine: Machine, measured: MeasuredCutover): Promise<void> {
  await tell(machine, cutoverMeasuredSignal, measured);
}

/** Tells a machine that somebody has approved its test. */
export async function passOnApproval(machine: Machine, approval: Approval): Promise<void> {
  await tell(machine, approveTestSignal, approval);
}

/** Has a machine go on in spite of what failed. */
export async function passOnAcceptance(machine: Machine, approval: Approval): Promise<void> {
  await tell(machine, acceptAnywaySignal, approval);
}

/** Tells a machine that somebody has approved its cutover. */
export async function passOnCutoverApproval(machine: Machine, approval: CutoverApproval): Promise<void> {
  await tell(machine, approveCutoverSignal, approval);
}

/** Has a machine turn back. */
export async function passOnTurnBack(machine: Machine, how: TurnBackHow): Promise<void> {
  await tell(machine, turnBackSignal, how);
}

/** Tells a machine what its plan says of it now. */
export async function passOnChange(machine: Machine, change: SettingsChange): Promise<void> {
  await tell(machine, changeSettingsSignal, change);
}
