import { minutesOf, secondsOf } from '../../../durations.ts';
import { ArmError } from '../../arm-error.ts';
import type { JobFailure } from '../../../faults.ts';
import type { Job, JobDriver } from '../job.ts';
import type { ProtectedItem } from '../protected-item.ts';
import type { Vault } from '../vault.ts';
import { isOver, newStep, stepFailure, type GroupRun, type PlanStep } from './plan-step.ts';
import { runErrors, runTasks } from './plan-run-body.ts';
import type { PlanAction } from './recovery-plan-input.ts';
import type { PlanGroup, RecoveryPlan } from './recovery-plan.ts';

/** What a run does with the machines of a plan. */
export interface PlanOperation {
  /** As the ledger and the faults call the request. */
  readonly name: string;
  readonly scenarioName: string;
  readonly friendlyName: string;
  readonly detailsType: Job['plan']['detailsType'];
  readonly endsAs?: 'Suspended';
  /** Whether an action of the plan belongs to it. */
  readonly runs: (action: PlanAction) => boolean;
  /** True for a machine that it leaves alone. */
  readonly skips: (item: ProtectedItem) => boolean;
  /** Starts the machine's own job. @throws ArmError where that is refused: the machine's task fails then. */
  readonly begin: (item: ProtectedItem) => Job;
  readonly succeeded: () => void;
}

/**
 * One run of a recovery plan: its groups one after the other, in each the actions before, the machines together, the
 * actions after. Microsoft's overview says both that machines of different groups fail over in the order of the groups and
 * that the shutdown triggers a failover of all machines at once: the quirk `recoveryPlanFailover` chooses. A machine that
 * fails does not hold the others up, and the job fails when all is done (inferred; documented is that an unplanned
 * failover goes on after a script that fails).
 */
export class PlanRun implements JobDriver {
  readonly job: Job;
  readonly groups: readonly GroupRun[];
  /** When its prerequisites were checked. */
  checkedMs: number | undefined;
  readonly #vault: Vault;
  readonly #operation: PlanOperation;
  readonly #todo: (() => readonly PlanStep[])[];
  #waiting: readonly PlanStep[] = [];

  constructor(vault: Vault, plan: RecoveryPlan, operation: PlanOperation) {
    const { world, jobs } = vault;
    this.#vault = vault;
    this.#operation = operation;
    this.groups = plan.groups.map((group, at) => groupRun(group, at, operation));
    this.#todo = this.groups.flatMap((group) => this.#turns(group));
    this.job = jobs.start(
      {
        scenarioName: operation.scenarioName,
        friendlyName: operation.friendlyName,
        tasks: [],
        target: { objectId: plan.id, objectName: plan.name, instanceType: 'RecoveryPlan' },
        detailsType: operation.detailsType,
        affectedObjects: {},
        resourceId: plan.id,
        failure: world.faults.takeJobFailure({ operation: operation.name, target: plan.id }),
        succeeded: operation.succeeded,
        driver: this,
      },
      vault.visibleFromMs(plan.id),
    );
    const random = world.random.fork(this.job.name);
    this.#after(secondsOf(world.durations.recoveryPlanSeconds, random), () => {
      this.checkedMs = world.clock.nowMs;
      if (this.job.plan.failure === undefined) this.#goOn();
      else jobs.end(this.job, 'Failed');
    });
  }

  tasks(nowMs: number): readonly unknown[] {
    return runTasks(this, this.#vault.ids, nowMs);
  }

  errors(): readonly object[] {
    return runErrors(this);
  }

  failure(): JobFailure | undefined {
    return this.steps.map(stepFailure).find((failure) => failure !== undefined);
  }

  get steps(): readonly PlanStep[] {
    return this.groups.flatMap(({ stages }) => stages.flat());
  }

  resume(comments: string): void {
    const step = this.steps.find(({ state }) => state === 'Suspended');
    if (step === undefined) return;
    this.job.state = 'InProgress';
    step.observation = comments;
    this.#end(step, 'Succeeded');
  }

  cancel(): void {
    this.#todo.length = 0;
  }

  /** What a group has to do, turn by turn; a turn is over when all of its steps are. */
  #turns(group: GroupRun): (() => readonly PlanStep[])[] {
    const { clock, section } = this.#vault.world;
    const atOnce = group.groupType === 'Failover' && section.quirks.recoveryPlanFailover === 'all-at-once';
    return [
      () => {
        group.startMs = clock.nowMs;
        if (atOnce) for (const step of this.steps) if (step.does.kind === 'machine') this.#begin(step);
        return [];
      },
      ...group.stages.map((steps) => () => {
        for (const step of steps) this.#begin(step);
        return steps;
      }),
      () => {
        group.endMs = clock.nowMs;
        return [];
      },
    ];
  }

  #goOn(): void {
    if (this.job.state !== 'InProgress') return;
    for (let turn = this.#todo.shift(); turn !== undefined; turn = this.#todo.shift()) {
      const open = turn().filter((step) => !isOver(step));
      this.#waiting = open;
      if (open.length > 0) return;
    }
    const failed = this.steps.some(({ state }) => state === 'Failed');
    this.#vault.jobs.end(this.job, failed ? 'Failed' : (this.#operation.endsAs ?? 'Succeeded'));
  }

  #begin(step: PlanStep): void {
    if (step.startMs !== undefined) return;
    step.startMs = this.#vault.world.clock.nowMs;
    step.state = 'InProgress';
    if (step.does.kind === 'machine') this.#beginMachine(step, step.does.item);
    else this.#beginAction(step, step.does.action);
  }

  #beginMachine(step: PlanStep, item: ProtectedItem): void {
    if (this.#operation.skips(item)) return this.#end(step, 'Skipped');
    try {
      const job = this.#operation.begin(item);
      step.job = job;
      this.#vault.jobs.whenOver(job, () =>
        this.#end(step, job.state === 'Failed' || job.state === 'Cancelled' ? 'Failed' : 'Succeeded'),
      );
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      step.refusal = error;
      this.#end(step, 'Failed');
    }
  }

  /** A person says when a manual action is done; a runbook or script takes its time and goes well. */
  #beginAction(step: PlanStep, { customDetails }: PlanAction): void {
    if (customDetails.instanceType === 'ManualActionDetails') {
      step.state = 'Suspended';
      this.job.state = 'Suspended';
      return;
    }
    const { durations, random } = this.#vault.world;
    const lengthMs = minutesOf(
      durations.recoveryPlanScriptMinutes,
      random.fork(`${this.job.name}/${step.id}`),
    );
    this.#after(lengthMs, () => this.#end(step, 'Succeeded'));
  }

  #end(step: PlanStep, state: PlanStep['state']): void {
    step.endMs = this.#vault.world.clock.nowMs;
    step.state = state;
    if (this.#waiting.length === 0 || !this.#waiting.every(isOver)) return;
    this.#waiting = [];
    this.#goOn();
  }

  #after(delayMs: number, then: () => void): void {
    this.#vault.world.clock.after(delayMs, () => {
      if (this.job.state === 'InProgress') then();
    });
  }
}

function groupRun(group: PlanGroup, at: number, { runs }: PlanOperation): GroupRun {
  const { groupType, items, startGroupActions, endGroupActions } = group;
  const groupId = `${groupType}-${at}`;
  const steps = (actions: readonly PlanAction[], place: string) =>
    actions
      .filter(runs)
      .map((action, count) => [newStep(`${groupId}/${place}-${count}`, { kind: 'action', action })]);
  const machines = items.map((item) => newStep(`${groupId}/${item.name}`, { kind: 'machine', item }));
  return {
    groupType,
    groupId,
    friendlyName: friendlyNames[groupType] ?? `Group ${at - 1}: Start`,
    stages: [...steps(startGroupActions, 'before'), machines, ...steps(endGroupActions, 'after')],
    startMs: undefined,
    endMs: undefined,
  };
}

/** As the portal calls them. */
const friendlyNames: Readonly<Record<string, string>> = {
  Shutdown: 'All groups shutdown',
  Failover: 'All groups failover',
};
