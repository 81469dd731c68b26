import type { ArmCall } from '../arm-call.ts';
import { ArmError } from '../arm-error.ts';
import { same, shortLocation, type ArmResource, type Tags } from '../resource.ts';

/** A tag to look for: by name, with any value or with one. */
export interface WantedTag {
  readonly name: string;
  readonly value?: string;
}

/** What a list of resources or groups is narrowed by. */
export interface ResourceFilter {
  readonly tag?: WantedTag;
  /** Properties that must have a value, by the filter's names: `resourceType`, `name`, `location`, `resourceGroup`. */
  readonly equal: ReadonlyMap<string, string>;
}

const condition = /^(\w+) eq '((?:[^']|'')*)'$/i;

/**
 * Reads `$filter`: `tagName eq 'a' and tagValue eq 'b'`, or conditions on properties. ARM does not let tags stand beside
 * other conditions (documented).
 * @throws ArmError 400 `InvalidFilterInQueryString` for anything else.
 */
export function readFilter(call: ArmCall): ResourceFilter {
  const text = call.request.query.get('$filter')?.trim() ?? '';
  if (text === '') return { equal: new Map() };
  const equal = new Map<string, string>();
  for (const part of text.split(/ and /i)) {
    const [, name, value] = condition.exec(part.trim()) ?? [];
    if (name === undefined || value === undefined) throw invalidFilter(text);
    equal.set(name.toLowerCase(), value.replaceAll("''", "'"));
  }
  const [name, value] = [equal.get('tagname'), equal.get('tagvalue')];
  if (name === undefined && value === undefined) return { equal };
  if (name === undefined || equal.size > (value === undefined ? 1 : 2)) throw invalidFilter(text);
  return { tag: value === undefined ? { name } : { name, value }, equal: new Map() };
}

/** Has it the tag? Names are the same in any case, values are not (documented). */
export function tagsMeet(tags: Tags, wanted: WantedTag | undefined): boolean {
  if (wanted === undefined) return true;
  const found = Object.entries(tags).find(([name]) => same(name, wanted.name));
  return found !== undefined && (wanted.value === undefined || found[1] === wanted.value);
}

/** Is a resource among those that the filter asks for? @throws ArmError 400 for a property that can't be filtered by. */
export function meets(resource: ArmResource, { tag, equal }: ResourceFilter, text: string): boolean {
  if (!tagsMeet(resource.tags, tag)) return false;
  return [...equal].every(([property, value]) => {
    switch (property) {
      case 'resourcetype':
        return same(resource.type, value);
      case 'name':
        return same(resource.name, value);
      case 'resourcegroup':
        return same(resource.group, value);
      case 'location':
        return same(shortLocation(resource.location), shortLocation(value));
      default:
        throw invalidFilter(text);
    }
  });
}

/** How many elements a page has: `$top`, or what the service gives. */
export function pageOf(call: ArmCall, usual: number): number {
  const top = Number(call.request.query.get('$top') ?? usual);
  return Number.isInteger(top) && top > 0 ? Math.min(top, usual) : usual;
}

function invalidFilter(text: string): ArmError {
  return new ArmError(
    400,
    'InvalidFilterInQueryString',
    `Invalid $filter '${text}' specified in the query string.`,
  );
}
