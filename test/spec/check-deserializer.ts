import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isObject } from './check-mapper.ts';

const modules = join(import.meta.dirname, '../../node_modules/@azure');
/** Packages that carry (de)serializers instead of specifications. */
const packages = ['arm-compute', 'arm-network', 'arm-recoveryservices', 'arm-resources', 'arm-storage'];

/** Where a group's folder has another name. */
const folders: Readonly<Record<string, string>> = { Tags: 'tagsOperations' };

type Deserialize = (result: { readonly status: string; readonly body: unknown }) => Promise<unknown>;
const moduleSchema = z.record(z.string(), z.unknown());

/**
 * Finds what a package of the newer kind reads an operation's answer with.
 * @param operation `<Resource>_<Method>`.
 */
export async function deserializerOf(operation: string): Promise<Deserialize | undefined> {
  const [group = '', method = ''] = operation.split('_');
  for (const name of packages) {
    const file = join(modules, name, 'dist/esm/api', folders[group] ?? small(group), 'operations.js');
    if (!existsSync(file)) continue;
    const exported = moduleSchema.parse({ ...(await import(file)) });
    const read = exported[`_${method === 'Delete' ? '$delete' : small(method)}Deserialize`];
    if (typeof read !== 'function') return undefined;
    return async (result) => {
      const answer: unknown = await Reflect.apply(read, undefined, [result]);
      return answer;
    };
  }
  return undefined;
}

/**
 * Lets the SDK read an answer, and watches what it reads.
 * @returns a complaint for each property that it never looked at. An object of which it looks at nothing is one that it
 * hands on as it is, such as tags.
 */
export async function deserializerComplaints(
  read: Deserialize,
  status: number,
  body: unknown,
): Promise<string[]> {
  const looks = new Map<object, Set<string>>();
  const places = new Map<object, string>();
  await read({ status: String(status), body: watched(body, '', looks, places) });
  return [
    ...new Set(
      [...places].flatMap(([object, at]) => {
        const seen = looks.get(object) ?? new Set();
        if (Array.isArray(object) || seen.size === 0) return [];
        return Object.keys(object)
          .filter((name) => !seen.has(name))
          .map((name) => `${at === '' ? '' : `${at}.`}${name}: unknown`);
      }),
    ),
  ];
}

function watched(
  value: unknown,
  at: string,
  looks: Map<object, Set<string>>,
  places: Map<object, string>,
): unknown {
  if (!isObject(value) && !Array.isArray(value)) return value;
  places.set(value, at);
  const proxies = new Map<string, unknown>();
  return new Proxy(value, {
    get(target, name) {
      const inner: unknown = Reflect.get(target, name);
      if (typeof name !== 'string' || typeof inner === 'function') return inner;
      looks.set(target, (looks.get(target) ?? new Set()).add(name));
      const place = Array.isArray(target) ? `${at}[]` : at === '' ? name : `${at}.${name}`;
      if (!proxies.has(name)) proxies.set(name, watched(inner, place, looks, places));
      return proxies.get(name);
    },
  });
}

function small(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
