import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ActivityFailure,
  CancellationScope,
  ChildWorkflowFailure,
  ParentClosePolicy,
  startChild,
  upsertSearchAttributes,
  WorkflowIdReusePolicy,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import type { Timing } from '../activities/index.ts';
import type { VmPlan } from '../plan/resolve.ts';
import { troubleOf, type Trouble } from './attention.ts';
import { doActionsOf } from './group-actions.ts';
import { machineWorkflowId, type PlanStatus } from './messages.ts';
import { migrateVm } from './migrate-vm.ts';
import { failOverTogether, makeNativePlans, removeNativePlans } from './native-plan.ts';
import { testTogether } from './native-rehearsal.ts';
import { phases, type Phase } from './phases.ts';
import { PlanContent } from './plan-content.ts';
import type { KnownEnvironment } from './plan-environments.ts';
import { asTold } from './plan-machines.ts';
import { PlanRun } from './plan-run.ts';
import { planAttribute, searchAttributesOf } from './search-attributes.ts';
import { readTiming, stepsOf } from './steps.ts';

/**
 * Migrates every machine of a plan: its environments are prepared, all replicate as soon as the limits allow, groups cut over in order, the machines
 * of one side by side.
 * @param input a plan as its file says it, e.g. from `temporal workflow start --input-file plan.json`.
 * @returns what became of every machine.
 * @throws ApplicationFailure `InvalidPlan` with every error of the plan.
 */
export async function recoveryPlan(input: unknown): Promise<PlanStatus> {
  const run = new PlanRun(new PlanContent(input));
  run.listen();
  const { cancelRequested } = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    cancelRequested.catch(() => run.cancelled());
    upsertSearchAttributes([{ key: planAttribute, value: run.plan.name }]);
    const timing = await readTiming();
    await preflight(run, timing);
    const asking = Promise.all(run.environments.all.map((environment) => askFor(run, timing, environment)));
    void run.announceWindows();
    const starting = run.environments.all.map((environment) => startMachines(run, timing, environment));
    const native = run.plan.engine === 'site-recovery' ? run.plan.groups : [];
    const testing = native.map((group) => testTogether(run, timing, group));
    await Promise.all([...starting, ...testing, cutOverGroups(run, timing)]);
    await run.end();
    await asking;
    return run.status;
  });
}

/** Looks at what the machines need together, until nothing speaks against it. */
async function preflight(run: PlanRun, timing: Timing): Promise<void> {
  const { act } = stepsOf(timing, 'Preflight of the plan');
  do {
    try {
      run.looked(await act.checkWholePlan(run.content.said));
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      run.looked(troubleOf(failure));
    }
  } while (await run.untilLookedAgain());
}

/** Has an environment prepared as long as the plan needs it, and asks for it again whenever a person has its failed step retried. */
async function askFor(run: PlanRun, timing: Timing, environment: KnownEnvironment): Promise<void> {
  const { name, workflowId } = environment;
  const { act, wait } = stepsOf(timing, `Environment ${name}`);
  do {
    try {
      const asked = await act.askForEnvironment(workflowId, environment.request);
      run.introduceMachines(environment);
      const closed = () => wait.awaitEnvironmentClosed(workflowId, asked);
      if (await run.environments.endsEarly(environment, closed))
        run.lost(environment, 'ended', endedFromOutside(environment));
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      run.lost(environment, environment.report.state, troubleOf(failure));
    }
  } while (await run.environments.untilRetried(environment));
  await run.environments.leave(environment);
}

function endedFromOutside({ request, workflowId }: KnownEnvironment): Trouble {
  return {
    code: 'ENVIRONMENT_ENDED',
    message: `The workflow that prepares vault ${request.environment.vault} was ended from outside: ${workflowId}`,
    suggestion: 'What it created stays. Retry, and it goes on from what is there',
  };
}

/** Starts the machines of an environment once it is ready for them, in the order of the plan. */
async function startMachines(run: PlanRun, timing: Timing, environment: KnownEnvironment): Promise<void> {
  await run.untilReady(environment);
  for (const name of environment.machines)
    if (await run.untilSlot(name)) await startMachine(run, run.planned(name), timing);
    else run.closed(name, 'aborted', 'never started: it was given up');
}

/** Starts a machine, or attaches to it: a machine that runs goes on, one that is done stays done. */
async function startMachine(run: PlanRun, vm: VmPlan, timing: Timing): Promise<void> {
  const workflowId = machineWorkflowId(vm.plan, vm.name);
  try {
    return follow(run, vm, await start(run, vm, timing, WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const steps = stepsOf(timing, vm.name);
  const found = await steps.act.lookUpMachine(workflowId);
  if (found.state === 'closed' && found.phase !== 'completed')
    return follow(run, vm, await start(run, vm, timing, WorkflowIdReusePolicy.ALLOW_DUPLICATE));
  if (found.state === 'closed')
    return run.closed(vm.name, 'completed', 'was completed by an earlier run and stays so');
  void steps.wait
    .awaitMachineClosed(workflowId)
    .then((phase) => run.closed(vm.name, asPhase(phase), 'its workflow has ended'));
  await run.attached(vm.name);
}

async function start(
  { plan: { notifications = [] } }: PlanRun,
  vm: VmPlan,
  timing: Timing,
  workflowIdReusePolicy: WorkflowIdReusePolicy,
) {
  return startChild(migrateVm, {
    workflowId: machineWorkflowId(vm.plan, vm.name),
    args: [{ vm: asTold(vm), timing, notifications }],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    workflowIdReusePolicy,
    staticSummary: `${vm.plan}/${vm.name} to ${vm.target.vmName}`,
    typedSearchAttributes: searchAttributesOf(vm),
  });
}

/** Hears of a machine's end also when it could not report it itself: terminated, or failed. */
function follow(run: PlanRun, vm: VmPlan, child: ChildWorkflowHandle<typeof migrateVm>): void {
  void child.result().then(
    ({ phase }) => run.closed(vm.name, phase, 'its workflow has ended'),
    (error: unknown) => {
      if (!(error instanceof ChildWorkflowFailure)) throw error;
      run.closed(vm.name, 'aborted', 'its workflow was ended from outside');
    },
  );
}

function asPhase(phase: string | undefined): Phase {
  return phases.find((one) => one === phase) ?? 'aborted';
}

async function cutOverGroups(run: PlanRun, timing: Timing): Promise<void> {
  const isNative = run.plan.engine === 'site-recovery';
  for (const { name } of run.plan.groups) {
    const goesOn = await run.untilTurn(run.content.group(name));
    const group = run.content.group(name);
    if (goesOn) {
      run.enterGroup(group, 'cutting-over');
      if (isNative) await run.endJointTests(group);
      if (isNative && !run.isCancelled) await makeNativePlans(run, timing, group);
      await doActionsOf(run, timing, group, 'before');
      await Promise.all([
        ...group.machines.map((vm) => run.cutOver(group, vm)),
        ...(isNative ? [failOverTogether(run, timing, group)] : []),
      ]);
      await doActionsOf(run, timing, group, 'after');
    }
    if (isNative) await removeNativePlans(run, timing, group);
    run.enterGroup(group, 'through');
  }
}
