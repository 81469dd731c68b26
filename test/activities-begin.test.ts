import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/activity';
import type { Activities, JobMark } from '../activities/index.ts';
import { cleanUpTest, testFailover } from './cloud-portal.ts';
import {
  accepted,
  beginReplication,
  detailsOf,
  machine,
  preflight,
  protectedMachines,
  startClouds,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';

/** An operation on a protected item, as it is begun after a mark. */
interface Operation {
  readonly begin: (activities: Activities, found: Found, mark: JobMark) => Promise<string | undefined>;
  /** As the ledger and the faults call it. */
  readonly name: string;
  /** As `allowedOperations` calls it. */
  readonly allowedAs: string;
  /** The operations that an item must have behind it. */
  readonly after: readonly Operation[];
}

const failover: Operation = {
  begin: (a, { item }, mark) => a.beginFailover(item, mark),
  name: 'UnplannedFailover',
  allowedAs: 'UnplannedFailover',
  after: [],
};
const commit: Operation = {
  begin: (a, { item }, mark) => a.beginCommit(item, mark),
  name: 'FailoverCommit',
  allowedAs: 'Commit',
  after: [failover],
};
const completion: Operation = {
  begin: (a, { item }, mark) => a.beginCompleteMigration(item, mark),
  name: 'ReplicationProtectedItems_Delete',
  allowedAs: 'CompleteMigration',
  after: [failover, commit],
};

/** Failures come so soon that a later try meets the jobs of an earlier one. */
const durations = { failoverMinutes: 1, hydrationMinutes: 1 };

/** What may happen to a begin: each is tried on each operation, on a machine of its own. */
const cases: readonly (readonly [
  promise: string,
  keep: (world: CloudWorld, found: Found, operation: Operation) => Promise<void>,
])[] = [
  ['whose answer is lost is found, not repeated', findsLost],
  ['that is begun twice at once is accepted once', acceptsOneOfTwo],
  ['that is tried again after it has ended is found, not repeated', findsEnded],
  ['that is tried again after it has failed is found failed, not repeated', findsFailed],
  ['whose answer is lost, and that does not show yet, is a conflict until it shows', waitsUntilItShows],
  ['whose first poll fails has been accepted all the same', survivesFailedPoll],
  ['is not sent where it is done already, whoever asked for it', leavesDone],
];

for (const operation of [failover, commit, completion]) {
  test(operation.allowedAs, async (t) => {
    const names = cases.map((_, at) => `m-0${at + 1}`);
    const world = await startClouds(t, { machines: names.length, durations });
    const machines = await protectedMachines(world, ...names.map((name) => machine(name)));
    for (const before of operation.after) await done(world, machines, before);
    for (const [promise, keep] of cases) {
      const found = machines.shift();
      assert.ok(found);
      await t.test(promise, () => keep(world, found, operation));
    }
  });
}

test('replication', async (t) => {
  const world = await startClouds(t, { machines: 6 });
  const run = (promise: string, name: string, keep: (world: CloudWorld, found: Found) => Promise<void>) =>
    t.test(promise, async () => keep(world, await preflight(world, machine(name))));

  await run('whose answer is lost is found, not repeated', 'm-01', findsLostReplication);
  await run('that is begun twice at once is accepted once', 'm-02', acceptsOneReplication);
  await run('that is enabled already is not enabled again', 'm-03', leavesReplication);
  await run('whose job has failed is told so, and not begun again', 'm-04', tellsFailedReplication);
});

test('an operation that cannot be begun', async (t) => {
  const world = await startClouds(t, { machines: 6 });
  const run = (promise: string, name: string, keep: (world: CloudWorld, found: Found) => Promise<void>) =>
    t.test(promise, async () => {
      const [found] = await protectedMachines(world, machine(name));
      assert.ok(found);
      await keep(world, found);
    });

  await t.test('is refused for good, with the item’s state and what it allows', () =>
    refusesNotAllowed(world),
  );
  await run('is a conflict while another one of its item runs', 'm-02', isConflict);
  await run('does not take a job of another kind for its own', 'm-03', tellsKindsApart);
  await run('does not take another item’s job for its own', 'm-04', tellsItemsApart);
});

test('whether a failover stands', async (t) => {
  const world = await startClouds(t, { machines: 3 });
  const [lost, failed] = await protectedMachines(world, machine('m-01'), machine('m-02'));
  assert.ok(lost && failed);
  const state = ({ item }: Found, mark: JobMark) => world.run((a) => a.failoverState(item, mark));

  await t.test('is known of one whose answer was lost: it runs, then it is done', async () => {
    const mark = await marked(world, lost);
    assert.equal(await state(lost, mark), 'none');
    await world.fault({ operation: failover.name, target: 'm-01', drop: 'after', count: 1 });
    await world.failure((a) => failover.begin(a, lost, mark));
    assert.equal(await state(lost, mark), 'running');
    await world.skip(60);
    assert.equal(await state(lost, mark), 'done');
  });

  await t.test('is known of one that fails: it runs, then there is none', async () => {
    const mark = await marked(world, failed);
    await world.fault({
      operation: failover.name,
      target: 'm-02',
      failJob: { code: '170010', message: 'x' },
    });
    await world.run((a) => failover.begin(a, failed, mark));
    assert.equal(await state(failed, mark), 'running');
    await world.skip(60);
    assert.equal(await state(failed, mark), 'none', 'the only one has failed');
  });
});

async function findsLost(world: CloudWorld, found: Found, operation: Operation): Promise<void> {
  const mark = await marked(world, found);
  await world.fault({ operation: operation.name, target: found.vm.name, drop: 'after', count: 1 });
  const lost = await world.failure((a) => operation.begin(a, found, mark));
  assert.deepEqual([lost.type, lost.nonRetryable], ['CloudUnavailable', false]);
  const job = await world.run((a) => operation.begin(a, found, mark));
  await endsWell(world, found, job);
  await isAcceptedOnce(world, found, operation);
}

async function acceptsOneOfTwo(world: CloudWorld, found: Found, operation: Operation): Promise<void> {
  const mark = await marked(world, found);
  const begin = () => world.run((a) => operation.begin(a, found, mark));
  const job = await acceptedOfTwo(begin);
  assert.equal(await begin(), job, 'the one that was refused finds the other’s');
  await isAcceptedOnce(world, found, operation);
}

/** Begins twice at once; one of them must be accepted, and the other one a conflict. @returns the accepted job. */
async function acceptedOfTwo(begin: () => Promise<string | undefined>): Promise<unknown> {
  const both = await Promise.all([begin(), begin()].map((one) => one.catch((error: unknown) => error)));
  const [conflict, ...others] = both.filter((one) => one instanceof ApplicationFailure);
  assert.equal(others.length, 0);
  assert.deepEqual([conflict?.type, conflict?.nonRetryable], ['Conflict', false]);
  return both.find((one) => one !== conflict);
}

async function findsEnded(world: CloudWorld, found: Found, operation: Operation): Promise<void> {
  const mark = await marked(world, found);
  const job = await world.run((a) => operation.begin(a, found, mark));
  await world.skip(60);
  assert.equal(await world.run((a) => operation.begin(a, found, mark)), job);
  await endsWell(world, found, job);
  await isAcceptedOnce(world, found, operation);
}

async function findsFailed(world: CloudWorld, found: Found, operation: Operation): Promise<void> {
  const mark = await marked(world, found);
  const failJob = { code: '170010', message: 'No room.', recommendedAction: 'Make room.' };
  await world.fault({ operation: operation.name, target: found.vm.name, failJob, count: 1 });
  const job = await world.run((a) => operation.begin(a, found, mark));
  await world.skip(5);
  assert.equal(await world.run((a) => operation.begin(a, found, mark)), job);
  const failure = await world.failure((a) => a.awaitJob(found.item, job ?? ''));
  assert.equal(failure.type, 'JobFailed');
  await isAcceptedOnce(world, found, operation);

  const again = await world.run((a) => operation.begin(a, found, mark));
  assert.equal(again, job, 'the mark of that try goes on finding it');
  const newMark = await marked(world, found);
  const next = await world.run((a) => operation.begin(a, found, newMark));
  assert.notEqual(next, job, 'a new mark, after a person has asked for it, begins anew');
  await endsWell(world, found, next);
}

async function waitsUntilItShows(world: CloudWorld, found: Found, operation: Operation): Promise<void> {
  const mark = await marked(world, found);
  const target = found.vm.name;
  await world.fault({ operation: operation.name, target, drop: 'after', visibleAfterSeconds: 60, count: 1 });
  await world.failure((a) => operation.begin(a, found, mark));
  const conflict = await world.failure((a) => operation.begin(a, found, mark));
  assert.deepEqual([conflict.type, conflict.nonRetryable], ['Conflict', false]);
  await world.skip(2);
  const job = await world.run((a) => operation.begin(a, found, mark));
  await endsWell(world, found, job);
  await isAcceptedOnce(world, found, operation);
}

async function survivesFailedPoll(world: CloudWorld, found: Found, operation: Operation): Promise<void> {
  const mark = await marked(world, found);
  await world.fault({ operation: 'ReplicationOperationStatus_Get', status: 500, count: 1 });
  const job = await world.run((a) => operation.begin(a, found, mark));
  assert.equal((await world.ledger('ReplicationOperationStatus_Get', job)).at(-1)?.outcome, 'refused');
  await endsWell(world, found, job);
  await isAcceptedOnce(world, found, operation);
}

async function leavesDone(world: CloudWorld, found: Found, operation: Operation): Promise<void> {
  await done(world, [found], operation);
  const mark = await marked(world, found);
  assert.equal(await world.run((a) => operation.begin(a, found, mark)), undefined);
  await isAcceptedOnce(world, found, operation);
}

async function findsLostReplication(world: CloudWorld, found: Found): Promise<void> {
  const begin = () => world.run((a) => beginReplication(a, found));
  await world.fault({ operation: 'Create', target: 'm-01', drop: 'after', count: 1 });
  await assert.rejects(begin(), { type: 'CloudUnavailable', nonRetryable: false });
  await assert.rejects(begin(), { type: 'Conflict', nonRetryable: false });
  await world.skip(2);
  const job = await begin();
  await world.skip(240);
  await world.run((a) => a.awaitJob(found.item, job ?? ''));
  await world.run((a) => a.awaitProtected(found.item));
  assert.equal(accepted(await world.ledger('Create', 'm-01')).length, 1);
}

async function acceptsOneReplication(world: CloudWorld, found: Found): Promise<void> {
  const begin = () => world.run((a) => beginReplication(a, found));
  const job = await acceptedOfTwo(begin);
  await world.skip(2);
  assert.equal(await begin(), job);
  assert.equal(accepted(await world.ledger('Create', 'm-02')).length, 1);
}

async function leavesReplication(world: CloudWorld, { vm }: Found): Promise<void> {
  const [found] = await protectedMachines(world, vm);
  assert.ok(found);
  assert.equal(await world.run((a) => beginReplication(a, found)), undefined);
  assert.equal((await world.ledger('Create', vm.name)).length, 1);
}

async function tellsFailedReplication(world: CloudWorld, found: Found): Promise<void> {
  const failJob = { code: '95105', message: 'File sharing is off.' };
  await world.fault({ operation: 'Create', target: found.vm.name, failJob, count: 1 });
  const job = await world.run((a) => beginReplication(a, found));
  await world.skip(60);
  const failed = await world.failure((a) => a.awaitJob(found.item, job ?? ''));
  assert.deepEqual([failed.type, detailsOf(failed).code], ['JobFailed', '95105']);
  assert.equal(await world.run((a) => beginReplication(a, found)), undefined);
  const failure = await world.failure((a) => a.awaitProtected(found.item));
  assert.deepEqual([failure.type, failure.nonRetryable], ['ReplicationFailed', true]);
  assert.match(failure.message, /EnablingFailed/);
  assert.equal((await world.ledger('Create', found.vm.name)).length, 1);
}

async function refusesNotAllowed(world: CloudWorld): Promise<void> {
  const found = await preflight(world, machine('m-01'));
  await world.run((a) => beginReplication(a, found));
  await world.skip(30);
  const mark = await marked(world, found);
  for (const operation of [failover, commit, completion]) {
    const failure = await world.failure((a) => operation.begin(a, found, mark));
    assert.deepEqual([failure.type, failure.nonRetryable], ['NotAllowed', true]);
    assert.match(failure.message, new RegExp(`does not allow ${operation.allowedAs} while`));
    assert.match(failure.message, /InitialReplicationInProgress .*; it allows DisableProtection$/);
    assert.equal((await world.ledger(operation.name, 'm-01')).length, 0, 'it is not even sent');
  }
}

async function isConflict(world: CloudWorld, found: Found): Promise<void> {
  const mark = await marked(world, found);
  await testFailover(world, found);
  const conflict = await world.failure((a) => failover.begin(a, found, mark));
  assert.deepEqual([conflict.type, conflict.nonRetryable], ['Conflict', false]);
  assert.match(conflict.message, /TestFailover is still running/);
  assert.equal((await world.ledger(failover.name, found.vm.name)).length, 0);
}

async function tellsKindsApart(world: CloudWorld, found: Found): Promise<void> {
  const mark = await marked(world, found);
  await testFailover(world, found);
  await world.skip(60);
  await cleanUpTest(world, found);
  await world.skip(10);
  assert.equal(await world.run((a) => a.failoverState(found.item, mark)), 'none');
  const job = await world.run((a) => failover.begin(a, found, mark));
  await endsWell(world, found, job);
  await isAcceptedOnce(world, found, failover);
}

async function tellsItemsApart(world: CloudWorld, found: Found): Promise<void> {
  const [other] = await protectedMachines(world, machine('m-05'));
  assert.ok(other);
  const mark = await marked(world, found);
  const theirs = await world.run(async (a) => failover.begin(a, other, await a.markItemJobs(other.item)));
  assert.equal(await world.run((a) => a.failoverState(found.item, mark)), 'none');
  const job = await world.run((a) => failover.begin(a, found, mark));
  assert.notEqual(job, theirs);
  await isAcceptedOnce(world, found, failover);
}

/** Carries machines through an operation, all at once: time passes. */
async function done(world: CloudWorld, machines: readonly Found[], operation: Operation): Promise<void> {
  for (const found of machines) {
    const mark = await marked(world, found);
    await world.prepare((a) => operation.begin(a, found, mark));
  }
  await world.skip(60);
}

function marked(world: CloudWorld, { item }: Found): Promise<JobMark> {
  return world.run((a) => a.markItemJobs(item));
}

async function endsWell(world: CloudWorld, { item }: Found, job: string | undefined): Promise<void> {
  await world.skip(60);
  await world.run((a) => a.awaitJob(item, job ?? 'none'));
}

async function isAcceptedOnce(world: CloudWorld, { vm }: Found, { name }: Operation): Promise<void> {
  assert.equal(accepted(await world.ledger(name, vm.name)).length, 1);
}
