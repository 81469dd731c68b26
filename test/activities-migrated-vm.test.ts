import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { JobWarning, MigratedVm } from '../activities/index.ts';
import { json, startCanned } from './canned-arm.ts';
import {
  connectedTo,
  detailsOf,
  failureOf,
  machine,
  pollIntervalMs,
  protectedMachines,
  runInAttempt,
  startClouds,
  writes,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';

/** A failover takes 20 minutes; the agent of the VM reports an hour after the VM was made. */
const durations = { failoverMinutes: 10, hydrationMinutes: 10, agentReadyMinutes: 60 };

test('the migrated VM', async (t) => {
  const world = await startClouds(t, {
    machines: 4,
    durations,
    azure: { virtualMachines: [{ name: 'm-01', resourceGroup: 'rg-target' }] },
  });
  const [clashing, plain] = await protectedMachines(world, machine('m-01'), machine('m-02'));
  assert.ok(clashing && plain);

  await t.test('cannot be told before its disks are there, and is looked for again', () =>
    isUnknown(world, plain, /the item names no disks/),
  );
  const [renamed, asAsked] = [await failOver(world, clashing), await failOver(world, plain)];
  await t.test('has another name than was asked for where that is taken, which the job’s end tells', () => {
    assert.equal(renamed?.code, '28175');
    assert.match(renamed.message, /'m-01' was modified to 'm-01-/);
    assert.equal(asAsked, undefined);
  });
  await t.test('is the one that has the item’s disks, not the one that has its name', () =>
    isKnownByDisks(world, clashing),
  );
  await t.test('has the name that was asked for where that is free', async () => {
    const migrated = await find(world, plain);
    assert.deepEqual([migrated.name, migrated.diskIds.length], ['m-02', 2]);
    assert.match(migrated.size, /^Standard_/);
  });
  await t.test('is looked for again while Azure does not show its disks', () => catchesUp(world, plain));
  await t.test('is not validated before its agent is ready', () => awaitsAgent(world));
  await t.test('is not validated without every disk', () => missesDisk(world, plain, clashing));
  await t.test('is not validated unless it runs', (each) => mustRun(each, world, plain));
  await t.test('whose disks belong to different VMs is for a person', (each) =>
    hasScatteredDisks(each, world, plain),
  );
});

async function isUnknown(world: CloudWorld, { item }: Found, why: RegExp): Promise<void> {
  const failure = await world.failure((a) => a.findMigratedVm(item));
  assert.deepEqual([failure.type, failure.nonRetryable], ['MigratedVmUnknown', false]);
  assert.match(failure.message, why);
  assert.equal(detailsOf(failure).code, 'MIGRATED_VM_UNKNOWN');
}

async function isKnownByDisks(world: CloudWorld, found: Found): Promise<void> {
  const migrated = await find(world, found);
  assert.match(migrated.name, /^m-01-[0-9a-f-]{36}$/);
  assert.match(migrated.id, new RegExp(`/virtualMachines/${migrated.name}$`));
  assert.equal(migrated.diskIds.length, 2);
  await world.skip(90);
  await world.run((a) => a.awaitValidated(found.vm, migrated));
  const strangers = (await world.ledger()).filter(({ target }) => /virtualMachines\/m-01$/i.test(target));
  assert.deepEqual(writes(strangers), []);
  assert.deepEqual(
    strangers.map(({ operation }) => operation),
    ['VirtualMachines_Get'],
    'only preflight has looked whether the name is taken',
  );
}

async function catchesUp(world: CloudWorld, found: Found): Promise<void> {
  const { diskIds } = await find(world, found);
  const [first = '', second = ''] = diskIds;
  const notThere = { operation: 'Disks_Get', status: 404, code: 'ResourceNotFound', count: 1 };
  await world.fault({ ...notThere, target: first });
  await isUnknown(world, found, /not all of its disks are attached to .*m-02$/);
  await world.fault({ ...notThere, target: second });
  await isUnknown(world, found, /not all of its disks are attached/);
  for (const target of [first, second]) await world.fault({ ...notThere, target });
  await isUnknown(world, found, /no VM has its disks/);
  assert.equal((await find(world, found)).name, 'm-02');
}

async function awaitsAgent(world: CloudWorld): Promise<void> {
  const [found] = await protectedMachines(world, machine('m-03'));
  assert.ok(found);
  await failOver(world, found);
  const migrated = await find(world, found);
  const failure = await world.failure((a) => a.awaitValidated(found.vm, migrated));
  assert.deepEqual([failure.type, failure.nextRetryDelay], ['NotYet', pollIntervalMs]);
  assert.equal(failure.message, 'the VM agent is Not Ready');
  await world.skip(60);
  await world.run((a) => a.awaitValidated(found.vm, migrated));
}

async function missesDisk(world: CloudWorld, found: Found, other: Found): Promise<void> {
  const migrated = await find(world, found);
  const [stranger = ''] = (await find(world, other)).diskIds;
  const failure = await world.failure((a) =>
    a.awaitValidated(found.vm, { ...migrated, diskIds: [...migrated.diskIds, stranger] }),
  );
  assert.equal(failure.type, 'NotYet');
  assert.equal(failure.message, `disk ${stranger.slice(stranger.lastIndexOf('/') + 1)} is not attached`);
}

async function mustRun(t: TestContext, world: CloudWorld, found: Found): Promise<void> {
  const { id, name, size } = await find(world, found);
  const statuses = [{ code: 'PowerState/deallocated' }];
  const vmAgent = { statuses: [{ displayStatus: 'Ready' }] };
  const canned = await startCanned(t, [
    [/\/virtualMachines\//, json(200, { properties: { instanceView: { statuses, vmAgent } } })],
  ]);
  const { activities } = connectedTo(canned.url);
  const wait = runInAttempt(() => activities.awaitValidated(found.vm, { id, name, size, diskIds: [] }));
  const failure = await failureOf(wait);
  assert.deepEqual([failure.type, failure.message], ['NotYet', 'power state is PowerState/deallocated']);
}

async function hasScatteredDisks(t: TestContext, world: CloudWorld, found: Found): Promise<void> {
  const { id, name, diskIds } = await find(world, found);
  const protectedDisks = diskIds.map((targetManagedDiskId) => ({ targetManagedDiskId }));
  const item = { properties: { providerSpecificDetails: { instanceType: 'InMageRcm', protectedDisks } } };
  const [first = ''] = diskIds;
  const canned = await startCanned(t, [
    [/\/replicationProtectedItems\//, json(200, item)],
    [new RegExp(first.slice(first.lastIndexOf('/'))), json(200, { managedBy: id.toUpperCase() })],
    [/\/disks\//, json(200, { managedBy: id.replace(name, 'stranger') })],
  ]);
  const { activities } = connectedTo(canned.url);
  const failure = await failureOf(runInAttempt(() => activities.findMigratedVm(found.item)));
  assert.deepEqual([failure.type, failure.nonRetryable], ['MigratedVmUnknown', true]);
  assert.match(failure.message, /its disks belong to .*\/M-02, .*\/stranger$/);
}

async function failOver(world: CloudWorld, { item }: Found): Promise<JobWarning | undefined> {
  const mark = await world.run((a) => a.markItemJobs(item));
  const job = await world.run((a) => a.beginFailover(item, mark));
  await world.skip(25);
  return world.run((a) => a.awaitJob(item, job ?? ''));
}

function find(world: CloudWorld, { item }: Found): Promise<MigratedVm> {
  return world.run((a) => a.findMigratedVm(item));
}
