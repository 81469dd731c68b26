import { planResources, type PlanResource } from '../activities/index.ts';
import type { ResolvedPlan } from '../plan/index.ts';
import { connectClouds } from './clouds.ts';
import type { Config } from './config.ts';

/** Lists what belongs to a plan in both clouds with the worker's own credentials, without a Temporal server. Changes nothing. */
export async function listResources(config: Config, plan: ResolvedPlan): Promise<readonly PlanResource[]> {
  const clouds = connectClouds({
    armEndpoint: config.armEndpoint.value,
    requestTimeoutMs: config.attemptMs.value / 2,
    beforeEffect: () => undefined, // all it sends are looks: there is no attempt that could be over
  });
  return planResources(clouds, plan);
}
