import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inAttention, inPhase, instanceIdOf, planOf, startWorld, type World } from './world.ts';

const [first, second, third] = ['Standard_D2s_v5', 'Standard_D4s_v5', 'Standard_D2s_v4'];

test('a size that has no capacity', { concurrency: true }, async (t) => {
  const world = await startWorld(t, {
    machines: 2,
    scenario: ({ azure }) => {
      azure.exhaustedSizes = [first, second];
    },
  });
  await Promise.all([
    t.test('is replaced by the next of the list, and that is told', () => isReplaced(world)),
    t.test('and no other left is for a person, with the way back open', () => noneIsLeft(world)),
  ]);
});

async function isReplaced(world: World): Promise<void> {
  await cutOver(world, 'sizes', 'm-01', [first, second, third]);
  const done = await world.untilMachine('sizes', 'm-01', inPhase('completed'));
  assert.equal(done.azureVm?.size, third);
  const told = done.notes.filter(({ text }) => text.startsWith('Azure had no capacity'));
  assert.deepEqual(
    told.map(({ text }) => text),
    [
      `Azure had no capacity for ${first}: the failover is tried again with ${second}`,
      `Azure had no capacity for ${second}: the failover is tried again with ${third}`,
    ],
  );
}

async function noneIsLeft(world: World): Promise<void> {
  await cutOver(world, 'none', 'm-02', [first, second]);
  const stuck = await world.untilMachine('none', 'm-02', inAttention('NO_SIZE_LEFT'));
  assert.match(stuck.attention?.message ?? '', new RegExp(`${first}, ${second}`));
  assert.deepEqual(stuck.attention?.choices, ['portage retry none/m-02', 'portage turn-back none/m-02']);
  await world.portage.retry({ plan: 'none', vm: 'm-02' });
  const again = await world.untilMachine(
    'none',
    'm-02',
    ({ attention }) => attention?.code === 'NO_SIZE_LEFT' && attention.since !== stuck.attention?.since,
  );
  assert.ok(
    again.notes.some(({ text }) =>
      text.endsWith(`no capacity for ${second}: the failover is tried again with ${first}`),
    ),
  );
  await world.portage.turnBack({ plan: 'none', vm: 'm-02' });
  await world.untilMachine('none', 'm-02', inPhase('ready'));
  assert.equal(await world.instanceState('m-02'), 'running');
}

async function cutOver(world: World, plan: string, vm: string, size: readonly (string | undefined)[]) {
  const target = { size };
  await world.portage.start(
    planOf(
      plan,
      {},
      { groups: [{ name: 'all', vms: [{ name: vm, instanceId: instanceIdOf(vm), target }] }] },
    ),
  );
  await world.portage.requestFailover({ plan });
}
