import type { PlanChange } from '../plan/plan-changes.ts';
import { whyTooLate, type Standing } from './late-changes.ts';
import type { ActionStatus, GroupStatus, RefusedChange } from './messages.ts';

/** Where a plan stands, as far as it says what may be changed. */
export interface PlanStanding {
  /** Of a machine of the plan. */
  machine(name: string): Standing;
  /** Whether any machine of an environment has begun. */
  isUsed(environment: string): boolean;
  group(name: string): GroupStatus['state'];
  /** Of an action by its id; `failed`: it is open, and will be done again. */
  action(id: string): ActionStatus['state'] | 'failed';
  /** Whether recovery plans of the vault run the failovers, which have the actions in them. */
  readonly isNative: boolean;
}

/** Those changes that can't be made any more, each with why and what to do instead. */
export function refusedChanges(changes: readonly PlanChange[], standing: PlanStanding): RefusedChange[] {
  return changes.flatMap((change) => {
    const why = whyRefused(change, standing);
    return why === undefined ? [] : { ...change, why };
  });
}

function whyRefused(change: PlanChange, standing: PlanStanding): string | undefined {
  const { of, name, key, to } = change;
  if (key === '') return whyNotWhole(change);
  switch (of) {
    case 'plan':
      return whyNotPlan(key);
    case 'environment':
      return whyNotEnvironment(name, key, standing);
    case 'group':
      return whyNotAction(name, key, standing);
    case 'machine':
      return whyTooLate(key, to !== undefined, standing.machine(name));
  }
}

/** A group or a machine comes or goes. */
function whyNotWhole({ of, from }: PlanChange): string {
  if (from === undefined)
    return `a ${of} cannot join a plan that runs. Start it as a plan of its own, which can use the same vault`;
  return `a ${of} cannot leave a plan that runs. Put it back into the file, and give it up: portage abort`;
}

function whyNotPlan(key: string): string | undefined {
  if (key === 'name') return 'a plan is known by its name. Start it as another plan';
  if (key === 'groups')
    return 'the groups of a plan that runs, and their order, stay. Put them back as they were';
  return undefined;
}

const identity = ['name', 'provider', 'subscriptionId', 'resourceGroup', 'location', 'vault'];

function whyNotEnvironment(name: string, key: string, standing: PlanStanding): string | undefined {
  if (identity.includes(key))
    return 'it says which vault this is. Give the plan up, and start the changed one when it has ended';
  return standing.isUsed(name)
    ? 'machines of it have begun with it. It stays as long as the plan runs'
    : undefined;
}

function whyNotAction(group: string, place: string, standing: PlanStanding): string | undefined {
  const state = standing.action(`${group}/${place}`);
  if (state === 'failed') return undefined;
  if (state !== 'waiting') return `it is ${state} already`;
  const phase = standing.group(group);
  if (phase === 'waiting') return undefined;
  const isLater = phase === 'cutting-over' && place.startsWith('after/') && !standing.isNative;
  const hasBegun = standing.action(`${group}/after/1`) !== 'waiting';
  return isLater && !hasBegun ? undefined : `its group is ${phase}. Do it by hand`;
}
