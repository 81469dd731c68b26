import { ActivityFailure } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  currentUpdateInfo,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Finding, ItemAddress, MigratedVm, SourceInstance, Timing } from '../activities/index.ts';
import type { VmPlan } from '../plan/resolve.ts';
import { troubleOf, type Trouble } from './attention.ts';
import { MachineTest } from './machine-test.ts';
import {
  abortSignal,
  abortUpdate,
  approveTestSignal,
  approveTestUpdate,
  cleanUpTestSignal,
  cleanUpTestUpdate,
  confirmUpdate,
  environmentWorkflowId,
  failoverSignal,
  jointFailoverSignal,
  machineAgentSignal,
  machineReportSignal,
  pauseSignal,
  pauseUpdate,
  planWorkflowId,
  reportSignal,
  requestFailoverUpdate,
  requestTestFailoverUpdate,
  resumeSignal,
  resumeUpdate,
  retryStepSignal,
  retryStepUpdate,
  machineStatusQuery,
  testFailoverSignal,
  turnBackSignal,
  turnBackUpdate,
  type Attention,
  type Confirmation,
  type Joint,
  type JointMessage,
  type MachineAgent,
  type MachineReport,
  type MachineStatus,
  type TestInBrief,
  type TestStatus,
  type TurnBackHow,
} from './messages.ts';
import { isEnded, nextAction, type Phase } from './phases.ts';
import { attentionAttribute, phaseAttribute, searchAttributesOf, vmAttribute } from './search-attributes.ts';
import { stepsOf, type Steps } from './steps.ts';
import { Story, timestamp } from './story.ts';
import { UndoList, type Undo } from './undo-list.ts';
import { waitOrLeave } from './wait-or-leave.ts';

/** Thrown at a safe point when a person called this cutover off and it still can be. */
export class TurnBackAsked extends Error {}
/** Thrown at a safe point when nobody wants to see any more of a test. */
export class TestEndAsked extends Error {}
/** Thrown at a safe point when a person, or Temporal's cancel, gives the machine up and it still can be. */
export class AbortAsked extends Error {}

/** How far the source and the failover have gone: what a cutover may still be undone from. */
type Cutover =
  | 'untouched'
  | 'source-touched'
  /** A recovery plan of the vault is about to fail it over. */
  | 'joined'
  /** A failover is in flight, which is never cancelled. */
  | 'failing-over'
  | 'failed-over'
  | 'committing'
  | 'committed';

/** Something that people ask for: what it does and answers, and when it is refused. */
interface Verb {
  readonly act: () => string;
  /** @throws Error with the reason. */
  readonly refuse: () => void;
}

/** One machine's state, and everything that people and its plan say to it. */
export class MachineRun {
  readonly vm: VmPlan;
  /** `<plan>/<vm>`, as commands take it. */
  readonly address: string;
  readonly test: MachineTest;
  readonly #timing: Promise<Timing>;
  readonly #story = new Story();
  readonly #undos = new UndoList();
  readonly #startedAt = timestamp();
  #phase: Phase = 'queued';
  #since = timestamp();
  #sequence = 0;
  #reporting: Promise<void> = Promise.resolve();

  #paused = false;
  #failoverAsked = false;
  #turnBackAsked: 'before-failover' | 'after-failover' | undefined;
  #turnedBack = false;
  #retryAsked = false;
  #answer: string | undefined;
  #abortAsked = false;
  #cancelled = false;
  #undoing = false;
  #cutover: Cutover = 'untouched';
  /** Whether its plan ran when it was last told something. */
  #hasPlan = true;
  #joint: Joint | undefined;
  #jointJob: string | undefined;
  #agent: MachineAgent | undefined;
  #attention: Attention | undefined;
  /** What a person may answer to it. */
  #answers: readonly string[] = [];

  findings: readonly Finding[] = [];
  source: SourceInstance | undefined;
  item: ItemAddress | undefined;
  azureVm: MigratedVm | undefined;
  #sourceStoppedAt: string | undefined;
  /** How long its initial replication took. */
  #replicatedMs: number | undefined;
  #validatedAt: string | undefined;

  constructor(vm: VmPlan, timing: Promise<Timing>) {
    this.vm = vm;
    this.test = new MachineTest(vm, () => this.#tell());
    this.#timing = timing;
    this.address = `${vm.plan}/${vm.name}`;
  }

  /** Answers and takes messages from now on. Temporal's cancel only sets a flag: the body runs non-cancellable. */
  listen(): void {
    if (workflowInfo().typedSearchAttributes.get(vmAttribute) === undefined)
      upsertSearchAttributes(searchAttributesOf(this.vm));
    setHandler(machineStatusQuery, () => this.status);
    setHandler(failoverSignal, () => void this.askForFailover());
    setHandler(requestFailoverUpdate, () => this.askForFailover(), {
      validator: () => this.#refuseAfterCommit('A failover'),
    });
    this.#listenAboutTests();
    setHandler(pauseSignal, () => void this.#pause());
    setHandler(pauseUpdate, () => this.#pause());
    setHandler(resumeSignal, () => void this.#resume());
    setHandler(resumeUpdate, () => this.#resume());
    setHandler(turnBackSignal, (how) => this.#take('turnBack', this.#turnBack(how)));
    setHandler(turnBackUpdate, (how?: TurnBackHow) => this.#turnBack(how).act(), {
      validator: (how?: TurnBackHow) => this.#turnBack(how).refuse(),
    });
    setHandler(abortSignal, () => this.#take('abort', this.#abort));
    setHandler(abortUpdate, this.#abort.act, { validator: this.#abort.refuse });
    setHandler(confirmUpdate, ({ answer }: Confirmation) => this.#confirm(answer), {
      validator: ({ answer }: Confirmation) => this.#refuseConfirm(answer),
    });
    setHandler(reportSignal, () => {
      this.#tell();
      this.#tellEnvironment();
    });
    setHandler(jointFailoverSignal, (message) => this.#hearOfJointFailover(message));
    setHandler(retryStepSignal, () => void this.#retry());
    setHandler(retryStepUpdate, () => this.#retry(), {
      validator: () => this.#refuseRetry(),
    });
  }

  #listenAboutTests(): void {
    setHandler(testFailoverSignal, () => this.#take('requestTestFailover', this.#askTest));
    setHandler(requestTestFailoverUpdate, this.#askTest.act, { validator: this.#askTest.refuse });
    setHandler(approveTestSignal, (approval) =>
      this.#take('approveTest', {
        act: () => this.#approved(approval?.by ?? ''),
        refuse: () => {
          if (approval === undefined) throw new Error('who approves is not told: send it as an update');
          this.test.refuseApprove();
        },
      }),
    );
    setHandler(approveTestUpdate, async () => this.#approved(await this.#whoAsks()), {
      validator: () => this.test.refuseApprove(),
    });
    setHandler(cleanUpTestSignal, () => this.#take('cleanUpTest', this.#cleanUpTest));
    setHandler(cleanUpTestUpdate, this.#cleanUpTest.act, { validator: this.#cleanUpTest.refuse });
  }

  /** Temporal's cancel means abort. */
  cancelled(): void {
    this.#take('cancel', {
      ...this.#abort,
      act: () => {
        this.#cancelled = true;
        return this.#abort.act();
      },
    });
  }

  /** A cancel has ended it. */
  get wasCancelled(): boolean {
    return this.#cancelled && this.#phase === 'aborted';
  }

  // ---- what the run has come to

  get status(): MachineStatus {
    return {
      plan: this.vm.plan,
      group: this.vm.group,
      vm: this.vm.name,
      phase: this.#phase,
      since: this.#since,
      startedAt: this.#startedAt,
      paused: this.#paused,
      failoverAsked: this.#failoverAsked,
      ...(this.#heldBack !== undefined && { heldBack: this.#heldBack }),
      ...(this.test.status && { test: this.test.status }),
      turnedBack: this.#turnedBack,
      next: this.#next,
      findings: this.findings,
      notes: this.#story.notes,
      ...(this.#attention && { attention: this.#attention }),
      ...(this.source && { source: this.source }),
      ...(this.azureVm && { azureVm: this.azureVm }),
      ...(this.#sourceStoppedAt !== undefined && { sourceStoppedAt: this.#sourceStoppedAt }),
      ...(this.#validatedAt !== undefined && { validatedAt: this.#validatedAt }),
    };
  }

  get #next(): string {
    if (this.#attention) return this.#attention.choices[0] ?? this.#attention.suggestion;
    const isReady = this.#phase === 'ready';
    return (isReady ? this.test.next : undefined) ?? nextAction(this.#phase, this.address);
  }

  /** Why it does not cut over although it is ready. */
  get #heldBack(): string | undefined {
    const isWaiting = this.#phase === 'ready' || this.#phase === 'testing';
    return isWaiting ? this.test.holdsBack : undefined;
  }

  /** Enters a phase, and tells the plan and the Web UI. */
  enter(phase: Phase): void {
    if (this.#phase === phase) return;
    if (this.#phase === 'replicating' && phase === 'ready')
      this.#replicatedMs = Date.now() - Date.parse(this.#since);
    this.#phase = phase;
    this.#since = timestamp();
    upsertSearchAttributes([{ key: phaseAttribute, value: phase }]);
    this.#tell();
  }

  note(text: string): void {
    this.#story.note(text);
  }

  /** Tells the environment how the machine's agent stands, and tells it again whenever somebody asks how the machine does. */
  tellOfAgent(agent: Omit<MachineAgent, 'plan' | 'vm'>): void {
    this.#agent = { plan: this.vm.plan, vm: this.vm.name, ...agent };
    this.#tellEnvironment();
  }

  /** A cutover begins, the first or one after turning back. */
  beginCutover(): void {
    this.#turnedBack = false;
    this.enter('awaiting-cutover');
  }

  sourceTouched(): void {
    this.#cutover = 'source-touched';
  }

  sourceStopped(): void {
    this.#sourceStoppedAt = timestamp();
  }

  failoverAccepted(): void {
    this.#cutover = 'failing-over';
    if (this.#turnBackAsked === 'before-failover') this.tooLateToTurnBack();
  }

  /** The failover's job has ended well: the machine lives in Azure, and may go back on somebody's express word. */
  failedOver(): void {
    this.#cutover = 'failed-over';
  }

  /** It was to go back to its source, which would not start: it goes on in Azure. */
  staysInAzure(): void {
    this.#turnBackAsked = undefined;
    this.#abortAsked = false;
    this.#cancelled = false;
    this.#cutover = 'failed-over';
  }

  /** The source lives again as it did before the cutover. */
  sourceLives(): void {
    this.#cutover = 'untouched';
    this.#sourceStoppedAt = undefined;
  }

  committing(): void {
    this.#cutover = 'committing';
  }

  /** The commit was not accepted: everything but that is possible again. */
  notCommitted(): void {
    this.#cutover = 'failed-over';
  }

  /** The failover's job failed and the item is still active on the source's side: turning back is possible again. */
  failoverFailed(): void {
    this.#cutover = 'source-touched';
  }

  /** The job of its group's recovery plan, once that was begun and where it has one. */
  get jointJob(): string | undefined {
    return this.#jointJob;
  }

  validated(): void {
    this.#validatedAt = timestamp();
  }

  committed(): void {
    this.#cutover = 'committed';
  }

  /** The source is as it was before the cutover began. */
  turnedBack(): void {
    this.sourceLives();
    this.#failoverAsked = false;
    this.#turnBackAsked = undefined;
    this.#turnedBack = true;
    this.#joint = undefined;
    this.enter('ready');
  }

  /** The cutover goes on although turning back was asked for: the failover had been accepted after all. */
  tooLateToTurnBack(): void {
    this.#turnBackAsked = undefined;
    this.note('Turning back as before the failover is not possible any more: it had been accepted');
  }

  // ---- steps and safe points

  /**
   * Does one step, until it succeeds: a step that fails for good asks for a person, and is done again on `retryStep`.
   * @throws TurnBackAsked, AbortAsked, TestEndAsked, where that is still possible.
   */
  async step<T>(name: string, act: (steps: Steps) => Promise<T>): Promise<T> {
    const steps = stepsOf(await this.#timing, name);
    for (;;) {
      await this.#safePoint();
      try {
        return await act(steps);
      } catch (failure) {
        if (!(failure instanceof ActivityFailure)) throw failure;
        await this.untilRetried(name, troubleOf(failure));
      }
    }
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
    const steps = stepsOf(await this.#timing, name);
    for (;;) {
      await this.#safePoint();
      try {
        return await act(steps);
      } catch (failure) {
        if (!(failure instanceof ActivityFailure)) throw failure;
        const answer = await this.#untilAnswered(name, troubleOf(failure), 'failed', others);
        if (answer !== undefined) return answer;
      }
    }
  }

  /** Asks a person for one of several answers, and waits for it. */
  async ask<Answer extends string>(
    step: string,
    question: Trouble,
    answers: readonly Answer[],
  ): Promise<Answer> {
    for (;;) {
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
      await stepsOf(await this.#timing, 'Wait for what was begun to show').settle();
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
    this.#retryAsked = false;
    this.#answer = undefined;
    const given = () => answers.find((answer) => answer === this.#answer);
    this.#raise(step, trouble, kind, answers);
    await condition(() => this.#retryAsked || given() !== undefined || this.#mayLeave);
    this.#settle();
    return given();
  }

  /** The commands that get the machine out of an attention. */
  #choices(kind: Attention['kind'], answers: readonly string[]): string[] {
    const isFailedOver = this.#cutover === 'failed-over';
    return [
      ...(kind === 'failed' ? [`portage retry ${this.address}`] : []),
      ...answers.map((answer) => `portage confirm ${this.address} ${answer}`),
      ...(this.#isTesting ? [`portage clean-up ${this.address}`] : []),
      ...(this.#mayGoBack && !isFailedOver ? [`portage turn-back ${this.address}`] : []),
      ...(this.#mayGoBack && isFailedOver ? [`portage turn-back ${this.address} --after-failover`] : []),
    ];
  }

  /**
   * Waits, its source stopped, until the recovery plan of its group has begun to fail it over.
   * @returns false when no plan runs that could have its recovery plan begun: the machine is on its own.
   * @throws TurnBackAsked, until it has joined.
   */
  async untilJointFailover(): Promise<boolean> {
    this.#joint = 'waiting';
    this.#tell();
    const hasBegun = () => this.#joint === 'begun';
    await condition(() => hasBegun() || !this.#hasPlan || this.#mayLeave);
    if (this.#mayLeave) this.#leave();
    if (!hasBegun()) this.#joint = undefined;
    return hasBegun();
  }

  /** Waits, ready, until a test or a failover is asked for that nothing holds back. */
  async untilAsked(): Promise<'test' | 'cutover'> {
    const mayCutOver = () => this.#failoverAsked && this.test.holdsBack === undefined;
    await condition(() => this.test.isAsked || mayCutOver() || this.#mayLeave);
    await this.#safePoint();
    return this.test.isAsked ? 'test' : 'cutover';
  }

  /** Leaves a test VM up until people have seen it, a cutover that needs no approval is asked for, or its time is over. */
  async untilTestSeen(): Promise<void> {
    const mayCutOver = () => this.#failoverAsked && this.test.holdsBack === undefined;
    await condition(() => mayCutOver() || this.#mayLeave, this.test.stayMs);
    if (this.#mayLeave) this.#leave();
  }

  /** Waits until the plan has heard the last report. */
  async flushed(): Promise<void> {
    await this.#reporting;
  }

  async #safePoint(): Promise<void> {
    await condition(() => !this.#paused || this.#undoing || this.#mayLeave);
    if (this.#mayLeave) this.#leave();
  }

  /** A cutover has begun that can be undone now; after the failover that is another thing, and has to be said so. */
  get #mayGoBack(): boolean {
    if (this.#undoing) return false;
    return (
      this.#phase === 'awaiting-cutover' ||
      this.#cutover === 'source-touched' ||
      this.#cutover === 'failed-over'
    );
  }

  /** What is in flight, and what is committed, is not left: it is waited for. */
  get #mayLeave(): boolean {
    const isFixed = ['joined', 'failing-over', 'committing', 'committed'].includes(this.#cutover);
    if (this.#undoing || isFixed) return false;
    return this.#abortAsked || this.#mayTurnBack || this.#mayEndTest;
  }

  get #mayTurnBack(): boolean {
    if (!this.#mayGoBack) return false;
    return this.#cutover === 'failed-over'
      ? this.#turnBackAsked === 'after-failover'
      : this.#turnBackAsked !== undefined;
  }

  get #isTesting(): boolean {
    const isStanding = this.test.status?.state === 'running' || this.test.status?.state === 'up';
    return this.#phase === 'testing' && isStanding;
  }

  get #mayEndTest(): boolean {
    return this.#isTesting && this.test.isOver;
  }

  #leave(): never {
    if (this.#abortAsked) throw new AbortAsked();
    throw this.#mayEndTest ? new TestEndAsked() : new TurnBackAsked();
  }

  #raise(step: string, trouble: Trouble, kind: Attention['kind'], answers: readonly string[]): void {
    const choices = this.#choices(kind, answers);
    this.#attention = { ...trouble, step, kind, choices, since: timestamp() };
    this.#answers = answers;
    this.note(`${step}: ${trouble.message}`);
    upsertSearchAttributes([{ key: attentionAttribute, value: true }]);
    this.#tell();
  }

  #settle(): void {
    this.#attention = undefined;
    upsertSearchAttributes([{ key: attentionAttribute, value: false }]);
    this.#tell();
  }

  // ---- messages

  /** Cut over now, or as soon as ready. @returns what will happen. */
  askForFailover(): string {
    this.#failoverAsked = true;
    const heldBack = this.test.holdsBack;
    if (heldBack !== undefined && !this.#hasBegun)
      return `${this.address} is ${this.#phase} and waits with its cutover: ${heldBack}`;
    if (this.#phase === 'ready') return `${this.address} cuts over now${this.#jointly}`;
    if (this.#hasBegun) return `${this.address} is cutting over already (${this.#phase})`;
    return `${this.address} is ${this.#phase}; it cuts over as soon as it is ready${this.#jointly}`;
  }

  get #hasBegun(): boolean {
    return this.#cutover !== 'untouched' || this.#phase === 'awaiting-cutover';
  }

  /** Follows a signal as it would an update; where that would be refused, the reason is noted. */
  #take(name: string, { act, refuse }: Verb): void {
    try {
      refuse();
    } catch (refusal) {
      if (!(refusal instanceof Error)) throw refusal;
      return this.note(`A ${name} signal was noted and changes nothing: ${refusal.message}`);
    }
    act();
  }

  readonly #askTest: Verb = {
    act: () => {
      this.note('A test failover was asked for');
      return this.test.ask();
    },
    refuse: () => {
      if (this.#hasBegun) throw new Error(`${this.address} is ${this.#phase}: its cutover has begun`);
      this.test.refuseAsk();
    },
  };

  readonly #cleanUpTest: Verb = {
    act: () => {
      this.note('The clean-up of the test was asked for');
      return this.test.cleanUp();
    },
    refuse: () => this.test.refuseCleanUp(),
  };

  #approved(by: string): string {
    const answer = this.test.approve(by);
    this.note(answer);
    return answer;
  }

  /** Who sent the update that is being handled. */
  async #whoAsks(): Promise<string> {
    const id = currentUpdateInfo()?.id ?? '';
    const timing = await this.#timing;
    return CancellationScope.nonCancellable(() => stepsOf(timing, 'Who asks').act.whoAsked(id));
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
      this.#cutover = 'joined';
    } else if (message.kind === 'off' && this.#joint === 'joined') {
      this.#joint = 'waiting';
      this.#cutover = 'source-touched';
    } else if (message.kind === 'begun' && this.#joint === 'joined') {
      this.#joint = 'begun';
      this.#jointJob = message.job;
    } else return;
    this.#tell();
  }

  #pause(): string {
    this.#paused = true;
    this.note('Paused: the step under way ends, no other begins');
    return `${this.address} is paused in ${this.#phase}; what runs in the clouds goes on`;
  }

  #resume(): string {
    this.#paused = false;
    this.note('Resumed');
    return `${this.address} goes on in ${this.#phase}`;
  }

  #turnBack({ afterFailover = false }: TurnBackHow = {}): Verb {
    return {
      act: () => {
        this.#turnBackAsked = afterFailover ? 'after-failover' : 'before-failover';
        this.note(`Turning back was asked for${afterFailover ? ', after the failover' : ''}`);
        return this.#isInAzure
          ? `${this.address} turns back: the Azure VM is deallocated, then the source is started again if it was running; ${this.#costOfNewStart}`
          : `${this.address} turns back: the source is started again if it was running, replication goes on`;
      },
      refuse: () => {
        const why = this.#whyNoTurnBack(afterFailover);
        if (why !== undefined) throw new Error(why);
      },
    };
  }

  #whyNoTurnBack(afterFailover: boolean): string | undefined {
    if (this.#isOneWay) return `${this.address} is committed: that is one-way`;
    if (this.#undoing) return `${this.address} is ${this.#phase} already`;
    if (this.#isInAzure)
      return afterFailover
        ? undefined
        : `the failover of ${this.address} was accepted. Turning back now deallocates the Azure VM and starts the source; ${this.#costOfNewStart}. To do it: portage turn-back ${this.address} --after-failover`;
    return this.#mayGoBack ? undefined : `${this.address} is ${this.#phase}: no cutover has begun`;
  }

  /** A failover was accepted, or is about to be begun with its group. */
  get #isInAzure(): boolean {
    return ['joined', 'failing-over', 'failed-over'].includes(this.#cutover);
  }

  get #isOneWay(): boolean {
    return this.#cutover === 'committing' || this.#cutover === 'committed';
  }

  get #costOfNewStart(): string {
    const took =
      this.#replicatedMs === undefined
        ? 'whose time was not measured'
        : `which took ${(this.#replicatedMs / 3_600_000).toFixed(1)} hours the first time`;
    return `replication ends for good, and starting over takes a new initial replication, ${took}`;
  }

  readonly #abort: Verb = {
    act: () => {
      this.#abortAsked = true;
      this.note('Giving the machine up was asked for');
      const isInFlight = this.#cutover === 'joined' || this.#cutover === 'failing-over';
      return `${this.address} is given up${isInFlight ? ', as soon as its failover has ended' : ''}: what was done is undone in reverse, and its replication is disabled`;
    },
    refuse: () => {
      if (this.#isOneWay) throw new Error(`${this.address} is committed: that is one-way`);
      if (isEnded(this.#phase)) throw new Error(`${this.address} has ended: it is ${this.#phase}`);
    },
  };

  #confirm(answer: string): string {
    this.#answer = answer;
    this.note(`Confirmed: ${answer}`);
    return `${this.address}: ${answer}`;
  }

  #refuseConfirm(answer: string): void {
    if (this.#attention !== undefined && this.#answers.includes(answer)) return;
    const open = this.#attention === undefined ? 'it asks for nothing' : this.#answers.join(', ') || 'none';
    throw new Error(`${this.address} has no use for ${answer}; answers now: ${open}`);
  }

  #retry(): string {
    this.#retryAsked = true;
    return `${this.address} tries again: ${this.#attention?.step ?? 'nothing to retry'}`;
  }

  #refuseRetry(): void {
    if (this.#attention === undefined)
      throw new Error(`${this.address} waits for nothing: it is ${this.#phase}`);
  }

  #refuseAfterCommit(what: string): void {
    if (this.#isOneWay) throw new Error(`${what} is refused: ${this.address} is committed`);
  }

  get #jointReport(): Pick<MachineReport, 'item' | 'joint'> {
    if (this.vm.engine === 'portage' || this.item === undefined) return {};
    const { fabric, container, name } = this.item;
    return { item: { fabric, container, name }, ...(this.#joint && { joint: this.#joint }) };
  }

  /** In order, and without making the machine wait. Nobody needs to hear it where the environment has ended. */
  #tellEnvironment(): void {
    const agent = this.#agent;
    if (agent === undefined) return;
    const environment = getExternalWorkflowHandle(environmentWorkflowId(this.vm.environment));
    this.#reporting = this.#reporting
      .then(() => environment.signal(machineAgentSignal, agent))
      .catch(() => undefined);
  }

  /** Shows the state in the Web UI and reports it to the plan, in order and without making the machine wait. */
  #tell(): void {
    setCurrentDetails(this.#story.markdown(this.#phase, this.#attention));
    const report = {
      vm: this.vm.name,
      run: workflowInfo().runStartTime.getTime(),
      sequence: ++this.#sequence,
      phase: this.#phase,
      turnedBack: this.#turnedBack,
      ...(this.#heldBack !== undefined && { heldBack: this.#heldBack }),
      ...(this.test.status && { test: briefly(this.test.status) }),
      ...(this.#attention && { attention: this.#attention }),
      ...(this.azureVm && { azureVm: this.azureVm.id }),
      ...this.#jointReport,
    };
    const plan = getExternalWorkflowHandle(planWorkflowId(this.vm.plan));
    this.#reporting = this.#reporting
      .then(() => plan.signal(machineReportSignal, report))
      .then(
        () => void (this.#hasPlan = true),
        () => void (this.#hasPlan = false),
      );
  }
}

/** As much of a test as its plan has to know. */
function briefly({ state, outcome, approvedBy }: TestStatus): TestInBrief {
  return { state, ...(outcome && { outcome }), ...(approvedBy !== undefined && { approvedBy }) };
}
