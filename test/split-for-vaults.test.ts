import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlan, resolvePlan, type ResolvedPlan } from '../plan/index.ts';
import { splitForVaults } from '../workflows/split-for-vaults.ts';

/** Of each recovery plan: its name, how many machines it has, and its vaults. */
type Outline = readonly [name: string, machines: number, ...vaults: string[]];

test('a group of at most 100 machines of one vault is one recovery plan', () => {
  assert.deepEqual(outlineOf({ weu: 1 }), [['portage-move-all', 1, 'vault-weu']]);
  assert.deepEqual(outlineOf({ weu: 100 }), [['portage-move-all', 100, 'vault-weu']]);
});

test('a larger group has as many recovery plans as it takes, each machine in one of them', () => {
  const expected: Outline[] = [
    ['portage-move-all', 100, 'vault-weu'],
    ['portage-move-all--2', 100, 'vault-weu'],
    ['portage-move-all--3', 1, 'vault-weu'],
  ];
  assert.deepEqual(outlineOf({ weu: 201 }), expected);
  const names = split({ weu: 201 }).flatMap(({ vms }) => vms.map(({ name }) => name));
  assert.deepEqual(names, namesOf('weu', 201));
});

test('a group over several vaults has recovery plans in each, whatever the order of its machines', () => {
  const expected: Outline[] = [
    ['portage-move-all', 100, 'vault-weu'],
    ['portage-move-all--2', 1, 'vault-weu'],
    ['portage-move-all--3', 2, 'vault-neu'],
  ];
  assert.deepEqual(outlineOf({ weu: 101, neu: 2 }), expected);
  const apart = split({ weu: 101, neu: 2 }, (machines) => [...machines.slice(50), ...machines.slice(0, 50)]);
  assert.deepEqual(
    apart.map(({ vms }) => new Set(vms.map(({ environment }) => environment.vault)).size),
    [1, 1, 1],
  );
});

type Machines = readonly { readonly name: string }[];

function outlineOf(counts: Readonly<Record<string, number>>): Outline[] {
  return split(counts).map(({ name, vms }) => [
    name,
    vms.length,
    ...new Set(vms.map(({ environment }) => environment.vault)),
  ]);
}

function split(counts: Readonly<Record<string, number>>, order = (machines: Machines) => machines) {
  const { groups, name } = planOf(counts, order);
  const [group] = groups;
  assert.ok(group);
  return splitForVaults(name, group);
}

function planOf(
  counts: Readonly<Record<string, number>>,
  order: (machines: Machines) => Machines,
): ResolvedPlan {
  const machines = Object.entries(counts).flatMap(([environment, count]) =>
    namesOf(environment, count).map((name, at) => ({ name, instanceId: idOf(environment, at), environment })),
  );
  const plan = {
    version: 1,
    name: 'move',
    source: { region: 'eu-west-1' },
    environments: Object.keys(counts).map(environmentOf),
    defaults: {
      mobility: 'preinstalled',
      target: { resourceGroup: 'rg-payroll', network: 'rg-network/vnet-prod', subnet: 'servers' },
    },
    engine: 'site-recovery',
    groups: [{ name: 'all', vms: order(machines) }],
  };
  return resolvePlan(parsePlan(plan));
}

function environmentOf(name: string): object {
  return {
    name,
    subscriptionId: '11111111-2222-3333-4444-555555555555',
    resourceGroup: 'rg-migration',
    location: 'westeurope',
    vault: `vault-${name}`,
    appliances: [{ name: `appl-${name}` }],
    cacheStorageAccount: 'stcacheweu',
    policy: { name: 'portage-24h' },
  };
}

const namesOf = (environment: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${environment}-${at + 1}`);

const idOf = (environment: string, at: number): string =>
  `i-${environment === 'weu' ? 'a' : 'b'}${String(at).padStart(16, '0')}`;
