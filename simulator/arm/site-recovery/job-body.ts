import { failingTaskOf, type Job, type JobTask } from './job.ts';
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
      stateDescription: descriptions[state],
      tasks,
      errors: errorsOf(job),
      startTime,
      endTime: end ?? never,
      allowedActions: state === 'InProgress' ? ['Cancel'] : [],
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
} as const;

/** The operation status: always 200; an `error` beside anything but `Failed` is a warning (recorded). */
export function operationStatusBody(job: Job): unknown {
  const { name, state, startMs, endMs, warning, plan } = job;
  const failure = state === 'Failed' ? plan.failure : undefined;
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

function tasksOf(job: Job, nowMs: number): unknown[] {
  let startMs = job.startMs;
  return job.plan.tasks.map((task, at) => {
    const endMs = startMs + task.durationMs;
    const failed = job.state === 'Failed' && at === failingTaskOf(job.plan);
    const reached = job.endMs === undefined || startMs < job.endMs;
    const body = taskBody(task, { startMs, endMs, nowMs, failed, reached });
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

function taskBody(task: JobTask, { startMs, endMs, nowMs, failed, reached }: TaskTimes): unknown {
  const started = reached && nowMs >= startMs;
  const ended = started && nowMs >= endMs && task.neverShownDone === undefined;
  const state = failed ? 'Failed' : ended ? 'Succeeded' : started ? 'InProgress' : 'NotStarted';
  return {
    taskId: task.name,
    name: task.name,
    startTime: started ? serviceTime(startMs) : never,
    endTime: ended ? serviceTime(endMs) : never,
    allowedActions: [],
    friendlyName: task.friendlyName,
    state,
    stateDescription: state === 'Succeeded' ? 'Completed' : state,
    taskType: 'TaskDetails',
    customDetails: { instanceType: 'TaskDetails' },
    groupTaskCustomDetails: null,
    errors: [],
  };
}

/** Errors of a failed job, in the published shape: nobody has recorded one. */
function errorsOf({ state, plan, activityId, endMs, startMs }: Job): unknown[] {
  const { failure, tasks } = plan;
  const failing = failingTaskOf(plan);
  if (state !== 'Failed' || failure === undefined || failing === undefined) return [];
  const { code, message, possibleCauses, recommendedAction } = failure;
  const number = Number(code);
  return [
    {
      serviceErrorDetails: { code, message, possibleCauses, recommendedAction, activityId },
      providerErrorDetails: Number.isInteger(number)
        ? { errorCode: number, errorMessage: message, errorId: code, possibleCauses, recommendedAction }
        : null,
      errorLevel: 'Error',
      creationTime: serviceTime(endMs ?? startMs),
      taskId: tasks[failing]?.name ?? '',
    },
  ];
}

function customDetails({ plan, state }: Job): unknown {
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
    protectedItemDetails: [],
    affectedObjectDetails,
  };
}
