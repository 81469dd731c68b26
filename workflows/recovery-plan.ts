import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
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
import { InvalidPlan } from '../plan/invalid-plan.ts';
import { parsePlan } from '../plan/parse.ts';
import {
  resolvePlan,
  type Action,
  type AutomaticAction,
  type ResolvedGroup,
  type ResolvedPlan,
  type VmPlan,
} from '../plan/resolve.ts';
import { ActionDoing } from './action-doing.ts';
import { troubleOf, type Trouble } from './attention.ts';
import { machineWorkflowId, type PlanStatus } from './messages.ts';
import { migrateVm } from './migrate-vm.ts';
import { failOverTogether, makeNativePlans, removeNativePlans } from './native-plan.ts';
import { phases, type Phase } from './phases.ts';
import type { KnownEnvironment } from './plan-environments.ts';
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
  const run = new PlanRun(parse(input));
  run.listen();
  const { cancelRequested } = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    cancelRequested.catch(() => run.cancelled());
    upsertSearchAttributes([{ key: planAttribute, value: run.plan.name }]);
    const timing = await readTiming();
    await preflight(run, timing, input);
    const asking = Promise.all(run.environments.all.map((environment) => askFor(run, timing, environment)));
    void run.announceWindows();
    const starting = run.environments.all.map((environment) => startMachines(run, timing, environment));
    await Promise.all([...starting, cutOverGroups(run, timing)]);
    await run.end();
    await asking;
    return run.status;
  });
}

function parse(input: unknown): ResolvedPlan {
  try {
    return resolvePlan(parsePlan(input));
  } catch (error) {
    if (error instanceof InvalidPlan) throw ApplicationFailure.nonRetryable(error.message, 'InvalidPlan');
    throw error;
  }
}

/** Looks at what the machines need together, until nothing speaks against it. */
async function preflight(run: PlanRun, timing: Timing, input: unknown): Promise<void> {
  const { act } = stepsOf(timing, 'Preflight of the plan');
  do {
    try {
      run.looked(await act.checkWholePlan(input));
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      run.looked(troubleOf(failure));
    }
  } while (await run.untilLookedAgain());
}

/** Has an environment prepared as long as the plan needs it, and asks for it again whenever a person has its failed step retried. */
async function askFor(run: PlanRun, timing: Timing, environment: KnownEnvironment): Promise<void> {
  const { request, workflowId } = environment;
  const { act, wait } = stepsOf(timing, `Environment ${request.environment.name}`);
  do {
    try {
      const asked = await act.askForEnvironment(workflowId, request);
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
  for (const vm of environment.machines)
    if (await run.untilSlot(vm.name)) await startMachine(run, vm, timing);
    else run.closed(vm.name, 'aborted', 'never started: it was given up');
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

/** In a plan, the plan says when: its machines wait for its signal, also those with `cutover: automatic`. */
async function start(
  { plan: { notifications = [] } }: PlanRun,
  vm: VmPlan,
  timing: Timing,
  workflowIdReusePolicy: WorkflowIdReusePolicy,
) {
  return startChild(migrateVm, {
    workflowId: machineWorkflowId(vm.plan, vm.name),
    args: [{ vm: { ...vm, cutover: 'manual' }, timing, notifications }],
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
  for (const group of run.plan.groups) {
    if (await run.untilTurn(group)) {
      run.enterGroup(group, 'cutting-over');
      const isNative = run.plan.engine === 'site-recovery';
      if (isNative) await makeNativePlans(run, timing, group);
      await act(run, timing, group, group.before);
      await Promise.all([
        ...group.machines.map((vm) => run.cutOver(group, vm)),
        ...(isNative ? [failOverTogether(run, timing, group)] : []),
      ]);
      await act(run, timing, group, group.after);
      if (isNative) await removeNativePlans(run, timing, group);
    }
    run.enterGroup(group, 'through');
  }
}

/** Does a group's actions, one after the other. */
async function act(
  run: PlanRun,
  timing: Timing,
  group: ResolvedGroup,
  actions: readonly Action[],
): Promise<void> {
  for (const action of actions) {
    if (run.isCancelled) return;
    if (run.isOver(action)) continue;
    run.beginAction(action);
    if (action.kind !== 'manual') run.endAction(action, await doByItself(run, timing, group, action));
    else {
      await run.untilCompleted(action);
      run.endAction(action);
    }
  }
}

async function doByItself(
  run: PlanRun,
  timing: Timing,
  group: ResolvedGroup,
  action: AutomaticAction,
): Promise<'done' | 'skipped'> {
  const doing = new ActionDoing(action, run.sceneOf(group, action, timing));
  for (;;) {
    try {
      await doing.untilDone();
      return 'done';
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      const outcome = await afterFailure(run, action, troubleOf(failure));
      if (outcome === 'again') continue;
      await doing.giveUp();
      return outcome;
    }
  }
}

/** By the plan's word where it has one, else by a person's. */
async function afterFailure(
  run: PlanRun,
  action: AutomaticAction,
  trouble: Trouble,
): Promise<'again' | 'done' | 'skipped'> {
  if (action.otherwise === 'ask') return run.untilCured(action, trouble);
  run.note(`${action.id}: ${trouble.message}`);
  return 'skipped';
}
