import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ApplicationFailureCategory, type ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import type { VmPlan } from '../plan/index.ts';
import { json, startCanned } from './canned-arm.ts';
import { disableReplication, testFailover } from './cloud-portal.ts';
import {
  beginReplication,
  connectedTo,
  detailsOf,
  failureOf,
  instanceIdOf,
  machine,
  pollIntervalMs,
  preflight,
  protectedMachines,
  runInAttempt,
  startClouds,
  vaultSection,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';

/** Every length is known, so that what shows at an instant is known too; the machines have 40 GiB. */
const durations = {
  createTargetMinutes: 1,
  enableMinutes: 20,
  initialReplicationPer40GiBMinutes: 20,
  firstRecoveryPointMinutes: 30,
};

test('a machine that its appliance has not discovered', async (t) => {
  const site = { name: 'site', discovered: ['10.0.1.102', '10.0.1.103', '10.0.1.104'] };
  const world = await startClouds(t, {
    machines: 4,
    vaults: [{ ...vaultSection('vault-few'), site }],
    azure: { pageSize: 2 },
  });
  const environment = { vault: 'vault-few' };

  await t.test('has a person told what to do, and is waited for until it appears', () =>
    appears(world, machine('m-01', { environment })),
  );
  await t.test('is found on any page of the list', () =>
    isOnSomePage(world, ['m-02', 'm-03', 'm-04'], environment),
  );
  await t.test('whose address two discovered machines have is for a person', (each) =>
    isDiscoveredTwice(each, world),
  );
});

test('a job', async (t) => {
  const world = await startClouds(t, { machines: 3, durations });
  const run = (promise: string, name: string, keep: (world: CloudWorld, found: Found) => Promise<void>) =>
    t.test(promise, async () => keep(world, await preflight(world, machine(name))));

  await run('is waited for with its progress, and trusted when a task of it still runs', 'm-01', endsWell);
  await run('that has failed is for a person, with all that Site Recovery says', 'm-02', fails);
  await run('that does not show yet is waited for', 'm-03', showsLate);
});

test('initial replication', async (t) => {
  const world = await startClouds(t, { machines: 2, durations });
  await t.test('is waited for with its percentage, beyond its copy, until it is Protected', () =>
    becomesProtected(world),
  );
  await t.test('is not finished while no test failover would be taken', () => isBusy(world));
  await t.test('that is gone is for a person', async () => {
    const { item } = await preflight(world, machine('m-02'));
    const failure = await world.failure((a) => a.awaitProtected(item));
    assert.deepEqual([failure.type, failure.nonRetryable], ['ReplicationFailed', true]);
    assert.match(failure.message, /portage-move-m-02 is gone/);
  });
});

test('right before the source is stopped, a machine', async (t) => {
  const world = await startClouds(t, { machines: 6 });
  const run = (promise: string, name: string, keep: (world: CloudWorld, found: Found) => Promise<void>) =>
    t.test(promise, async () => {
      const [found] = await protectedMachines(world, machine(name));
      assert.ok(found);
      await world.run((a) => a.checkBeforeStop(found.vm, found.item, true));
      await keep(world, found);
    });

  await run('whose agent is silent is not cut over, unless its source stands still', 'm-01', isSilent);
  await run('that needs a resync is not cut over', 'm-02', needsResync);
  await run('with a test failover that nobody cleaned up is not cut over', 'm-03', hasTestMachine);
  await run('whose failover failed may be cut over again', 'm-04', failedBefore);
  await t.test('that is not protected yet, or any more, is not cut over', () => isNotProtected(world));
});

test('the end of replication is waited for', async (t) => {
  const world = await startClouds(t);
  const [found] = await protectedMachines(world, machine('m-01'));
  assert.ok(found);
  isNotYet(await world.failure((a) => a.awaitItemGone(found.item)), /Protected/);
  await disableReplication(world, found);
  isNotYet(await world.failure((a) => a.awaitItemGone(found.item)), /Protected/);
  await world.skip(5);
  await world.run((a) => a.awaitItemGone(found.item));
});

async function appears(world: CloudWorld, vm: VmPlan): Promise<void> {
  const { source, setting } = await preflight(world, vm);
  assert.equal(await world.run((a) => a.beginDiscovery(vm, source, setting)), undefined);
  const look = () => world.run((a) => a.awaitDiscovered(vm, source, setting));
  isNotYet(await world.failure(look), /10\.0\.1\.101 is not discovered yet/);
  await world.person({ action: 'add-to-appliance', privateIp: '10.0.1.101', site: 'site' });
  isNotYet(await world.failure(look), /not discovered yet/);
  await world.skip(10);
  const discovered = await look();
  assert.equal(discovered.displayName, 'm-01');
  assert.match(discovered.osName, /Windows Server/);
  assert.deepEqual(discovered.seenBy, ['appl-1']);
}

async function isOnSomePage(world: CloudWorld, names: readonly string[], environment: object): Promise<void> {
  for (const name of names) {
    const { vm, source, setting } = await preflight(world, machine(name, { environment }));
    const discovered = await world.run((a) => a.awaitDiscovered(vm, source, setting));
    assert.equal(discovered.displayName, name);
  }
}

/** An appliance may list what it knew at an address before, beside what it knows there now. */
async function isDiscoveredTwice(t: TestContext, world: CloudWorld): Promise<void> {
  const { vm, source, setting } = await preflight(world, machine('m-02'));
  const networkAdapters = [{ ipAddressList: ['fe80::1', source.privateIp] }];
  const listed = (name: string, isDeleted = false) => ({
    id: `${setting.siteId}/machines/${name}`,
    properties: { displayName: name, networkAdapters, isDeleted },
  });
  const canned = await startCanned(t, [
    [/\/machines\?/, json(200, { value: [listed('old'), listed('new'), listed('gone', true)] })],
  ]);
  const { activities } = connectedTo(canned.url);
  const failure = await failureOf(runInAttempt(() => activities.awaitDiscovered(vm, source, setting)));
  assert.deepEqual([failure.type, failure.nonRetryable], ['DiscoveredTwice', true]);
  assert.match(failure.message, /10\.0\.1\.102 belongs to 2 discovered machines: old \(.*, new \(/);
}

async function endsWell(world: CloudWorld, found: Found): Promise<void> {
  const job = await world.run((a) => beginReplication(a, found));
  const wait = () => world.run((a) => a.awaitJob(found.item, job ?? ''));
  await world.skip(10);
  const notYet = await world.failure(wait);
  isNotYet(notYet, /EnableDr: EnableProtection \(2 of 5 tasks done\)/);
  await world.skip(11);
  await wait();
}

async function fails(world: CloudWorld, found: Found): Promise<void> {
  const failJob = {
    code: '78007',
    message: 'The credentials are wrong.',
    recommendedAction: 'Type them in again.',
  };
  await world.fault({ operation: 'Create', target: 'm-02', failJob, count: 1 });
  const job = await world.run((a) => beginReplication(a, found));
  await world.skip(30);
  const failure = await world.failure((a) => a.awaitJob(found.item, job ?? ''));
  assert.deepEqual([failure.type, failure.nonRetryable], ['JobFailed', true]);
  assert.equal(failure.message, `EnableDr failed (job ${job}): 78007: The credentials are wrong.`);
  assert.deepEqual(detailsOf(failure), { code: '78007', suggestion: 'Type them in again.' });
}

async function showsLate(world: CloudWorld, found: Found): Promise<void> {
  await world.fault({ operation: 'Create', target: 'm-03', visibleAfterSeconds: 120, count: 1 });
  const job = await world.run((a) => beginReplication(a, found));
  const wait = () => world.run((a) => a.awaitJob(found.item, job ?? ''));
  isNotYet(await world.failure(wait), /does not show yet/);
  await world.skip(3);
  isNotYet(await world.failure(wait), /EnableDr/);
  await world.skip(30);
  await wait();
}

async function becomesProtected(world: CloudWorld): Promise<void> {
  const found = await preflight(world, machine('m-01'));
  await world.run((a) => beginReplication(a, found));
  const wait = () => world.run((a) => a.awaitProtected(found.item));
  await world.skip(20);
  const percentages = [];
  for (let minute = 0; minute < 20; minute += 5) {
    const copying = await world.failure(wait);
    isNotYet(copying, /^InitialReplicationInProgress \(.*\), health Normal$/);
    percentages.push(progressOf(copying).percent);
    await world.skip(5);
  }
  assert.deepEqual(percentages, [0, 25, 50, 75]);
  const waiting = await world.failure(wait);
  isNotYet(waiting, /InitialReplicationRecoveryCompletionPending \(Waiting for first recovery point\)/);
  assert.equal(progressOf(waiting).percent, undefined);
  await world.skip(30);
  await wait();
}

async function isBusy(world: CloudWorld): Promise<void> {
  const { item } = await preflight(world, machine('m-01'));
  await testFailover(world, { vm: machine('m-01'), item });
  isNotYet(await world.failure((a) => a.awaitProtected(item)), /^Protected/);
  await world.skip(60);
  isNotYet(await world.failure((a) => a.awaitProtected(item)), /Cleanup test failover pending/);
}

async function isSilent(world: CloudWorld, { vm, item }: Found): Promise<void> {
  await world.person({ action: 'stop-instance', instanceId: instanceIdOf('m-01') });
  await world.skip(30);
  await isRefused(world, { vm, item }, /its replication health is Critical/);
  await world.run((a) => a.checkBeforeStop(vm, item, false));
}

async function needsResync(world: CloudWorld, found: Found): Promise<void> {
  await world.person({ action: 'stop-instance', instanceId: instanceIdOf('m-02'), force: true });
  await world.skip(5);
  await world.person({ action: 'start-instance', instanceId: instanceIdOf('m-02') });
  await world.skip(5);
  await isRefused(world, found, /it needs a resync/);
}

async function hasTestMachine(world: CloudWorld, found: Found): Promise<void> {
  await testFailover(world, found);
  await world.skip(60);
  await isRefused(
    world,
    found,
    /Site Recovery would refuse a failover; a test failover has not been cleaned up/,
  );
}

async function failedBefore(world: CloudWorld, { vm, item }: Found): Promise<void> {
  await world.fault({
    operation: 'UnplannedFailover',
    target: 'm-04',
    failJob: { code: '170010', message: 'x' },
    count: 1,
  });
  const mark = await world.run((a) => a.markItemJobs(item));
  await world.run((a) => a.beginFailover(item, mark));
  await world.skip(60);
  await world.run((a) => a.checkBeforeStop(vm, item, true));
}

async function isNotProtected(world: CloudWorld): Promise<void> {
  const found = await preflight(world, machine('m-05'));
  await isRefused(world, found, /the item is gone/);
  await world.run((a) => beginReplication(a, found));
  await world.skip(40);
  await isRefused(
    world,
    found,
    /it is InitialReplicationInProgress .*; Site Recovery would refuse a failover/,
  );
}

/** What speaks against it must be seen three times before somebody is asked. */
async function isRefused(world: CloudWorld, { vm, item }: Pick<Found, 'vm' | 'item'>, why: RegExp) {
  const look = (attempt: number) => world.failure((a) => a.checkBeforeStop(vm, item, true), { attempt });
  for (const attempt of [1, 2]) isNotYet(await look(attempt), why);
  const failure = await look(3);
  assert.deepEqual([failure.type, failure.nonRetryable], ['NotReadyForFailover', true]);
  assert.match(failure.message, why);
  assert.match(detailsOf(failure).suggestion, /The source was not touched/);
}

/** Not an error: it is looked at again after the poll interval, and nobody is alarmed. */
function isNotYet(failure: ApplicationFailure, text: RegExp): void {
  assert.equal(failure.type, 'NotYet');
  assert.equal(failure.nonRetryable, false);
  assert.equal(failure.nextRetryDelay, pollIntervalMs);
  assert.equal(failure.category, ApplicationFailureCategory.BENIGN);
  assert.match(failure.message, text);
  assert.equal(progressOf(failure).text, failure.message);
}

const progress = z.object({ text: z.string(), percent: z.number().optional() });

function progressOf({ details }: ApplicationFailure): z.infer<typeof progress> {
  return progress.parse(details?.[0]);
}
