import { inconsistencies } from './consistency.ts';
import { pathText, type Mistake, type Path } from './mistake.ts';
import { planSchema, type Plan } from './schema.ts';
import { inSentences } from './sentences.ts';

/** A plan, or every mistake in it. */
export type Checked =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** Checks a value that should be a plan: its fields one by one, then the whole. */
export function checkPlan(value: unknown): Checked {
  const parsed = planSchema.safeParse(value);
  const inFields = parsed.success ? [] : inSentences(parsed.error.issues, value);
  const misspelt = misspellings(inFields);
  const inWhole = inconsistencies(corrected(value, [], misspelt));
  const mistakes = distinct([...inFields.filter((mistake) => !isMeant(mistake, misspelt)), ...inWhole]);
  return parsed.success && mistakes.length === 0 ? { ok: true, plan: parsed.data } : { ok: false, mistakes };
}

interface Misspellings {
  /** The key that was meant, by the path of the misspelt one. */
  readonly meant: ReadonlyMap<string, string>;
  /** The paths of the keys that were meant. */
  readonly targets: ReadonlySet<string>;
  /** The mappings and lists that hold misspelt keys, and those around them. */
  readonly around: ReadonlySet<string>;
}

function misspellings(mistakes: readonly Mistake[]): Misspellings {
  const found = mistakes.flatMap(({ path, meant }) => (meant === undefined ? [] : [{ path, meant }]));
  return {
    meant: new Map(found.map(({ path, meant }) => [pathText(path), meant])),
    targets: new Set(found.map(({ path, meant }) => pathText([...path.slice(0, -1), meant]))),
    around: new Set(found.flatMap(({ path }) => path.map((_step, depth) => pathText(path.slice(0, depth))))),
  };
}

/** The value with misspelt keys set right, so that what depends on them is not reported as well. */
function corrected(value: unknown, path: Path, misspelt: Misspellings): unknown {
  if (typeof value !== 'object' || value === null || !misspelt.around.has(pathText(path))) return value;
  if (Array.isArray(value)) return value.map((entry, index) => corrected(entry, [...path, index], misspelt));
  const entries = Object.entries(value).map(([key, entry]) => {
    const meant = misspelt.meant.get(pathText([...path, key]));
    const isFree = meant !== undefined && !Object.hasOwn(value, meant);
    return [isFree ? meant : key, corrected(entry, [...path, key], misspelt)];
  });
  return Object.fromEntries(entries);
}

/** Whether a missing key is only misspelt: that is reported already. */
function isMeant({ path, at }: Mistake, { targets }: Misspellings): boolean {
  return at === 'missing' && targets.has(pathText(path));
}

function distinct(mistakes: readonly Mistake[]): Mistake[] {
  return [...new Map(mistakes.map((one) => [`${pathText(one.path)} ${one.message}`, one])).values()];
}
