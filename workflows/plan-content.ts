import { ApplicationFailure } from '@temporalio/common';
import { InvalidPlan } from '../plan/invalid-plan.ts';
import { parsePlan } from '../plan/parse.ts';
import { resolvePlan, type Action, type ResolvedGroup, type ResolvedPlan } from '../plan/resolve.ts';

/** What a plan says now: what it was started with, until somebody has applied another content of its file. */
export class PlanContent {
  #said: unknown;
  #plan: ResolvedPlan;
  #revision = 0;

  /** @throws ApplicationFailure `InvalidPlan` with every error of the plan. */
  constructor(said: unknown) {
    this.#said = said;
    this.#plan = readPlan(said);
  }

  /** The plan as its file says it. */
  get said(): unknown {
    return this.#said;
  }

  get plan(): ResolvedPlan {
    return this.#plan;
  }

  /** Counts the changes that were applied. */
  get revision(): number {
    return this.#revision;
  }

  change(said: unknown): void {
    this.#said = said;
    this.#plan = readPlan(said);
    this.#revision++;
  }

  /** A group as the plan says it now. */
  group(name: string): ResolvedGroup {
    const group = this.#plan.groups.find((one) => one.name === name);
    if (group === undefined) throw new TypeError(`the plan has no group ${name}`);
    return group;
  }

  /** Whether the plan still says an action as it was said when it began. */
  says(known: Action): boolean {
    const all = this.#plan.groups.flatMap(({ before, after }) => [...before, ...after]);
    const now = all.find(({ id }) => id === known.id);
    return JSON.stringify(now) === JSON.stringify(known);
  }
}

/** @throws ApplicationFailure `InvalidPlan` with every error of the plan. */
export function readPlan(said: unknown): ResolvedPlan {
  try {
    return resolvePlan(parsePlan(said));
  } catch (error) {
    if (error instanceof InvalidPlan) throw ApplicationFailure.nonRetryable(error.message, 'InvalidPlan');
    throw error;
  }
}
