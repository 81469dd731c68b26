import { z } from 'zod';
import { unknownKey } from './unknown-key.ts';
import { withSuggestion, type Mistake, type Path } from './mistake.ts';
import { wrongValue } from './wrong-value.ts';
import { planSchema } from './schema.ts';
import { alternativesAt } from './schema-at.ts';

type Issue = z.core.$ZodIssue;

/** Says in sentences for people what zod found in `plan`. */
export function inSentences(issues: readonly Issue[], plan: unknown): Mistake[] {
  return issues.flatMap((issue) => ofIssue(issue, [], plan));
}

function ofIssue(issue: Issue, above: Path, plan: unknown): Mistake[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const given = valueAt(plan, path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  if (issue.code === 'custom') return [custom(issue, path)];
  if (given === undefined) return [missing(path)];
  const branch = issue.code === 'invalid_union' ? meantBranch(issue.errors, given) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => ofIssue(inner, path, plan));
  return [wrongValue(issue, path, given)];
}

/** The alternative that somebody who wrote `given` had in mind: the only one that it has the right type for. */
function meantBranch(branches: readonly (readonly Issue[])[], given: unknown): readonly Issue[] | undefined {
  const [branch, another] = branches.filter((issues) => !issues.some((issue) => isOfOtherType(issue, given)));
  return another === undefined ? branch : undefined;
}

function isOfOtherType({ path, code }: Issue, given: unknown): boolean {
  if (path.length > 0) return false;
  return code === 'invalid_type' || (code === 'invalid_value' && typeof given !== 'string');
}

function custom(issue: z.core.$ZodIssueCustom, path: Path): Mistake {
  const suggestion: unknown = issue.params?.suggestion;
  const advice = withSuggestion(typeof suggestion === 'string' ? suggestion : undefined);
  return { path, at: 'value', message: issue.message, ...advice };
}

function missing(path: Path): Mistake {
  const message = `\`${path.at(-1) ?? 'plan'}\` is missing`;
  const [description] = alternativesAt(planSchema, path).map(
    (schema) => z.globalRegistry.get(schema)?.description,
  );
  return { path, at: 'missing', message, ...withSuggestion(description) };
}

function valueAt(plan: unknown, path: Path): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return plan;
  if (typeof plan !== 'object' || plan === null) return undefined;
  return valueAt(Object.getOwnPropertyDescriptor(plan, step)?.value, rest);
}
