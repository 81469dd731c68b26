import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftoversOf, removeLeftover } from '../activities/index.ts';
import { sweepText } from '../cli/sweep-view.ts';
import { parsePlan, resolvePlan, type Plan } from '../plan/index.ts';
import { connectClouds } from '../worker/clouds.ts';
import { isolateProcess } from './cloud-world.ts';
import { inAttention, inPhase, planOf, startWorld, until, type Scenario } from './world.ts';

test('what tests and ends leave behind is listed with size and age, and Portage’s own is removed', async (t) => {
  const world = await startWorld(t, { machines: 3, scenario: thatLeaves });
  isolateProcess(world.local.simulatorUrl);
  const clouds = connectClouds({
    armEndpoint: new URL(world.local.simulatorUrl),
    requestTimeoutMs: 5_000,
    beforeEffect: () => undefined,
  });
  const plan = tested('left', ['m-01', 'm-02', 'm-03']);
  /** A connection that was idle may have been closed just now: then it is looked once more. */
  const look = () =>
    until(
      () => leftoversOf(clouds, resolvePlan(plan)),
      () => true,
    );
  const kinds = async () => (await look()).map(({ kind }) => kind).sort();

  await world.portage.start(plan);
  for (const vm of ['m-01', 'm-02', 'm-03']) await world.untilMachine('left', vm, inPhase('ready'));
  assert.deepEqual(await kinds(), [], 'what replicates is in use');

  await world.portage.requestTestFailover({ plan: 'left', vm: 'm-01' });
  await world.untilMachine('left', 'm-01', ({ test: now }) => now?.state === 'up');
  assert.deepEqual(await kinds(), ['test', 'test-vm']);
  await world.portage.approveTest({ plan: 'left', vm: 'm-01' });
  const stuck = await world.untilMachine('left', 'm-01', inAttention('TEST_LEFT'));
  assert.match(stuck.attention?.message ?? '', /the test is cleaned up, and there is still m-01-test/);

  await world.portage.requestFailover({ plan: 'left', vm: 'm-03' });
  await world.untilMachine('left', 'm-03', inPhase('completed'));
  const left = await look();
  assert.ok(!left.some(({ id }) => id.endsWith('/m-03-test')), 'a migrated machine that is called so');
  const [vm] = left.filter(({ kind }) => kind === 'test-vm');
  assert.ok(vm);
  const told = sweepText('left', left, [], new Date(Date.parse(vm.since ?? '') + 3 * 3_600_000));
  assert.match(told, /test VM that no item has any more +30 GiB +3 h +Portage’s own +\S*\/m-01-test$/m);
  assert.match(told, /portage sweep <plan-file> --remove <id>/);
  await removeLeftover(clouds, vm);
  const now = await until(look, (all) => all.every(({ kind }) => kind !== 'test-vm'));
  const parts = now.filter(({ id }) => !id.includes('asrseeddisk-'));
  assert.deepEqual(parts.map(({ kind }) => kind).sort(), ['free-disk', 'free-interface']);
  const [disk] = parts;
  assert.ok(disk);
  await assert.rejects(removeLeftover(clouds, disk), /is not Portage’s own/);

  await world.portage.abort({ plan: 'left', vm: 'm-02' });
  await world.untilMachine('left', 'm-02', inPhase('aborted'));
  assert.ok(
    (await look()).some(({ id }) => id.includes('asrseeddisk-')),
    'a seed disk that nothing uses',
  );
});

function thatLeaves({ azure }: Scenario): void {
  azure.quirks = { testCleanupLeaves: 'vm', disableLeaves: 'seed-disks' };
}

function tested(name: string, vms: readonly string[]): Plan {
  const plan = planOf(name, { all: vms });
  const target = { ...plan.defaults?.target, testNetwork: 'rg-network/vnet-test', testSubnet: 'isolated' };
  const groups = plan.groups.map((group) => ({
    ...group,
    vms: group.vms.map((vm) => (vm.name === 'm-03' ? { ...vm, target: { vmName: 'm-03-test' } } : vm)),
  }));
  return parsePlan({ ...plan, groups, defaults: { ...plan.defaults, target } });
}
