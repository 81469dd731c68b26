import { jobError, taskBody, tasksOf } from '../job-body.ts';
import type { Job } from '../job.ts';
import type { ProtectedItem } from '../protected-item.ts';
import type { VaultIds } from '../vault-ids.ts';
import { stepFailure, type GroupRun, type PlanStep } from './plan-step.ts';
import type { PlanAction } from './recovery-plan-input.ts';

/** A run of a plan, as its job shows it. */
interface ShownRun {
  readonly job: Job;
  readonly groups: readonly GroupRun[];
  readonly steps: readonly PlanStep[];
  readonly checkedMs: number | undefined;
}

const check = 'RecoveryPlanPrerequisitesCheck';

/**
 * The tasks of a plan's job: a check, then one for each group with its steps as child tasks. The kinds of details are
 * those of the specification; nobody has recorded such a job, so names and the nesting are inferred.
 */
export function runTasks(
  { job, groups, checkedMs }: ShownRun,
  ids: VaultIds,
  nowMs: number,
): readonly unknown[] {
  const { startMs, plan } = job;
  const checked = taskBody({
    id: check,
    name: check,
    friendlyName: 'Prerequisites check for the recovery plan',
    state: checkedMs === undefined ? 'InProgress' : plan.failure === undefined ? 'Succeeded' : 'Failed',
    startMs,
    endMs: checkedMs,
  });
  const stepTask = (step: PlanStep): unknown =>
    step.does.kind === 'action'
      ? actionTask(step, step.does.action)
      : machineTask(step, step.does.item, { ids, nowMs, errors: stepErrors(job, step) });
  return [checked, ...groups.map((group) => groupTask(group, stepTask))];
}

/** The errors of a plan's job: one for each machine that failed. */
export function runErrors({ job, steps }: ShownRun): readonly object[] {
  const { failure } = job.plan;
  if (failure !== undefined) return [jobError(job, failure, check)];
  return steps.flatMap((step) => stepErrors(job, step));
}

function stepErrors(planJob: Job, step: PlanStep): readonly object[] {
  const failure = stepFailure(step);
  return failure === undefined ? [] : [jobError(step.job ?? planJob, failure, step.id)];
}

function groupTask(group: GroupRun, stepTask: (step: PlanStep) => unknown): unknown {
  const { groupId, groupType, friendlyName, startMs, endMs, stages } = group;
  const steps = stages.flat();
  const failed = steps.some(({ state }) => state === 'Failed');
  return taskBody({
    id: groupId,
    name: `RecoveryPlan${groupType}Group`,
    friendlyName,
    state:
      startMs === undefined
        ? 'NotStarted'
        : endMs === undefined
          ? 'InProgress'
          : failed
            ? 'Failed'
            : 'Succeeded',
    startMs,
    endMs,
    groupTaskCustomDetails: detailsOfGroup(group, steps.map(stepTask)),
  });
}

function detailsOfGroup({ groupType, groupId, friendlyName }: GroupRun, childTasks: readonly unknown[]) {
  return {
    instanceType:
      groupType === 'Shutdown' ? 'RecoveryPlanShutdownGroupTaskDetails' : 'RecoveryPlanGroupTaskDetails',
    childTasks,
    name: friendlyName,
    groupId,
    rpGroupType: groupType,
  };
}

function actionTask(step: PlanStep, action: PlanAction): unknown {
  const { id, state, startMs, endMs } = step;
  const { actionName } = action;
  const details = detailsOfAction(action, step.observation);
  return taskBody({
    id,
    name: actionName,
    friendlyName: actionName,
    state,
    startMs,
    endMs,
    allowedActions: state === 'Suspended' ? ['Resume'] : [],
    customDetails: details,
  });
}

function detailsOfAction({ actionName: name, customDetails }: PlanAction, observation: string | undefined) {
  switch (customDetails.instanceType) {
    case 'ManualActionDetails': {
      const { description: instructions } = customDetails;
      return { instanceType: 'ManualActionTaskDetails', name, instructions, observation };
    }
    case 'AutomationRunbookActionDetails': {
      const { runbookId, fabricLocation } = customDetails;
      const isPrimarySideScript = fabricLocation === 'Primary';
      return { instanceType: 'AutomationRunbookTaskDetails', name, runbookId, isPrimarySideScript };
    }
    case 'ScriptActionDetails': {
      const { path, fabricLocation } = customDetails;
      const isPrimarySideScript = fabricLocation === 'Primary';
      return { instanceType: 'ScriptActionTaskDetails', name, path, isPrimarySideScript };
    }
  }
}

/** It names the machine's own job, and shows that job's tasks. */
function machineTask(
  step: PlanStep,
  item: ProtectedItem,
  {
    ids,
    nowMs,
    errors,
  }: { readonly ids: VaultIds; readonly nowMs: number; readonly errors: readonly unknown[] },
): unknown {
  const { id, state, startMs, endMs, job } = step;
  const skipped = state === 'Skipped' ? 'MachineAlreadyFailedOver' : null;
  return taskBody({
    id,
    name: 'RecoveryPlanMachineTask',
    friendlyName: item.friendlyName,
    state,
    startMs,
    endMs,
    customDetails: {
      instanceType: 'VirtualMachineTaskDetails',
      ...(job === undefined ? {} : { jobTask: jobEntity(job, ids.job(job.name)) }),
      skippedReason: skipped,
      skippedReasonString: skipped === null ? null : 'The machine has been failed over already.',
    },
    ...(job === undefined
      ? {}
      : {
          groupTaskCustomDetails: {
            instanceType: 'InlineWorkflowTaskDetails',
            workflowIds: [job.name],
            childTasks: tasksOf(job, nowMs),
          },
        }),
    errors,
  });
}

function jobEntity({ plan }: Job, jobId: string): unknown {
  return {
    jobId,
    jobFriendlyName: plan.friendlyName,
    targetObjectId: plan.target.objectId,
    targetObjectName: plan.target.objectName,
    targetInstanceType: plan.target.instanceType,
    jobScenarioName: plan.scenarioName,
  };
}
