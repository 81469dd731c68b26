import { condition, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import type { EnvironmentRequest, MissingMachines, Timing } from '../activities/index.ts';
import type { Trouble } from './attention.ts';
import { machinesToAdd } from './machines-to-add.ts';
import {
  awaitedQuery,
  environmentStatusQuery,
  machineAgentSignal,
  noLongerNeededSignal,
  pauseSignal,
  pauseUpdate,
  prepareForSignal,
  resumeSignal,
  resumeUpdate,
  retryStepSignal,
  retryStepUpdate,
  type EnvironmentStatus,
  type MachineAgent,
  type NoLongerNeeded,
} from './messages.ts';
import { Left, Preparation, type VaultRun } from './preparation.ts';
import { attentionAttribute, environmentAttribute } from './search-attributes.ts';
import { Story, timestamp } from './story.ts';
import { waitOrLeave } from './wait-or-leave.ts';

const machinesStep = 'Machines that a person adds';

/** The state of a vault's workflow: the plans that need the vault, and everything that they and people say to it. */
export class EnvironmentRun implements VaultRun {
  readonly timing: Promise<Timing>;
  readonly #story = new Story();
  readonly #startedAt = timestamp();
  readonly #preparations = new Map<string, Preparation>();
  /** What agents say of their machines, by `<plan>/<vm>`. */
  readonly #details = new Map<string, string>();
  #missing: MissingMachines | undefined;
  #lastEffect: Promise<unknown> = Promise.resolve();
  #paused = false;
  #cancelled = false;
  #attentionShown = false;

  constructor(timing: Promise<Timing>) {
    this.timing = timing;
  }

  /**
   * Answers and takes messages from now on.
   * @param prepare what is done for each plan that asks.
   */
  listen(prepare: (preparation: Preparation) => Promise<void>): void {
    setHandler(environmentStatusQuery, () => this.status);
    setHandler(awaitedQuery, () => this.#awaited.map(({ awaited }) => awaited));
    setHandler(prepareForSignal, async (request) => {
      const preparation = this.#asked(request);
      if (preparation !== undefined) await prepare(preparation);
    });
    setHandler(noLongerNeededSignal, (what) => this.#noLongerNeeded(what));
    setHandler(machineAgentSignal, (agent) => this.#heardOfAgent(agent));
    setHandler(pauseSignal, () => void this.#pause());
    setHandler(pauseUpdate, () => this.#pause());
    setHandler(resumeSignal, () => void this.#resume());
    setHandler(resumeUpdate, () => this.#resume());
    setHandler(retryStepSignal, () => void this.#retry());
    setHandler(retryStepUpdate, () => this.#retry(), { validator: () => this.#refuseRetry() });
  }

  get status(): EnvironmentStatus {
    const attention = this.#attention;
    return {
      startedAt: this.#startedAt,
      paused: this.#paused,
      ...(attention && { attention }),
      plans: this.#all.map(({ request, state, attention: own }) => ({
        plan: request.plan,
        environment: request.environment.name,
        state,
        ...(own && { attention: own }),
      })),
      notes: this.#story.notes,
    };
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  get isCancelled(): boolean {
    return this.#cancelled;
  }

  /** No plan needs anything any more. One that was just started waits for the first. */
  get isOver(): boolean {
    return this.#cancelled || (this.#all.length > 0 && this.#all.every(({ isOver }) => isOver));
  }

  note(text: string): void {
    this.#story.note(text);
    this.show();
  }

  show(): void {
    const attention = this.#attention;
    const headline = this.#all.map(({ request, state }) => `${request.plan}: ${state}`).join(', ');
    setCurrentDetails(this.#story.markdown(headline, attention));
    if (this.#attentionShown === (attention !== undefined)) return;
    this.#attentionShown = attention !== undefined;
    upsertSearchAttributes([{ key: attentionAttribute, value: this.#attentionShown }]);
  }

  async inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#lastEffect.then(act);
    this.#lastEffect = turn.catch(() => undefined);
    return turn;
  }

  /** Temporal's cancel: every preparation ends at its next safe point, and its plan hears of it. */
  cancelled(): void {
    this.#cancelled = true;
    this.note('Cancelled: nothing further is created; what there is stays');
    for (const preparation of this.#all) preparation.end();
  }

  /** Waits until plans are ready whose machines are to be found. @returns false when there will be none. */
  async untilAwaited(): Promise<boolean> {
    await condition(() => this.#awaited.length > 0 || this.isOver);
    return !this.isOver;
  }

  /** Waits for an activity unless no plan needs the vault any more. @throws Left */
  async wait<T>(activity: () => Promise<T>): Promise<T> {
    return waitOrLeave(
      activity,
      () => this.isOver,
      () => {
        throw new Left();
      },
    );
  }

  /** Takes what a look at the machines came to: plans of which none is missing are complete. */
  heard(missing: MissingMachines): void {
    this.#missing = missing;
    for (const preparation of this.#awaited) {
      if (missing.plans[preparation.request.plan] !== 'served') continue;
      preparation.settle();
      preparation.enter('complete');
    }
    this.#askForMachines();
  }

  /** Looking for the machines failed for good: waits until somebody has it retried. */
  async untilRetried(trouble: Trouble): Promise<void> {
    const asked = this.#awaited;
    await Promise.race(asked.map((preparation) => preparation.untilRetried(machinesStep, trouble)));
    for (const preparation of asked) preparation.again();
  }

  /** Waits until every plan has heard the last report. */
  async flushed(): Promise<void> {
    await Promise.all(this.#all.map((preparation) => preparation.flushed()));
  }

  get #all(): readonly Preparation[] {
    return [...this.#preparations.values()];
  }

  get #awaited(): readonly Preparation[] {
    return this.#all.filter(({ state, isOver }) => state === 'ready' && !isOver);
  }

  get #attention() {
    return this.#all.find(({ attention }) => attention !== undefined)?.attention;
  }

  #askForMachines(): void {
    const missing = this.#missing;
    if (missing === undefined) return;
    for (const preparation of this.#awaited) {
      if (missing.plans[preparation.request.plan] === 'asks')
        preparation.ask(machinesStep, machinesToAdd(preparation.request, missing, this.#details));
      else preparation.settle();
    }
  }

  // ---- messages

  #asked(request: EnvironmentRequest): Preparation | undefined {
    const { plan, environment } = request;
    const former = this.#preparations.get(plan);
    if (former?.isFor(request)) {
      former.again();
      return undefined;
    }
    if (this.#preparations.size === 0)
      upsertSearchAttributes([{ key: environmentAttribute, value: environment.name }]);
    former?.leave();
    const preparation = new Preparation(request, this);
    this.#preparations.set(plan, preparation);
    this.note(`Plan ${plan} needs it, for ${request.machines.length} machines`);
    return preparation;
  }

  #heardOfAgent({ plan, vm, isRegistered, details }: MachineAgent): void {
    const preparation = this.#preparations.get(plan);
    if (isRegistered) return preparation?.forget([vm]);
    preparation?.wantsRegistration(vm);
    if (details !== undefined) this.#details.set(`${plan}/${vm}`, details);
    this.#askForMachines();
  }

  #noLongerNeeded({ plan, vms }: NoLongerNeeded): void {
    const preparation = this.#preparations.get(plan);
    if (vms !== undefined) preparation?.forget(vms);
    else if (preparation !== undefined) {
      preparation.leave();
      this.note(`Plan ${plan} does not need it any more`);
    }
  }

  #pause(): string {
    this.#paused = true;
    this.note('Paused: the step under way ends, no other begins');
    return 'The environment is paused; what runs in the clouds goes on';
  }

  #resume(): string {
    this.#paused = false;
    this.note('Resumed');
    return 'The environment goes on';
  }

  #retry(): string {
    const failed = this.#all.filter(({ attention }) => attention?.kind === 'failed');
    for (const preparation of failed) preparation.again();
    return `Trying again: ${failed.map(({ attention }) => attention?.step ?? '').join(', ')}`;
  }

  #refuseRetry(): void {
    if (!this.#all.some(({ attention }) => attention?.kind === 'failed'))
      throw new Error('Nothing has failed: what waits for a person goes on by itself');
  }
}
