import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { MachineStatus } from '../client/index.ts';
import { machineWorkflowId } from '../workflows/messages.ts';
import {
  inAttention,
  inPhase,
  instanceIdOf,
  planOf,
  startWorld,
  type Scenario,
  type World,
} from './world.ts';

const named = z.array(z.object({ id: z.string() }));
const state = z.object({
  azure: z.object({ virtualMachines: named, disks: named }),
});

test('going back', { concurrency: true }, async (t) => {
  const world = await startWorld(t, {
    machines: 11,
    scenario: withQuirks,
    worker: { PORTAGE_SETTLE_TIME: '2s', PORTAGE_STEP_TIMEOUT: '5s' },
  });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('after the failover has to be said; the Azure VM is down before the source comes to life', goesBack),
    run('leaves a source alone that was stopped before, and keeps the Azure VM on request', staysStopped),
    run('to a source that will not start has both ways open', bothWays),
    run('is possible still while the commit is refused', whileCommitRefused),
    run('is refused once the commit is accepted; a signal and a cancel are noted', isOneWay),
    run('a machine that is given up before its cutover is as it was', givesUp),
    run('a machine that is given up while its failover runs lets it end first', waitsForFailover),
    run('replication that cannot be disabled is purged only on a person’s word', purges),
    run('of a whole plan that is given up nothing begins any more', givesUpPlan),
  ]);
});

function withQuirks({ aws }: Scenario): void {
  for (const instance of aws.instances)
    if (instance.name === 'm-03') instance.quirks = { startFails: 'InsufficientInstanceCapacity' };
}

async function goesBack(world: World): Promise<void> {
  await failedOver(world, 'back', 'm-01');
  await assert.rejects(
    world.portage.turnBack({ plan: 'back', vm: 'm-01' }),
    /was accepted\. Turning back now deallocates the Azure VM .* which took [\d.]+ hours the first time.*--after-failover/,
  );
  await world.portage.turnBack({ plan: 'back', vm: 'm-01' }, {}, { afterFailover: true });
  const asked = await world.untilMachine('back', 'm-01', inAttention('DELETE_AZURE_VM'));
  assert.deepEqual(asked.attention?.choices, [
    'portage confirm back/m-01 delete',
    'portage confirm back/m-01 keep',
  ]);
  assert.equal(await world.instanceState('m-01'), 'running');
  const heard = (await world.heard()).filter(({ status }) => status < 300);
  const at = (operation: string, target: string) =>
    heard.findIndex((one) => one.operation === operation && one.target.includes(target));
  assert.ok(at('VirtualMachines_Deallocate', 'm-01') < at('StartInstances', instanceIdOf('m-01')));

  await assert.rejects(world.portage.confirm('back', 'm-01', 'maybe'), /answers now: delete, keep/);
  await world.portage.confirm('back', 'm-01', 'delete');
  await world.portage.untilEnded('back');
  assert.deepEqual(await leftOf(world, 'm-01'), { virtualMachines: [], disks: [] });

  await world.portage.start(planOf('back', { all: ['m-01'] }));
  await world.untilMachine('back', 'm-01', inPhase('ready'));
}

async function staysStopped(world: World): Promise<void> {
  await ready(world, 'stopped', 'm-02');
  await world.person({ action: 'stop-instance', instanceId: instanceIdOf('m-02') });
  await world.fault(refusedValidation('m-02'));
  await world.portage.requestFailover({ plan: 'stopped' });
  await world.untilMachine('stopped', 'm-02', inAttention('AuthorizationFailed'));
  await world.portage.turnBack({ plan: 'stopped', vm: 'm-02' }, {}, { afterFailover: true });
  await world.untilMachine('stopped', 'm-02', inAttention('DELETE_AZURE_VM'));
  await world.portage.confirm('stopped', 'm-02', 'keep');
  await world.portage.untilEnded('stopped');
  assert.equal((await world.ledger('StartInstances', instanceIdOf('m-02'))).length, 0);
  assert.deepEqual((await leftOf(world, 'm-02')).virtualMachines, ['m-02']);
}

async function bothWays(world: World): Promise<void> {
  await failedOver(world, 'both', 'm-03');
  await world.portage.turnBack({ plan: 'both', vm: 'm-03' }, {}, { afterFailover: true });
  const stuck = await world.untilMachine('both', 'm-03', inAttention('InsufficientInstanceCapacity'));
  assert.deepEqual(stuck.attention?.choices, [
    'portage retry both/m-03',
    'portage confirm both/m-03 stay-in-azure',
  ]);
  await world.portage.confirm('both', 'm-03', 'stay-in-azure');
  await world.untilMachine('both', 'm-03', inPhase('completed'));
  assert.equal(await world.instanceState('m-03'), 'stopped');
}

async function whileCommitRefused(world: World): Promise<void> {
  await ready(world, 'refused', 'm-10');
  const commit = { operation: 'FailoverCommit', target: 'refused-m-10' };
  await world.fault({ ...commit, status: 403, code: 'AuthorizationFailed', count: 1 });
  await world.portage.requestFailover({ plan: 'refused' });
  const parked = await world.untilMachine('refused', 'm-10', inAttention('AuthorizationFailed'));
  assert.equal(parked.attention?.step, 'Commit');
  await world.portage.turnBack({ plan: 'refused', vm: 'm-10' }, {}, { afterFailover: true });
  await world.untilMachine('refused', 'm-10', inAttention('DELETE_AZURE_VM'));
  assert.equal(await world.instanceState('m-10'), 'running');
  await world.portage.confirm('refused', 'm-10', 'delete');
  await world.portage.untilEnded('refused');
}

async function isOneWay(world: World): Promise<void> {
  await ready(world, 'committed', 'm-04');
  const complete = { operation: 'ReplicationProtectedItems_Delete', target: 'committed-m-04' };
  await world.fault({ ...complete, status: 403, code: 'AuthorizationFailed', count: 1 });
  await world.portage.requestFailover({ plan: 'committed' });
  await world.untilMachine('committed', 'm-04', inAttention('AuthorizationFailed'));
  const address = { plan: 'committed', vm: 'm-04' };
  await assert.rejects(
    world.portage.turnBack(address, {}, { afterFailover: true }),
    /committed: that is one-way/,
  );
  await assert.rejects(world.portage.abort(address), /committed: that is one-way/);
  const machine = world.temporal.workflow.getHandle(machineWorkflowId('committed', 'm-04'));
  await machine.signal('abort');
  await machine.cancel();
  await world.portage.retry(address);
  const done = await world.untilMachine('committed', 'm-04', inPhase('completed'));
  assert.match(story(done), /A(n)? abort signal was noted and changes nothing[^]*A cancel signal was noted/);
}

async function givesUp(world: World): Promise<void> {
  await ready(world, 'given-up', 'm-05');
  const answer = await world.portage.abort({ plan: 'given-up', vm: 'm-05' });
  assert.match(answer, /is given up: what was done is undone in reverse/);
  await world.portage.untilEnded('given-up');
  const status = await world.untilMachine('given-up', 'm-05', inPhase('aborted'));
  assert.match(story(status), /Replication is disabled[^]*Mobility service stays on the machine/);
  assert.deepEqual(await tagsOf(world, 'm-05'), []);
  assert.equal((await world.ledger('StopInstances', instanceIdOf('m-05'))).length, 0);
}

async function waitsForFailover(world: World): Promise<void> {
  await ready(world, 'in-flight', 'm-06');
  await world.portage.requestFailover({ plan: 'in-flight' });
  await world.untilMachine('in-flight', 'm-06', ({ notes }) =>
    notes.some(({ text }) => text.startsWith('The failover is accepted')),
  );
  await world.portage.abort({ plan: 'in-flight', vm: 'm-06' });
  await world.untilMachine('in-flight', 'm-06', inAttention('DELETE_AZURE_VM'));
  assert.equal(await world.instanceState('m-06'), 'running');
  await world.portage.confirm('in-flight', 'm-06', 'delete');
  await world.untilMachine('in-flight', 'm-06', inPhase('aborted'));
  assert.deepEqual(await leftOf(world, 'm-06'), { virtualMachines: [], disks: [] });
  assert.equal((await world.heard()).filter(({ operation }) => /Cancel/i.test(operation)).length, 0);
}

async function purges(world: World): Promise<void> {
  await ready(world, 'purged', 'm-07');
  const failJob = { code: '78186', message: 'The disable did not finish' };
  await world.fault({
    operation: 'ReplicationProtectedItems_Delete',
    target: 'purged-m-07',
    count: 2,
    failJob,
  });
  await world.portage.abort({ plan: 'purged', vm: 'm-07' });
  const stuck = await world.untilMachine('purged', 'm-07', inAttention('78186'));
  assert.ok(stuck.attention?.choices.includes('portage confirm purged/m-07 purge'));
  await world.portage.confirm('purged', 'm-07', 'purge');
  const status = await world.untilMachine('purged', 'm-07', inPhase('aborted'));
  assert.match(story(status), /is purged/);
  assert.equal((await world.ledger('ReplicationProtectedItems_Purge', 'purged-m-07')).length, 1);
}

async function givesUpPlan(world: World): Promise<void> {
  await world.portage.start(
    planOf('plan-given-up', { all: ['m-08', 'm-09'] }, { limits: { initialReplications: 1 } }),
  );
  await world.untilMachine('plan-given-up', 'm-08', inPhase('replicating'));
  await world.portage.abort({ plan: 'plan-given-up' });
  const ended = await world.portage.untilEnded('plan-given-up');
  assert.deepEqual(
    ended.groups[0]?.machines.map(({ phase }) => phase),
    ['aborted', 'aborted'],
  );
  assert.deepEqual(await tagsOf(world, 'm-08'), []);
}

async function ready(world: World, plan: string, vm: string): Promise<void> {
  await world.portage.start(planOf(plan, { all: [vm] }));
  await world.untilMachine(plan, vm, inPhase('ready'));
}

/** Brings a machine to where it lives in Azure, and its validation waits for a person. */
async function failedOver(world: World, plan: string, vm: string): Promise<void> {
  await ready(world, plan, vm);
  await world.fault(refusedValidation(vm));
  await world.portage.requestFailover({ plan });
  await world.untilMachine(plan, vm, inAttention('AuthorizationFailed'));
}

const refusedValidation = (vm: string) => ({
  operation: 'VirtualMachines_Get',
  target: `/${vm}`,
  status: 403,
  code: 'AuthorizationFailed',
  count: 1,
});

async function leftOf(world: World, vm: string) {
  const { azure } = state.parse(await world.state());
  const names = (all: z.infer<typeof named>) =>
    all.map(({ id }) => id.slice(id.lastIndexOf('/') + 1)).filter((name) => name.startsWith(vm));
  return { virtualMachines: names(azure.virtualMachines), disks: names(azure.disks) };
}

async function tagsOf(world: World, vm: string): Promise<string[]> {
  const ec2 = new EC2Client({
    endpoint: world.local.simulatorUrl,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  });
  const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceIdOf(vm)] }));
  const tags = answer.Reservations?.[0]?.Instances?.[0]?.Tags ?? [];
  return tags.flatMap(({ Key = '' }) => (Key.startsWith('portage:') ? [Key] : []));
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
