import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanStatus } from '../client/index.ts';
import { instanceIdOf, planOf, startWorld, type World } from './world.ts';

const machines = ['m-01', 'm-02', 'm-03', 'm-04'];
const effects = ['Create', 'UnplannedFailover', 'FailoverCommit', 'Delete'];

test('a worker that is killed in every phase loses nothing and does nothing twice', async (t) => {
  const worker = { PORTAGE_ATTEMPT_TIMEOUT: '3s', PORTAGE_STICKY_TIMEOUT: '1s' };
  const world = await startWorld(t, { machines: machines.length, worker });
  await world.portage.start(planOf('crash', { all: machines }));
  await world.portage.requestFailover({ plan: 'crash' });

  let running = world.local.worker;
  for (const phase of ['preparing', 'replicating', 'stopping-source', 'failing-over', 'committing']) {
    await world.untilPlan('crash', (status) =>
      phasesOf(status).some((one) => one === phase || one === 'completed'),
    );
    await running.kill();
    running = await world.local.startWorker();
  }
  const status = await world.portage.untilEnded('crash');

  assert.deepEqual(
    phasesOf(status),
    machines.map(() => 'completed'),
  );
  for (const machine of machines) {
    for (const effect of effects)
      assert.equal(
        await accepted(world, `ReplicationProtectedItems_${effect}`, `crash-${machine}`),
        1,
        `${machine}: ${effect}`,
      );
    assert.equal(await accepted(world, 'StopInstances', instanceIdOf(machine)), 1, `${machine}: stopped`);
    assert.equal(await accepted(world, 'StartInstances', instanceIdOf(machine)), 0, `${machine}: started`);
  }
});

test('an effect whose answer is lost is found again, not repeated', async (t) => {
  const world = await startWorld(t, { machines: 1 });
  for (const operation of [
    ...effects.map((effect) => `ReplicationProtectedItems_${effect}`),
    'StopInstances',
  ])
    await world.fault({ operation, drop: 'after', count: 1 });
  await world.portage.start(planOf('lost', { all: ['m-01'] }));
  await world.portage.requestFailover({ plan: 'lost' });
  const status = await world.portage.untilEnded('lost');

  assert.deepEqual(phasesOf(status), ['completed']);
  for (const effect of effects)
    assert.equal(await accepted(world, `ReplicationProtectedItems_${effect}`, 'lost-m-01'), 1, effect);
  assert.equal(await accepted(world, 'StopInstances', instanceIdOf('m-01')), 1);
});

async function accepted(world: World, operation: string, target: string): Promise<number> {
  const heard = await world.ledger(operation, target);
  return heard.filter(({ status }) => status >= 200 && status < 300).length;
}

function phasesOf(status: PlanStatus): string[] {
  return status.groups.flatMap(({ machines: all }) => all.map(({ phase }) => phase));
}
