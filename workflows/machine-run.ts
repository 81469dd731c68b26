import { ActivityFailure } from '@temporalio/common';
import {
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  Comparison,
  Finding,
  GuestPicture,
  ItemAddress,
  MigratedVm,
  ProbeResult,
  SourceInstance,
  Timing,
} from '../activities/index.ts';
import type { Action, VmPlan } from '../plan/resolve.ts';
import { ActionStates } from './action-states.ts';
import { troubleOf, type Trouble } from './attention.ts';
import { CutoverGate } from './cutover-gate.ts';
import { CutoverState } from './cutover-state.ts';
import { Decisions } from './decisions.ts';
import { approvalsInBrief, MachineReports, testInBrief } from './machine-reports.ts';
import { MachineTest } from './machine-test.ts';
import { listenToChanges, MachineSettings } from './machine-settings.ts';
import { listenToPeople } from './machine-verbs.ts';
import {
  cutoverMeasuredSignal,
  jointFailoverSignal,
  jointTestSignal,
  releaseTermsSignal,
  reportSignal,
  type ActionStatus,
  type Attention,
  type CutoverApproval,
  type HeldBack,
  type Joint,
  type JointMessage,
  type JointTest,
  type JointTestMessage,
  type MachineAgent,
  type MachineReport,
  type MachineStatus,
  type MeasuredCutover,
  type ReleaseTerms,
} from './messages.ts';
import { nextAction, type Phase } from './phases.ts';
import { QuiesceState } from './quiesce-state.ts';
import { attentionAttribute, phaseAttribute, searchAttributesOf, vmAttribute } from './search-attributes.ts';
import { stepsOf, type Steps } from './steps.ts';
import { Story, timestamp } from './story.ts';
import { UndoList, type Undo } from './undo-list.ts';
import { waitOrLeave } from './wait-or-leave.ts';

/** Thrown at a safe point when a person called this cutover off and it still can be. */
export class TurnBackAsked extends Error {}
/** Thrown when the time in which a cutover may begin has passed while its machine waited for a person, its source not stopped. */
export class WindowMissed extends Error {}
/** Thrown at a safe point when nobody wants to see any more of a test. */
export class TestEndAsked extends Error {}
/** Thrown at a safe point when a person wants the Azure VM made anew from another recovery point, and it still can be. */
export class RecoveryPointAsked extends Error {
  readonly named: string;

  /** @param named ARM id or name of the point. */
  constructor(named: string) {
    super(named);
    this.named = named;
  }
}
/** Thrown at a safe point when a person, or Temporal's cancel, gives the machine up and it still can be. */
export class AbortAsked extends Error {}

/** One machine's run: its state, its steps, and the safe points at which it follows what was decided about it. */
export class MachineRun {
  /** What the plan says of it. */
  readonly settings: MachineSettings;
  /** `<plan>/<vm>`, as commands take it. */
  readonly address: string;
  readonly timing: Promise<Timing>;
  readonly decisions = new Decisions();
  readonly cutover = new CutoverState();
  readonly test: MachineTest;
  readonly gate: CutoverGate;
  readonly quiesced = new QuiesceState(() => this.tell());
  readonly #reports: MachineReports;
  readonly #story = new Story();
  readonly #undos = new UndoList();
  readonly #actions = new ActionStates();
  readonly #startedAt = timestamp();
  #phase: Phase = 'queued';
  #since = timestamp();
  #undoing = false;
  #turnedBack = false;
  #attempts = 0;
  #joint: Joint | undefined;
  #jointJob: string | undefined;
  #attention: Attention | undefined;
  #answers: readonly string[] = [];
  #sourceStoppedAt: string | undefined;
  #replicatedMs: number | undefined;
  #validatedAt: string | undefined;

  findings: readonly Finding[] = [];
  source: SourceInstance | undefined;
  item: ItemAddress | undefined;
  azureVm: MigratedVm | undefined;
  /** The source's guest as it was before the stop. */
  sourcePicture: GuestPicture | undefined;
  #probes: readonly ProbeResult[] | undefined;
  #comparison: Comparison | undefined;

  constructor(vm: VmPlan, timing: Promise<Timing>) {
    this.settings = new MachineSettings(vm);
    this.address = `${vm.plan}/${vm.name}`;
    this.timing = timing;
    this.test = new MachineTest(
      () => this.vm,
      () => this.tell(),
    );
    this.gate = new CutoverGate(
      () => this.vm,
      this.test,
      () => [this.#attempts, this.findings],
    );
    this.#reports = new MachineReports(vm);
  }

  /** Answers and takes messages from now on. Temporal's cancel only sets a flag: the body runs non-cancellable. */
  listen(): void {
    if (workflowInfo().typedSearchAttributes.get(vmAttribute) === undefined)
      upsertSearchAttributes(searchAttributesOf(this.vm));
    listenToPeople(this);
    listenToChanges(this);
    setHandler(releaseTermsSignal, (terms) => this.#releaseOn(terms));
    setHandler(cutoverMeasuredSignal, (measured) => this.#cutoverMeasured(measured));
    setHandler(jointFailoverSignal, (message) => this.#hearOfJointFailover(message));
    setHandler(jointTestSignal, (message) => this.#hearOfJointTest(message));
    setHandler(reportSignal, () => {
      this.tell();
      this.#reports.tellEnvironmentAgain();
    });
  }

  // ---- what the run has come to

  /** What the plan says of it now: to be read where it is used. */
  get vm(): VmPlan {
    return this.settings.vm;
  }

  get status(): MachineStatus {
    return {
      plan: this.vm.plan,
      group: this.vm.group,
      vm: this.vm.name,
      phase: this.#phase,
      since: this.#since,
      startedAt: this.#startedAt,
      paused: this.decisions.paused,
      failoverAsked: this.decisions.failover,
      ...this.#heldBack,
      ...(this.#isWaiting && this.gate.estimate && { estimate: this.gate.estimate }),
      ...(this.gate.approvals.status && { approvals: this.gate.approvals.status }),
      ...(this.test.status && { test: this.test.status }),
      ...(this.quiesced.status && { quiesce: this.quiesced.status }),
      actions: this.#actions.status([...this.vm.before, ...this.vm.after]),
      turnedBack: this.#turnedBack,
      next: this.#next,
      findings: this.findings,
      notes: this.#story.notes,
      ...(this.#attention && { attention: this.#attention }),
      ...(this.source && { source: this.source }),
      ...(this.azureVm && { azureVm: this.azureVm }),
      ...(this.#probes && { probes: this.#probes }),
      ...(this.#comparison && { comparison: this.#comparison }),
      ...(this.#sourceStoppedAt !== undefined && { sourceStoppedAt: this.#sourceStoppedAt }),
      ...(this.#validatedAt !== undefined && { validatedAt: this.#validatedAt }),
    };
  }

  get #next(): string {
    if (this.#attention) return this.#attention.choices[0] ?? this.#attention.suggestion;
    const isReady = this.#phase === 'ready';
    return (isReady ? this.gate.next : undefined) ?? nextAction(this.#phase, this.address);
  }

  /** Why it does not cut over although it is ready. */
  get #heldBack(): HeldBack {
    return this.#isWaiting ? this.gate.told : {};
  }

  get #isWaiting(): boolean {
    return this.#phase === 'ready' || this.#phase === 'testing';
  }

  get phase(): Phase {
    return this.#phase;
  }

  get attention(): Attention | undefined {
    return this.#attention;
  }

  /** What a person may answer to the attention that is open. */
  get answers(): readonly string[] {
    return this.#attention === undefined ? [] : this.#answers;
  }

  /** How long its initial replication took. */
  get replicatedMs(): number | undefined {
    return this.#replicatedMs;
  }

  /** A cancel has ended it. */
  get wasCancelled(): boolean {
    return this.decisions.cancel && this.#phase === 'aborted';
  }

  /** Enters a phase, and tells the plan and the Web UI. */
  enter(phase: Phase): void {
    if (this.#phase === phase) return;
    if (this.#phase === 'replicating' && phase === 'ready')
      this.#replicatedMs = Date.now() - Date.parse(this.#since);
    this.#phase = phase;
    this.#since = timestamp();
    upsertSearchAttributes([{ key: phaseAttribute, value: phase }]);
    this.tell();
  }

  note(text: string): void {
    this.#story.note(text);
  }

  /** Tells the environment how the machine's agent stands, and tells it again whenever somebody asks how the machine does. */
  tellOfAgent(agent: Omit<MachineAgent, 'plan' | 'vm'>): void {
    this.#reports.tellEnvironment(agent);
  }

  /** A cutover begins, the first or one after turning back. */
  beginCutover(): void {
    this.#turnedBack = false;
    const { promise } = this.gate.release;
    if (promise !== undefined) this.note(promise);
    this.enter('awaiting-cutover');
  }

  /** How far an action of the plan has come. */
  actionIs(action: Action, state: ActionStatus['state']): void {
    this.#actions.set(action, state);
    this.tell();
  }

  sourceStopped(): void {
    this.#sourceStoppedAt = timestamp();
  }

  failoverAccepted(): void {
    this.cutover.reach('failing-over');
    if (this.decisions.turnBack !== 'before-failover') return;
    this.decisions.turnBack = undefined;
    this.note('Turning back as before the failover is not possible any more: it had been accepted');
  }

  /** The job of its group's recovery plan, once that was begun and where it has one. */
  get jointJob(): string | undefined {
    return this.#jointJob;
  }

  /** What the plan’s checks came to on the Azure VM, the last time. */
  probed(probes: readonly ProbeResult[]): void {
    this.#probes = probes;
  }

  /** How the Azure VM's guest differs from the source's. */
  compared(comparison: Comparison): void {
    this.#comparison = comparison;
  }

  validated(): void {
    this.#validatedAt = timestamp();
  }

  /** From the stop of the source until its validation. */
  get #cutoverMs(): number | undefined {
    if (this.#sourceStoppedAt === undefined || this.#validatedAt === undefined) return undefined;
    return Date.parse(this.#validatedAt) - Date.parse(this.#sourceStoppedAt);
  }

  /** The source lives again as it did before the cutover. */
  sourceLives(): void {
    this.cutover.reach('untouched');
    this.#sourceStoppedAt = undefined;
  }

  /** The source is as it was before the cutover began, which is still released and waits for the next window. */
  waitsAgain(): void {
    this.sourceLives();
    this.enter('ready');
  }

  /** The source is as it was before the cutover began, and replicates as before. */
  turnedBack(): void {
    this.sourceLives();
    this.decisions.failover = false;
    this.decisions.recoveryPoint = undefined;
    this.decisions.turnBack = undefined;
    this.#turnedBack = true;
    this.#attempts++;
    this.#joint = undefined;
    this.enter('ready');
  }

  // ---- steps and safe points

  /**
   * Does one step, until it succeeds: a step that fails for good asks for a person, and is done again on `retryStep`.
   * @throws TurnBackAsked, AbortAsked, TestEndAsked, where that is still possible; WindowMissed after a retry.
   */
  async step<T>(name: string, act: (steps: Steps) => Promise<T>): Promise<T> {
    return this.stepOr<T, never>(name, [], act);
  }

  /**
   * Does one step that a person may decide otherwise about when it fails for good.
   * @param others what they may answer instead of having it retried.
   * @returns what the step came to, or the answer.
   */
  async stepOr<T, Answer extends string>(
    name: string,
    others: readonly Answer[],
    act: (steps: Steps) => Promise<T>,
  ): Promise<T | Answer> {
    const steps = stepsOf(await this.timing, name);
    for (;;) {
      await this.#safePoint();
      try {
        return await act(steps);
      } catch (failure) {
        if (!(failure instanceof ActivityFailure)) throw failure;
        const answer = await this.#untilAnswered(name, troubleOf(failure), 'failed', others);
        if (answer !== undefined) return answer;
        this.#lookAtTimeAgain();
      }
    }
  }

  /** A person may take longer than the window lasts: a source that was not told to stop yet is not stopped outside of it. */
  #lookAtTimeAgain(): void {
    const isBeforeStop = this.hasBegunCutover && this.cutover.isBeforeStop;
    if (!isBeforeStop || this.#undoing || this.gate.release.now.heldBack === undefined) return;
    this.note(`Its cutover does not go on: ${this.gate.release.now.heldBack}`);
    throw new WindowMissed();
  }

  /**
   * Parks the machine until somebody answers, or has what came out looked at anew.
   * @returns the answer; nothing for a retry, or where the machine is to be left.
   */
  async untilAnswered<Answer extends string>(
    step: string,
    trouble: Trouble,
    answers: readonly Answer[],
  ): Promise<Answer | undefined> {
    return this.#untilAnswered(step, trouble, 'failed', answers);
  }

  /** Asks a person for one of several answers, and waits for it. @throws as `step` does. */
  async ask<Answer extends string>(
    step: string,
    question: Trouble,
    answers: readonly Answer[],
  ): Promise<Answer> {
    for (;;) {
      await this.#safePoint();
      const answer = await this.#untilAnswered(step, question, 'planned', answers);
      if (answer !== undefined) return answer;
    }
  }

  /** Has something undone, should the run end early. To be said before the effect: a step that is cut short is undone, too. */
  onUndo(undo: Undo): void {
    this.#undos.add(undo);
  }

  /** Does one undo as a step of its own: what it undoes has served. */
  async undoServed(undo: Undo): Promise<void> {
    await undo.undo();
    this.#undos.remove(undo);
  }

  /**
   * Undoes what has not served yet, the latest first. Nobody can leave it, and no pause holds it up. What was asked for
   * last is given the time to show.
   */
  async undo(): Promise<void> {
    const undos = this.#undos.inOrder;
    if (undos.length === 0) return;
    await this.undoing('aborting', async () => {
      await stepsOf(await this.timing, 'Wait for what was begun to show').settle();
      for (const undo of undos) await this.undoServed(undo);
    });
  }

  /** Does what undoes something, in a phase of its own. Nobody can leave it, and no pause holds it up. */
  async undoing<T>(phase: Phase, act: () => Promise<T>): Promise<T> {
    this.#undoing = true;
    this.enter(phase);
    try {
      return await act();
    } finally {
      this.#undoing = false;
    }
  }

  /**
   * Every wait for a cloud goes through here. A person can leave it while turning back or ending is possible.
   */
  async wait<T>(activity: () => Promise<T>): Promise<T> {
    return waitOrLeave(
      activity,
      () => this.#mayLeave,
      () => this.#leave(),
    );
  }

  /** Parks the machine until somebody has it retried. */
  async untilRetried(step: string, trouble: Trouble): Promise<void> {
    await this.#untilAnswered(step, trouble, 'failed', []);
  }

  /** @returns the answer; nothing when the step is to be done again, or the machine to be left. */
  async #untilAnswered<Answer extends string>(
    step: string,
    trouble: Trouble,
    kind: Attention['kind'],
    answers: readonly Answer[],
  ): Promise<Answer | undefined> {
    this.decisions.forgetAnswers();
    const given = () => answers.find((answer) => answer === this.decisions.answer);
    this.#raise(step, trouble, kind, answers);
    await condition(() => this.decisions.retry || given() !== undefined || this.#mayLeave);
    this.#settle();
    return given();
  }

  /** The commands that get the machine out of an attention. */
  #choices(kind: Attention['kind'], answers: readonly string[]): string[] {
    const { isFailedOver } = this.cutover;
    return [
      ...(kind === 'failed' ? [`portage retry ${this.address}`] : []),
      ...answers.map((answer) => commandOf(answer, this.address)),
      ...(this.#isTesting ? [`portage clean-up ${this.address}`] : []),
      ...(this.mayGoBack && !isFailedOver ? [`portage turn-back ${this.address}`] : []),
      ...(this.mayGoBack && isFailedOver ? [`portage recovery-point ${this.address} <id>`] : []),
      ...(this.mayGoBack && isFailedOver ? [`portage turn-back ${this.address} --after-failover`] : []),
    ];
  }

  /**
   * Waits, its source stopped, until the recovery plan of its group has begun to fail it over.
   * @returns false when no plan runs that could have its recovery plan begun: the machine is on its own.
   * @throws TurnBackAsked, until it has joined.
   */
  async untilJointFailover(): Promise<boolean> {
    this.#joint = 'waiting';
    this.tell();
    const hasBegun = () => this.#joint === 'begun';
    await condition(() => hasBegun() || !this.#reports.hasPlan || this.#mayLeave);
    if (this.#mayLeave) this.#leave();
    if (!hasBegun()) this.#joint = undefined;
    return hasBegun();
  }

  /**
   * Waits, its jobs marked, until the recovery plan of its group has begun to test it.
   * @returns the job; nothing where the machine is on its own.
   */
  async untilJointTest(): Promise<string | undefined> {
    const { joint } = this.test;
    if (joint.state !== 'called') return undefined;
    joint.become('joined');
    this.tell();
    await condition(() => joint.state !== 'joined' || !this.#reports.hasPlan || this.#mayLeave);
    if (this.#mayLeave) this.#leave();
    if (joint.isBegun) return joint.job;
    joint.want(false);
    return undefined;
  }

  /**
   * Waits until the test VMs of its group are cleaned up together, where they were made so.
   * @returns false where the machine has to clean its own up.
   */
  async untilCleanedUpJointly(): Promise<boolean> {
    const { joint } = this.test;
    const isOver = () => joint.state === undefined || !this.#reports.hasPlan;
    if (!isOver()) this.note('Its test VM is cleaned up together with those of its group');
    while (!isOver()) {
      const wayOut = this.#wayOut;
      joint.become(wayOut);
      this.tell();
      await this.gate.until(() => isOver() || this.#wayOut !== wayOut);
    }
    if (!joint.isCleanedUp) joint.want(false);
    return joint.isCleanedUp;
  }

  /** Why its test VM need not stay up. */
  get #wayOut(): 'seen' | 'due' | 'leaving' {
    if (this.#undoing || this.decisions.abort) return 'leaving';
    return this.#mayCutOver ? 'due' : 'seen';
  }

  /** A test of it begins now: with others only when they are all there. */
  get #isTestDue(): boolean {
    const waitsForOthers = this.test.joint.state === 'waiting' && this.#reports.hasPlan;
    return this.test.isAsked && !waitsForOthers;
  }

  /** Waits, ready, until a test or a failover is asked for that nothing holds back, or Azure has to hear of a change. */
  async untilAsked(): Promise<'test' | 'cutover' | 'change'> {
    for (;;) {
      const isAsked = () => this.settings.lacksTarget || this.#isTestDue || this.#mayCutOver;
      const isOver = () => isAsked() || this.#mayLeave;
      await this.gate.until(() => isOver() || this.#lacksWindow);
      await this.#safePoint();
      if (this.settings.lacksTarget) return 'change';
      if (this.#isTestDue) return 'test';
      if (this.#mayCutOver) return 'cutover';
      if (this.#lacksWindow) await this.#untilWindow();
      this.tell();
    }
  }

  /** No window is left: waits for a person, who may name another one or do without. */
  async #untilWindow(): Promise<void> {
    const answers = ['now'];
    this.decisions.forgetAnswers();
    this.#raise('Wait for a window', noWindowLeft(this.address, this.gate.holdsBack), 'planned', answers, [
      `portage abort ${this.address}`,
    ]);
    const isAnswered = () => this.decisions.answer === 'now';
    const isOver = () => isAnswered() || this.settings.lacksTarget || this.#isTestDue || this.#mayLeave;
    await condition(() => isOver() || !this.#lacksWindow);
    if (isAnswered()) this.gate.release.letAnyTime();
    this.#settle();
  }

  /** Leaves a test VM up until people have seen it, a cutover that needs no approval is asked for, or its time is over. */
  async untilTestSeen(): Promise<void> {
    const isOver = () => this.#mayCutOver || this.#mayLeave;
    const endsAt = Date.now() + this.test.stayMs;
    for (let leftMs = this.test.stayMs; leftMs > 0 && !isOver(); leftMs = endsAt - Date.now()) {
      await this.gate.until(isOver, leftMs);
      if (!isOver()) this.tell();
    }
    if (this.#mayLeave) this.#leave();
  }

  /** Its cutover is due in no window any more; one that was turned back has to be released again first. */
  get #lacksWindow(): boolean {
    const isReleased = this.decisions.failover || !this.#turnedBack;
    return isReleased && this.gate.release.hasNoWindowLeft;
  }

  get #mayCutOver(): boolean {
    return this.decisions.failover && this.gate.isOpen;
  }

  /** Waits until the plan has heard the last report. */
  async flushed(): Promise<void> {
    await this.#reports.flushed();
  }

  async #safePoint(): Promise<void> {
    const wasPaused = this.decisions.paused;
    await condition(() => !this.decisions.paused || this.#undoing || this.#mayLeave);
    if (this.#mayLeave) this.#leave();
    if (wasPaused) this.#lookAtTimeAgain();
  }

  /** What was done is being undone: that is not left. */
  get isUndoing(): boolean {
    return this.#undoing;
  }

  get hasBegunCutover(): boolean {
    return this.cutover.hasTouchedSource || this.#phase === 'awaiting-cutover';
  }

  /** A cutover has begun that can be undone now; after the failover that is another thing, and has to be said so. */
  get mayGoBack(): boolean {
    if (this.#undoing) return false;
    const { canBeUndone, isFailedOver } = this.cutover;
    return this.#phase === 'awaiting-cutover' || canBeUndone || isFailedOver;
  }

  get #mayLeave(): boolean {
    if (this.#undoing || this.cutover.isFixed) return false;
    return this.decisions.abort || this.#mayTurnBack || this.#mayEndTest || this.#otherPoint !== undefined;
  }

  /** The recovery point that the Azure VM is to be made anew from. */
  get #otherPoint(): string | undefined {
    return this.cutover.isFailedOver ? this.decisions.otherPoint : undefined;
  }

  get #mayTurnBack(): boolean {
    if (!this.mayGoBack) return false;
    const { turnBack } = this.decisions;
    return this.cutover.isFailedOver ? turnBack === 'after-failover' : turnBack !== undefined;
  }

  get #isTesting(): boolean {
    const isStanding = this.test.status?.state === 'running' || this.test.status?.state === 'up';
    return this.#phase === 'testing' && isStanding;
  }

  get #mayEndTest(): boolean {
    return this.#isTesting && this.test.isOver;
  }

  #leave(): never {
    if (this.decisions.abort) throw new AbortAsked();
    if (!this.#mayTurnBack && this.#otherPoint !== undefined) throw new RecoveryPointAsked(this.#otherPoint);
    throw this.#mayEndTest ? new TestEndAsked() : new TurnBackAsked();
  }

  #raise(
    step: string,
    trouble: Trouble,
    kind: Attention['kind'],
    answers: readonly string[],
    others: readonly string[] = [],
  ): void {
    const choices = [...this.#choices(kind, answers), ...others];
    this.#attention = { ...trouble, step, kind, choices, since: timestamp() };
    this.#answers = answers;
    this.note(`${step}: ${trouble.message}`);
    upsertSearchAttributes([{ key: attentionAttribute, value: true }]);
    this.tell();
  }

  #settle(): void {
    this.#attention = undefined;
    upsertSearchAttributes([{ key: attentionAttribute, value: false }]);
    this.tell();
  }

  // ---- failover

  /**
   * Cut over now, or as soon as ready.
   * @param terms instead of those of an earlier release, which count on where none are given.
   * @returns what will happen.
   */
  askForFailover(terms?: ReleaseTerms): string {
    this.decisions.failover = true;
    if (terms !== undefined) this.#releaseOn(terms);
    const heldBack = this.gate.holdsBack;
    if (heldBack !== undefined && !this.hasBegunCutover)
      return `${this.address} is ${this.#phase} and waits with its cutover: ${heldBack}`;
    if (this.#phase === 'ready') return `${this.address} cuts over now${this.#jointly}`;
    if (this.hasBegunCutover) return `${this.address} is cutting over already (${this.#phase})`;
    return `${this.address} is ${this.#phase}; it cuts over as soon as it is ready${this.#jointly}`;
  }

  /** Somebody has released it; the plan says when it is due. */
  #releaseOn(terms: ReleaseTerms): void {
    this.gate.release.set(terms);
    this.tell();
  }

  /** Somebody has approved its cutover. @returns what that came to. */
  approveCutover({ by, subject }: CutoverApproval): string {
    const answer = this.gate.approvals.approve(by, subject);
    this.note(answer);
    this.tell();
    return answer;
  }

  /** Another machine of the plan has finished its cutover. */
  #cutoverMeasured(measured: MeasuredCutover): void {
    this.gate.measured.heard(measured);
    this.tell();
  }

  /** What a failover of a single machine means where a recovery plan of Site Recovery runs it. */
  get #jointly(): string {
    const { engine, group } = this.vm;
    if (engine === 'portage') return '';
    return `: its source is stopped, then a recovery plan of the vault fails it over together with all of group ${group} that are stopped by then, as soon as the group is due`;
  }

  #hearOfJointFailover(message: JointMessage): void {
    if (message.kind === 'call' && this.#joint === 'waiting' && !this.#mayLeave) {
      this.#joint = 'joined';
      this.cutover.reach('joined');
    } else if (message.kind === 'off' && this.#joint === 'joined') {
      this.#joint = 'waiting';
      this.cutover.reach('source-stopped');
    } else if (message.kind === 'begun' && this.#joint === 'joined') {
      this.#joint = 'begun';
      this.#jointJob = message.job;
    } else return;
    this.tell();
  }

  #hearOfJointTest(message: JointTestMessage): void {
    if (message.kind === 'call' && (this.#phase !== 'ready' || this.#mayLeave)) return;
    if (!this.test.joint.hear(message)) return;
    if (message.kind === 'end') this.test.end();
    this.tell();
  }

  /** It waits for its group as long as it is ready only. */
  get #jointTest(): JointTest | undefined {
    const { state } = this.test.joint;
    return state === 'waiting' && this.#phase !== 'ready' ? undefined : state;
  }

  get #jointReport(): Pick<MachineReport, 'item' | 'joint' | 'jointTest'> {
    if (this.vm.engine === 'portage' || this.item === undefined) return {};
    const { fabric, container, name } = this.item;
    const jointTest = this.#jointTest;
    return {
      item: { fabric, container, name },
      ...(this.#joint && { joint: this.#joint }),
      ...(jointTest && { jointTest }),
    };
  }

  /** Shows the state in the Web UI and reports it to the plan. */
  tell(): void {
    for (const text of this.#isWaiting ? this.gate.approvals.newlyLost : []) this.note(text);
    setCurrentDetails(this.#story.markdown(this.#phase, this.#attention));
    this.#reports.tellPlan({
      run: workflowInfo().runStartTime.getTime(),
      phase: this.#phase,
      turnedBack: this.#turnedBack,
      ...this.#heldBack,
      ...approvalsInBrief(this.gate.approvals.status),
      ...(this.#cutoverMs !== undefined && { cutoverMs: this.#cutoverMs }),
      ...(this.test.status && { test: testInBrief(this.test.status) }),
      ...(this.#attention && { attention: this.#attention }),
      ...(this.azureVm && { azureVm: this.azureVm.id }),
      ...((this.cutover.isInAzure || this.cutover.isOneWay) && { isInAzure: true as const }),
      ...(this.settings.answer && { change: this.settings.answer }),
      ...this.#jointReport,
    });
  }
}

/** The command that gives an answer. */
function commandOf(answer: string, address: string): string {
  return answer === 'skip' || answer === 'accept'
    ? `portage ${answer} ${address}`
    : `portage confirm ${address} ${answer}`;
}

function noWindowLeft(address: string, heldBack: string | undefined): Trouble {
  return {
    code: 'NO_WINDOW_LEFT',
    message: `It is ready, and ${heldBack ?? 'no window is left'}`,
    suggestion: `Name another window: portage failover ${address} --within <from>/<until>; or let it cut over now, outside its windows, which is recorded`,
  };
}
