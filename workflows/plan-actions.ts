import { condition } from '@temporalio/workflow';
import type { Action, ResolvedGroup } from '../plan/resolve.ts';
import { ActionStates } from './action-states.ts';
import type { Trouble } from './attention.ts';
import type { ActionStatus, Attention } from './messages.ts';
import { timestamp } from './story.ts';

/** The actions of a plan, and what people say about them. */
export class PlanActions {
  readonly #plan: string;
  readonly #states = new ActionStates();
  readonly #skipped = new Set<string>();
  readonly #completedByHand = new Set<string>();
  /** Actions that somebody added to the recovery plan of a group, by the group's name. */
  readonly #added = new Map<string, readonly Action[]>();
  #retryAsked = false;
  #givenUp = false;
  #attention: Attention | undefined;
  #skippable: string | undefined;

  constructor(plan: string) {
    this.#plan = plan;
  }

  /** The action that failed and waits for a person, if one does. */
  get attention(): Attention | undefined {
    return this.#attention;
  }

  /** The ids of the actions that can be completed now. */
  get open(): readonly string[] {
    return this.#states.open;
  }

  /** Of an action that may be changed: `failed`, it is open and will be done again. */
  standing(id: string): ActionStatus['state'] | 'failed' {
    if (this.#attention?.step === id) return 'failed';
    return this.#states.of(id);
  }

  isOver(action: Action): boolean {
    return this.#states.isOver(action);
  }

  /** The failed action that may be left out, if there is one. */
  get skippable(): string | undefined {
    return this.#skippable;
  }

  /** Somebody has put one more manual action into the recovery plan of a group. */
  add(group: string, text: string): Action {
    const others = this.#added.get(group) ?? [];
    const action: Action = { kind: 'manual', id: `${group}/portal/${others.length + 1}`, text };
    this.#added.set(group, [...others, action]);
    return action;
  }

  begin(action: Action): void {
    this.#states.set(action, 'open');
  }

  end(action: Action, how: 'done' | 'skipped'): void {
    this.#states.set(action, how);
  }

  /** The plan is cancelled: nobody is waited for any more. */
  giveUp(): void {
    this.#givenUp = true;
  }

  /** Waits until a person says that it is done, or nobody needs it any more. */
  async untilCompleted({ id }: Action, isMoot = () => false): Promise<'done' | 'skipped'> {
    const isDone = () => this.#completedByHand.has(id);
    await condition(() => isDone() || this.#givenUp || isMoot());
    return isDone() ? 'done' : 'skipped';
  }

  /** Something other than an action failed: waits until a person has it retried, also where the plan is cancelled; or it is moot. */
  async untilRetried(step: string, trouble: Trouble, isMoot = () => false): Promise<void> {
    const choices = [`portage retry ${this.#plan}`];
    this.#attention = { ...trouble, step, choices, kind: 'failed', since: timestamp() };
    this.#retryAsked = false;
    await condition(() => this.#retryAsked || isMoot());
    this.#attention = undefined;
  }

  /** It failed: waits until a person has it retried, has done it by hand, or leaves it out. */
  async untilCured({ id }: Action, trouble: Trouble): Promise<'again' | 'done' | 'skipped'> {
    const choices = [
      `portage retry ${this.#plan}`,
      `portage complete ${this.#plan} ${id}`,
      `portage skip ${this.#plan}`,
    ];
    this.#attention = { ...trouble, step: id, choices, kind: 'failed', since: timestamp() };
    this.#skippable = id;
    this.#retryAsked = false;
    const isSkipped = () => this.#skipped.has(id) || this.#givenUp;
    await condition(() => this.#retryAsked || this.#completedByHand.has(id) || isSkipped());
    this.#attention = undefined;
    this.#skippable = undefined;
    if (this.#completedByHand.has(id)) return 'done';
    return isSkipped() ? 'skipped' : 'again';
  }

  skip(id: string): void {
    this.#skipped.add(id);
  }

  retry(): void {
    this.#retryAsked = true;
  }

  complete(id: string): void {
    this.#completedByHand.add(id);
  }

  status({ name, before, after }: ResolvedGroup): ActionStatus[] {
    return this.#states.status([...before, ...(this.#added.get(name) ?? []), ...after]);
  }
}
