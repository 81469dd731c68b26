import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { PortageError, type MachineStatus } from '../client/index.ts';
import type { Plan } from '../plan/index.ts';
import { machineWorkflowId } from '../workflows/messages.ts';
import { inAttention, inPhase, planOf, startWorld, type World } from './world.ts';

const azureState = z.object({
  azure: z.object({ virtualMachines: z.array(z.object({ id: z.string() })) }),
});

test('a test failover', { concurrency: true }, async (t) => {
  const world = await startWorld(t, { machines: 10 });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('that the plan requires comes by itself, and holds the cutover back until it is approved', holdsBack),
    run('on request leaves a VM up until it is cleaned up; approval is not needed', onRequest),
    run('is cleaned up after its longest stay, and can be approved still', staysNoLonger),
    run('whose VM never becomes well ends with its clean-up, and may be done again', neverWell),
    run('whose job fails leaves nothing behind', jobFails),
    run('is cleaned up when the machine is given up in the middle of it', givenUp),
    run('of a whole group is asked for and approved at once, by somebody by name', ofGroup),
    run('is refused where the plan has no test network, and says why', refused),
    run('gives way to a cutover that needs no approval', givesWay),
  ]);
});

test('a worker killed in the middle of a test leaves no test VM', async (t) => {
  const worker = { PORTAGE_ATTEMPT_TIMEOUT: '3s', PORTAGE_STICKY_TIMEOUT: '1s' };
  const world = await startWorld(t, { machines: 1, worker });
  for (const operation of ['ReplicationProtectedItems_TestFailover', 'TestFailoverCleanup'])
    await world.fault({ operation, drop: 'after', count: 1 });
  await world.portage.start(tested('killed', ['m-01'], { testFailover: 'required' }));
  await world.untilMachine('killed', 'm-01', ({ test: now }) => now?.state === 'running');
  await world.local.worker.kill();
  await world.local.startWorker();
  await world.untilMachine('killed', 'm-01', isUp);
  await world.portage.approveTest({ plan: 'killed', vm: 'm-01' });
  await world.untilMachine('killed', 'm-01', inPhase('ready'));
  assert.deepEqual(await testVms(world, 'm-01'), []);
  assert.equal((await begun(world, 'TestFailover', 'killed-m-01')).length, 1);
  assert.equal((await begun(world, 'TestFailoverCleanup', 'killed-m-01')).length, 1);
});

async function holdsBack(world: World): Promise<void> {
  await world.portage.start(tested('required', ['m-01'], { testFailover: 'required' }));
  await world.untilMachine('required', 'm-01', inPhase('replicating'));
  const answer = await world.portage.requestFailover({ plan: 'required', vm: 'm-01' });
  assert.match(answer, /waits with its cutover: no test of it was approved/);
  const up = await world.untilMachine('required', 'm-01', isUp);
  assert.equal(up.heldBack, 'no test of it was approved');
  assert.match(up.test?.azureVm?.name ?? '', /^m-01-test$/);
  assert.deepEqual(await testVms(world, 'm-01'), ['m-01-test']);
  assert.equal(await world.instanceState('m-01'), 'running', 'the source works on');

  const approved = await world.portage.approveTest({ plan: 'required', vm: 'm-01' });
  assert.equal(approved, 'The test of required/m-01 is approved by local');
  const done = await world.untilMachine('required', 'm-01', inPhase('completed'));
  assert.deepEqual(await testVms(world, 'm-01'), []);
  const [cleanedUp] = await begun(world, 'TestFailoverCleanup', 'required-m-01');
  const [failedOver] = await begun(world, 'UnplannedFailover', 'required-m-01');
  assert.ok(cleanedUp && failedOver);
  assert.match(story(done), /is approved by local[^]*The test is cleaned up: nothing of it is left/);
}

async function onRequest(world: World): Promise<void> {
  await world.portage.start(tested('asked', ['m-02']));
  await world.untilMachine('asked', 'm-02', inPhase('ready'));
  const answer = await world.portage.requestTestFailover({ plan: 'asked', vm: 'm-02' });
  assert.match(answer, /is tested in its test network as soon as it is ready; the source works on/);
  await world.untilMachine('asked', 'm-02', isUp);
  await assert.rejects(
    world.portage.requestTestFailover({ plan: 'asked', vm: 'm-02' }),
    /a test of asked\/m-02 is under way already/,
  );
  await world.portage.cleanUpTest({ plan: 'asked', vm: 'm-02' });
  const ready = await world.untilMachine('asked', 'm-02', inPhase('ready'));
  assert.deepEqual([ready.test?.state, ready.test?.outcome], ['cleaned-up', 'passed']);
  assert.equal(ready.heldBack, undefined);
  assert.deepEqual(await testVms(world, 'm-02'), []);
}

async function staysNoLonger(world: World): Promise<void> {
  await world.portage.start(tested('stay', ['m-03'], { testFailover: 'required', testStayHours: 0.0001 }));
  const ready = await world.untilMachine('stay', 'm-03', ({ test: now }) => now?.state === 'cleaned-up');
  assert.match(ready.next, /Approve its test: portage approve stay\/m-03 --test/);
  await world.portage.requestFailover({ plan: 'stay' });
  await world.portage.approveTest({ plan: 'stay' });
  await world.untilMachine('stay', 'm-03', inPhase('completed'));
}

async function neverWell(world: World): Promise<void> {
  await world.portage.start(tested('unwell', ['m-04'], { testFailover: 'required' }));
  await world.fault({
    operation: 'VirtualMachines_Update',
    target: 'm-04-test',
    status: 403,
    code: 'AuthorizationFailed',
  });
  const failed = await world.untilMachine('unwell', 'm-04', inAttention('AuthorizationFailed'));
  assert.deepEqual(failed.attention?.choices, [
    'portage retry unwell/m-04',
    'portage skip unwell/m-04',
    'portage clean-up unwell/m-04',
  ]);
  await assert.rejects(
    world.portage.approveTest({ plan: 'unwell', vm: 'm-04' }),
    /there is no test of unwell\/m-04 to approve: its test is running/,
  );
  await world.portage.cleanUpTest({ plan: 'unwell', vm: 'm-04' });
  const ready = await world.untilMachine('unwell', 'm-04', inPhase('ready'));
  assert.deepEqual([ready.test?.state, ready.test?.outcome], ['cleaned-up', 'failed']);
  assert.match(ready.next, /portage test-failover unwell\/m-04/);
}

async function jobFails(world: World): Promise<void> {
  const failJob = { code: '170010', message: 'The disks cannot be made to boot' };
  await world.fault({
    operation: 'ReplicationProtectedItems_TestFailover',
    target: 'fails-m-05',
    count: 1,
    failJob,
  });
  await world.portage.start(tested('fails', ['m-05'], { testFailover: 'required' }));
  await world.untilMachine('fails', 'm-05', inAttention('170010'));
  await world.portage.retry({ plan: 'fails', vm: 'm-05' });
  await world.untilMachine('fails', 'm-05', isUp);
  await world.portage.approveTest({ plan: 'fails', vm: 'm-05' });
  await world.untilMachine('fails', 'm-05', inPhase('ready'));
  assert.deepEqual(await testVms(world, 'm-05'), []);
}

async function givenUp(world: World): Promise<void> {
  await world.portage.start(tested('given-up', ['m-06'], { testFailover: 'required' }));
  await world.untilMachine('given-up', 'm-06', isUp);
  await world.temporal.workflow.getHandle(machineWorkflowId('given-up', 'm-06')).cancel();
  await world.untilMachine('given-up', 'm-06', inPhase('aborted'));
  assert.deepEqual(await testVms(world, 'm-06'), []);
}

async function ofGroup(world: World): Promise<void> {
  await world.portage.start(tested('grouped', ['m-07', 'm-08']));
  const answer = await world.portage.requestTestFailover({ plan: 'grouped' }, { groups: ['all'] });
  assert.equal(answer, '2 of 2 machines chosen are tested as soon as they are ready: m-07, m-08');
  await world.untilPlan('grouped', ({ groups }) =>
    (groups[0]?.machines ?? []).every(({ test: now }) => now?.outcome === 'passed'),
  );
  assert.equal(
    await world.portage.approveTest({ plan: 'grouped' }),
    'Approved by local: the tests of m-07, m-08',
  );
  await world.untilPlan('grouped', ({ groups }) =>
    (groups[0]?.machines ?? []).every(({ test: now }) => now?.approvedBy === 'local'),
  );
}

async function refused(world: World): Promise<void> {
  await world.portage.start(planOf('nowhere', { all: ['m-09'] }));
  await world.untilMachine('nowhere', 'm-09', inPhase('ready'));
  const refusal = (error: unknown) =>
    error instanceof PortageError && /has no target.testNetwork in the plan/.test(error.message);
  await assert.rejects(world.portage.requestTestFailover({ plan: 'nowhere', vm: 'm-09' }), refusal);
  await assert.rejects(
    world.portage.requestTestFailover({ plan: 'nowhere' }),
    /No machine chosen can be tested/,
  );
}

async function givesWay(world: World): Promise<void> {
  await world.portage.start(tested('gives-way', ['m-10']));
  await world.portage.requestTestFailover({ plan: 'gives-way' });
  await world.untilMachine('gives-way', 'm-10', isUp);
  await world.portage.requestFailover({ plan: 'gives-way' });
  await world.untilMachine('gives-way', 'm-10', inPhase('completed'));
}

const isUp = ({ test: now, phase }: MachineStatus) => phase === 'testing' && now?.state === 'up';

/** A plan whose machines may be tested. */
function tested(name: string, vms: readonly string[], settings: object = {}): Plan {
  const plan = planOf(name, { all: vms });
  const target = { ...plan.defaults?.target, testNetwork: 'rg-network/vnet-test', testSubnet: 'isolated' };
  return { ...plan, defaults: { ...plan.defaults, ...settings, target } };
}

async function testVms(world: World, vm: string): Promise<string[]> {
  const { azure } = azureState.parse(await world.state());
  return azure.virtualMachines
    .map(({ id }) => id.slice(id.lastIndexOf('/') + 1))
    .filter((name) => name === `${vm}-test`);
}

async function begun(world: World, operation: string, target: string) {
  const heard = await world.ledger(operation, target);
  return heard.filter(({ status }) => status === 202);
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
