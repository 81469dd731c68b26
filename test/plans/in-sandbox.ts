import { parsePlan } from '../../plan/parse.ts';
import { resolvePlan, type ResolvedPlan } from '../../plan/resolve.ts';

/** What `recoveryPlan` does with its input, for a test that bundles it as workflow code. */
export function resolveInput(input: unknown): ResolvedPlan {
  return resolvePlan(parsePlan(input));
}
