import type { Environment, VmPlan } from '../../plan/index.ts';

/** A machine as far as its environment has to know it: where to look it up, and what a person has to do for it. */
export interface AwaitedMachine {
  readonly vm: string;
  readonly region: string;
  readonly locate: VmPlan['locate'];
  readonly mobility: VmPlan['mobility'];
  readonly agentConfigParameter: string;
  /** Its agent is there and has told that it is not registered. */
  readonly wantsRegistration: boolean;
}

/** What a plan wants of the vault that it replicates to. A vault serves any number of plans. */
export interface EnvironmentRequest {
  readonly plan: string;
  readonly environment: Environment;
  /** ARM ids of what the plan's machines go to. */
  readonly targets: { readonly resourceGroupIds: readonly string[] };
  readonly machines: readonly AwaitedMachine[];
  /** Codes of findings that all of these machines accept. */
  readonly accept: readonly string[];
}

/** Something that only a person can do, or that has to come true by itself: what is the matter, and what to do. */
export interface OpenPoint {
  readonly code: string;
  readonly message: string;
  readonly suggestion: string;
}

/** What a look came to: what was looked for, or why it is not there yet. */
export type Looked<Found> = { readonly found: Found } | { readonly open: OpenPoint };

/** True when there is nothing new to ask a person for. */
export function isAsked<Found>(looked: Looked<Found>, asked: OpenPoint | undefined): boolean {
  return 'open' in looked && looked.open.code === asked?.code && looked.open.message === asked.message;
}
