import { ActivityFailure } from '@temporalio/common';
import { condition, getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { AwaitedMachine, EnvironmentRequest, Looked, OpenPoint, Timing } from '../activities/index.ts';
import { troubleOf, type Trouble } from './attention.ts';
import {
  environmentReportSignal,
  planWorkflowId,
  type Attention,
  type EnvironmentReport,
  type EnvironmentState,
} from './messages.ts';
import { stepsOf, type Steps } from './steps.ts';
import { timestamp } from './story.ts';
import { waitOrLeave } from './wait-or-leave.ts';

/** Thrown at a safe point when nobody needs this preparation any more. */
export class Left extends Error {}

/** What all preparations of a vault share. */
export interface VaultRun {
  readonly timing: Promise<Timing>;
  readonly isPaused: boolean;
  note(text: string): void;
  /** Shows how everything stands. */
  show(): void;
  /** Does one thing after the other, whichever plan it is for: what looks first finds what the other has done. */
  inTurn<T>(act: () => Promise<T>): Promise<T>;
}

/** A vault's preparation for one plan: how far it is, and what that plan hears of it. */
export class Preparation {
  readonly request: EnvironmentRequest;
  readonly #vault: VaultRun;
  #machines: readonly AwaitedMachine[];
  #state: EnvironmentState = 'preparing';
  #attention: Attention | undefined;
  #retryAsked = false;
  #left = false;
  #sequence = 0;
  /** What the plan has not heard yet. */
  #untold: string[] = [];
  #reporting: Promise<void> = Promise.resolve();

  constructor(request: EnvironmentRequest, vault: VaultRun) {
    this.request = request;
    this.#vault = vault;
    this.#machines = request.machines;
  }

  get state(): EnvironmentState {
    return this.#state;
  }

  get attention(): Attention | undefined {
    return this.#attention;
  }

  /** Nothing is left to do for the plan. */
  get isOver(): boolean {
    return this.#left || this.#state === 'complete';
  }

  /** What the plan asked for, with the machines that it still waits for. */
  get awaited(): EnvironmentRequest {
    return { ...this.request, machines: this.#machines };
  }

  isFor(request: EnvironmentRequest): boolean {
    return !this.#left && JSON.stringify(this.request) === JSON.stringify(request);
  }

  // ---- how it comes along

  enter(state: EnvironmentState): void {
    this.#state = state;
    this.#tell();
  }

  /** Writes a line into the story of the vault, and into that of the plan with the next report. */
  note(text: string): void {
    this.#vault.note(text);
    this.#untold.push(text);
  }

  /** Asks the plan's people for what only they can do, beside whatever goes on. */
  ask(step: string, trouble: Trouble): void {
    this.#raise(step, trouble, 'planned');
  }

  settle(): void {
    if (this.#attention === undefined) return;
    this.#attention = undefined;
    this.#tell();
  }

  /** Tries a failed step again, and tells the plan how it stands. */
  again(): void {
    this.#retryAsked = true;
    this.#tell();
  }

  /** These machines need nothing of the environment any more. */
  forget(vms: readonly string[]): void {
    this.#machines = this.#machines.filter(({ vm }) => !vms.includes(vm));
  }

  /** The agent of one of its machines is there and not registered. */
  wantsRegistration(vm: string): void {
    this.#machines = this.#machines.map((one) => (one.vm === vm ? { ...one, wantsRegistration: true } : one));
  }

  /** The plan does not need the environment any more. */
  leave(): void {
    this.#left = true;
    this.#attention = undefined;
  }

  /** The vault's workflow was cancelled: the plan hears that it has to ask again. */
  end(): void {
    if (this.isOver) return;
    this.#state = 'ended';
    this.#raise('Prepare the environment', endedByCancel, 'failed');
    this.#left = true;
  }

  /** Waits until the plan has heard the last report. */
  async flushed(): Promise<void> {
    await this.#reporting;
  }

  // ---- steps

  /** Does one step, until it succeeds: one that fails for good asks for a person. @throws Left */
  async step<T>(name: string, act: (steps: Steps) => Promise<T>): Promise<T> {
    const steps = stepsOf(await this.#vault.timing, name);
    for (;;) {
      await condition(() => !this.#vault.isPaused || this.#left);
      if (this.#left) throw new Left();
      try {
        return await act(steps);
      } catch (failure) {
        if (!(failure instanceof ActivityFailure)) throw failure;
        await this.untilRetried(name, troubleOf(failure));
      }
    }
  }

  /** A step that changes the vault, or what belongs to it. @throws Left */
  async effect<T>(name: string, act: (steps: Steps) => Promise<T>): Promise<T> {
    return this.step(name, (steps) => this.#vault.inTurn(() => act(steps)));
  }

  /** Within a step: what changes something waits for its turn. */
  async inTurn<T>(act: () => Promise<T>): Promise<T> {
    return this.#vault.inTurn(act);
  }

  /** Waits for an activity, unless the plan stops needing it. @throws Left */
  async wait<T>(activity: () => Promise<T>): Promise<T> {
    return waitOrLeave(
      activity,
      () => this.#left,
      () => {
        throw new Left();
      },
    );
  }

  /**
   * Looks until what is looked for is there; meanwhile a person is asked for what is open, and asked anew when that
   * changes. It goes on by itself.
   * @param look is given what was asked for before, and then waits until that is no longer what is open.
   * @throws Left
   */
  async untilFound<Found>(
    name: string,
    look: (activities: Steps['act'], asked?: OpenPoint) => Promise<Looked<Found>>,
  ): Promise<Found> {
    let asked: OpenPoint | undefined;
    for (;;) {
      const looked = await this.step(name, ({ act, wait }) => {
        const before = asked;
        asked = undefined;
        return before === undefined ? look(act) : this.wait(() => look(wait, before));
      });
      if ('found' in looked) {
        this.settle();
        return looked.found;
      }
      asked = looked.open;
      this.ask(name, asked);
    }
  }

  /** Parks the preparation until somebody has the step retried. */
  async untilRetried(step: string, trouble: Trouble): Promise<void> {
    this.#retryAsked = false;
    this.#raise(step, trouble, 'failed');
    await condition(() => this.#retryAsked || this.#left);
    this.settle();
  }

  #raise(step: string, trouble: Trouble, kind: Attention['kind']): void {
    const { code, message, suggestion } = trouble;
    const before = this.#attention;
    const since = before?.code === code ? before.since : timestamp();
    const choices = kind === 'failed' ? [`portage retry ${this.request.plan}`] : [];
    this.#attention = { step, code, message, suggestion, since, choices, kind };
    if (before?.code !== code) this.#vault.note(`${step}: ${message}`);
    this.#tell();
  }

  /** Reports to the plan, in order and without making anything wait for it. */
  #tell(): void {
    this.#vault.show();
    if (this.#left) return;
    const notes = this.#untold;
    this.#untold = [];
    const report: EnvironmentReport = {
      environment: this.request.environment.name,
      run: workflowInfo().runStartTime.getTime(),
      sequence: ++this.#sequence,
      state: this.#state,
      ...(this.#attention && { attention: this.#attention }),
      notes,
    };
    const plan = getExternalWorkflowHandle(planWorkflowId(this.request.plan));
    this.#reporting = this.#reporting
      .then(() => plan.signal(environmentReportSignal, report))
      .catch(() => undefined);
  }
}

const endedByCancel: Trouble = {
  code: 'ENVIRONMENT_ENDED',
  message: 'The workflow that prepares the vault was cancelled',
  suggestion: 'What was created stays. To prepare it after all, retry: it goes on from what is there',
};
