import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accepted,
  detailsOf,
  instanceIdOf,
  machine,
  pollIntervalMs,
  startClouds,
  type CloudWorld,
} from './cloud-world.ts';

const azureVm = '/subscriptions/s/resourceGroups/rg-target/providers/Microsoft.Compute/virtualMachines/m-03';

test('the source', async (t) => {
  const world = await startClouds(t, {
    machines: 12,
    instances: [
      { name: 'm-21', instanceId: instanceIdOf('m-21'), privateIp: '10.0.1.21', state: 'stopped' },
      {
        name: 'm-22',
        instanceId: instanceIdOf('m-22'),
        privateIp: '10.0.1.22',
        state: 'stopped',
        quirks: { startFails: 'InsufficientInstanceCapacity' },
      },
    ].map((instance) => ({ ...instance, type: 't3.large' })),
  });
  const run = (promise: string, keep: (world: CloudWorld) => Promise<void>) =>
    t.test(promise, () => keep(world));

  await run('is claimed for a plan, and claiming it twice is once', claimsOnce);
  await run('that another plan has claimed is refused, and stays as it is', refusesForeignClaim);
  await run('that was marked as migrated is known by it', isKnownAsMigrated);
  await run('is asked to stop once, never by force, however often it is asked for', stopsOnce);
  await run('whose stop lost its answer is not asked again', survivesLostStop);
  await run('that is terminated while its stop is waited for is told as gone', tellsGone);
  await run('is asked to start once', startsOnce);
  await run('that is still stopping is started as soon as it has stopped', startsFromStopping);
  await run('for which EC2 has no capacity is told so, and tried again', retriesCapacity);
  await run('gets its snapshots once, though an answer is lost, and has them waited for', snapshotsOnce);
  await run('whose snapshots do not show yet is waited for, not taken as done', waitsForSnapshots);
});

async function claimsOnce(world: CloudWorld): Promise<void> {
  const vm = machine('m-01');
  await world.run((a) => a.claimSource(vm, instanceIdOf('m-01')));
  await world.run((a) => a.claimSource(vm, instanceIdOf('m-01')));
  assert.equal((await requests(world, 'CreateTags', 'm-01')).length, 1);
  const other = machine('m-01', { plan: 'other' });
  const { findings } = await world.run((a) => a.checkMachine(other));
  assert.match(findings[0]?.message ?? '', /claimed by plan move, machine m-01/);
}

async function refusesForeignClaim(world: CloudWorld): Promise<void> {
  const id = instanceIdOf('m-02');
  await world.run((a) => a.claimSource(machine('m-02'), id));
  const failure = await world.failure((a) => a.claimSource(machine('m-02', { plan: 'other' }), id));
  assert.equal(failure.type, 'ClaimedByAnotherPlan');
  assert.equal(failure.nonRetryable, true);
  assert.match(failure.message, /claimed by plan move, machine m-02/);
  assert.match(detailsOf(failure).suggestion, /remove the tag portage:plan/);
  assert.equal((await requests(world, 'CreateTags', 'm-02')).length, 1);
}

async function isKnownAsMigrated(world: CloudWorld): Promise<void> {
  const vm = machine('m-03');
  await world.run((a) => a.claimSource(vm, instanceIdOf('m-03')));
  await world.run((a) => a.markSourceCompleted(vm, instanceIdOf('m-03'), azureVm));
  const { migratedAs } = await world.run((a) => a.checkMachine(vm));
  assert.equal(migratedAs, azureVm);
}

async function stopsOnce(world: CloudWorld): Promise<void> {
  const [vm, id] = [machine('m-04'), instanceIdOf('m-04')];
  assert.equal(await world.run((a) => a.readPowerState(vm, id)), 'running');
  await world.run((a) => a.stopSource(vm, id));
  await world.run((a) => a.stopSource(vm, id));
  const notYet = await world.failure((a) => a.awaitStopped(vm, id));
  assert.equal(notYet.type, 'NotYet');
  assert.equal(notYet.nextRetryDelay, pollIntervalMs);
  assert.match(notYet.message, /is stopping/);
  await world.skip(5);
  await world.run((a) => a.awaitStopped(vm, id));
  await world.run((a) => a.stopSource(vm, id));
  assert.equal((await requests(world, 'StopInstances', 'm-04')).length, 1);
  const { state, wasForceStopped } = await world.source('m-04');
  assert.deepEqual([state, wasForceStopped], ['stopped', false]);
}

async function survivesLostStop(world: CloudWorld): Promise<void> {
  const [vm, id] = [machine('m-05'), instanceIdOf('m-05')];
  await world.fault({ operation: 'StopInstances', target: id, drop: 'after', count: 1 });
  const lost = await world.failure((a) => a.stopSource(vm, id));
  assert.equal(lost.nonRetryable, false);
  await world.run((a) => a.stopSource(vm, id));
  assert.equal((await requests(world, 'StopInstances', 'm-05')).length, 1);
  await world.skip(5);
  await world.run((a) => a.awaitStopped(vm, id));
}

async function tellsGone(world: CloudWorld): Promise<void> {
  const [vm, id] = [machine('m-06'), instanceIdOf('m-06')];
  await world.run((a) => a.stopSource(vm, id));
  await world.person({ action: 'terminate-instance', instanceId: id });
  const failure = await world.failure((a) => a.awaitStopped(vm, id));
  assert.equal(failure.type, 'InstanceGone');
  assert.equal(failure.nonRetryable, true);
  assert.match(failure.message, /is shutting-down/);
}

async function startsOnce(world: CloudWorld): Promise<void> {
  const [vm, id] = [machine('m-21'), instanceIdOf('m-21')];
  await world.run((a) => a.startSource(vm, id));
  await world.run((a) => a.startSource(vm, id));
  const notYet = await world.failure((a) => a.awaitRunning(vm, id));
  assert.deepEqual([notYet.type, notYet.nextRetryDelay], ['NotYet', pollIntervalMs]);
  assert.match(notYet.message, /is pending/);
  await world.skip(5);
  await world.run((a) => a.awaitRunning(vm, id));
  await world.run((a) => a.startSource(vm, id));
  assert.equal((await requests(world, 'StartInstances', 'm-21')).length, 1);
}

async function startsFromStopping(world: CloudWorld): Promise<void> {
  const [vm, id] = [machine('m-07'), instanceIdOf('m-07')];
  await world.run((a) => a.stopSource(vm, id));
  const notYet = await world.failure((a) => a.startSource(vm, id));
  assert.deepEqual([notYet.type, notYet.nonRetryable], ['NotYet', false]);
  assert.equal(notYet.nextRetryDelay, pollIntervalMs);
  assert.match(notYet.message, /is stopping/);
  await world.skip(5);
  await world.run((a) => a.startSource(vm, id));
  const started = await requests(world, 'StartInstances', 'm-07');
  assert.deepEqual(
    started.map(({ outcome }) => outcome),
    ['answered'],
  );
  assert.equal((await world.source('m-07')).state, 'pending');
}

async function retriesCapacity(world: CloudWorld): Promise<void> {
  const [vm, id] = [machine('m-22'), instanceIdOf('m-22')];
  const failure = await world.failure((a) => a.startSource(vm, id));
  assert.equal(failure.nonRetryable, false, 'there may be capacity a minute later');
  assert.match(failure.message, /InsufficientInstanceCapacity/);
  assert.equal(detailsOf(failure).code, 'InsufficientInstanceCapacity');
  assert.equal((await requests(world, 'StartInstances', 'm-22')).length, 1);
}

async function snapshotsOnce(world: CloudWorld): Promise<void> {
  const [vm, id] = [machine('m-08'), instanceIdOf('m-08')];
  await world.fault({ operation: 'CreateSnapshots', target: id, drop: 'after', count: 1 });
  assert.equal((await world.failure((a) => a.beginSnapshots(vm, id))).nonRetryable, false);
  await world.run((a) => a.beginSnapshots(vm, id));
  assert.equal((await requests(world, 'CreateSnapshots', 'm-08')).length, 1);
  const notYet = await world.failure((a) => a.awaitSnapshots(vm));
  assert.deepEqual([notYet.type, notYet.nextRetryDelay], ['NotYet', pollIntervalMs]);
  assert.equal(notYet.message, '0 of 2 snapshots complete');
  await world.skip(10);
  const ids = await world.run((a) => a.awaitSnapshots(vm));
  assert.equal(new Set(ids).size, 2, 'one for each volume');
  await world.run((a) => a.beginSnapshots(vm, id));
  assert.deepEqual(await world.run((a) => a.awaitSnapshots(vm)), ids);
  assert.equal(accepted(await requests(world, 'CreateSnapshots', 'm-08')).length, 1);
}

async function waitsForSnapshots(world: CloudWorld): Promise<void> {
  const [vm, id] = [machine('m-09'), instanceIdOf('m-09')];
  await world.fault({ operation: 'CreateSnapshots', target: id, visibleAfterSeconds: 600, count: 1 });
  await world.run((a) => a.beginSnapshots(vm, id));
  const notYet = await world.failure((a) => a.awaitSnapshots(vm));
  assert.deepEqual([notYet.type, notYet.nextRetryDelay], ['NotYet', pollIntervalMs]);
  await world.skip(20);
  assert.equal((await world.run((a) => a.awaitSnapshots(vm))).length, 2);
}

async function requests(world: CloudWorld, operation: string, name: string) {
  return world.ledger(operation, instanceIdOf(name));
}
