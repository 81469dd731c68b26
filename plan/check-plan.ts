import { inconsistencies } from './consistency.ts';
import { pathText, type Mistake } from './mistake.ts';
import { planSchema, type Plan } from './schema.ts';
import { inSentences } from './sentences.ts';

/** A plan, or every mistake in it. */
export type Checked =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** Checks a value that should be a plan: its fields one by one, then the whole. */
export function checkPlan(value: unknown): Checked {
  const parsed = planSchema.safeParse(value);
  const inFields = parsed.success ? [] : inSentences(parsed.error.issues, value);
  const inWhole = inconsistencies(inFields.reduce(corrected, value));
  const mistakes = distinct([...inFields.filter((one) => !isMisspelt(one, inFields)), ...inWhole]);
  return parsed.success && mistakes.length === 0 ? { ok: true, plan: parsed.data } : { ok: false, mistakes };
}

/** The value with a misspelt key set right, so that what depends on the key is not reported as well. */
function corrected(value: unknown, { path, meant }: Mistake): unknown {
  return meant === undefined ? value : renamed(value, path, meant);
}

function renamed(value: unknown, path: Mistake['path'], meant: string): unknown {
  const [step, ...rest] = path;
  if (typeof value !== 'object' || value === null || step === undefined) return value;
  const isHere = rest.length === 0;
  const inside = ([key, entry]: [string, unknown]): [string, unknown] => {
    if (key !== String(step)) return [key, entry];
    return isHere && !Object.hasOwn(value, meant) ? [meant, entry] : [key, renamed(entry, rest, meant)];
  };
  const entries = Object.entries(value).map(inside);
  return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
}

/** Whether a missing key is only misspelt: that is reported already. */
function isMisspelt({ path, at }: Mistake, mistakes: readonly Mistake[]): boolean {
  if (at !== 'missing') return false;
  const mapping = pathText(path.slice(0, -1));
  return mistakes.some(
    (other) => other.meant === path.at(-1) && pathText(other.path.slice(0, -1)) === mapping,
  );
}

function distinct(mistakes: readonly Mistake[]): Mistake[] {
  return [...new Map(mistakes.map((one) => [`${pathText(one.path)} ${one.message}`, one])).values()];
}
