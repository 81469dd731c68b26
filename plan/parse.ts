import { checkPlan } from './check-plan.ts';
import { InvalidPlan } from './invalid-plan.ts';
import { pathText, withSuggestion } from './mistake.ts';
import type { Plan } from './schema.ts';

/**
 * Checks a value that should be a plan, as `loadPlan` does a file; errors have no positions (line and column 0).
 * Runs in Temporal's workflow sandbox.
 * @throws `InvalidPlan` with every mistake.
 */
export function parsePlan(value: unknown): Plan {
  const checked = checkPlan(value);
  if (checked.ok) return checked.plan;
  throw new InvalidPlan(
    checked.mistakes.map(({ path, message, suggestion }) => ({
      file: '',
      line: 0,
      column: 0,
      path: pathText(path),
      message,
      ...withSuggestion(suggestion),
    })),
  );
}
