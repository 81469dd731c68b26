import { condition, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import type { Finding, Timing } from '../activities/index.ts';
import type { Action, CutoverWindow, ResolvedGroup, ResolvedPlan, VmPlan } from '../plan/resolve.ts';
import type { ActionScene } from './action-doing.ts';
import { textOf } from './action-states.ts';
import type { Trouble } from './attention.ts';
import {
  completeActionUpdate,
  planAbortSignal,
  planAbortUpdate,
  environmentReportSignal,
  lateNoteSignal,
  machineReportSignal,
  planAcceptAnywayUpdate,
  planPauseSignal,
  planPauseUpdate,
  planResumeSignal,
  planResumeUpdate,
  planSkipStepUpdate,
  planFailoverSignal,
  planRequestFailoverUpdate,
  planRetryStepSignal,
  planRetryStepUpdate,
  planStatusQuery,
  planTurnBackSignal,
  planTurnBackUpdate,
  type Attention,
  type CompleteAction,
  type EnvironmentReport,
  type EnvironmentState,
  type GroupStatus,
  type MachineReport,
  type MeasuredCutover,
  type PlanStatus,
  type ReleaseTerms,
  type Selection,
  type TurnBackHow,
} from './messages.ts';
import { passOn, passOnAcceptance, passOnMeasured, passOnTerms, passOnTurnBack } from './pass-on.ts';
import { isEnded, type Phase } from './phases.ts';
import { PlanActions } from './plan-actions.ts';
import { PlanApplying } from './plan-applying.ts';
import type { PlanContent } from './plan-content.ts';
import { isReady, PlanEnvironments, type KnownEnvironment } from './plan-environments.ts';
import { PlanJointTests, type JointTestWork } from './plan-joint-tests.ts';
import { PlanNotifications } from './plan-notifications.ts';
import { PlanPreflight } from './plan-preflight.ts';
import {
  awaitsWindow,
  canFailOverTogether,
  hasBegun,
  offers,
  hasFailed,
  isCuttingOver,
  isEverything,
  isThrough,
  PlanMachines,
  namesOf,
  type Machine,
} from './plan-machines.ts';
import { PlanTests } from './plan-tests.ts';
import { readTerms, termsText } from './release-terms.ts';
import { attentionAttribute } from './search-attributes.ts';
import { Story, timestamp } from './story.ts';
import { whoAsks } from './who-asks.ts';

/** A plan's state, and everything that people and its machines say to it. */
export class PlanRun {
  /** What the plan says now. */
  readonly content: PlanContent;
  readonly environments: PlanEnvironments;
  readonly jointTests = new PlanJointTests();
  readonly #preflight: PlanPreflight;
  readonly #machines: PlanMachines;
  readonly #actions: PlanActions;
  readonly #notifications: PlanNotifications;
  readonly #applying: PlanApplying;
  readonly #tests: PlanTests;
  readonly #groupStates = new Map<string, GroupStatus['state']>();
  readonly #story = new Story();
  readonly #startedAt = timestamp();
  #paused = false;
  #cancelled = false;
  #done = false;
  /** Since when more machines fail than the plan tolerates. */
  #tooManySince: string | undefined;
  #attentionShown = false;
  /** The longest cutover of a machine of this plan. */
  #longest: MeasuredCutover | undefined;

  constructor(content: PlanContent) {
    const { plan } = content;
    this.content = content;
    this.environments = new PlanEnvironments(plan);
    this.#preflight = new PlanPreflight(plan.name);
    this.#machines = new PlanMachines(content);
    this.#actions = new PlanActions(plan.name);
    this.#notifications = new PlanNotifications(content, (text) => this.note(text));
    this.#tests = new PlanTests(content, this.#machines, this.jointTests, (text) => this.note(text));
    this.#applying = new PlanApplying({
      ...{ content, machines: this.#machines, actions: this.#actions, environments: this.environments },
      groupState: (name) => this.#groupStates.get(name) ?? 'waiting',
      note: (text) => this.note(text),
    });
  }

  /** Answers and takes messages from now on. */
  listen(): void {
    setHandler(planStatusQuery, () => this.status);
    setHandler(machineReportSignal, (report) => this.heard(report));
    setHandler(environmentReportSignal, (report) => this.#heardOfEnvironment(report));
    setHandler(lateNoteSignal, ({ vm, text }) => this.note(`${vm}: ${text}`));
    setHandler(planFailoverSignal, (what) => this.#releaseOrNote(what));
    setHandler(planRequestFailoverUpdate, (what?: Selection & ReleaseTerms) => this.#release(what), {
      validator: (what: Selection & ReleaseTerms = {}) => {
        readTerms(what);
        this.#machines.refuseUnknown(what);
      },
    });
    this.#applying.listen();
    this.#tests.listen();
    const known = { validator: (selection: Selection = {}) => this.#machines.refuseUnknown(selection) };
    setHandler(planPauseSignal, (selection) => void this.#pause(selection));
    setHandler(planPauseUpdate, (selection?: Selection) => this.#pause(selection), known);
    setHandler(planResumeSignal, (selection) => void this.#resume(selection));
    setHandler(planResumeUpdate, (selection?: Selection) => this.#resume(selection), known);
    this.#listenAboutRepairs();
    setHandler(planTurnBackSignal, (what) => void this.#turnBack(what));
    setHandler(planTurnBackUpdate, (what?: Selection & TurnBackHow) => this.#turnBack(what), {
      validator: (what: Selection = {}) => this.#machines.refuseUnknown(what),
    });
    setHandler(planAbortSignal, (selection) => void this.#abort(selection));
    setHandler(planAbortUpdate, (selection?: Selection) => this.#abort(selection), {
      validator: (selection: Selection = {}) => this.#machines.refuseUnknown(selection),
    });
    setHandler(planRetryStepSignal, (selection) => void this.#retry(selection));
    setHandler(planRetryStepUpdate, (selection?: Selection) => this.#retry(selection), {
      validator: (selection?: Selection) => this.#refuseRetry(selection),
    });
    setHandler(completeActionUpdate, ({ action }: CompleteAction) => this.#complete(action), {
      validator: ({ action }: CompleteAction) => this.#refuseComplete(action),
    });
  }

  #listenAboutRepairs(): void {
    setHandler(planSkipStepUpdate, (selection?: Selection) => this.#skip(selection), {
      validator: (selection: Selection = {}) => this.#refuseSkip(selection),
    });
    setHandler(planAcceptAnywayUpdate, (selection?: Selection) => this.#accept(selection), {
      validator: (selection: Selection = {}) =>
        this.#machines.requireAny(
          selection,
          (machine) => offers(machine, 'accept'),
          'No machine chosen waits with something that can be accepted',
        ),
    });
  }

  // ---- what the plan has come to

  /** The plan as it stands: to be read where it is used. */
  get plan(): ResolvedPlan {
    return this.content.plan;
  }

  /** What it says of a machine now. */
  planned(name: string): VmPlan {
    return this.#machines.of(name).vm;
  }

  get status(): PlanStatus {
    const attention = this.#attention;
    return {
      plan: this.plan.name,
      state: this.#done ? 'done' : 'running',
      startedAt: this.#startedAt,
      paused: this.#paused,
      failures: { count: this.#machines.failures, limit: this.plan.limits.failures },
      ...(attention && { attention }),
      findings: this.#preflight.findings,
      environments: this.environments.status(),
      groups: this.plan.groups.map((group) => ({
        name: group.name,
        state: this.#groupStates.get(group.name) ?? 'waiting',
        actions: this.#actions.status(group),
        machines: this.#machines.status(group),
      })),
      notes: this.#story.notes,
    };
  }

  get isCancelled(): boolean {
    return this.#cancelled;
  }

  note(text: string): void {
    this.#story.note(text);
    this.#show();
  }

  // ---- preflight

  /** What speaks against the plan as a whole, or that it could not be looked at. */
  looked(result: readonly Finding[] | Trouble): void {
    if ('code' in result) this.#preflight.failed(result);
    else this.#preflight.found(result);
    const { attention } = this.#preflight;
    if (attention !== undefined) this.note(`${attention.step}: ${attention.message}`);
  }

  /** Waits until somebody has a plan looked at again that something speaks against. @returns false when machines may begin. */
  async untilLookedAgain(): Promise<boolean> {
    const again = await this.#preflight.untilLookedAgain();
    this.#show();
    return again;
  }

  // ---- environments

  /** Waits until machines can be prepared in it, or none should begin any more. */
  async untilReady(environment: KnownEnvironment): Promise<void> {
    await condition(() => this.#cancelled || isReady(environment));
  }

  /** Has machines that run already tell an environment that was asked anew what it has to know of them. */
  introduceMachines({ machines }: KnownEnvironment): void {
    const running = this.#machines.running.filter(({ vm }) => machines.includes(vm.name));
    for (const machine of running) void passOn(machine, 'report');
  }

  /** The workflow of an environment could not be asked, or is no more. */
  lost(environment: KnownEnvironment, state: EnvironmentState, trouble: Trouble): void {
    this.environments.lost(environment, state, trouble);
    this.note(`${environment.request.environment.name}: ${trouble.message}`);
  }

  #heardOfEnvironment(report: EnvironmentReport): void {
    if (!this.environments.heard(report)) return;
    for (const text of report.notes) this.#story.note(`${report.environment}: ${text}`);
    this.#notifications.attention(`environment ${report.environment}`, report.attention);
    this.#show();
  }

  // ---- machines

  /** The machine's workflow was there before: it is asked how it stands, and reports from then on. */
  async attached(name: string): Promise<void> {
    this.note(`${name}: attached to the workflow that runs already`);
    await passOn(this.#machines.of(name), 'report');
  }

  heard(report: MachineReport): void {
    const before = this.#machines.lastReport(report.vm);
    if (before === undefined || !this.#machines.heard(report)) return;
    this.#notifications.heard(before, report);
    const machine = this.#machines.of(report.vm);
    this.#tests.passOn(machine);
    this.#applying.heard(machine);
    void this.#passOnTerms(machine);
    this.#learn(report);
    if (isEnded(report.phase)) this.environments.forget(machine.vm);
    this.#show();
  }

  /** The workflow of a machine has closed, or never began: in a phase of its own or, where it has none, from outside. */
  closed(name: string, phase: Phase, why: string): void {
    const { vm, run, sequence, turnedBack, phase: last } = this.#machines.of(name).report;
    if (isEnded(last)) return;
    this.note(`${name}: ${why}`);
    this.heard({ vm, run, sequence: sequence + 1, phase, turnedBack });
  }

  /** A person, or Temporal's cancel, gives the plan up: nothing new begins, and every machine hears of it and decides for itself. */
  cancelled(): void {
    this.#cancelled = true;
    this.#actions.giveUp();
    this.#preflight.giveUp();
    this.environments.giveUp();
    this.note(
      'Given up: no machine is started, no cutover begins; machines that are not committed undo what was done',
    );
    for (const machine of this.#machines.running) void passOn(machine, 'abort');
  }

  /** Waits until the limits let one more machine begin, and counts it. @returns false when none should begin any more. */
  async untilSlot(name: string): Promise<boolean> {
    const machine = this.#machines.of(name);
    const mayBegin = () => !this.#paused && this.#machines.hasSlot;
    const isOver = () => this.#cancelled || machine.givenUp;
    for (;;) {
      await condition(() => isOver() || mayBegin());
      if (isOver()) return false;
      if (!mayBegin()) continue; // a machine of another environment took the slot
      machine.started = true;
      return true;
    }
  }

  // ---- cutover

  /** Waits until a group can cut over. @returns false when nothing of it is left to. */
  async untilTurn(group: ResolvedGroup): Promise<boolean> {
    const isOver = () => this.#machines.isThrough(group);
    await condition(() => isOver() || this.#cancelled || this.#machines.canCutOver(group));
    return !isOver();
  }

  enterGroup(group: ResolvedGroup, state: GroupStatus['state']): void {
    this.#groupStates.set(group.name, state);
    this.#show();
  }

  /** Tells a machine to cut over when it may, and waits until it is through. */
  async cutOver(group: ResolvedGroup, vm: VmPlan): Promise<void> {
    const machine = this.#machines.of(vm.name);
    const mayBegin = () => this.#mayCutOver && machine.released && this.#machines.canCutOver(group);
    await condition(() => isThrough(machine) || mayBegin());
    if (isThrough(machine)) return;
    machine.told = true;
    await passOn(machine, 'failover');
    await condition(() => isThrough(machine));
  }

  /** Tells those who want to know of windows before they open. */
  async announceWindows(): Promise<void> {
    const waiting = ({ from }: CutoverWindow) =>
      this.#machines.all.filter(({ report }) => report.window?.from === from).map(({ vm }) => vm.name);
    await this.#notifications.announceWindows(waiting, () => this.#done);
  }

  /** The group's machines, as they last reported. */
  machinesOf(group: ResolvedGroup): readonly Machine[] {
    return this.#machines.inGroup(group);
  }

  /** Waits until all of a group that cut over now are stopped, for its recovery plan. @returns false when none is left. */
  async untilTogether(group: ResolvedGroup): Promise<boolean> {
    const machines = this.#machines.inGroup(group);
    const isOver = () => machines.every(isThrough);
    await condition(() => isOver() || (!this.#paused && canFailOverTogether(machines)));
    return !isOver();
  }

  /** Waits until something is to be done about the tests of a group. @returns nothing when none of it is left to test. */
  async untilJointTest(group: ResolvedGroup): Promise<JointTestWork | undefined> {
    const machines = this.#machines.inGroup(group);
    const isOver = () => machines.every(isThrough) && !this.jointTests.isStanding(group);
    const work = () => {
      const { begin, alone } = this.jointTests.work(group, machines);
      return { begin: this.#paused ? [] : begin, alone };
    };
    await condition(() => isOver() || Object.values(work()).flat().length > 0);
    return isOver() ? undefined : work();
  }

  /** No test of a group stands, and none will: it is about to cut over. */
  async endJointTests(group: ResolvedGroup): Promise<void> {
    this.jointTests.close(group);
    await condition(() => !this.jointTests.isStanding(group));
  }

  /** Somebody has given the machine up, by itself or with its plan. */
  isGivenUp({ givenUp }: Machine): boolean {
    return givenUp || this.#cancelled;
  }

  /** Waits for machines that turned back and are cutting over again, then closes the plan's account. */
  async end(): Promise<void> {
    await condition(() => this.#machines.all.every(isThrough));
    this.#done = true;
    this.environments.giveUp();
    this.#show();
    this.#notifications.completed();
    await this.#notifications.sent();
  }

  get #mayCutOver(): boolean {
    return !this.#paused && !this.#cancelled && !this.#tooManyFail;
  }

  get #tooManyFail(): boolean {
    return this.#machines.failures > this.plan.limits.failures;
  }

  // ---- actions

  /** Where an action of a group is done. */
  sceneOf(group: string, { id }: Action, timing: Timing): ActionScene {
    return {
      of: { plan: this.plan.name, group },
      timing,
      key: `${this.plan.name}/${id}`,
      vm: (name) => this.#machines.of(name).vm,
      azureVm: (name) => this.#machines.of(name).report.azureVm,
      note: (text) => this.note(text),
      wait: (activity) => activity(),
    };
  }

  beginAction(action: Action): void {
    this.#actions.begin(action);
    this.#show();
  }

  /** Has a person do a manual action, and waits until that is done or nobody needs it any more. */
  async haveDone(action: Action, isMoot?: () => boolean): Promise<void> {
    this.beginAction(action);
    this.note(`Waits for a person: ${textOf(action)}`);
    this.endAction(action, await this.#actions.untilCompleted(action, isMoot));
  }

  /** An action failed: waits for a person. @returns what became of it, or that it is to be done again. */
  async untilCured(action: Action, trouble: Trouble): Promise<'again' | 'done' | 'skipped'> {
    this.note(`${action.id}: ${trouble.message}`);
    const cured = this.#actions.untilCured(action, trouble);
    this.#show();
    const outcome = await cured;
    this.#show();
    return outcome;
  }

  /** A step with a recovery plan of the vault failed: waits until a person has it retried, or it is moot. */
  async untilRetried(step: string, trouble: Trouble, isMoot?: () => boolean): Promise<void> {
    this.note(`${step}: ${trouble.message}`);
    const retried = this.#actions.untilRetried(step, trouble, isMoot);
    this.#show();
    await retried;
    this.#show();
  }

  /** An action that somebody added to the recovery plan of a group in the portal. */
  addAction(group: ResolvedGroup, text: string): Action {
    return this.#actions.add(group.name, text);
  }

  isOver(action: Action): boolean {
    return this.#actions.isOver(action);
  }

  endAction(action: Action, how: 'done' | 'skipped'): void {
    this.#actions.end(action, how);
    this.note(`${how === 'done' ? 'Done' : 'Gone on without it'}: ${textOf(action)}`);
  }

  // ---- messages

  #releaseOrNote(what: (Selection & ReleaseTerms) | undefined): void {
    try {
      this.#release(what);
    } catch (refusal) {
      if (!(refusal instanceof Error)) throw refusal;
      this.note(`A failover signal was noted and changes nothing: ${refusal.message}`);
    }
  }

  #release(what: Selection & ReleaseTerms = {}): string {
    const terms = readTerms(what);
    const chosen = this.#machines.select(what).filter(({ report }) => !isEnded(report.phase));
    for (const machine of chosen) {
      machine.released = true;
      const bound = this.#bind(machine, terms);
      if (machine.report.turnedBack) void bound.then(() => passOn(machine, 'failover'));
    }
    const names = chosen.map(({ vm }) => vm.name).join(', ');
    this.note(`Failover released: ${names || 'nothing left to release'}${termsText(terms)}`);
    if (names === '') return 'Nothing to release: every machine chosen has ended';
    const groups = this.plan.groups.filter((group) =>
      this.#machines.inGroup(group).some(({ released }) => released),
    );
    const order = groups.map(({ name }) => name).join(', ');
    return `${chosen.length} of ${this.#machines.all.length} machines released${termsText(terms)}; groups cut over in order: ${order}`;
  }

  /** A release replaces the terms of an earlier one. Who never had any need not be told that there are none. */
  async #bind(machine: Machine, terms: ReleaseTerms): Promise<void> {
    const isBound = machine.vm.windows !== undefined || machine.hasTerms;
    if (!isBound && terms.at === undefined && terms.within === undefined) return;
    machine.hasTerms = true;
    machine.terms = terms;
    if (hasBegun(machine)) await this.#passOnTerms(machine);
  }

  async #passOnTerms(machine: Machine): Promise<void> {
    const { terms } = machine;
    if (terms === undefined) return;
    machine.terms = undefined;
    machine.answersTerms = true;
    await passOnTerms(machine, terms);
  }

  /** Machines that wait for a window plan with the longest cutover so far. */
  #learn({ vm, cutoverMs = 0 }: MachineReport): void {
    const isLonger = cutoverMs > (this.#longest?.ms ?? 0);
    if (isLonger) this.#longest = { vm, ms: cutoverMs };
    const others = isLonger ? this.#machines.running : [this.#machines.of(vm)];
    for (const machine of others) this.#passOnLongest(machine);
  }

  #passOnLongest(machine: Machine): void {
    if (this.#longest === undefined || machine.learntMs === this.#longest.ms) return;
    if (!awaitsWindow(machine) || !hasBegun(machine)) return;
    machine.learntMs = this.#longest.ms;
    void passOnMeasured(machine, this.#longest);
  }

  #pause(selection: Selection = {}): string {
    const chosen = this.#passToRunning('pause', selection);
    if (!isEverything(selection)) return `Paused: ${namesOf(chosen) || 'no machine chosen has begun'}`;
    this.#paused = true;
    this.note(`Paused, with ${chosen.length} machines under way`);
    return `${this.plan.name} is paused: no machine is started, no cutover and no further step begins`;
  }

  #resume(selection: Selection = {}): string {
    const chosen = this.#passToRunning('resume', selection);
    if (!isEverything(selection)) return `Going on: ${namesOf(chosen) || 'no machine chosen has begun'}`;
    this.#paused = false;
    this.note('Resumed');
    return `${this.plan.name} goes on`;
  }

  #passToRunning(signal: 'pause' | 'resume', selection: Selection): readonly Machine[] {
    const { running } = this.#machines;
    const chosen = this.#machines.select(selection).filter((machine) => running.includes(machine));
    for (const machine of chosen) void passOn(machine, signal);
    return chosen;
  }

  #skip(selection: Selection = {}): string {
    const chosen = this.#machines.select(selection).filter((machine) => offers(machine, 'skip'));
    for (const machine of chosen) void passOn(machine, 'skipStep');
    const action = isEverything(selection) ? this.#actions.skippable : undefined;
    if (action !== undefined) this.#actions.skip(action);
    const names = [...chosen.map(({ vm }) => vm.name), ...(action === undefined ? [] : [action])];
    return `Going on without the failed step: ${names.join(', ')}`;
  }

  #refuseSkip(selection: Selection): void {
    if (isEverything(selection) && this.#actions.skippable !== undefined) return;
    this.#machines.requireAny(
      selection,
      (machine) => offers(machine, 'skip'),
      'No machine chosen waits with a step that can be left out',
    );
  }

  async #accept(selection: Selection = {}): Promise<string> {
    const chosen = this.#machines.select(selection).filter((machine) => offers(machine, 'accept'));
    const by = await whoAsks();
    await Promise.all(chosen.map((machine) => passOnAcceptance(machine, { by })));
    this.note(`Accepted by ${by}: ${namesOf(chosen)}`);
    return `Accepted by ${by}: ${namesOf(chosen)}`;
  }

  #turnBack({ afterFailover = false, ...selection }: Selection & TurnBackHow = {}): string {
    const chosen = this.#machines.select(selection).filter(isCuttingOver);
    for (const machine of chosen) void passOnTurnBack(machine, { afterFailover });
    const names = namesOf(chosen);
    this.note(`Turning back was asked for: ${names || 'no machine is cutting over'}`);
    if (names === '') return 'No machine chosen is cutting over';
    return `Turning back, where ${afterFailover ? 'no commit' : 'no failover'} was accepted: ${names}`;
  }

  /** Gives machines up; all of them, and with them the plan, where none are chosen. */
  #abort(selection: Selection = {}): string {
    if (isEverything(selection)) {
      this.cancelled();
      return `${this.plan.name} is given up: no machine is started, no cutover begins, and every machine that is not committed undoes what was done`;
    }
    const chosen = this.#machines.select(selection).filter(({ report }) => !isEnded(report.phase));
    for (const machine of chosen) {
      machine.givenUp = true;
      void passOn(machine, 'abort');
    }
    this.note(`Given up: ${namesOf(chosen) || 'every machine chosen has ended'}`);
    return `Given up, where no commit was accepted: ${namesOf(chosen)}`;
  }

  /** Failed machines that are chosen; with no choice, environments and an action of the plan that failed, too. */
  #retry(selection: Selection = {}): string {
    const machines = this.#machines.select(selection).filter(hasFailed);
    for (const machine of machines) void passOn(machine, 'retryStep');
    const others = isEverything(selection) ? this.#retryOthers() : [];
    return `Trying again: ${[...machines.map(({ vm }) => vm.name), ...others].join(', ')}`;
  }

  #retryOthers(): string[] {
    const environments = this.environments.failed;
    this.environments.retry();
    const action = this.#actions.attention?.step;
    if (action !== undefined) this.#actions.retry();
    const preflight = this.#preflight.attention?.step;
    if (preflight !== undefined) this.#preflight.retry();
    return [preflight ?? [], ...environments.map((name) => `environment ${name}`), action ?? []].flat();
  }

  #refuseRetry(selection: Selection = {}): void {
    this.#machines.refuseUnknown(selection);
    if (this.#machines.select(selection).some(hasFailed)) return;
    const parts = [this.#preflight.attention, this.#actions.attention, ...this.environments.failed];
    const others = parts.some((part) => part !== undefined);
    if (isEverything(selection) && others) return;
    throw new Error('Nothing that was chosen has failed');
  }

  #complete(action: string): string {
    this.#actions.complete(action);
    return `${action} is done`;
  }

  #refuseComplete(action: string): void {
    const { open } = this.#actions;
    if (!open.includes(action))
      throw new Error(`No open action ${action}; open now: ${open.join(', ') || 'none'}`);
  }

  // ---- attention and the Web UI

  get #attention(): Attention | undefined {
    return this.#preflight.attention ?? this.#actions.attention ?? this.#tooManyAttention;
  }

  get #tooManyAttention(): Attention | undefined {
    if (this.#tooManySince === undefined) return undefined;
    const { name, limits } = this.plan;
    return {
      step: 'Begin cutovers',
      code: 'FAILURES_ABOVE_LIMIT',
      message: `${this.#machines.failures} machines have failed or were aborted; the plan tolerates ${limits.failures}. No further cutover starts`,
      suggestion: 'Repair the machines in attention; cutovers go on by themselves once fewer are failing',
      since: this.#tooManySince,
      choices: [`portage status ${name}`],
      kind: 'failed',
    };
  }

  #show(): void {
    const holdsBack = this.#tooManyFail && !this.#cancelled && !this.#done;
    this.#tooManySince = holdsBack ? (this.#tooManySince ?? timestamp()) : undefined;
    const attention = this.#attention;
    this.#notifications.attention(`plan ${this.plan.name}`, attention);
    const ended = this.#machines.all.filter(({ report }) => isEnded(report.phase)).length;
    setCurrentDetails(
      this.#story.markdown(`${ended} of ${this.#machines.all.length} machines have ended`, attention),
    );
    if (this.#attentionShown === (attention !== undefined)) return;
    this.#attentionShown = attention !== undefined;
    upsertSearchAttributes([{ key: attentionAttribute, value: this.#attentionShown }]);
  }
}
