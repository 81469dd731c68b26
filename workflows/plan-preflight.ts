import { condition } from '@temporalio/workflow';
import type { Finding } from '../activities/index.ts';
import { troubleOfBlockers, type Trouble } from './attention.ts';
import type { Attention } from './messages.ts';
import { timestamp } from './story.ts';

/** What speaks against a plan as a whole, and a person's word to look again. */
export class PlanPreflight {
  readonly #plan: string;
  #findings: readonly Finding[] = [];
  #attention: Attention | undefined;
  #retryAsked = false;
  #givenUp = false;

  constructor(plan: string) {
    this.#plan = plan;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** The blockers, or that nothing could be looked at; nothing where machines may begin. */
  get attention(): Attention | undefined {
    return this.#attention;
  }

  /** What a look came to. */
  found(findings: readonly Finding[]): void {
    const blockers = findings.filter(({ severity }) => severity === 'blocker');
    this.#findings = findings;
    if (blockers.length > 0) this.failed(troubleOfBlockers(blockers));
  }

  failed(trouble: Trouble): void {
    const choices = [`portage retry ${this.#plan}`];
    this.#attention = {
      ...trouble,
      step: 'Preflight of the plan',
      choices,
      kind: 'failed',
      since: timestamp(),
    };
  }

  /** Waits until somebody has it looked at again. @returns false when nothing speaks against the plan, or it was cancelled. */
  async untilLookedAgain(): Promise<boolean> {
    if (this.#attention === undefined) return false;
    this.#retryAsked = false;
    await condition(() => this.#retryAsked || this.#givenUp);
    this.#attention = undefined;
    return !this.#givenUp;
  }

  retry(): void {
    this.#retryAsked = true;
  }

  /** The plan is cancelled: nobody is waited for any more. */
  giveUp(): void {
    this.#givenUp = true;
  }
}
