import type { Environment } from './resolve-environment.ts';
import type { Target, VmPlan } from './resolve-machine.ts';
import type { Action, ResolvedGroup, ResolvedPlan } from './resolve.ts';

/** One thing that a plan says otherwise than before, with every default worked out. Plain JSON. */
export interface PlanChange {
  readonly of: 'plan' | 'environment' | 'group' | 'machine';
  /** What it is of, by its name in the plan. */
  readonly name: string;
  /** As the plan file says it: `target.size`, `before/1`. Empty: the group or machine itself comes or goes. */
  readonly key: string;
  /** Absent: it was not said, or not there. */
  readonly from?: unknown;
  readonly to?: unknown;
}

type Difference = Pick<PlanChange, 'key' | 'from' | 'to'>;

/** All that a plan says otherwise than another: of the plan, its environments, groups and machines, in this order. */
export function planChanges(from: ResolvedPlan, to: ResolvedPlan): PlanChange[] {
  const groups = pairs(from.groups, to.groups);
  const machines = pairs(machinesOf(from), machinesOf(to));
  return [
    ...differences(ofPlan(from), ofPlan(to)).map(as('plan', from.name)),
    ...pairs(environmentsOf(from), environmentsOf(to)).flatMap(([before, now]) =>
      differences(before, now).map(as('environment', (before ?? now)?.name ?? '')),
    ),
    ...groups.flatMap(([before, now]) =>
      differences(before && ofGroup(before), now && ofGroup(now)).map(
        as('group', (before ?? now)?.name ?? ''),
      ),
    ),
    ...machines.flatMap(([before, now]) =>
      before && now ? machineChanges(before, now) : comesOrGoes(before, now),
    ),
  ];
}

/** All that a plan says otherwise of one machine. */
export function machineChanges(from: VmPlan, to: VmPlan): PlanChange[] {
  return differences(ofMachine(from), ofMachine(to)).map(as('machine', from.name));
}

/** @returns what is said otherwise, down to what is not made of parts; lists are one thing. */
function differences(from: unknown, to: unknown, key = ''): Difference[] {
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((part) => differences(from[part], to[part], key === '' ? part : `${key}.${part}`));
  }
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  return [{ key, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function as(of: PlanChange['of'], name: string): (difference: Difference) => PlanChange {
  return (difference) => ({ of, name, ...difference });
}

function comesOrGoes(before: VmPlan | undefined, now: VmPlan | undefined): PlanChange[] {
  const name = (before ?? now)?.name ?? '';
  const where = (vm: VmPlan) => `in group ${vm.group}`;
  return [
    { of: 'machine', name, key: '', ...(before && { from: where(before) }), ...(now && { to: where(now) }) },
  ];
}

interface Named {
  readonly name: string;
}

/** Those of the same name; one of the two is missing where it came or went. */
function pairs<T extends Named>(from: readonly T[], to: readonly T[]): [T | undefined, T | undefined][] {
  const before = new Map(from.map((one) => [one.name, one]));
  const now = new Map(to.map((one) => [one.name, one]));
  return [...new Set([...before.keys(), ...now.keys()])].map((name) => [before.get(name), now.get(name)]);
}

function machinesOf({ groups }: ResolvedPlan): VmPlan[] {
  return groups.flatMap(({ machines }) => machines);
}

/** Those that machines are in. */
function environmentsOf(plan: ResolvedPlan): Environment[] {
  const byName = new Map(machinesOf(plan).map(({ environment }) => [environment.name, environment]));
  return [...byName.values()];
}

// ---- as the file says it

function ofPlan({ name, limits, notifications, accept, groups }: ResolvedPlan) {
  return { name, limits, notifications, accept, groups: groups.map((group) => group.name) };
}

function ofGroup({ before, after }: ResolvedGroup) {
  return Object.fromEntries([...before, ...after].map((action) => [placeOf(action), contentOf(action)]));
}

/** `before/1` */
function placeOf({ id }: Action): string {
  return id.slice(id.indexOf('/') + 1);
}

/** A list, for it is one thing. */
function contentOf(action: Action): readonly unknown[] {
  const parts: readonly (readonly [string, unknown])[] = Object.entries(action);
  return parts.flatMap(([key, part]) => (key === 'id' ? [] : [part]));
}

function ofMachine(vm: VmPlan) {
  const { locate, environment, target, agentConfigParameter, cutover, windows, ...settings } = vm;
  return {
    ...locate,
    environment: environment.name,
    target: ofTarget(target),
    agentConfig: { parameter: agentConfigParameter },
    cutover: windows ?? cutover,
    ...settings,
  };
}

function ofTarget(target: Target) {
  const { resourceGroupId, networkId, subnetName, testNetworkId, testSubnetName, ...rest } = target;
  const { size, nextSizes, networkSecurityGroupId, ...settings } = rest;
  return {
    resourceGroup: resourceGroupId,
    network: networkId,
    subnet: subnetName,
    testNetwork: testNetworkId,
    testSubnet: testSubnetName,
    size: size === undefined ? undefined : [size, ...nextSizes],
    networkSecurityGroup: networkSecurityGroupId,
    ...settings,
  };
}
