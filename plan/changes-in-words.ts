import type { PlanChange } from './plan-changes.ts';
import type { ResolvedPlan } from './resolve.ts';

/**
 * What a plan says otherwise, a line for each thing: the same of several machines is said once.
 * @param plan whose machines and groups are counted.
 */
export function changesInWords<Change extends PlanChange>(
  changes: readonly Change[],
  plan: ResolvedPlan,
  text: (change: Change) => string = changeText,
): string[] {
  const alike = new Map<string, { change: Change; names: string[] }>();
  for (const change of changes) {
    const { of, name } = change;
    const same = JSON.stringify([of, of === 'machine' ? '' : name, text(change)]);
    const known = alike.get(same);
    if (known === undefined) alike.set(same, { change, names: [name] });
    else known.names.push(name);
  }
  return [...alike.values()].map(({ change, names }) => `${subjectOf(change, names, plan)}: ${text(change)}`);
}

/** What became of one thing: `target.size: Standard_D2s_v5 → Standard_D4s_v5`. */
export function changeText({ key, from, to }: PlanChange): string {
  if (key === '') return from === undefined ? 'is added' : 'is taken out';
  return `${key}: ${valueText(from)} → ${valueText(to)}`;
}

function subjectOf({ of }: PlanChange, names: readonly string[], { groups }: ResolvedPlan): string {
  if (of === 'plan') return 'plan';
  if (of !== 'machine') return `${of} ${names.join(', ')}`;
  const count = groups.reduce((sum, { machines }) => sum + machines.length, 0);
  if (names.length > 1 && names.length === count) return `every machine (${count})`;
  const whole = groups.filter(
    ({ machines }) => machines.length > 1 && machines.every(({ name }) => names.includes(name)),
  );
  const others = names.filter((name) =>
    whole.every(({ machines }) => machines.every((machine) => machine.name !== name)),
  );
  return [
    ...whole.map(({ name, machines }) => `every machine of ${name} (${machines.length})`),
    ...others,
  ].join(', ');
}

function valueText(value: unknown): string {
  if (value === undefined) return 'not said';
  if (typeof value === 'string') return inShort(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, part]) => `${key}: ${valueText(part)}`);
  return `{ ${parts.join(', ')} }`;
}

/** An ARM id as a plan file says it: `<resource group>/<name>`. */
function inShort(text: string): string {
  const [, group, name] =
    /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)(?:\/.*\/([^/]+))?$/.exec(text) ?? [];
  if (group === undefined) return text;
  return name === undefined ? group : `${group}/${name}`;
}
