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

  /** Waits until a person says that it is done. */
  async untilCompleted({ id }: Action): Promise<void> {
    await condition(() => this.#completedByHand.has(id) || this.#givenUp);
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

  status({ before, after }: ResolvedGroup): ActionStatus[] {
    return [...before, ...after].map((action) => ({
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
