import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AzureTypes, recordedBody, typesAreAbsent } from './simulator-azure-types.ts';
import { fabric, Item, property, values } from './simulator-item.ts';
import { site, startWorld, subscription, vault, type World } from './simulator-world.ts';

const skip = typesAreAbsent;
const asr = 'Microsoft.RecoveryServices/vaults';
const version = 'api-version=2023-06-01';

test('a protected item has the published shape at every stage of its life', { skip }, async (t) => {
  const types = new AzureTypes('siterecovery');
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  const type = `${asr}/replicationFabrics/replicationProtectionContainers/replicationProtectedItems`;
  const stages: readonly (() => Promise<unknown>)[] = [
    () => item.enable('10.0.1.11'),
    () => world.skip(30),
    () => world.skip(150),
    () => item.failOver(),
    () => world.skip(30),
    () => item.begin('POST', '/failoverCommit'),
  ];
  for (const enter of stages) {
    await enter();
    await world.skip(2);
    const complaints = types.complaints(type, await read(world, item.path));
    assert.deepEqual(
      complaints.filter((complaint) => !itemExtras.includes(complaint)),
      [],
    );
    for (const listed of values(await read(world, `${vault}/replicationProtectedItems`))) {
      assert.deepEqual(types.complaints(type, listed), []);
    }
  }
});

test('a failed-over item has every key of the recorded one', { skip }, async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  await item.failOver();
  await world.skip(30);
  const ours = keysOf(await read(world, item.path));
  const recorded = keysOf(recordedBody('modernized protected item, failed over'));
  const vmwareOnly = /discoveredVmDetails|agentUpgradeBlockingErrorDetails\[/;
  assert.deepEqual(
    [...recorded].filter((key) => !ours.has(key) && !vmwareOnly.test(key)),
    [],
  );
});

test(
  'the environment has the published shapes, but for what the recordings have besides',
  { skip },
  async (t) => {
    const types = new AzureTypes('siterecovery');
    const world = await startWorld(t);
    const fabrics = `${vault}/replicationFabrics`;
    const inFabric = `${asr}/replicationFabrics`;
    const container = values(await read(world, `${vault}/replicationProtectionContainers`))[0];
    assert.deepEqual(types.complaints(inFabric, await read(world, `${fabrics}/${fabric}`)), []);
    assert.deepEqual(types.complaints(`${inFabric}/replicationProtectionContainers`, container), []);
    for (const mapping of values(await read(world, `${vault}/replicationProtectionContainerMappings`))) {
      const type = `${inFabric}/replicationProtectionContainers/replicationProtectionContainerMappings`;
      assert.deepEqual(types.complaints(type, mapping), []);
    }
    for (const appliance of values(await read(world, `${vault}/replicationAppliances`))) {
      assert.deepEqual(types.complaints(`${asr}/replicationAppliances`, appliance), []);
    }
    assert.deepEqual(
      types.complaints(
        `${asr}/replicationPolicies`,
        await read(world, `${vault}/replicationPolicies/portage-24h`),
      ),
      [
        'properties.providerSpecificDetails.associatedItemsCount: unknown',
        'properties.providerSpecificDetails.dataSourceType: unknown',
        'properties.providerSpecificDetails.status: unknown',
      ],
    );
  },
);

test(
  'jobs and recovery points have the published shapes, but for what the recordings have besides',
  { skip },
  async (t) => {
    const types = new AzureTypes('siterecovery');
    const world = await startWorld(t);
    const item = await Item.named(world, 'portage-payroll-db-01');
    await world.control('POST', 'faults', {
      operation: 'UnplannedFailover',
      failJob: { code: '170010', message: 'No room.' },
    });
    await item.becomeProtected('10.0.1.11');
    const point = values(await read(world, `${item.path}/recoveryPoints`))[0];
    const inItem = `${asr}/replicationFabrics/replicationProtectionContainers/replicationProtectedItems`;
    assert.deepEqual(types.complaints(`${inItem}/recoveryPoints`, point), []);
    await item.failOver();
    await world.skip(30);
    const jobs = values(await read(world, `${vault}/replicationJobs`));
    assert.equal(jobs.length, 2);
    for (const job of jobs) {
      assert.deepEqual(types.complaints(`${asr}/replicationJobs`, job), jobExtras);
      const full = await read(world, `${vault}/replicationJobs/${String(property(job, 'name'))}`);
      assert.deepEqual(types.complaints(`${asr}/replicationJobs`, full), [...jobExtras, taskExtra].sort());
    }
  },
);

test('a list of jobs is poorer than a get, and both name the item by its internal identifier', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  const { internalIdentifier } = await item.details();
  const [listed] = values(await read(world, `${vault}/replicationJobs`));
  const full = await read(world, `${vault}/replicationJobs/${String(property(listed, 'name'))}`);
  for (const job of [listed, full]) {
    assert.equal(property(job, 'properties', 'targetObjectId'), internalIdentifier);
    assert.equal(property(job, 'properties', 'targetObjectName'), 'db-01');
    assert.equal(property(job, 'properties', 'targetInstanceType'), 'ProtectionEntity');
  }
  assert.deepEqual(property(listed, 'properties', 'tasks'), []);
  for (const left of ['activityId', 'customDetails']) {
    assert.equal(property(listed, 'properties', left), null);
    assert.ok(property(full, 'properties', left));
  }
  assert.equal(property(full, 'properties', 'tasks', 0, 'state'), 'Succeeded');
});

test('discovered machines, vault, VM and network have the published shapes', { skip }, async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  await item.failOver();
  await world.skip(30);
  const offAzure = new AzureTypes('offazure');
  for (const [list, type] of [
    ['machines', 'Microsoft.OffAzure/serverSites/machines'],
    ['runasaccounts', 'Microsoft.OffAzure/serverSites/runAsAccounts'],
  ] as const) {
    const wordCase = `type: "Microsoft.OffAzure/ServerSites/${list}" is no '${type}'`; // recorded: VMwareSites, in capitals too
    for (const each of values(await read(world, `${site}/${list}`, '2023-06-06'))) {
      assert.deepEqual(offAzure.complaints(type, each), [wordCase]);
    }
  }
  assert.deepEqual(new AzureTypes('vaults').complaints(asr, await read(world, vault, '2025-02-01')), []);
  const machine = await read(
    world,
    `${subscription}/resourceGroups/rg-payroll/providers/Microsoft.Compute/virtualMachines/db-01`,
    '2026-04-01',
  );
  assert.deepEqual(new AzureTypes('compute').complaints('Microsoft.Compute/virtualMachines', machine), []);
  const network = await read(
    world,
    `${subscription}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-prod`,
    '2026-01-01',
  );
  assert.deepEqual(new AzureTypes('network').complaints('Microsoft.Network/virtualNetworks', network), []);
});

/** Recorded in real items, and in no published type (site-recovery.md §5). */
const itemExtras = ['properties.providerSpecificDetails.protectedDisks[].targetBlobUri: unknown'];

/** Recorded in real jobs, and in no published type (site-recovery.md §5). */
const jobExtras = ['endTime: unknown', 'error: unknown', 'startTime: unknown', 'status: unknown'];
const taskExtra = 'properties.tasks[].customDetails.instanceType: "TaskDetails" is none of its kinds';

async function read(
  world: World,
  path: string,
  apiVersion = version.slice('api-version='.length),
): Promise<unknown> {
  const { status, body } = await world.arm('GET', `${path}?api-version=${apiVersion}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/** Every place in a JSON body that has a value. */
function keysOf(body: unknown, at = ''): Set<string> {
  if (typeof body !== 'object' || body === null) return new Set([at]);
  return new Set(
    Object.entries(body).flatMap(([name, value]) => {
      const place = Array.isArray(body) ? `${at}[]` : `${at}.${name}`;
      return [place, ...keysOf(value, place)];
    }),
  );
}
