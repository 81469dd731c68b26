import { closest } from './closest.ts';
import type { Mistake, Path } from './mistake.ts';
import { planSchema } from './schema.ts';
import { keysAt } from './schema-at.ts';

const secret = /passw|secret|token|credential|api_?key|access_?key/i;

/** A key that the mapping at `mapping` does not have, with the best guess at what was meant. */
export function unknownKey(mapping: Path, key: string): Mistake {
  const path = [...mapping, key];
  const message = `\`${key}\` is not a key of ${mappingName(mapping)}`;
  const meant = meantKey(mapping, key);
  if (meant !== undefined)
    return { path, at: 'key', message, meant, suggestion: `Did you mean \`${meant}\`?` };
  return { path, at: 'key', message, suggestion: advice(mapping, key) };
}

function meantKey(mapping: Path, key: string): string | undefined {
  return home(mapping, key) === undefined ? closest(key, keysAt(planSchema, mapping)) : undefined;
}

function advice(mapping: Path, key: string): string {
  if (secret.test(key)) return 'Secrets never stand in a plan: the worker reads them from its environment';
  return home(mapping, key) ?? `Known here: ${keysAt(planSchema, mapping).join(', ')}`;
}

/** Where the key belongs, if that is one level down or up. */
function home(mapping: Path, key: string): string | undefined {
  const inside = keysAt(planSchema, mapping).find((child) =>
    keysAt(planSchema, [...mapping, child]).includes(key),
  );
  if (inside !== undefined) return `It belongs in \`${inside}\``;
  const above = mapping.slice(0, typeof mapping.at(-1) === 'number' ? -2 : -1);
  const isAbove = mapping.length > 0 && keysAt(planSchema, above).includes(key);
  if (!isAbove) return undefined;
  return above.length === 0
    ? 'It belongs at the top of the plan'
    : `It belongs one level up, in ${mappingName(above)}`;
}

const names: Readonly<Record<string, string>> = {
  environments: 'an environment',
  appliances: 'an appliance',
  groups: 'a group',
  vms: 'a machine',
  before: 'an action',
  after: 'an action',
  validation: 'a check',
};

function mappingName(mapping: Path): string {
  const key = mapping.findLast((step) => typeof step === 'string');
  if (key === undefined) return 'a plan';
  return (typeof mapping.at(-1) === 'number' ? names[key] : undefined) ?? `\`${key}\``;
}
