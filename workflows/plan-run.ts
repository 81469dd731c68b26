import {
  condition,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Action, ResolvedGroup, ResolvedPlan, VmPlan } from '../plan/resolve.ts';
import type { Trouble } from './attention.ts';
import {
  completeActionUpdate,
  machineReportSignal,
  machineWorkflowId,
  pauseSignal,
  pauseUpdate,
  planFailoverSignal,
  planRequestFailoverUpdate,
  planRetryStepSignal,
  planRetryStepUpdate,
  planStatusQuery,
  planTurnBackSignal,
  planTurnBackUpdate,
  resumeSignal,
  resumeUpdate,
  type ActionStatus,
  type Attention,
  type CompleteAction,
  type GroupStatus,
  type MachineReport,
  type PlanStatus,
  type Selection,
} from './messages.ts';
import { isBeforeReady, isEnded, type Phase } from './phases.ts';
import { attentionAttribute } from './search-attributes.ts';
import { Story, timestamp } from './story.ts';

/** A machine as the plan keeps it. */
interface Machine {
  readonly vm: VmPlan;
  readonly workflowId: string;
  report: MachineReport;
  started: boolean;
  released: boolean;
  /** The plan has told the machine to cut over. */
  told: boolean;
}

/** The signals that a plan sends to its machines. */
type PassedOn = 'failover' | 'pause' | 'resume' | 'turnBack' | 'retryStep' | 'report';

/** A plan's state, and everything that people and its machines say to it. */
export class PlanRun {
  readonly plan: ResolvedPlan;
  readonly #story = new Story();
  readonly #startedAt = timestamp();
  readonly #machines: ReadonlyMap<string, Machine>;
  readonly #groupStates = new Map<string, GroupStatus['state']>();
  readonly #actionStates = new Map<string, ActionStatus['state']>();
  readonly #completedByHand = new Set<string>();
  readonly #retriedActions = new Set<string>();
  #paused = false;
  #cancelled = false;
  #done = false;
  #attention: Attention | undefined;

  constructor(plan: ResolvedPlan) {
    this.plan = plan;
    const all = plan.groups.flatMap(({ machines }) => machines);
    this.#machines = new Map(all.map((vm) => [vm.name, asMachine(vm)]));
  }

  /** Answers and takes messages from now on. */
  listen(): void {
    setHandler(planStatusQuery, () => this.status);
    setHandler(machineReportSignal, (report) => this.heard(report));
    setHandler(planFailoverSignal, (selection) => void this.#release(selection));
    setHandler(planRequestFailoverUpdate, (selection?: Selection) => this.#release(selection), {
      validator: (selection?: Selection) => this.#refuseUnknown(selection),
    });
    setHandler(pauseSignal, () => void this.#pause());
    setHandler(pauseUpdate, () => this.#pause());
    setHandler(resumeSignal, () => void this.#resume());
    setHandler(resumeUpdate, () => this.#resume());
    setHandler(planTurnBackSignal, (selection) => void this.#turnBack(selection));
    setHandler(planTurnBackUpdate, (selection?: Selection) => this.#turnBack(selection), {
      validator: (selection?: Selection) => this.#refuseUnknown(selection),
    });
    setHandler(planRetryStepSignal, (selection) => void this.#retry(selection));
    setHandler(planRetryStepUpdate, (selection?: Selection) => this.#retry(selection), {
      validator: (selection?: Selection) => this.#refuseRetry(selection),
    });
    setHandler(completeActionUpdate, ({ action }: CompleteAction) => this.#complete(action), {
      validator: ({ action }: CompleteAction) => this.#refuseComplete(action),
    });
  }

  // ---- what the plan has come to

  get status(): PlanStatus {
    return {
      plan: this.plan.name,
      state: this.#done ? 'done' : 'running',
      startedAt: this.#startedAt,
      paused: this.#paused,
      failures: { count: this.#failures, limit: this.plan.limits.failures },
      ...(this.#attention && { attention: this.#attention }),
      groups: this.plan.groups.map((group) => this.#groupStatus(group)),
      notes: this.#story.notes,
    };
  }

  /** Takes a machine's report, unless a later one was heard before. */
  heard(report: MachineReport): void {
    const machine = this.#machines.get(report.vm);
    if (machine === undefined || !isLater(report, machine.report)) return;
    machine.started = true;
    machine.report = report;
    this.#watchFailures();
    this.#show();
  }

  /** The workflow of a machine has closed, or never began: in a phase of its own or, where it has none, from outside. */
  closed(name: string, phase: Phase, why: string): void {
    const { report } = this.#of(name);
    if (isEnded(report.phase)) return;
    this.note(`${name}: ${why}`);
    const { vm, run, sequence, turnedBack } = report;
    this.heard({ vm, run, sequence: sequence + 1, phase, turnedBack });
  }

  /** The machine's workflow was there before: it is asked how it stands, and reports from then on. */
  async attached(name: string): Promise<void> {
    this.note(`${name}: attached to the workflow that runs already`);
    await this.#pass(this.#of(name), 'report');
  }

  started(name: string): void {
    this.#of(name).started = true;
  }

  note(text: string): void {
    this.#story.note(text);
    this.#show();
  }

  /** Temporal's cancel: nothing new begins, and every machine hears of it and decides for itself. */
  cancelled(): void {
    this.#cancelled = true;
    this.note(
      'Cancelled: no machine is started, no cutover begins; machines end where nothing was stopped yet',
    );
    for (const { started, workflowId, report } of this.#machines.values())
      if (started && !isEnded(report.phase))
        getExternalWorkflowHandle(workflowId)
          .cancel()
          .catch(() => undefined);
  }

  /** Everything is through. */
  end(): void {
    this.#done = true;
    this.#show();
  }

  // ---- what the plan waits for

  get isCancelled(): boolean {
    return this.#cancelled;
  }

  /** Waits until the limits let one more machine begin. @returns false when none should begin any more. */
  async untilSlot(): Promise<boolean> {
    await condition(() => this.#cancelled || (!this.#paused && this.#hasSlot));
    return !this.#cancelled;
  }

  /** Waits until a group can cut over: something of it is released, and all that is released is ready or out of the way. */
  async untilCohortReady(group: ResolvedGroup): Promise<void> {
    await condition(() => this.isThrough(group) || this.#cancelled || this.#cohortReady(group));
  }

  /** Tells a machine to cut over when it may, and waits until it is through. */
  async cutOver(group: ResolvedGroup, vm: VmPlan): Promise<void> {
    const machine = this.#of(vm.name);
    await condition(
      () => isThrough(machine) || (this.#mayCutOver && machine.released && this.#cohortReady(group)),
    );
    if (isThrough(machine)) return;
    machine.told = true;
    await this.#pass(machine, 'failover');
    await condition(() => isThrough(machine));
  }

  enterGroup(group: ResolvedGroup, state: GroupStatus['state']): void {
    this.#groupStates.set(group.name, state);
    this.#show();
  }

  /** Waits until a person says that a manual action is done. */
  async untilCompleted(action: Action): Promise<void> {
    this.#actionStates.set(action.id, 'open');
    this.note(`Waits for a person: ${textOf(action)}`);
    await condition(() => this.#completedByHand.has(action.id) || this.#cancelled);
    this.finish(action);
  }

  open(action: Action): void {
    this.#actionStates.set(action.id, 'open');
    this.#show();
  }

  finish(action: Action): void {
    this.#actionStates.set(action.id, 'done');
    this.note(`Done: ${textOf(action)}`);
  }

  /** An action failed: waits until a person has it retried or has done it by hand. @returns true when it is done. */
  async untilActionCured(action: Action, trouble: Trouble): Promise<boolean> {
    const { name } = this.plan;
    this.#raise(action.id, trouble, [`portage retry ${name}`, `portage complete ${name} ${action.id}`]);
    this.#retriedActions.delete(action.id);
    await condition(
      () => this.#retriedActions.has(action.id) || this.#completedByHand.has(action.id) || this.#cancelled,
    );
    this.#settle();
    return this.#cancelled || this.#completedByHand.has(action.id);
  }

  get #hasSlot(): boolean {
    const busy = [...this.#machines.values()].filter(
      ({ started, report }) => started && report.attention === undefined,
    );
    const inFlight = busy.filter(({ report }) => !isEnded(report.phase)).length;
    const copying = busy.filter(({ report }) => isBeforeReady(report.phase)).length;
    return inFlight < this.plan.limits.inFlight && copying < this.plan.limits.initialReplications;
  }

  #cohortReady(group: ResolvedGroup): boolean {
    const released = this.#machinesOf(group).filter((machine) => machine.released && !isThrough(machine));
    return released.length > 0 && released.every((machine) => machine.told || isReadyOrOut(machine));
  }

  /** Nothing of the group is left to cut over in this run. */
  isThrough(group: ResolvedGroup): boolean {
    return this.#machinesOf(group).every(isThrough);
  }

  get #mayCutOver(): boolean {
    return !this.#paused && !this.#cancelled && this.#failures <= this.plan.limits.failures;
  }

  get #failures(): number {
    return [...this.#machines.values()].filter(
      ({ report }) => report.phase === 'aborted' || report.attention?.kind === 'failed',
    ).length;
  }

  // ---- messages

  #release(selection: Selection = {}): string {
    const chosen = this.#select(selection).filter((machine) => !isEnded(machine.report.phase));
    for (const machine of chosen) {
      machine.released = true;
      if (machine.report.turnedBack) void this.#pass(machine, 'failover');
    }
    this.note(
      `Failover released: ${chosen.map(({ vm }) => vm.name).join(', ') || 'nothing left to release'}`,
    );
    const groups = this.plan.groups.filter((group) =>
      this.#machinesOf(group).some(({ released }) => released),
    );
    return chosen.length === 0
      ? `Nothing to release: every machine chosen has ended`
      : `${chosen.length} of ${this.#machines.size} machines released; groups cut over in order: ${groups.map(({ name }) => name).join(', ')}`;
  }

  #pause(): string {
    this.#paused = true;
    const count = this.#passToRunning('pause');
    this.note(`Paused, with ${count} machines under way`);
    return `${this.plan.name} is paused: no machine is started, no cutover and no further step begins`;
  }

  #resume(): string {
    this.#paused = false;
    this.#passToRunning('resume');
    this.note('Resumed');
    return `${this.plan.name} goes on`;
  }

  #turnBack(selection: Selection = {}): string {
    const chosen = this.#select(selection).filter(isCuttingOver);
    for (const machine of chosen) void this.#pass(machine, 'turnBack');
    const names = chosen.map(({ vm }) => vm.name).join(', ');
    this.note(`Turning back was asked for: ${names || 'no machine is cutting over'}`);
    return names === ''
      ? 'No machine chosen is cutting over'
      : `Turning back, where no failover was accepted: ${names}`;
  }

  #retry(selection: Selection = {}): string {
    const machines = this.#select(selection).filter(({ report }) => report.attention?.kind === 'failed');
    for (const machine of machines) void this.#pass(machine, 'retryStep');
    const actions = isEmpty(selection) ? this.#openActions : [];
    for (const id of actions) this.#retriedActions.add(id);
    return `Trying again: ${[...machines.map(({ vm }) => vm.name), ...actions].join(', ')}`;
  }

  #refuseRetry(selection: Selection = {}): void {
    this.#refuseUnknown(selection);
    const failed = this.#select(selection).some(({ report }) => report.attention?.kind === 'failed');
    if (!failed && !(isEmpty(selection) && this.#attention !== undefined))
      throw new Error('Nothing that was chosen has failed');
  }

  #complete(action: string): string {
    this.#completedByHand.add(action);
    return `${action} is done`;
  }

  #refuseComplete(action: string): void {
    if (this.#openActions.includes(action)) return;
    throw new Error(`No open action ${action}; open now: ${this.#openActions.join(', ') || 'none'}`);
  }

  #refuseUnknown({ vms = [], groups = [] }: Selection = {}): void {
    const unknown = [
      ...vms.filter((name) => !this.#machines.has(name)).map((name) => `machine ${name}`),
      ...groups
        .filter((name) => !this.plan.groups.some((group) => group.name === name))
        .map((name) => `group ${name}`),
    ];
    if (unknown.length > 0) throw new Error(`Plan ${this.plan.name} has no ${unknown.join(', no ')}`);
  }

  get #openActions(): string[] {
    return [...this.#actionStates].flatMap(([id, state]) => (state === 'open' ? id : []));
  }

  // ---- machines

  #select(selection: Selection): Machine[] {
    const { vms = [], groups = [] } = selection;
    return [...this.#machines.values()].filter(
      ({ vm }) => isEmpty(selection) || vms.includes(vm.name) || groups.includes(vm.group),
    );
  }

  #machinesOf({ machines }: ResolvedGroup): Machine[] {
    return machines.map(({ name }) => this.#of(name));
  }

  #of(name: string): Machine {
    const machine = this.#machines.get(name);
    if (machine === undefined) throw new Error(`Plan ${this.plan.name} has no machine ${name}`);
    return machine;
  }

  #passToRunning(signal: PassedOn): number {
    const running = [...this.#machines.values()].filter(
      ({ started, report }) => started && !isEnded(report.phase),
    );
    for (const machine of running) void this.#pass(machine, signal);
    return running.length;
  }

  /** A machine that has closed in the meantime hears nothing, and need not. */
  async #pass({ workflowId }: Machine, signal: PassedOn): Promise<void> {
    await getExternalWorkflowHandle(workflowId)
      .signal(signal)
      .catch(() => undefined);
  }

  // ---- attention and the Web UI

  #watchFailures(): void {
    const step = 'Begin cutovers';
    const above = this.#failures > this.plan.limits.failures;
    if (above && this.#attention === undefined)
      this.#raise(step, tooManyFailures(this.#failures, this.plan.limits.failures), [
        `portage status ${this.plan.name}`,
      ]);
    if (!above && this.#attention?.step === step) this.#settle();
  }

  #raise(step: string, trouble: Trouble, choices: readonly string[]): void {
    this.#attention = { ...trouble, step, choices, kind: 'failed', since: timestamp() };
    upsertSearchAttributes([{ key: attentionAttribute, value: true }]);
    this.note(`${step}: ${trouble.message}`);
  }

  #settle(): void {
    this.#attention = undefined;
    upsertSearchAttributes([{ key: attentionAttribute, value: false }]);
    this.#show();
  }

  #show(): void {
    const ended = [...this.#machines.values()].filter(({ report }) => isEnded(report.phase)).length;
    setCurrentDetails(
      this.#story.markdown(`${ended} of ${this.#machines.size} machines have ended`, this.#attention),
    );
  }

  #groupStatus(group: ResolvedGroup): GroupStatus {
    const actions = [...group.before, ...group.after].map((action) => ({
      id: action.id,
      kind: action.kind,
      text: textOf(action),
      state: this.#actionStates.get(action.id) ?? ('waiting' as const),
    }));
    const machines = this.#machinesOf(group).map(({ vm, released, report }) => ({
      vm: vm.name,
      phase: report.phase,
      released,
      turnedBack: report.turnedBack,
      ...(report.attention && { attention: report.attention }),
      ...(report.azureVm !== undefined && { azureVm: report.azureVm }),
    }));
    return { name: group.name, state: this.#groupStates.get(group.name) ?? 'waiting', actions, machines };
  }
}

function asMachine(vm: VmPlan): Machine {
  const report: MachineReport = { vm: vm.name, run: 0, sequence: 0, phase: 'queued', turnedBack: false };
  const released = vm.cutover === 'automatic';
  return {
    vm,
    workflowId: machineWorkflowId(vm.plan, vm.name),
    report,
    started: false,
    released,
    told: false,
  };
}

function isLater(one: MachineReport, other: MachineReport): boolean {
  return one.run > other.run || (one.run === other.run && one.sequence > other.sequence);
}

/** Out of this run of its group: ended, or turned back. */
function isThrough({ report }: Machine): boolean {
  return isEnded(report.phase) || report.turnedBack;
}

/** It need not be waited for: it can cut over, or somebody has to repair it first. */
function isReadyOrOut({ report }: Machine): boolean {
  return !isBeforeReady(report.phase) || report.attention?.kind === 'failed';
}

function isCuttingOver({ report }: Machine): boolean {
  return !isBeforeReady(report.phase) && report.phase !== 'ready' && !isEnded(report.phase);
}

function isEmpty({ vms = [], groups = [] }: Selection): boolean {
  return vms.length === 0 && groups.length === 0;
}

function textOf(action: Action): string {
  return action.kind === 'manual' ? action.text : `webhook ${action.id}`;
}

function tooManyFailures(count: number, limit: number): Trouble {
  return {
    code: 'FAILURES_ABOVE_LIMIT',
    message: `${count} machines have failed or were aborted; the plan tolerates ${limit}. No further cutover starts`,
    suggestion: 'Repair the machines in attention; cutovers go on by themselves once fewer are failing',
  };
}
