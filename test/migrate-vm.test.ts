import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { machineWorkflowId } from '../workflows/messages.ts';
import { weighing } from './provoked.ts';
import {
  inAttention,
  inPhase,
  instanceIdOf,
  planOf,
  privateIpOf,
  startWorld,
  untilState,
  type Scenario,
  type World,
} from './world.ts';

const completed = inPhase('completed');

test('one machine', { concurrency: true }, async (t) => {
  const world = await startWorld(t, {
    machines: 13,
    scenario: withQuirks,
    worker: { PORTAGE_SETTLE_TIME: '3s' },
  });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('goes from EC2 to Azure, each effect once, and its source stays stopped', goesToAzure),
    run(
      'that its appliance has not discovered waits silently while its environment asks, and goes on by itself',
      isDiscoveredLater,
    ),
    run('with a blocker waits for a person, who cures it and has it looked at again', isCured),
    run('whose failover job fails asks for a person, and a retry fails over again', failsOverAgain),
    run(
      'whose failover failed can be turned back: its source runs again and replication goes on',
      turnsBackAfterFailure,
    ),
    run('is turned back while its source stops, and cut over later', turnsBackWhileStopping),
    run('whose source was stopped before the cutover is not started by turning back', staysAsItWas),
    run('refuses to turn back once its failover is accepted, and completes', refusesToTurnBack),
    run('whose VM name is taken is known by its disks', isKnownByDisks),
    run('that is cancelled before its cutover is given up, and nothing was stopped', endsOnCancel),
    run(
      'that is turned back while its failover was accepted unseen completes: there are never two live copies',
      doesNotStartASecondCopy,
    ),
    run('that is paused begins no further step until it is resumed', pauses),
    run('whose source is protected from being stopped is repaired and goes on', isRepaired),
  ]);
});

/** The appliance knows every machine but m-02; somebody has a VM named m-09 already. */
function withQuirks(scenario: Scenario): void {
  const [vault] = scenario.azure.vaults;
  assert.ok(vault);
  vault.site = {
    ...vault.site,
    discovered: scenario.aws.instances
      .map(({ name }) => privateIpOf(name))
      .filter((ip) => ip !== privateIpOf('m-02')),
  };
  scenario.azure.virtualMachines = [{ name: 'm-09', resourceGroup: 'rg-payroll' }];
}

async function goesToAzure(world: World): Promise<void> {
  const plan = await start(world, 'm-01');
  await world.untilMachine(plan, 'm-01', inPhase('ready'));
  await world.portage.requestFailover({ plan, vm: 'm-01' });
  const status = await world.untilMachine(plan, 'm-01', completed);

  assert.equal(status.azureVm?.name, 'm-01');
  assert.ok(status.sourceStoppedAt !== undefined && status.validatedAt !== undefined);
  assert.equal(await heard(world, 'StopInstances', instanceIdOf('m-01')), 1);
  assert.equal(await heard(world, 'StartInstances', instanceIdOf('m-01')), 0);
  for (const effect of ['Create', 'UnplannedFailover', 'FailoverCommit', 'Delete'])
    assert.equal(await heard(world, `ReplicationProtectedItems_${effect}`, 'm-01'), 1, effect);
  assert.equal(await heard(world, 'ReplicationProtectedItems_Purge', 'm-01'), 0);

  const looks = await heard(world, 'ReplicationProtectedItems_Get', 'm-01');
  const waits = await scheduled(world, machineWorkflowId(plan, 'm-01'), 'awaitProtected');
  assert.ok(looks > 5 && waits === 1, `looked ${looks} times, for ${waits} event`);
}

async function isDiscoveredLater(world: World): Promise<void> {
  const plan = await start(world, 'm-02');
  const asking = await world.untilPlan(plan, ({ environments }) => environments[0]?.attention !== undefined);
  const [environment] = asking.environments;
  assert.deepEqual([environment?.state, environment?.attention?.code], ['ready', 'MACHINES_TO_ADD']);
  assert.match(environment?.attention?.suggestion ?? '', /^10\.0\.1\.102$/m);
  const silent = await world.untilMachine(plan, 'm-02', inPhase('preparing'));
  assert.equal(silent.attention, undefined);

  await world.person({ action: 'add-to-appliance', privateIp: privateIpOf('m-02') });
  await world.untilMachine(plan, 'm-02', inPhase('ready'));
  await world.untilPlan(plan, ({ environments }) => environments[0]?.state === 'complete');
}

async function isCured(world: World): Promise<void> {
  await world.person({ action: 'stop-instance', instanceId: instanceIdOf('m-03') });
  const plan = await start(world, 'm-03');
  const blocked = await world.untilMachine(plan, 'm-03', inAttention('INSTANCE_NOT_RUNNING'));
  assert.equal(blocked.phase, 'preflight');
  assert.deepEqual(blocked.attention?.choices, [`portage retry ${plan}/m-03`]);

  await world.person({ action: 'start-instance', instanceId: instanceIdOf('m-03') });
  await untilState(world, 'running', 'm-03');
  await world.portage.retry({ plan, vm: 'm-03' });
  await world.untilMachine(plan, 'm-03', inPhase('ready'));
}

async function failsOverAgain(world: World): Promise<void> {
  await failFailover(world, 'm-04');
  const plan = await start(world, 'm-04');
  await world.portage.requestFailover({ plan, vm: 'm-04' });
  const failed = await world.untilMachine(plan, 'm-04', inAttention('170010'));
  assert.equal(failed.phase, 'failing-over');
  assert.match(failed.attention?.message ?? '', /no such size in the region/);
  assert.deepEqual(failed.attention?.choices, [
    `portage retry ${plan}/m-04`,
    `portage turn-back ${plan}/m-04`,
  ]);

  await world.portage.retry({ plan, vm: 'm-04' });
  await world.untilMachine(plan, 'm-04', completed);
  assert.equal(await heard(world, 'UnplannedFailover', 'm-04'), 2);
}

async function turnsBackAfterFailure(world: World): Promise<void> {
  await failFailover(world, 'm-05');
  const plan = await start(world, 'm-05');
  await world.portage.requestFailover({ plan, vm: 'm-05' });
  await world.untilMachine(plan, 'm-05', inAttention('170010'));

  await world.portage.turnBack({ plan, vm: 'm-05' });
  const back = await world.untilMachine(plan, 'm-05', inPhase('ready'));
  assert.equal(back.turnedBack, true);
  assert.equal(back.sourceStoppedAt, undefined);
  assert.equal(await heard(world, 'StartInstances', instanceIdOf('m-05')), 1);
  assert.equal(await heard(world, 'ReplicationProtectedItems_Delete', 'm-05'), 0);
}

async function turnsBackWhileStopping(world: World): Promise<void> {
  const plan = await start(world, 'm-06');
  await world.fault({
    operation: 'UnplannedFailover',
    target: 'm-06',
    status: 403,
    code: 'AuthorizationFailed',
    count: 1,
  });
  await world.portage.requestFailover({ plan, vm: 'm-06' });
  await world.untilMachine(plan, 'm-06', inAttention('AuthorizationFailed'));
  await world.portage.turnBack({ plan, vm: 'm-06' });
  await world.untilMachine(plan, 'm-06', (status) => status.phase === 'ready' && status.turnedBack);
  await untilState(world, 'running', 'm-06');

  await world.portage.requestFailover({ plan, vm: 'm-06' });
  await world.untilMachine(plan, 'm-06', completed);
  assert.equal(await heard(world, 'StopInstances', instanceIdOf('m-06')), 2);
}

async function staysAsItWas(world: World): Promise<void> {
  await failFailover(world, 'm-07');
  const plan = await start(world, 'm-07');
  await world.untilMachine(plan, 'm-07', inPhase('ready'));
  await world.person({ action: 'stop-instance', instanceId: instanceIdOf('m-07') });
  await untilState(world, 'stopped', 'm-07');
  await world.portage.requestFailover({ plan, vm: 'm-07' });
  await world.untilMachine(plan, 'm-07', inAttention('170010'));

  await world.portage.turnBack({ plan, vm: 'm-07' });
  await world.untilMachine(plan, 'm-07', (status) => status.phase === 'ready' && status.turnedBack);
  assert.equal(await heard(world, 'StartInstances', instanceIdOf('m-07')), 0);
  assert.equal(await heard(world, 'StopInstances', instanceIdOf('m-07')), 0);
}

async function refusesToTurnBack(world: World): Promise<void> {
  const plan = await start(world, 'm-08');
  await world.untilMachine(plan, 'm-08', inPhase('ready'));
  await world.fault({
    operation: 'VirtualMachines_Get',
    target: 'm-08',
    status: 403,
    code: 'AuthorizationFailed',
    count: 1,
  });
  await world.portage.requestFailover({ plan, vm: 'm-08' });
  await world.untilMachine(plan, 'm-08', inAttention('AuthorizationFailed'));
  await assert.rejects(world.portage.turnBack({ plan, vm: 'm-08' }), /was accepted/);

  const machine = world.temporal.workflow.getHandle(machineWorkflowId(plan, 'm-08'));
  await machine.signal('turnBack');
  await world.portage.retry({ plan, vm: 'm-08' });
  const status = await world.untilMachine(plan, 'm-08', completed);
  const notes = status.notes.map(({ text }) => text).join('\n');
  assert.match(notes, /turnBack signal was noted and changes nothing/);
  assert.equal(await heard(world, 'StartInstances', instanceIdOf('m-08')), 0);
}

async function isKnownByDisks(world: World): Promise<void> {
  const plan = await start(world, 'm-09');
  await world.portage.requestFailover({ plan, vm: 'm-09' });
  const status = await world.untilMachine(plan, 'm-09', completed);
  assert.deepEqual(weighing(status.findings), ['NAME_TAKEN']);
  assert.match(status.azureVm?.name ?? '', /^m-09-/);
}

async function endsOnCancel(world: World): Promise<void> {
  const plan = await start(world, 'm-10');
  await world.untilMachine(plan, 'm-10', inPhase('replicating'));
  const machine = world.temporal.workflow.getHandle(machineWorkflowId(plan, 'm-10'));
  await machine.cancel();
  await assert.rejects(
    machine.result(),
    (error) => error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure,
  );
  assert.equal((await world.portage.machineStatus(plan, 'm-10')).phase, 'aborted');
  assert.equal(await heard(world, 'StopInstances', instanceIdOf('m-10')), 0);
}

/** The begin's answer is lost, what it began does not show for a while, and the next try is refused: a person gives up. */
async function doesNotStartASecondCopy(world: World): Promise<void> {
  const plan = await start(world, 'm-13');
  await world.untilMachine(plan, 'm-13', inPhase('ready'));
  const failover = { operation: 'UnplannedFailover', target: 'm-13', count: 1 };
  await world.fault({ ...failover, drop: 'after', visibleAfterSeconds: 4_000 });
  await world.fault({ ...failover, status: 403, code: 'AuthorizationFailed' });
  await world.portage.requestFailover({ plan, vm: 'm-13' });
  await world.untilMachine(plan, 'm-13', inAttention('AuthorizationFailed'));
  await world.portage.turnBack({ plan, vm: 'm-13' });

  const status = await world.untilMachine(plan, 'm-13', completed);
  assert.match(
    status.notes.map(({ text }) => text).join('\n'),
    /Turning back as before the failover is not possible any more/,
  );
  assert.equal(await heard(world, 'StartInstances', instanceIdOf('m-13')), 0);
}

async function pauses(world: World): Promise<void> {
  const plan = await start(world, 'm-11');
  await world.untilMachine(plan, 'm-11', inPhase('ready'));
  await world.portage.pause({ plan, vm: 'm-11' });
  await world.portage.requestFailover({ plan, vm: 'm-11' });
  const paused = await world.portage.machineStatus(plan, 'm-11');
  assert.deepEqual([paused.paused, paused.failoverAsked, paused.phase], [true, true, 'ready']);
  assert.equal(await heard(world, 'StopInstances', instanceIdOf('m-11')), 0);

  await world.portage.resume({ plan, vm: 'm-11' });
  await world.untilMachine(plan, 'm-11', completed);
}

async function isRepaired(world: World): Promise<void> {
  const instanceId = instanceIdOf('m-12');
  const plan = await start(world, 'm-12');
  await world.untilMachine(plan, 'm-12', inPhase('ready'));
  await world.person({ action: 'protect-instance', instanceId, disableApiStop: true });
  await world.portage.requestFailover({ plan, vm: 'm-12' });
  const refused = await world.untilMachine(plan, 'm-12', inAttention('OperationNotPermitted'));
  assert.equal(refused.phase, 'stopping-source');
  assert.match(refused.attention?.message ?? '', /request [0-9a-f-]+/);

  await world.person({ action: 'protect-instance', instanceId, disableApiStop: false });
  await world.portage.retry({ plan, vm: 'm-12' });
  await world.untilMachine(plan, 'm-12', completed);
}

/** Starts a plan of one machine, and waits until the machine's workflow answers. */
async function start(world: World, vm: string): Promise<string> {
  const plan = `plan-${vm}`;
  await world.portage.start(planOf(plan, { all: [vm] }));
  await world.untilMachine(plan, vm, () => true);
  return plan;
}

/** How often a workflow's history has an activity: each of its tries but the first leaves no event. */
async function scheduled(world: World, workflowId: string, activity: string): Promise<number> {
  const { events } = await world.temporal.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
  ).length;
}

async function heard(world: World, operation: string, target: string): Promise<number> {
  return (await world.ledger(operation, target)).length;
}

/** The machine's next failover is accepted, and its job fails. */
async function failFailover(world: World, vm: string): Promise<void> {
  const failJob = { code: '170010', message: 'There is no such size in the region' };
  await world.fault({ operation: 'UnplannedFailover', target: vm, count: 1, failJob });
}
