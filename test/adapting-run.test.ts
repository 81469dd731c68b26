import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MachineStatus } from '../client/index.ts';
import type { Plan } from '../plan/index.ts';
import { inAttention, inPhase, planOf, startWorld, type World } from './world.ts';

test('adapting a guest', { concurrency: true }, async (t) => {
  const world = await startWorld(t, { machines: 4 });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('comes after the failover and before validation, and stands in the story', adapts),
    run('in a closed test network is told to be impossible, and does not fail the test', closedTest),
    run('of a VM that is not reached asks a person, who may accept it by name', notReached),
    run('of which something fails asks a person, and is done again on a retry', fails),
  ]);
});

async function adapts(world: World): Promise<void> {
  await world.portage.start(adapted('well', 'm-01'));
  await world.untilMachine('well', 'm-01', inPhase('completed'));
  const status = await world.portage.machineStatus('well', 'm-01');
  assert.match(
    story(status),
    /The Azure VM is m-01[^]*Adapted m-01: aws-routes \(version 1\) changed[^]*Adapted m-01: kms \(version 1\) changed[^]*The Azure VM is validated/,
  );
  // One adapts, one compares the guest with the source's.
  assert.equal((await sent(world, 'VirtualMachineRunCommands_CreateOrUpdate', '/m-01/')).length, 2);
  assert.equal((await sent(world, 'VirtualMachineRunCommands_Delete', '/m-01/')).length, 2);
}

async function closedTest(world: World): Promise<void> {
  await world.portage.start(adapted('closed', 'm-02', { testFailover: 'required', cutover: 'manual' }));
  const up = await world.untilMachine('closed', 'm-02', ({ test: now }) => now?.state === 'up');
  assert.match(story(up), /Nothing could be run on m-02-test, so its guest is as it was on EC2/);
  assert.equal(up.attention, undefined);
  await world.portage.cleanUpTest({ plan: 'closed', vm: 'm-02' });
}

async function notReached(world: World): Promise<void> {
  const plan = planOf('astray', { all: ['m-03'] });
  const target = { ...plan.defaults?.target, network: 'rg-network/vnet-test', subnet: 'isolated' };
  await world.portage.start({ ...plan, defaults: { ...plan.defaults, cutover: 'automatic', target } });
  const asked = await world.untilMachine('astray', 'm-03', inAttention('ADAPTING_INCONCLUSIVE'));
  assert.deepEqual(
    [asked.phase, asked.attention?.choices],
    [
      'adapting',
      [
        'portage retry astray/m-03',
        'portage accept astray/m-03',
        'portage recovery-point astray/m-03 <id>',
        'portage turn-back astray/m-03 --after-failover',
      ],
    ],
  );
  await world.portage.confirm('astray', 'm-03', 'accept');
  const done = await world.untilMachine('astray', 'm-03', inPhase('completed'));
  assert.match(story(done), /Accepted by local: ADAPTING_INCONCLUSIVE/);
}

async function fails(world: World): Promise<void> {
  const run = [{ name: 'farm', script: 'exit 4' }];
  await world.portage.start(adapted('farm', 'm-04', { adapt: { run, skip: ['disks'] } }));
  const asked = await world.untilMachine('farm', 'm-04', inAttention('ADAPTING_FAILED'));
  assert.match(asked.attention?.message ?? '', /farm \(version 1\) failed: exit code 4/);
  assert.doesNotMatch(story(asked), /disks \(version/);
  await world.portage.retry({ plan: 'farm', vm: 'm-04' });
  await world.untilMachine('farm', 'm-04', ({ attention }) => attention === undefined);
  await world.untilMachine('farm', 'm-04', inAttention('ADAPTING_FAILED'));
  await world.portage.turnBack({ plan: 'farm', vm: 'm-04' }, {}, { afterFailover: true });
  await world.untilMachine('farm', 'm-04', inAttention('DELETE_AZURE_VM'));
}

function adapted(name: string, vm: string, settings: object = {}): Plan {
  const plan = planOf(name, { all: [vm] });
  const target = { ...plan.defaults?.target, testNetwork: 'rg-network/vnet-test', testSubnet: 'isolated' };
  return { ...plan, defaults: { ...plan.defaults, cutover: 'automatic', ...settings, target } };
}

async function sent(world: World, operation: string, target: string) {
  return (await world.ledger(operation, target)).filter(({ status }) => status < 300);
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
