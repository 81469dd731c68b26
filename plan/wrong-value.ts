import { z } from 'zod';
import { closest } from './closest.ts';
import { choicesBuilt, fieldRules } from './fields.ts';
import { withSuggestion, type Mistake, type Path } from './mistake.ts';
import { planSchema } from './schema.ts';
import { alternativesAt } from './schema-at.ts';

type Issue = z.core.$ZodIssue;

/** Something stands at `path`, and it cannot stand there. */
export function wrongValue(issue: Issue, path: Path, given: unknown): Mistake {
  const rule = ruleAt(path);
  const must = rule?.must ?? mustBe(issue, path);
  const message = `${subject(path)} ${given === null ? 'is empty; it must' : 'must'} ${must}${shown(path, given)}`;
  const suggestion = meantWord(path, given) ?? quoting(path, given) ?? rule?.suggestion;
  return { path, at: 'value', message, ...withSuggestion(suggestion) };
}

/** What a sentence about a field calls it. */
export function subject(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'a plan';
  return typeof last === 'number' ? `entry ${last + 1} of \`${path.at(-2) ?? 'plan'}\`` : `\`${last}\``;
}

function ruleAt(path: Path) {
  return alternativesAt(planSchema, path)
    .map((schema) => fieldRules.get(schema))
    .find((rule) => rule !== undefined);
}

function mustBe(issue: Issue, path: Path): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeNames[issue.expected] ?? `be ${issue.expected}`;
    case 'invalid_value':
      return `be ${oneOf(choices(path)) || oneOf(issue.values.map(String))}`;
    case 'too_small':
      return issue.origin === 'array' ? 'have at least one entry' : `be ${issue.minimum} or more`;
    case 'too_big':
      return `be ${issue.maximum} or less`;
    default:
      return 'have another form';
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'be text',
  number: 'be a whole number',
  int: 'be a whole number',
  boolean: 'be true or false',
  object: 'be a mapping of keys to values',
  record: 'be a mapping of keys to values',
  array: 'be a list',
};

function oneOf(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ');
}

/** The words to choose from at a path, those of later versions left out. */
function choices(path: Path): readonly string[] {
  return alternativesAt(planSchema, path).flatMap((schema) => choicesBuilt.get(schema)?.built ?? []);
}

function meantWord(path: Path, given: unknown): string | undefined {
  const meant = typeof given === 'string' ? closest(given, choices(path)) : undefined;
  return meant === undefined ? undefined : `Did you mean \`${meant}\`?`;
}

/** YAML reads 007 and true as other things than text, and "1" as text. */
function quoting(path: Path, given: unknown): string | undefined {
  const fits = (value: unknown) =>
    alternativesAt(planSchema, path).some((schema) => z.safeParse(schema, value).success);
  if ((typeof given === 'number' || typeof given === 'boolean') && fits(String(given)))
    return 'Put it in quotes';
  return typeof given === 'string' && fits(Number(given)) ? 'Write it without quotes' : undefined;
}

/** The value itself, where it is short and cannot be somebody's secret. */
function shown(path: Path, given: unknown): string {
  if (given === null || path.at(-1) === 'env') return '';
  if (Array.isArray(given)) return given.length === 0 ? '' : ', not a list';
  if (typeof given === 'object') return ', not a mapping';
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  return text === '' ? ', and is empty' : `, not \`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}
