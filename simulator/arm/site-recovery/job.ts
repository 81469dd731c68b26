import type { JobFailure } from '../../faults.ts';

/** One task of a job; tasks run one after the other. */
export interface JobTask {
  readonly name: string;
  readonly friendlyName: string;
  readonly durationMs: number;
  /** What stands in the way when the task is done: the task fails on it, and the job with it. */
  readonly check?: () => JobFailure | undefined;
  /** Happens when the task is done. */
  readonly done?: () => void;
  /** Goes on saying InProgress when it and the whole job are done (recorded): the job is to be trusted. */
  readonly neverShownDone?: true;
}

/** A task with its length, and what it does at its end. */
export function task(name: string, friendlyName: string, durationMs: number, done?: () => void): JobTask {
  return done === undefined ? { name, friendlyName, durationMs } : { name, friendlyName, durationMs, done };
}

/** A job that is about to start. */
export interface JobPlan {
  readonly scenarioName: string;
  readonly friendlyName: string;
  readonly tasks: readonly JobTask[];
  readonly target: { readonly objectId: string; readonly objectName: string; readonly instanceType: string };
  /** `instanceType` of the job's `customDetails`. */
  readonly detailsType: 'AsrJobDetails' | 'FailoverJobDetails' | 'TestFailoverJobDetails';
  readonly affectedObjects: Readonly<Record<string, string>>;
  /** ARM id of the resource that the operation is about. */
  readonly resourceId: string;
  /** Makes a task fail, and the job with it: the task with this name, else the last one. */
  readonly failure: JobFailure | undefined;
  readonly failingTask?: string;
  /** How it ends when it does not fail. */
  readonly endsAs?: 'Succeeded' | 'Suspended';
  readonly succeeded: () => void;
  readonly failed?: () => void;
  /** What a cancel leaves behind; the same as a failure when absent. */
  readonly cancelled?: () => void;
  /** Moves a job along that goes by more than the clock; `tasks` is empty then. */
  readonly driver?: JobDriver;
}

/** Whoever moves a job along, because what its tasks are and how long they take shows only on the way. */
export interface JobDriver {
  /** The job's tasks, as GET shows them. */
  readonly tasks: (nowMs: number) => readonly unknown[];
  /** Why it failed: every reason, and the first one. */
  readonly errors: () => readonly object[];
  readonly failure: () => JobFailure | undefined;
  /** Goes on, where the job waits for a person. */
  readonly resume: (comments: string) => void;
  readonly cancel: () => void;
}

/** A Site Recovery job. */
export interface Job {
  readonly name: string;
  readonly activityId: string;
  readonly plan: JobPlan;
  readonly startMs: number;
  state: 'InProgress' | 'Succeeded' | 'Failed' | 'Suspended' | 'Cancelled';
  endMs: number | undefined;
  /** A warning that the operation status carries, also when all went well (recorded: 28175). */
  warning: { readonly code: string; readonly message: string } | undefined;
  /** The machines of a test failover, as `customDetails` names them once their VMs are made. */
  tested: readonly TestedMachine[];
  /** Reads show it from then on; simulated milliseconds. */
  readonly visibleFromMs: number;
  /** What one of its tasks came upon. */
  stop: JobStop | undefined;
}

/** One of a test failover's machines (official example). */
export interface TestedMachine {
  /** Internal identifier of the item. */
  readonly name: string;
  readonly friendlyName: string;
  readonly testVmName: string;
  readonly networkFriendlyName: string;
}

/** Why a job fails, and the place of the task that does. */
export interface JobStop {
  readonly failure: JobFailure;
  readonly at: number;
}

/** True while it waits for a person who says that a manual action is done. */
export function waitsForPerson({ state, endMs }: Job): boolean {
  return state === 'Suspended' && endMs === undefined;
}

/**
 * `allowedActions`: a job that runs advertises Cancel, also a failover in progress (site-recovery.md §8); one that waits
 * for a person both, as the official example has them.
 */
export function allowedActions(job: Job): readonly string[] {
  if (job.state === 'InProgress') return ['Cancel'];
  return waitsForPerson(job) ? ['Cancel', 'Resume'] : [];
}

/** Why a job fails: what a task came upon, else what it was to fail with from the beginning. */
export function stopOf({ stop, plan }: Pick<Job, 'stop' | 'plan'>): JobStop | undefined {
  const { failure, failingTask, tasks } = plan;
  if (stop !== undefined || failure === undefined) return stop;
  const named = tasks.findIndex(({ name }) => name === failingTask);
  return { failure, at: named === -1 ? tasks.length - 1 : named };
}
