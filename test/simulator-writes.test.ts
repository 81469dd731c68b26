import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { protectedItem, startGuests } from './simulator-azure-guest.ts';
import { failoverBody, property, values, type Item } from './simulator-item.ts';
import { withAzure, type World } from './simulator-world.ts';

const db = 'i-0000000000000db01';
const payroll = { writers: [{ service: 'PayrollDb', everySeconds: 5, mib: 2 }] };

const write = z.object({
  number: z.number(),
  at: z.string(),
  service: z.string(),
  mib: z.number(),
  arrived: z.boolean(),
});
const stateSchema = z.object({
  azure: z.object({
    writes: z.array(
      z.object({
        instanceId: z.string(),
        before: z.number(),
        count: z.number(),
        arrived: z.number(),
        processed: z.number(),
        latest: z.array(write),
      }),
    ),
    holds: z.array(
      z.object({ virtualMachineId: z.string(), instanceId: z.string(), write: z.number(), at: z.string() }),
    ),
  }),
});

async function stateOf(world: World) {
  const { azure } = stateSchema.parse(await world.control('GET', 'state'));
  const [writes] = azure.writes;
  assert.ok(writes);
  return { writes, holds: azure.holds };
}

async function pending(item: Item): Promise<[unknown, unknown]> {
  const { protectedDisks = [] } = await item.details();
  const data = protectedDisks.find(({ isOSDisk }) => isOSDisk === 'false');
  return [data?.dataPendingAtSourceAgentInMB, data?.dataPendingInLogDataStoreInMB];
}

function second(at: string | undefined): number {
  return new Date(at ?? '').getTime() / 1000;
}

test('a service writes while it runs; what was written before it stopped is on the VM', async (t) => {
  const { world, onSource } = await startGuests(t, { guests: { 'db-01': payroll } });
  const item = await protectedItem(world, '10.0.1.11', 'db-01');
  const before = await stateOf(world);
  assert.ok(before.writes.latest.every(({ at }) => second(at) % 5 === 0));
  assert.ok(before.writes.arrived > 100 && before.writes.arrived >= before.writes.processed);
  await onSource(db, 'Stop-Service PayrollDb');
  const quiesced = await stateOf(world);
  await world.skip(5);
  const later = await stateOf(world);
  assert.equal(later.writes.count, quiesced.writes.count);
  assert.equal(later.writes.arrived, later.writes.count);
  assert.deepEqual(await pending(item), [0, 0]);
  await world.control('POST', 'person', { action: 'stop-instance', instanceId: db });
  await world.skip(5);
  const stopped = await stateOf(world);
  assert.deepEqual(
    [
      stopped.writes.count - later.writes.count,
      stopped.writes.latest.at(-1)?.service,
      stopped.writes.latest.at(-1)?.arrived,
    ],
    [1, 'operating system', false],
  );
  await item.failOver();
  await world.skip(40);
  const { holds } = await stateOf(world);
  assert.deepEqual(
    holds.map(({ instanceId, write: number }) => [instanceId, number]),
    [[db, later.writes.count]],
  );
});

test('an agent that sends slower than is written has data pending, and what it had not sent is lost', async (t) => {
  const scenario = await withAzure({ replication: { mibPerSecond: 0.2 } });
  const { world } = await startGuests(t, { scenario, guests: { 'db-01': payroll } });
  const item = await protectedItem(world, '10.0.1.11', 'db-01');
  const [atAgent, inLogStore] = await pending(item);
  assert.ok(Number(atAgent) > 1000, `${String(atAgent)} MB wait at the agent`);
  assert.ok(Number(inLogStore) > 0 && Number(inLogStore) < 20);
  await world.control('POST', 'person', { action: 'stop-instance', instanceId: db });
  await world.skip(10);
  const { writes } = await stateOf(world);
  await item.failOver();
  await world.skip(40);
  const { holds } = await stateOf(world);
  assert.equal(holds[0]?.write, writes.arrived);
  assert.ok(writes.count - writes.arrived > 500);
  assert.ok(writes.latest.every(({ arrived }) => !arrived));
});

test('a recovery point holds what had been processed by its time, and the latest one all that arrived', async (t) => {
  const { world } = await startGuests(t, { guests: { 'db-01': payroll } });
  const item = await protectedItem(world, '10.0.1.11', 'db-01');
  await world.skip(30);
  const { body } = await world.arm('GET', `${item.path}/recoveryPoints?api-version=2023-06-01`);
  const [newest, ...older] = values(body);
  const old = older.at(-1);
  const pointTime = second(String(property(old, 'properties', 'recoveryPointTime')));
  await item.begin(
    'POST',
    '/unplannedFailover',
    failoverBody({ recoveryPointId: String(property(old, 'id')) }),
  );
  await world.skip(40);
  const first = (await stateOf(world)).holds[0];
  const lagSeconds = pointTime - second(first?.at);
  assert.ok(lagSeconds >= 35 && lagSeconds < 41, `${lagSeconds} s behind its point`);
  await item.begin('POST', '/applyRecoveryPoint', {
    properties: {
      providerSpecificDetails: { instanceType: 'InMageRcm', recoveryPointId: String(property(newest, 'id')) },
    },
  });
  await world.skip(20);
  const applied = (await stateOf(world)).holds[0];
  assert.ok((applied?.write ?? 0) > (first?.write ?? 0));
  assert.equal(applied?.virtualMachineId, first?.virtualMachineId);
});

test('the same seed has the same writes, and a day of them takes no time', async (t) => {
  const told: unknown[] = [];
  for (const skips of [1, 24]) {
    const { world } = await startGuests(t, { guests: { 'db-01': payroll } });
    await protectedItem(world, '10.0.1.11', 'db-01');
    const begun = performance.now();
    for (let at = 0; at < skips; at += 1) {
      await world.skip((24 * 60) / skips);
      await stateOf(world);
    }
    assert.ok(performance.now() - begun < 2_000);
    told.push((await stateOf(world)).writes);
  }
  assert.deepEqual(told[0], told[1]);
});
