import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MachineStatus } from '../client/index.ts';
import { inAttention, inPhase, planOf, startWorld, type World } from './world.ts';

test('repair', { concurrency: true }, async (t) => {
  const world = await startWorld(t, { machines: 5 });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('leaves a step out where that is safe, and says so', skips),
    run('leaves nothing out that the migration needs, and accepts nothing that is not offered', refuses),
    run('pauses some machines of a plan, and resumes them', pausesSome),
  ]);
});

async function skips(world: World): Promise<void> {
  const denied = {
    operation: 'VirtualMachines_Update',
    target: '/m-01',
    status: 403,
    code: 'AuthorizationFailed',
  };
  await world.fault(denied);
  await world.portage.start(planOf('skips', { all: ['m-01'] }));
  await world.portage.requestFailover({ plan: 'skips' });
  const parked = await world.untilMachine('skips', 'm-01', inAttention('AuthorizationFailed'));
  assert.ok(parked.attention?.choices.includes('portage skip skips/m-01'));
  assert.equal(
    await world.portage.skip({ plan: 'skips', vm: 'm-01' }),
    'skips/m-01 goes on without: Put on the Azure VM what the plan says',
  );
  const done = await world.untilMachine('skips', 'm-01', inPhase('completed'));
  assert.match(story(done), /^Left out: Put on the Azure VM what the plan says$/m);
}

async function refuses(world: World): Promise<void> {
  const failJob = { code: '170010', message: 'The disks cannot be made to boot' };
  await world.fault({ operation: 'UnplannedFailover', target: 'refuses-m-02', count: 1, failJob });
  await world.portage.start(planOf('refuses', { all: ['m-02'] }));
  const machine = { plan: 'refuses', vm: 'm-02' };
  await world.untilMachine('refuses', 'm-02', inPhase('ready'));
  await assert.rejects(world.portage.skip(machine), /cannot skip now: it is ready and asks for nothing/);
  await world.portage.requestFailover({ plan: 'refuses' });
  await world.untilMachine('refuses', 'm-02', inAttention('170010'));
  await assert.rejects(world.portage.skip(machine), /refuses\/m-02 cannot skip now: not at Fail over/);
  await assert.rejects(world.portage.accept(machine), /refuses\/m-02 cannot accept now: not at Fail over/);
  await assert.rejects(world.portage.skip({ plan: 'refuses' }), /No machine chosen waits with a step/);
  await world.portage.retry(machine);
  await world.untilMachine('refuses', 'm-02', inPhase('completed'));
}

async function pausesSome(world: World): Promise<void> {
  await world.portage.start(planOf('some', { first: ['m-03'], second: ['m-04'] }));
  for (const vm of ['m-03', 'm-04']) await world.untilMachine('some', vm, inPhase('ready'));
  assert.equal(await world.portage.pause({ plan: 'some' }, { groups: ['first'] }), 'Paused: m-03');
  await world.untilMachine('some', 'm-03', ({ paused }) => paused);
  assert.equal((await world.portage.machineStatus('some', 'm-04')).paused, false);
  assert.equal((await world.portage.planStatus('some')).paused, false);
  assert.equal(await world.portage.resume({ plan: 'some' }, { vms: ['m-03'] }), 'Going on: m-03');
  await world.portage.requestFailover({ plan: 'some' });
  await world.portage.untilEnded('some');
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
