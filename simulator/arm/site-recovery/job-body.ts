import type { JobFailure } from '../../faults.ts';
import { allowedActions, stopOf, waitsForPerson, type Job, type JobTask } from './job.ts';
import { endTime, never, serviceTime } from './service-time.ts';

/** A job as GET answers it; `status`, `error` and the times stand at the top again (recorded, in no published type). */
export function jobBody(job: Job, id: string, nowMs: number): unknown {
  const { activityId } = job;
  return body(job, id, { activityId, tasks: tasksOf(job, nowMs), customDetails: customDetails(job) });
}

/** A job as a LIST answers it: poorer (recorded). */
export function listedJobBody(job: Job, id: string): unknown {
  return body(job, id, { activityId: null, tasks: [], customDetails: null });
}

/** What a LIST leaves out of a job. */
interface JobParts {
  readonly activityId: string | null;
  readonly tasks: readonly unknown[];
  readonly customDetails: unknown;
}

function body(job: Job, id: string, { activityId, tasks, customDetails }: JobParts): unknown {
  const { name, plan, state, startMs, endMs } = job;
  const startTime = serviceTime(startMs);
  const end = endMs === undefined ? null : endTime(endMs);
  return {
    id,
    name,
    type: 'Microsoft.RecoveryServices/vaults/replicationJobs',
    properties: {
      activityId,
      scenarioName: plan.scenarioName,
      friendlyName: plan.friendlyName,
      state,
      stateDescription: stateDescription(job),
      tasks,
      errors: errorsOf(job),
      startTime,
      endTime: end ?? never,
      allowedActions: allowedActions(job),
      targetObjectId: plan.target.objectId,
      targetObjectName: plan.target.objectName,
      targetInstanceType: plan.target.instanceType,
      customDetails,
    },
    status: state,
    error: null,
    startTime,
    endTime: end,
  };
}

const descriptions = {
  InProgress: 'InProgress',
  Succeeded: 'Completed',
  Failed: 'Failed',
  Suspended: 'WaitingForStopTestFailover',
  Cancelled: 'Cancelled',
} as const;

/** What a job says of its state; that of a manual action is inferred. */
export function stateDescription(job: Job): string {
  return waitsForPerson(job) ? 'WaitingForManualAction' : descriptions[job.state];
}

/** The operation status: always 200; an `error` beside anything but `Failed` is a warning (recorded). */
export function operationStatusBody(job: Job): unknown {
  const { name, state, startMs, endMs, warning, plan } = job;
  const failure = state === 'Failed' ? (stopOf(job)?.failure ?? plan.driver?.failure()) : undefined;
  return {
    error: failure === undefined ? (warning ?? null) : { code: failure.code, message: failure.message },
    id: null,
    name,
    properties: null,
    status: state,
    startTime: serviceTime(startMs),
    endTime: endMs === undefined ? null : endTime(endMs),
    percentComplete: null,
  };
}

/** The tasks of a job, as GET shows them. */
export function tasksOf(job: Job, nowMs: number): readonly unknown[] {
  if (job.plan.driver !== undefined) return job.plan.driver.tasks(nowMs);
  const seenMs = job.state === 'Cancelled' ? (job.endMs ?? nowMs) : nowMs;
  let startMs = job.startMs;
  return job.plan.tasks.map((task, at) => {
    const endMs = startMs + task.durationMs;
    const failed = job.state === 'Failed' && at === stopOf(job)?.at;
    const reached = job.endMs === undefined || startMs < job.endMs;
    const body = clockedTask(task, { startMs, endMs, nowMs: seenMs, failed, reached });
    startMs = endMs;
    return body;
  });
}

interface TaskTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly nowMs: number;
  readonly failed: boolean;
  /** False for a task behind one that failed. */
  readonly reached: boolean;
}

function clockedTask(task: JobTask, { startMs, endMs, nowMs, failed, reached }: TaskTimes): unknown {
  const started = reached && nowMs >= startMs;
  const ended = started && nowMs >= endMs && task.neverShownDone === undefined;
  return taskBody({
    id: task.name,
    name: task.name,
    friendlyName: task.friendlyName,
    state: failed ? 'Failed' : ended ? 'Succeeded' : started ? 'InProgress' : 'NotStarted',
    startMs: started ? startMs : undefined,
    endMs: ended ? endMs : undefined,
  });
}

/** What tells one task of a job from another. */
export interface TaskFacts {
  readonly id: string;
  readonly name: string;
  readonly friendlyName: string;
  readonly state:
    'NotStarted' | 'InProgress' | 'Suspended' | 'Succeeded' | 'Failed' | 'Skipped' | 'Cancelled';
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  readonly allowedActions?: readonly string[];
  /** `instanceType` and what goes with it; recorded jobs have a plain `TaskDetails`, which no published type lists. */
  readonly customDetails?: TaskDetails;
  readonly groupTaskCustomDetails?: TaskDetails;
  readonly errors?: readonly unknown[];
}

/** Details of one kind. */
interface TaskDetails {
  readonly instanceType: string;
  readonly [name: string]: unknown;
}

/** A task as a job shows it (recorded). */
export function taskBody(facts: TaskFacts): unknown {
  const { id, name, friendlyName, state, startMs, endMs } = facts;
  const { allowedActions: actions = [], errors = [], groupTaskCustomDetails = null } = facts;
  const { customDetails = { instanceType: 'TaskDetails' } } = facts;
  return {
    taskId: id,
    name,
    startTime: startMs === undefined ? never : serviceTime(startMs),
    endTime: endMs === undefined ? never : serviceTime(endMs),
    allowedActions: actions,
    friendlyName,
    state,
    stateDescription: state === 'Succeeded' ? 'Completed' : state,
    taskType: customDetails.instanceType,
    customDetails,
    groupTaskCustomDetails,
    errors,
  };
}

/** Errors of a failed job. */
export function errorsOf(job: Job): readonly object[] {
  const { tasks, driver } = job.plan;
  if (job.state !== 'Failed') return [];
  if (driver !== undefined) return driver.errors();
  const stop = stopOf(job);
  return stop === undefined ? [] : [jobError(job, stop.failure, tasks[stop.at]?.name ?? '')];
}

/** An error of a job, in the published shape: nobody has recorded one. */
export function jobError({ activityId, endMs, startMs }: Job, failure: JobFailure, taskId: string): object {
  const { code, message, possibleCauses, recommendedAction } = failure;
  const number = Number(code);
  return {
    serviceErrorDetails: { code, message, possibleCauses, recommendedAction, activityId },
    providerErrorDetails: Number.isInteger(number)
      ? { errorCode: number, errorMessage: message, errorId: code, possibleCauses, recommendedAction }
      : null,
    errorLevel: 'Error',
    creationTime: serviceTime(endMs ?? startMs),
    taskId,
  };
}

function customDetails({ plan, state, tested }: Job): unknown {
  const { detailsType, affectedObjects } = plan;
  const affectedObjectDetails = { ...affectedObjects };
  if (detailsType === 'AsrJobDetails') return { instanceType: detailsType, affectedObjectDetails };
  if (detailsType === 'FailoverJobDetails')
    return { instanceType: detailsType, protectedItemDetails: [], affectedObjectDetails };
  return {
    instanceType: detailsType,
    testFailoverStatus: state === 'InProgress' ? 'None' : 'Active',
    comments: null,
    networkType: 'VmNetworkAsInput',
    protectedItemDetails: tested.map(({ testVmName, ...machine }) => ({
      ...machine,
      testVmName,
      testVmFriendlyName: testVmName,
      networkConnectionStatus: 'Connected',
    })),
    affectedObjectDetails,
  };
}
