import { z } from 'zod';
import type { Tag } from './answers.ts';
import { invalidValue } from './ec2-error.ts';
import type { Row, Table, Values } from './table.ts';
import { tagValue } from './estate.ts';

/** The `Filter.N` parameter. */
export const filters = {
  Filters: z.array(z.strictObject({ Name: z.string(), Values: z.array(z.string()).default([]) })).default([]),
};

export type Filter = z.output<(typeof filters)['Filters']>[number];

/** What a list can be filtered by: for each filter name the values that a row has. */
export type Filterable<R> = Readonly<Record<string, Values<R>>>;

/** `tag-key`, which every resource with tags has; `tag:<key>` is understood beside it. */
export interface Tagged {
  readonly answer: { readonly Tags?: readonly Tag[] | undefined };
}

/**
 * The rows that every filter lets through, in order, from a position on. An index of a filter's own name saves looking
 * at the other rows.
 * @throws Ec2Error `InvalidParameterValue` for a filter that does not exist, or that has no value.
 */
export function filtered<R extends Row & Tagged>(
  table: Table<R>,
  wanted: readonly Filter[],
  known: Filterable<R>,
  from: number,
): Iterable<readonly [position: number, row: R]> {
  const tests = wanted.map((filter) => testFor(filter, known));
  const indexed = wanted.find(({ Name, Values }) => table.isIndexed(Name) && !Values.some(isPattern));
  const candidates =
    indexed === undefined ? table.scan(from) : table.lookup(indexed.Name, indexed.Values, from);
  return passing(candidates, tests);
}

function* passing<R>(
  candidates: Iterable<readonly [position: number, row: R]>,
  tests: readonly ((row: R) => boolean)[],
): Iterable<readonly [position: number, row: R]> {
  for (const [position, row] of candidates) {
    if (tests.every((test) => test(row))) yield [position, row];
  }
}

function testFor<R extends Tagged>({ Name, Values }: Filter, known: Filterable<R>): (row: R) => boolean {
  const valuesOf = Name.startsWith('tag:') ? tagValues(Name.slice('tag:'.length)) : known[Name];
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

/** `*` is any number of characters, `?` one, and a backslash takes their meaning away. */
function isPattern(value: string): boolean {
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
