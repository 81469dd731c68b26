import { condition } from '@temporalio/workflow';
import type { Action, ResolvedGroup } from '../plan/resolve.ts';
import type { Trouble } from './attention.ts';
import type { ActionStatus, Attention } from './messages.ts';
import { timestamp } from './story.ts';

/** The actions of a plan, and what people say about them. */
export class PlanActions {
  readonly #plan: string;
  readonly #states = new Map<string, ActionStatus['state']>();
  readonly #completedByHand = new Set<string>();
  /** Actions that somebody added to the recovery plan of a group, by the group's name. */
  readonly #added = new Map<string, readonly Action[]>();
  #retryAsked = false;
  #givenUp = false;
  #attention: Attention | undefined;

  constructor(plan: string) {
    this.#plan = plan;
  }

  /** The action that failed and waits for a person, if one does. */
  get attention(): Attention | undefined {
    return this.#attention;
  }

  /** The ids of the actions that can be completed now. */
  get open(): readonly string[] {
    return [...this.#states].flatMap(([id, state]) => (state === 'open' ? id : []));
  }

  /** Of an action that may be changed: `failed`, it is open and will be done again. */
  standing(id: string): ActionStatus['state'] | 'failed' {
    if (this.#attention?.step === id) return 'failed';
    return this.#states.get(id) ?? 'waiting';
  }

  isDone({ id }: Action): boolean {
    return this.#states.get(id) === 'done';
  }

  /** Somebody has put one more manual action into the recovery plan of a group. */
  add(group: string, text: string): Action {
    const others = this.#added.get(group) ?? [];
    const action: Action = { kind: 'manual', id: `${group}/portal/${others.length + 1}`, text };
    this.#added.set(group, [...others, action]);
    return action;
  }

  begin(action: Action): void {
    this.#states.set(action.id, 'open');
  }

  end(action: Action): void {
    this.#states.set(action.id, 'done');
  }

  /** The plan is cancelled: nobody is waited for any more. */
  giveUp(): void {
    this.#givenUp = true;
  }

  /** Waits until a person says that it is done, or nobody needs it any more. */
  async untilCompleted({ id }: Action, isMoot = () => false): Promise<void> {
    await condition(() => this.#completedByHand.has(id) || this.#givenUp || isMoot());
  }

  /** Something other than an action failed: waits until a person has it retried, also where the plan is cancelled; or it is moot. */
  async untilRetried(step: string, trouble: Trouble, isMoot = () => false): Promise<void> {
    const choices = [`portage retry ${this.#plan}`];
    this.#attention = { ...trouble, step, choices, kind: 'failed', since: timestamp() };
    this.#retryAsked = false;
    await condition(() => this.#retryAsked || isMoot());
    this.#attention = undefined;
  }

  /** It failed: waits until a person has it retried or has done it by hand. @returns true when it need not be tried again. */
  async untilCured({ id }: Action, trouble: Trouble): Promise<boolean> {
    const choices = [`portage retry ${this.#plan}`, `portage complete ${this.#plan} ${id}`];
    this.#attention = { ...trouble, step: id, choices, kind: 'failed', since: timestamp() };
    this.#retryAsked = false;
    const isSettled = () => this.#completedByHand.has(id) || this.#givenUp;
    await condition(() => this.#retryAsked || isSettled());
    this.#attention = undefined;
    return isSettled();
  }

  retry(): void {
    this.#retryAsked = true;
  }

  complete(id: string): void {
    this.#completedByHand.add(id);
  }

  status({ name, before, after }: ResolvedGroup): ActionStatus[] {
    return [...before, ...(this.#added.get(name) ?? []), ...after].map((action) => ({
      id: action.id,
      kind: action.kind,
      text: textOf(action),
      state: this.#states.get(action.id) ?? 'waiting',
    }));
  }
}

/** An action in words. */
export function textOf(action: Action): string {
  return action.kind === 'manual' ? action.text : `webhook ${action.id}`;
}
