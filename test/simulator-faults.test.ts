import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { enableBody, failoverBody, Item } from './simulator-item.ts';
import { demoScenario, refusal, startWorld, vault, type World } from './simulator-world.ts';

const version = 'api-version=2023-06-01';
const fabrics = `${vault}/replicationFabrics?${version}`;

const entries = z.array(
  z.object({
    seq: z.number(),
    time: z.iso.datetime(),
    simulatedTime: z.iso.datetime(),
    service: z.string(),
    operation: z.string(),
    target: z.string(),
    kind: z.string(),
    outcome: z.string(),
    status: z.number(),
    requestId: z.guid(),
  }),
);

test('every request is in the ledger, with the request id that the client was told', async (t) => {
  const world = await startWorld(t);
  const { headers } = await world.arm('GET', fabrics);
  const [entry] = await ledger(world, 'operation=ReplicationFabrics_List');
  assert.ok(entry !== undefined);
  assert.equal(entry.requestId, headers.get('x-ms-request-id'));
  assert.equal(entry.simulatedTime, '2026-03-01T20:00:00.000Z');
  assert.equal(headers.get('date'), 'Sun, 01 Mar 2026 20:00:00 GMT', 'the cloud tells its own time');
});

test('the ledger is asked by operation and by target', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  assert.equal((await ledger(world, 'operation=create&target=DB-01')).length, 1);
  assert.equal((await ledger(world, 'operation=create&target=db-02')).length, 0);
});

test('a fault answers with its status and code as often as asked, without any effect', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  await fault(world, {
    operation: 'UnplannedFailover',
    target: 'db-01',
    status: 503,
    code: 'ServiceUnavailable',
    count: 2,
    retryAfterSeconds: 30,
  });
  for (let time = 0; time < 2; time += 1) {
    const { status, headers } = await failOver(item);
    assert.equal(status, 503);
    assert.equal(headers.get('retry-after'), '30');
  }
  assert.equal((await failOver(item)).status, 202);
  assert.deepEqual(
    (await ledger(world, 'operation=unplannedFailover')).map(({ outcome }) => outcome),
    ['refused', 'refused', 'answered'],
  );
});

test('a connection dropped before the effect leaves nothing behind; one dropped after it leaves a job', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  await fault(world, { operation: 'UnplannedFailover', drop: 'before', count: 1 });
  await assert.rejects(failOver(item));
  assert.equal((await item.get()).properties?.currentScenario?.scenarioName, 'None');
  await fault(world, { operation: 'UnplannedFailover', drop: 'after', count: 1 });
  await assert.rejects(failOver(item));
  assert.equal((await item.get()).properties?.currentScenario?.scenarioName, 'UnplannedFailover');
});

test('what a held-back request did shows only later: the job, the item and its lists', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  await fault(world, { operation: 'UnplannedFailover', visibleAfterSeconds: 300, count: 1 });
  const job = await item.failOver();
  assert.ok((await item.get()).properties?.allowedOperations?.includes('UnplannedFailover'));
  assert.equal((await refusal(item.job(job))).statusCode, 404);
  await world.skip(6);
  assert.deepEqual((await item.get()).properties?.allowedOperations, []);
  assert.equal((await item.job(job)).properties?.state, 'InProgress');
});

test('a client that asks too much is throttled, told how long, and let in again', async (t) => {
  const scenario = await demoScenario();
  const reads = { burst: 10, perSecond: 1 };
  const world = await startWorld(t, {
    scenario: { ...scenario, rateLimits: { ...scenario.rateLimits, reads } },
  });
  const statuses = [];
  for (let request = 0; request < 12; request += 1) statuses.push((await world.arm('GET', fabrics)).status);
  assert.deepEqual(statuses, [...Array<number>(10).fill(200), 429, 429]);
  const throttled = await world.arm('GET', fabrics);
  assert.equal(throttled.headers.get('retry-after'), '1');
  await world.control('POST', 'clock', { skipSeconds: 1 });
  assert.equal((await world.arm('GET', fabrics)).status, 200);
  assert.equal(
    (await ledger(world, 'operation=ReplicationFabrics_List')).filter(
      ({ outcome }) => outcome === 'throttled',
    ).length,
    3,
  );
});

test('seconds to wait are scaled to the speed, with milliseconds beside them below one second', async (t) => {
  const world = await startWorld(t, { speed: 300 });
  const item = await Item.named(world, 'portage-payroll-db-01');
  const { headers } = await world.arm('PUT', `${item.path}?${version}`, await enableBody(world, '10.0.1.11'));
  assert.equal(headers.get('retry-after'), '1');
  assert.equal(headers.get('retry-after-ms'), '100');
});

test('the same seed tells the same story, another seed another one', async (t) => {
  const [first, second, other] = [await story(t, 7), await story(t, 7), await story(t, 8)];
  assert.deepEqual(first, second);
  assert.notDeepEqual(first, other);
});

test('a control request that is wrong is told what is wrong with it', async (t) => {
  const world = await startWorld(t);
  for (const [method, path, body] of [
    ['POST', 'faults', '{"operation":"x"}'],
    ['POST', 'faults', '{'],
    ['POST', 'clock', '{"skipHours":1}'],
    ['POST', 'person', '{"action":"dance"}'],
    ['POST', 'person', '{"action":"add-to-appliance","privateIp":"10.9.9.9"}'],
  ] as const) {
    const response = await fetch(`${world.url}/_portage/${path}`, { method, body });
    assert.equal(response.status, 400, body);
    assert.match(await response.text(), /"error":".+"/);
  }
  assert.equal((await fetch(`${world.url}/_portage/nothing`)).status, 404);
});

/** What one machine's life looked like, minute by minute. */
async function story(t: Parameters<typeof startWorld>[0], seed: number): Promise<unknown> {
  const world = await startWorld(t, { seed });
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.enable('10.0.1.11');
  const seen: unknown[] = [];
  for (let step = 0; step < 40; step += 1) {
    await world.skip(5);
    seen.push((await world.arm('GET', `${item.path}?${version}`)).body);
  }
  await item.failOver();
  await world.skip(30);
  seen.push(await world.control('GET', 'state'));
  const requests = await ledger(world, '');
  return [seen, requests.map((entry) => ({ ...entry, time: 'any' }))];
}

async function ledger(world: World, query: string): Promise<z.infer<typeof entries>> {
  return entries.parse(await world.control('GET', `ledger?${query}`));
}

function fault(world: World, body: unknown): Promise<unknown> {
  return world.control('POST', 'faults', body);
}

function failOver(item: Item) {
  return item.world.arm('POST', `${item.path}/unplannedFailover?${version}`, failoverBody());
}
