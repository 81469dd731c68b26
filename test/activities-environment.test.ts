import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activities } from '../activities/index.ts';
import { planResources } from '../activities/index.ts';
import type { ResolvedPlan, VmPlan } from '../plan/index.ts';
import {
  accepted,
  connectedTo,
  detailsOf,
  instanceIdOf,
  machine,
  startClouds,
  writes,
  type CloudWorld,
} from './cloud-world.ts';

const nothing = { resourceGroups: [], networks: [], storageAccounts: [], vaults: [] };
const networks = [
  {
    name: 'rg-network/vnet-prod',
    addressSpace: '10.20.0.0/16',
    subnets: [
      { name: 'servers', prefix: '10.20.1.0/24' },
      { name: 'web', prefix: '10.20.2.0/24' },
    ],
  },
];
const { environment } = machine('m-01');
const creating = machine('m-01', { environment: { create: true, networks } });

test('an empty subscription', async (t) => {
  const world = await startClouds(t, { azure: nothing });
  const effects: readonly (readonly [string, (a: Activities) => Promise<unknown>])[] = [
    ['ResourceGroups_CreateOrUpdate', (a) => a.ensureVaultGroup('move', environment)],
    ['Vaults_CreateOrUpdate', (a) => a.ensureVault('move', environment)],
    ['ResourceGroups_CreateOrUpdate', (a) => a.ensureTargetGroups('move', creating.environment, groups)],
    ['VirtualNetworks_CreateOrUpdate', (a) => a.ensureNetwork('move', creating.environment, network())],
    ['StorageAccounts_Create', (a) => a.ensureCacheAccount('move', creating.environment)],
  ];
  for (const [operation, effect] of effects)
    await t.test(`gets what is missing once, also when an answer is lost: ${operation}`, async () => {
      await world.fault({ operation, drop: 'after', count: 1 });
      const before = accepted(await world.ledger(operation)).length;
      const told = await untilThere(world, effect);
      assert.match(JSON.stringify(told), /was created for plan move/);
      const sent = accepted(await world.ledger(operation)).length - before;
      assert.equal(sent, operation === 'ResourceGroups_CreateOrUpdate' && before > 0 ? 2 : 1);
    });
  await t.test('has everything that was made listed by the plan’s tag', async () => {
    const { clouds } = connectedTo(new URL(world.url));
    const listed = await planResources(clouds, planOf(creating));
    assert.deepEqual(
      listed
        .filter(({ relation }) => relation === 'made')
        .map(({ id }) => id.split('/').at(-1))
        .sort(),
      ['rg-migration', 'rg-network', 'rg-target', 'stcacheweu', 'vault-weu', 'vnet-prod'],
    );
  });
});

test('what is there', async (t) => {
  const world = await startClouds(t);
  await t.test('is used as it is: a look changes nothing but what is missing', async () => {
    assert.match(await world.run((a) => a.ensureVaultGroup('move', environment)), /was there before/);
    const { note, principalId } = await untilThere(world, (a) => a.ensureVault('move', environment));
    assert.match(note, /vault-weu was there before and is used as it is/);
    await world.run((a) => a.ensureCacheRoles(environment, principalId));
    const before = writes(await world.ledger()).length;
    await world.run((a) => a.ensureVault('move', environment));
    assert.match(
      await world.run((a) => a.ensureCacheRoles(environment, principalId)),
      /identity may use stcacheweu/,
    );
    assert.equal(await world.run((a) => a.beginPolicy(environment, 'vault-weu-vmwarefabric')), undefined);
    assert.equal(await world.run((a) => a.beginMapping(environment, 'vault-weu-vmwarefabric')), undefined);
    assert.equal(writes(await world.ledger()).length, before);
  });
  await t.test('of a network only gets the subnets that it lacks', async () => {
    await untilThere(world, (a) => a.ensureNetwork('move', creating.environment, network()));
    const [sent, ...others] = writes(await world.ledger('Subnets_CreateOrUpdate'));
    assert.match(sent?.target ?? '', /vnet-prod\/subnets\/web$/);
    assert.deepEqual(others, []);
    assert.deepEqual(writes(await world.ledger('VirtualNetworks_CreateOrUpdate')), []);
  });
  await t.test('and has no tags is listed as named by the plan', async () => {
    const { clouds } = connectedTo(new URL(world.url));
    const listed = await planResources(clouds, planOf(creating));
    const named = listed
      .filter(({ relation }) => relation === 'named')
      .map(({ id }) => id.split('/').slice(-2).join('/'));
    assert.deepEqual(named.sort(), [
      'replicationPolicies/portage-24h',
      'replicationProtectionContainerMappings/portage-24h',
      'subnets/servers',
      'subnets/web',
    ]);
  });
  await t.test('of a policy is told where it differs, and never overwritten', async () => {
    const policy = { name: 'portage-24h', recoveryPointHours: 72 };
    const { environment: wanting } = machine('m-01', { environment: { policy } });
    const notes = await world.run((a) => a.policyNotes(wanting));
    assert.match(notes.join(), /recovery points are kept for 1440 minutes, the plan says 4320/);
    assert.deepEqual(writes(await world.ledger('ReplicationPolicies_Create')), []);
  });
});

test('a directory that does not know a new identity yet is waited for', async (t) => {
  const quirks = { principalReplicationSeconds: 3600 };
  const world = await startClouds(t, { azure: { ...nothing, resourceGroups, storageAccounts, quirks } });
  const { principalId } = await untilThere(world, (a) => a.ensureVault('move', environment));
  await world.fault({
    operation: 'RoleAssignments_Create',
    status: 400,
    code: 'PrincipalNotFound',
    count: 1,
  });
  const failure = await world.failure((a) => a.ensureCacheRoles(environment, principalId));
  assert.deepEqual([failure.type, failure.nonRetryable], ['NotYet', false]);
  assert.match(
    await world.run((a) => a.ensureCacheRoles(environment, principalId)),
    /got on stcacheweu: Contributor, Storage Blob Data Contributor/,
  );
});

test('an identity that may not give roles is for a person, who reads which permission is missing', async (t) => {
  const world = await startClouds(t);
  const { principalId } = await untilThere(world, (a) => a.ensureVault('move', environment));
  await world.fault({ operation: 'RoleAssignments_Create', status: 403, code: 'AuthorizationFailed' });
  const failure = await world.failure((a) => a.ensureCacheRoles(environment, principalId));
  assert.deepEqual([failure.type, detailsOf(failure).code], ['NotPermitted', 'AuthorizationFailed']);
});

const resourceGroups = [{ name: 'rg-migration' }];
const storageAccounts = [{ name: 'stcacheweu', resourceGroup: 'rg-migration' }];
const groups = [creating.target.resourceGroupId];

function network() {
  const [first] = creating.environment.networks;
  assert.ok(first !== undefined);
  return first;
}

/** Tries as Temporal would, while simulated time passes. */
async function untilThere<Result>(
  world: CloudWorld,
  effect: (a: Activities) => Promise<Result>,
  minutes = 2,
): Promise<Result> {
  for (let tries = 0; tries < 8; tries++) {
    try {
      return await world.run(effect);
    } catch (error) {
      assert.ok(error instanceof Error && !('nonRetryable' in error && error.nonRetryable), String(error));
      await world.skip(minutes);
    }
  }
  return assert.fail('it never was there');
}

function planOf(vm: VmPlan): ResolvedPlan {
  assert.equal(vm.locate.instanceId, instanceIdOf('m-01'));
  const limits = { inFlight: 1, initialReplications: 1, failures: 0 };
  const group = { name: 'all', before: [], after: [], machines: [vm] };
  return { name: vm.plan, engine: 'portage', limits, groups: [group], accept: [], assumed: [] };
}
