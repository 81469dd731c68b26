import { z } from 'zod';
import type { Tag } from './answers.ts';
import { invalidValue } from './aws-error.ts';
import { tagEntry, tagValue } from './estate.ts';
import type { Placed, Row, Table, Values } from './table.ts';

/** The `Filter.N` parameter. */
export const filters = {
  Filters: z.array(z.strictObject({ Name: z.string(), Values: z.array(z.string()).default([]) })).default([]),
};

export type Filter = z.output<(typeof filters)['Filters']>[number];

/** What a list can be filtered by: for each filter name the values that a row has. */
export type Filterable<R> = Readonly<Record<string, Values<R>>>;

/** What `tag-key` and `tag:<key>` look at. */
export interface Tagged {
  readonly answer: { readonly Tags?: readonly Tag[] | undefined };
}

/**
 * The rows that every filter lets through, in order, from a position on. An index of a filter's own name saves looking
 * at the other rows.
 * @param ids where a request names the rows, only these are looked at.
 * @param view what reads show of a row; by default the row itself.
 * @throws AwsError `InvalidParameterValue` for a filter that does not exist, or that has no value.
 */
export function filtered<R extends Row & Tagged>(request: {
  readonly table: Table<R>;
  readonly ids?: readonly string[];
  readonly filters: readonly Filter[];
  readonly known: Filterable<R>;
  readonly from: number;
  readonly view?: (row: R) => R | undefined;
}): Iterable<Placed<R>> {
  const { table, ids = [], filters: wanted, known, from, view = (row: R) => row } = request;
  const passes = rowTest(wanted, known);
  if (ids.length > 0) return passing(table.pick(ids, from), view, passes);
  const [indexed] = wanted.flatMap((filter) => indexFor(table, filter) ?? []);
  const candidates =
    indexed === undefined ? table.scan(from) : table.lookup(indexed.name, indexed.values, from);
  return passing(candidates, view, passes);
}

/** The index that saves looking at every row for this filter, and what to look up in it. */
function indexFor<R extends Row>(
  table: Table<R>,
  { Name, Values }: Filter,
): { readonly name: string; readonly values: readonly string[] } | undefined {
  if (Values.some(isPattern)) return undefined;
  if (table.isIndexed(Name)) return { name: Name, values: Values };
  if (!Name.startsWith('tag:') || !table.isIndexed('tag')) return undefined;
  return { name: 'tag', values: Values.map((value) => tagEntry(Name.slice('tag:'.length), value)) };
}

function* passing<R>(
  candidates: Iterable<Placed<R>>,
  view: (row: R) => R | undefined,
  passes: (row: R) => boolean,
): Iterable<Placed<R>> {
  for (const [position, row] of candidates) {
    const shown = view(row);
    if (shown !== undefined && passes(shown)) yield [position, shown];
  }
}

/**
 * Tells whether every filter lets a row through.
 * @throws AwsError `InvalidParameterValue` for a filter that does not exist, or that has no value.
 */
export function rowTest<R extends Tagged>(
  wanted: readonly Filter[],
  known: Filterable<R>,
): (row: R) => boolean {
  const tests = wanted.map((filter) => testFor(filter, known));
  return (row) => tests.every((test) => test(row));
}

function testFor<R extends Tagged>({ Name, Values }: Filter, known: Filterable<R>): (row: R) => boolean {
  const own = Object.hasOwn(known, Name) ? known[Name] : undefined;
  const valuesOf = Name.startsWith('tag:') ? tagValues(Name.slice('tag:'.length)) : own;
  if (valuesOf === undefined) throw invalidValue(`The filter '${Name}' is invalid`);
  if (Values.length === 0) throw invalidValue(`The filter '${Name}' has no value`);
  const exact = new Set(Values.filter((value) => !isPattern(value)));
  const patterns = Values.filter(isPattern).map(pattern);
  return (row) =>
    valuesOf(row).some((value) => exact.has(value) || patterns.some((expression) => expression.test(value)));
}

function tagValues(key: string): Values<Tagged> {
  return ({ answer }) => {
    const value = tagValue(answer.Tags, key);
    return value === undefined ? [] : [value];
  };
}

/** The keys of a row's tags: the filter `tag-key`. */
export function tagKeys({ answer }: Tagged): string[] {
  return (answer.Tags ?? []).map(({ Key }) => Key);
}

/** The `Owners` of a request as a filter; `self` is the account. */
export function ownedBy(owners: readonly string[], account: string): Filter[] {
  if (owners.length === 0) return [];
  return [{ Name: 'owner-id', Values: owners.map((owner) => (owner === 'self' ? account : owner)) }];
}

/** `*` is any number of characters, `?` one, and a backslash takes their meaning away. */
export function isPattern(value: string): boolean {
  return /[*?\\]/.test(value);
}

function pattern(value: string): RegExp {
  const source = value.replace(
    /\\(.)|([*?])|([.+^${}()|[\]\\])/gsu,
    (_, escaped?: string, wild?: string, plain?: string) => {
      if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\]/u, '\\$&');
      if (wild !== undefined) return wild === '*' ? '.*' : '.';
      return `\\${plain ?? ''}`;
    },
  );
  return new RegExp(`^${source}$`, 'su');
}
