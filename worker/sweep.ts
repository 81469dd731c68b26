import { leftoversOf, removeLeftover, type Clouds, type Leftover } from '../activities/index.ts';
import type { ResolvedPlan } from '../plan/index.ts';
import { connectClouds } from './clouds.ts';
import type { Config } from './config.ts';

export type { Leftover };

/** What a plan has left behind, and the removal of Portage's own, with the worker's credentials and without a Temporal server. */
export interface Sweeper {
  /** Changes nothing. */
  look(plan: ResolvedPlan): Promise<readonly Leftover[]>;
  remove(leftover: Leftover): Promise<void>;
}

export function sweeper(config: Config): Sweeper {
  const clouds: Clouds = connectClouds({
    armEndpoint: config.armEndpoint.value,
    requestTimeoutMs: config.attemptMs.value / 2,
    beforeEffect: () => undefined, // a person waits for it: there is no attempt that could be over
  });
  return {
    look: (plan) => leftoversOf(clouds, plan),
    remove: (leftover) => removeLeftover(clouds, leftover),
  };
}
