import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { MachineStatus, PlanStatus } from '../client/index.ts';
import { machineWorkflowId, planWorkflowId } from '../workflows/messages.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';
import { inAttention, inPhase, instanceIdOf, planOf, startWorld, untilState, type World } from './world.ts';

test('a plan', { concurrency: true }, async (t) => {
  const world = await startWorld(t, { machines: 30 });
  const run = (name: string, promise: (w: World, t: TestContext) => Promise<void>) =>
    t.test(name, (inner) => promise(world, inner));
  await Promise.all([
    run(
      'cuts its groups over in order, the machines of one side by side, and lists every machine',
      keepsOrder,
    ),
    run('cuts over the groups that its failover signal names, still in order', releasesNamedGroups),
    run('waits with a group’s cutover for its manual action', waitsForManualAction),
    run('whose webhook fails asks for a person, who may do it by hand', webhookFails),
    run('starts no further cutover above its failure threshold, and goes on below it', keepsThreshold),
    run(
      'goes on with its other machines while one of a group is in attention within the threshold',
      toleratesFailure,
    ),
    run(
      'holds initial replications to its limit, and lets a machine in attention hold nobody up',
      keepsLimits,
    ),
    run('that runs already is attached to; started again when it is done, it does nothing twice', staysDone),
    run('whose machine is terminated from outside still ends, and says so', survivesTermination),
    run('that is cancelled ends machines that were not stopped, and starts no more', cancels),
    run('that is not valid fails at once with every error', refusesInvalid),
    run('that does not fit as a whole says so, begins nothing, and looks again when asked', doesNotFit),
    run('passes a pause, a retry and a turn-back on to its machines', passesOn),
    run('is taken up again by machines that run already', takesUp),
  ]);
});

async function keepsOrder(world: World): Promise<void> {
  const plan = planOf('order', { first: ['m-01', 'm-02'], second: ['m-03'] });
  await world.portage.start(plan);
  await world.untilPlan('order', (status) => phasesOf(status).every((phase) => phase === 'ready'));
  await world.portage.requestFailover({ plan: 'order' });
  const status = await world.portage.untilEnded('order');

  assert.equal(status.state, 'done');
  assert.deepEqual(
    status.groups.map(({ name, state }) => [name, state]),
    [
      ['first', 'through'],
      ['second', 'through'],
    ],
  );
  assert.deepEqual(phasesOf(status), ['completed', 'completed', 'completed']);
  const [one, two, three] = await Promise.all(
    ['m-01', 'm-02', 'm-03'].map((vm) => world.portage.machineStatus('order', vm)),
  );
  assert.ok(one && two && three);
  const stops = [one, two, three].map((machine) => machine.sourceStoppedAt ?? '');
  assert.ok(
    (stops[2] ?? '') > one.since && (stops[2] ?? '') > two.since,
    'the second group stopped after the first was completed',
  );
  assert.ok(
    (stops[0] ?? '') < two.since && (stops[1] ?? '') < one.since,
    'the first group’s machines went side by side',
  );
}

async function releasesNamedGroups(world: World): Promise<void> {
  await world.portage.start(planOf('named', { first: ['m-04'], second: ['m-05'] }));
  await assert.rejects(
    world.portage.requestFailover({ plan: 'named' }, { groups: ['third'] }),
    /has no group third/,
  );
  await world.portage.requestFailover({ plan: 'named' }, { groups: ['second'] });
  await world.untilPlan('named', (status) => phasesOf(status).every((phase) => phase === 'ready'));
  const held = await world.portage.planStatus('named');
  assert.deepEqual(
    held.groups.map(({ state }) => state),
    ['waiting', 'waiting'],
  );

  await world.portage.requestFailover({ plan: 'named' }, { vms: ['m-04'] });
  assert.deepEqual(phasesOf(await world.portage.untilEnded('named')), ['completed', 'completed']);
}

async function waitsForManualAction(world: World): Promise<void> {
  const groups = [
    {
      name: 'all',
      before: [{ manual: 'Freeze the books' }],
      vms: [{ name: 'm-06', instanceId: instanceIdOf('m-06') }],
    },
  ];
  await world.portage.start(planOf('manual', {}, { groups }));
  await world.portage.requestFailover({ plan: 'manual' });
  const asking = await world.untilPlan('manual', (status) => status.groups[0]?.actions[0]?.state === 'open');
  assert.deepEqual(phasesOf(asking), ['ready']);
  await assert.rejects(world.portage.completeAction('manual', 'all/after/1'), /open now: all\/before\/1/);
  assert.equal((await world.ledger('StopInstances', instanceIdOf('m-06'))).length, 0);

  await world.portage.completeAction('manual', 'all/before/1');
  assert.deepEqual(phasesOf(await world.portage.untilEnded('manual')), ['completed']);
}

async function webhookFails(world: World, t: TestContext): Promise<void> {
  const heard: string[] = [];
  const receiver = await startWebhookReceiver(t, ({ method, headers }, response) => {
    heard.push(`${method} ${String(headers['idempotency-key'])}`);
    response.writeHead(410).end();
  });

  const webhook = `${receiver}/freeze`;
  const groups = [
    { name: 'all', before: [{ webhook }], vms: [{ name: 'm-07', instanceId: instanceIdOf('m-07') }] },
  ];
  await world.portage.start(planOf('webhook', {}, { groups }));
  await world.portage.requestFailover({ plan: 'webhook' });
  const failed = await world.untilPlan('webhook', ({ attention }) => attention?.code === 'WEBHOOK_FAILED');
  assert.deepEqual(failed.attention?.choices, [
    'portage retry webhook',
    'portage complete webhook all/before/1',
    'portage skip webhook',
  ]);
  assert.deepEqual(heard, ['POST webhook/all/before/1']);

  await world.portage.retry({ plan: 'webhook' });
  await world.untilPlan('webhook', ({ attention }) => attention !== undefined && heard.length === 2);
  await world.portage.completeAction('webhook', 'all/before/1');
  const status = await world.portage.untilEnded('webhook');
  assert.deepEqual([phasesOf(status), status.attention], [['completed'], undefined]);
}

async function keepsThreshold(world: World): Promise<void> {
  await world.fault({
    operation: 'UnplannedFailover',
    target: 'threshold-m-08',
    status: 403,
    code: 'AuthorizationFailed',
    count: 1,
  });
  const plan = planOf('threshold', { first: ['m-08'], second: ['m-09'] }, { limits: { failures: 0 } });
  await world.portage.start(plan);
  await world.portage.requestFailover({ plan: 'threshold' });
  const held = await world.untilPlan(
    'threshold',
    ({ attention }) => attention?.code === 'FAILURES_ABOVE_LIMIT',
  );
  assert.deepEqual(held.failures, { count: 1, limit: 0 });

  await world.portage.retry({ plan: 'threshold' }, { vms: ['m-08'] });
  const status = await world.portage.untilEnded('threshold');
  assert.deepEqual(
    [phasesOf(status), status.failures.count, status.attention],
    [['completed', 'completed'], 0, undefined],
  );
}

async function toleratesFailure(world: World): Promise<void> {
  await world.person({ action: 'stop-instance', instanceId: instanceIdOf('m-10') });
  await world.portage.start(
    planOf('tolerant', { all: ['m-10', 'm-11'], later: ['m-12'] }, { limits: { failures: 1 } }),
  );
  await world.portage.requestFailover({ plan: 'tolerant' });
  await world.untilMachine('tolerant', 'm-11', inPhase('completed'));
  await world.untilMachine('tolerant', 'm-12', inPhase('ready'));
  const held = await world.portage.planStatus('tolerant');
  assert.deepEqual(
    held.groups.map(({ state }) => state),
    ['cutting-over', 'waiting'],
    'attention holds the next group back',
  );

  await world.person({ action: 'start-instance', instanceId: instanceIdOf('m-10') });
  await untilState(world, 'running', 'm-10');
  await world.portage.retry({ plan: 'tolerant' });
  assert.deepEqual(phasesOf(await world.portage.untilEnded('tolerant')), [
    'completed',
    'completed',
    'completed',
  ]);
}

async function keepsLimits(world: World): Promise<void> {
  await world.person({ action: 'stop-instance', instanceId: instanceIdOf('m-13') });
  await world.portage.start(
    planOf('limits', { all: ['m-13', 'm-14', 'm-15'] }, { limits: { initialReplications: 1 } }),
  );
  await world.untilMachine('limits', 'm-13', inAttention('INSTANCE_NOT_RUNNING'));
  await world.untilMachine('limits', 'm-15', inPhase('ready'));
  const [first, second] = await Promise.all(
    ['m-14', 'm-15'].map((vm) => world.portage.machineStatus('limits', vm)),
  );
  assert.ok(first && second);
  assert.ok(second.startedAt >= first.since, 'the third machine began when the second was ready');
}

async function staysDone(world: World): Promise<void> {
  const plan = planOf('again', { all: ['m-16'] });
  assert.equal((await world.portage.start(plan)).attached, false);
  assert.equal((await world.portage.start(plan)).attached, true);
  await assert.rejects(world.portage.start(planOf('again', { all: ['m-16', 'm-17'] })), /another content/);
  await world.portage.requestFailover({ plan: 'again' });
  await world.portage.untilEnded('again');

  await world.portage.start(plan);
  assert.deepEqual(phasesOf(await world.portage.untilEnded('again')), ['completed']);
  assert.equal((await world.ledger('UnplannedFailover', 'again-m-16')).length, 1);

  await world.temporal.workflowService.deleteWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: machineWorkflowId('again', 'm-16') },
  });
  await world.untilGone(machineWorkflowId('again', 'm-16'));
  await world.portage.start(plan);
  assert.deepEqual(
    phasesOf(await world.portage.untilEnded('again')),
    ['completed'],
    'the cloud’s tag tells when the history is gone',
  );
  assert.equal((await world.ledger('UnplannedFailover', 'again-m-16')).length, 1);
}

async function survivesTermination(world: World): Promise<void> {
  await world.portage.start(planOf('terminated', { all: ['m-18', 'm-19'] }, { limits: { failures: 1 } }));
  await world.untilMachine('terminated', 'm-18', inPhase('ready'));
  await world.temporal.workflow.getHandle(machineWorkflowId('terminated', 'm-18')).terminate('by hand');
  await world.portage.requestFailover({ plan: 'terminated' });
  const status = await world.portage.untilEnded('terminated');
  assert.deepEqual(phasesOf(status), ['aborted', 'completed']);
  assert.equal(status.failures.count, 1);
  assert.match(status.notes.map(({ text }) => text).join('\n'), /m-18: its workflow was ended from outside/);
}

async function cancels(world: World): Promise<void> {
  await world.portage.start(
    planOf('cancelled', { all: ['m-20', 'm-21'] }, { limits: { initialReplications: 1 } }),
  );
  await world.untilMachine('cancelled', 'm-20', inPhase('replicating'));
  await world.temporal.workflow.getHandle(planWorkflowId('cancelled')).cancel();
  assert.deepEqual(phasesOf(await world.portage.untilEnded('cancelled')), ['aborted', 'aborted']);
  assert.equal((await world.ledger('StopInstances', instanceIdOf('m-20'))).length, 0);
  await assert.rejects(world.portage.machineStatus('cancelled', 'm-21'), /has not begun/);
}

async function doesNotFit(world: World): Promise<void> {
  const vms = Array.from({ length: 252 }, (_, at) => ({ name: `x-${at}`, privateIp: `10.77.0.${at}` }));
  await world.portage.start(planOf('large', {}, { groups: [{ name: 'all', vms }] }));
  const { attention } = await world.untilPlan('large', (status) => status.attention !== undefined);
  assert.equal(attention?.code, 'SERVERS_TOO_FEW');
  assert.match(
    attention.message,
    /^SERVERS_TOO_FEW: .*; SUBNET_FULL: .* 251 free addresses; the plan brings 252 machines with 252 interfaces; VCPU_QUOTA: /,
  );
  assert.equal(await world.portage.retry({ plan: 'large' }), 'Trying again: Preflight of the plan');
  const again = ({ attention: now, notes }: PlanStatus) =>
    now !== undefined && notes.filter(({ text }) => text.startsWith('Preflight of the plan')).length === 2;
  const status = await world.untilPlan('large', again);
  assert.ok(phasesOf(status).every((phase) => phase === 'queued'));
  await world.temporal.workflow.getHandle(planWorkflowId('large')).cancel();
  const ended = await world.portage.untilEnded('large');
  assert.ok(phasesOf(ended).every((phase) => phase === 'aborted'));
  await assert.rejects(world.portage.machineStatus('large', 'x-0'), /large/);
}

async function refusesInvalid(world: World): Promise<void> {
  const invalid = { version: 1, name: 'invalid', grup: [] };
  const handle = await world.temporal.workflow.start('recoveryPlan', {
    workflowId: planWorkflowId('invalid'),
    taskQueue: world.local.taskQueue,
    args: [invalid],
  });
  await assert.rejects(handle.result(), (error) => {
    assert.ok(error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure);
    assert.equal(error.cause.type, 'InvalidPlan');
    assert.match(error.cause.message, /did you mean `?groups/i);
    return true;
  });
}

const refusedTwice = ({ attention, notes }: MachineStatus) =>
  attention !== undefined && notes.filter(({ text }) => text.startsWith('Fail over: ')).length === 2;

async function passesOn(world: World): Promise<void> {
  await world.portage.start(planOf('passed', { all: ['m-22'] }));
  await world.untilMachine('passed', 'm-22', inPhase('ready'));
  await world.portage.pause({ plan: 'passed' });
  await world.untilMachine('passed', 'm-22', ({ paused }) => paused);
  await world.portage.requestFailover({ plan: 'passed' });
  await world.portage.resume({ plan: 'passed' });
  await world.fault({
    operation: 'UnplannedFailover',
    target: 'passed-m-22',
    status: 403,
    code: 'AuthorizationFailed',
    count: 2,
  });
  await world.untilPlan('passed', ({ groups }) => groups[0]?.machines[0]?.attention !== undefined);
  const before = await world.ledger('UnplannedFailover', 'passed-m-22');
  await world.portage.retry({ plan: 'passed' });
  await world.untilMachine('passed', 'm-22', refusedTwice);
  assert.equal(before.length, 1);

  await world.portage.turnBack({ plan: 'passed' });
  const status = await world.portage.untilEnded('passed');
  assert.deepEqual(
    status.groups[0]?.machines.map(({ phase, turnedBack }) => [phase, turnedBack]),
    [['ready', true]],
    'turned back: out of this run of its group',
  );
  await world.portage.requestFailover({ plan: 'passed', vm: 'm-22' });
  await world.untilMachine('passed', 'm-22', inPhase('completed'));
}

async function takesUp(world: World): Promise<void> {
  const plan = planOf('taken-up', { all: ['m-23'] });
  await world.portage.start(plan);
  await world.untilMachine('taken-up', 'm-23', inPhase('ready'));
  await world.temporal.workflow.getHandle(planWorkflowId('taken-up')).terminate('a plan that is lost');
  assert.equal(
    (await world.portage.machineStatus('taken-up', 'm-23')).phase,
    'ready',
    'its machines live on',
  );

  await world.portage.start(plan);
  await world.untilPlan('taken-up', (status) => phasesOf(status)[0] === 'ready');
  await world.portage.requestFailover({ plan: 'taken-up' });
  assert.deepEqual(phasesOf(await world.portage.untilEnded('taken-up')), ['completed']);
}

function phasesOf(status: PlanStatus): string[] {
  return status.groups.flatMap(({ machines }) => machines.map(({ phase }) => phase));
}
