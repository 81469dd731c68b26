import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activities, NativePlan } from '../activities/index.ts';
import { failureAsRead } from './as-read.ts';
import {
  accepted,
  detailsOf,
  machine,
  protectedMachines,
  startClouds,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';

const durations = { recoveryPlanSeconds: [1, 1] };
const testNetworkId =
  '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-test';

test('a recovery plan of the vault', async (t) => {
  const world = await startClouds(t, { machines: 3, durations });
  const [left, ...machines] = await protectedMachines(
    world,
    machine('m-03'),
    machine('m-01'),
    machine('m-02'),
  );
  assert.ok(left);
  const plan = planOf(machines);

  await t.test('is made once, and changed where it is not as it should be', () => isMade(world, plan));
  await t.test('whose test’s answer is lost is found, and so is its clean-up’s', () =>
    isTestedOnce(world, plan, left),
  );
  await t.test('whose failover’s answer is lost is found, not failed over twice', () =>
    isBegunOnce(world, plan),
  );
  await t.test('waits for its manual action, and goes on from it once', () => isResumedOnce(world, plan));
  await t.test('has nothing left to fail over then', async () => {
    const mark = await world.run((a) => a.markNativePlan(plan));
    assert.equal(await world.run((a) => a.beginNativeFailover(plan, mark)), undefined);
  });
  await t.test('that ended without one of its machines says so of that one', () =>
    leftOut(world, plan, left),
  );
  await t.test('is taken away, unless it holds what is not its plan’s', () => isRemoved(world, plan));
  await t.test('that names a machine without an item is refused by name', async () => {
    const failure = await world.failure((a) => a.beginNativePlan({ ...plan, items: ['portage-move-m-09'] }));
    assert.equal(detailsOf(failure).code, 'ITEM_MISSING');
    assert.match(failure.message, /portage-move-m-09/);
  });
});

async function isMade(world: CloudWorld, plan: NativePlan): Promise<void> {
  const alone = { ...plan, items: plan.items.slice(0, 1) };
  await done(world, plan, (a) => a.beginNativePlan(alone));
  assert.equal(await world.run((a) => a.beginNativePlan(alone)), undefined);
  await done(world, plan, (a) => a.beginNativePlan(plan));
  assert.equal(await world.run((a) => a.beginNativePlan(plan)), undefined);
  assert.equal(accepted(await world.ledger('ReplicationRecoveryPlans_Create')).length, 1);
  assert.equal(accepted(await world.ledger('ReplicationRecoveryPlans_Update')).length, 1);
}

async function isTestedOnce(world: CloudWorld, plan: NativePlan, { item }: Found): Promise<void> {
  const [test, cleanUp] = ['TestFailover', 'TestFailoverCleanup'] as const;
  for (const operation of [test, cleanUp])
    await world.fault({ operation: `ReplicationRecoveryPlans_${operation}`, drop: 'after', count: 1 });
  const mark = await world.run((a) => a.markNativePlan(plan, test));
  const own = await world.run((a) => a.markItemJobs(item));
  const begin = (a: Activities) => a.beginNativeTest(plan, mark, testNetworkId);
  await world.failure(begin);
  const job = await world.run(begin);
  assert.equal(await world.run(begin), job);
  assert.equal((await world.failure((a) => a.awaitTestByPlan(item, own, job))).type, 'NotYet');
  await world.skip(120);
  assert.deepEqual(await world.run((a) => a.awaitNativeJob(plan, job, [])), { ended: true });
  const failure = await world.failure((a) => a.awaitTestByPlan(item, own, job));
  assert.match(
    failureAsRead(failure),
    /NOT_TESTED.*portage-move-m-03 was not tested by the recovery plan of its group/,
  );
  const again = await world.run((a) => a.markNativePlan(plan, test));
  const refused = await world.failure((a) => a.beginNativeTest(plan, again, testNetworkId));
  assert.match(refused.message, /does not allow a test failover; it allows TestFailoverCleanup/);

  const before = await world.run((a) => a.markNativePlan(plan, cleanUp));
  const clean = (a: Activities) => a.beginNativeTestCleanUp(plan, before, 'Portage: move');
  await world.failure(clean);
  const cleaning = await world.run(clean);
  assert.ok(cleaning !== undefined);
  await world.skip(10);
  await world.run((a) => a.awaitJob(plan, cleaning));
  const after = await world.run((a) => a.markNativePlan(plan, cleanUp));
  assert.equal(await world.run((a) => a.beginNativeTestCleanUp(plan, after, '')), undefined);
  for (const operation of [test, cleanUp])
    assert.equal(accepted(await world.ledger(`ReplicationRecoveryPlans_${operation}`)).length, 1);
}

async function isBegunOnce(world: CloudWorld, plan: NativePlan): Promise<void> {
  const operation = 'ReplicationRecoveryPlans_UnplannedFailover';
  const mark = await world.run((a) => a.markNativePlan(plan));
  await world.fault({ operation, drop: 'after', count: 1 });
  await world.failure((a) => a.beginNativeFailover(plan, mark));
  const job = await world.run((a) => a.beginNativeFailover(plan, mark));
  assert.ok(job !== undefined);
  assert.equal(await world.run((a) => a.beginNativeFailover(plan, mark)), job);
  const later = await world.run((a) => a.markNativePlan(plan));
  assert.equal(
    await world.run((a) => a.beginNativeFailover(plan, later)),
    job,
    'one that another run has begun',
  );
  assert.equal(accepted(await world.ledger(operation)).length, 1);
  assert.equal((await world.failure((a) => a.awaitNativeJob(plan, job, []))).type, 'NotYet');
}

async function isResumedOnce(world: CloudWorld, plan: NativePlan): Promise<void> {
  await world.skip(120);
  const { name: job } = await planJob(world, plan);
  const seen = await world.run((a) => a.awaitNativeJob(plan, job, []));
  assert.ok(!seen.ended);
  const { action } = seen;
  assert.deepEqual([action.isOwn, action.name, action.text], [true, 'all after 1', 'Tell everybody']);
  await world.run((a) => a.resumeNativeJob(plan, job, action.id));
  await world.run((a) => a.resumeNativeJob(plan, job, action.id));
  await world.skip(5);
  assert.deepEqual(await world.run((a) => a.awaitNativeJob(plan, job, [action.id])), { ended: true });
  assert.equal(accepted(await world.ledger('ReplicationJobs_Resume')).length, 1);
}

async function leftOut(world: CloudWorld, plan: NativePlan, { item }: Found): Promise<void> {
  const { name: job } = await planJob(world, plan);
  const mark = await world.run((a) => a.markItemJobs(item));
  const failure = await world.failure((a) => a.awaitFailoverByPlan(item, mark, job));
  assert.deepEqual([failure.type, failure.nonRetryable], ['NotFailedOver', true]);
  const read = failureAsRead(failure);
  assert.match(
    read,
    /NOT_FAILED_OVER.*portage-move-m-03 was not failed over by the recovery plan of its group/,
  );
  assert.match(read, /A retry fails this machine over by itself; turning back starts its source again/);
}

async function isRemoved(world: CloudWorld, plan: NativePlan): Promise<void> {
  assert.equal(await world.run((a) => a.beginNativePlanRemoval(plan, 'other')), undefined);
  await done(world, plan, (a) => a.beginNativePlanRemoval(plan, 'move'));
  assert.equal(await world.run((a) => a.beginNativePlanRemoval(plan, 'move')), undefined);
  assert.equal(accepted(await world.ledger('ReplicationRecoveryPlans_Delete')).length, 1);
}

async function done(
  world: CloudWorld,
  plan: NativePlan,
  begin: (activities: Activities) => Promise<string | undefined>,
): Promise<void> {
  const job = await world.run(begin);
  assert.ok(job !== undefined);
  await world.skip(2);
  await world.run((a) => a.awaitJob(plan, job));
}

async function planJob(world: CloudWorld, { environment, name }: NativePlan): Promise<{ name: string }> {
  const { vault, resourceGroup } = environment;
  const { properties } = await world.azure.siteRecovery.replicationRecoveryPlans.get(
    vault,
    resourceGroup,
    name,
  );
  const id = properties?.currentScenario?.jobId ?? '';
  return { name: id.slice(id.lastIndexOf('/') + 1) };
}

function planOf(machines: readonly Found[]): NativePlan {
  const [first] = machines;
  assert.ok(first);
  const { environment, fabric, container } = first.item;
  return {
    environment,
    fabric,
    container,
    name: 'portage-move-all',
    items: machines.map(({ item }) => item.name),
    actions: [{ name: 'all after 1', text: 'Tell everybody' }],
  };
}
