import type { ArmError } from '../../arm-error.ts';
import type { JobFailure } from '../../../faults.ts';
import type { TaskFacts } from '../job-body.ts';
import { stopOf, type Job } from '../job.ts';
import type { ProtectedItem } from '../protected-item.ts';
import type { PlanAction, GroupInput } from './recovery-plan-input.ts';

/** One thing that a run of a plan does: a task below its group's. */
export interface PlanStep {
  readonly id: string;
  readonly does:
    | { readonly kind: 'machine'; readonly item: ProtectedItem }
    | { readonly kind: 'action'; readonly action: PlanAction };
  state: TaskFacts['state'];
  startMs: number | undefined;
  endMs: number | undefined;
  /** The machine's own job. */
  job: Job | undefined;
  /** Why its operation was refused at once. */
  refusal: ArmError | undefined;
  /** What the person said who has done a manual action. */
  observation: string | undefined;
}

/** A group of a plan on its run, with the steps that follow each other; those of one stage go on together. */
export interface GroupRun {
  readonly groupType: GroupInput['groupType'];
  readonly groupId: string;
  readonly friendlyName: string;
  readonly stages: readonly (readonly PlanStep[])[];
  startMs: number | undefined;
  endMs: number | undefined;
}

/** A step that waits for its turn. */
export function newStep(id: string, does: PlanStep['does']): PlanStep {
  const nothing = { startMs: undefined, endMs: undefined, job: undefined };
  return { id, does, state: 'NotStarted', ...nothing, refusal: undefined, observation: undefined };
}

/** True once a step has ended, however it did. */
export function isOver({ endMs }: PlanStep): boolean {
  return endMs !== undefined;
}

/** Why a step failed: its operation was refused, or the machine's own job failed. */
export function stepFailure({ refusal, job, state }: PlanStep): JobFailure | undefined {
  if (state !== 'Failed') return undefined;
  if (refusal === undefined) return (job === undefined ? undefined : stopOf(job)?.failure) ?? cancelled;
  const { possibleCauses, recommendedAction } = refusal.details[0] ?? {};
  return {
    code: refusal.code,
    message: refusal.message,
    possibleCauses: text(possibleCauses),
    recommendedAction: text(recommendedAction),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A machine's job that somebody has cancelled. Inferred. */
const cancelled: JobFailure = {
  code: 'OperationCancelled',
  message: 'The job of the machine was cancelled.',
  possibleCauses: 'Somebody cancelled the job.',
  recommendedAction: 'Fail the machine over again.',
};
