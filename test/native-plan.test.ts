import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { MachineStatus, PlanStatus } from '../client/index.ts';
import {
  inAttention,
  inPhase,
  instanceIdOf,
  planOf,
  startWorld,
  untilState,
  type Scenario,
  type World,
} from './world.ts';

test('a group that the vault’s own recovery plan fails over', { concurrency: true }, async (t) => {
  const worker = { PORTAGE_ATTEMPT_TIMEOUT: '5s', PORTAGE_STICKY_TIMEOUT: '2s' };
  const world = await startWorld(t, { machines: 25, scenario: secondVault, worker });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('goes over in one operation, and each machine is committed by itself', goesTogether),
    run('waits for the actions of the plan and for those that people added, then goes on', waitsForPeople),
    run('commits none that failed with the rest, and a retry fails that one over alone', failsOne),
    run(
      'can be turned back machine by machine until the failover begins; alone, a machine goes alone',
      turnsOneBack,
    ),
    run('goes in two runs where it is released in two parts, and asks for its action once', goesInTwoRuns),
    run('asks for a person where the recovery plan is refused, before any source is stopped', isRefused),
    run('is tested in one operation, and cleaned up in one, when all of it have been seen', isTested),
    run('is tested on request, its actions are asked for, and its cutover ends the test', isTestedOnRequest),
    run('is cleaned up when it is given up; one that is given up alone does not wait', isGivenUp),
    run('asks for a person where its test is refused', testIsRefused),
    run('has a recovery plan in each of its vaults, and asks for its action once', goesInTwoVaults),
  ]);
  await run('is tested once though the worker is killed, and no longer than it may stay', isTestedAndKilled);
  await run('goes over once though the worker is killed before it knows', isKilled);
});

async function goesTogether(world: World): Promise<void> {
  await world.portage.start(native('together', ['m-01', 'm-02', 'm-03']));
  await ready(world, 'together');
  const answer = await world.portage.requestFailover({ plan: 'together', vm: 'm-01' });
  assert.match(answer, /a recovery plan of the vault fails it over together with all of group all/);
  await world.portage.requestFailover({ plan: 'together' });
  const status = await world.portage.untilEnded('together');
  assert.deepEqual(phasesOf(status), ['completed', 'completed', 'completed']);

  assert.equal(
    await accepted(world, 'ReplicationRecoveryPlans_UnplannedFailover', 'portage-together-all'),
    1,
  );
  for (const vm of ['m-01', 'm-02', 'm-03']) {
    const item = `portage-together-${vm}`;
    assert.equal(await accepted(world, 'ReplicationProtectedItems_UnplannedFailover', item), 0);
    assert.equal(await accepted(world, 'ReplicationProtectedItems_FailoverCommit', item), 1);
  }
  assert.equal(await accepted(world, 'ReplicationRecoveryPlans_FailoverCommit', 'together'), 0);
  assert.equal(await accepted(world, 'ReplicationRecoveryPlans_Delete', 'portage-together-all'), 1);
}

async function waitsForPeople(world: World): Promise<void> {
  const after = [{ manual: 'Point the name servers at Azure' }];
  await world.portage.start(native('people', ['m-04'], { after, before: [{ manual: 'Look at the vault' }] }));
  await ready(world, 'people');
  await world.portage.requestFailover({ plan: 'people' });
  await untilOpen(world, 'people', 'all/before/1');
  assert.equal(await accepted(world, 'StopInstances', instanceIdOf('m-04')), 0);
  await addAction(world, 'portage-people-all', 'Warm the caches');
  await world.portage.completeAction('people', 'all/before/1');

  await untilOpen(world, 'people', 'all/portal/1');
  const asking = await world.portage.planStatus('people');
  const texts = asking.groups[0]?.actions.map(({ text }) => text);
  assert.deepEqual(texts, [
    'Look at the vault',
    'Warm the caches: By hand',
    'Point the name servers at Azure',
  ]);
  await world.portage.completeAction('people', 'all/portal/1');
  await world.untilMachine('people', 'm-04', ({ validatedAt }) => validatedAt !== undefined);
  await untilOpen(world, 'people', 'all/after/1');
  assert.equal(await accepted(world, 'ReplicationProtectedItems_FailoverCommit', 'portage-people-m-04'), 0);
  await world.portage.completeAction('people', 'all/after/1');
  const status = await world.portage.untilEnded('people');
  assert.deepEqual(phasesOf(status), ['completed']);
  assert.equal(await accepted(world, 'ReplicationJobs_Resume', jobOf(status)), 2);
}

async function failsOne(world: World): Promise<void> {
  const failure = { code: '170010', message: 'Hydration failed' };
  await world.portage.start(native('one', ['m-05', 'm-06'], {}, { failures: 2 }));
  await ready(world, 'one');
  await world.fault({
    operation: 'ReplicationProtectedItems_UnplannedFailover',
    target: 'm-06',
    failJob: failure,
    count: 1,
  });
  await world.portage.requestFailover({ plan: 'one' });
  await world.untilMachine('one', 'm-05', inPhase('completed'));
  const failed = await world.untilMachine('one', 'm-06', inAttention('170010'));
  assert.deepEqual(failed.attention?.choices, ['portage retry one/m-06', 'portage turn-back one/m-06']);
  assert.equal(await accepted(world, 'ReplicationProtectedItems_FailoverCommit', 'portage-one-m-06'), 0);

  await world.portage.retry({ plan: 'one', vm: 'm-06' });
  assert.deepEqual(phasesOf(await world.portage.untilEnded('one')), ['completed', 'completed']);
  assert.equal(await accepted(world, 'ReplicationRecoveryPlans_UnplannedFailover', 'portage-one-all'), 1);
  assert.equal(await accepted(world, 'ReplicationProtectedItems_UnplannedFailover', 'portage-one-m-06'), 1);
}

/** One that is slow to stop holds its group up; who waits for it can still be turned back. */
async function turnsOneBack(world: World): Promise<void> {
  await world.portage.start(native('back', ['m-07', 'm-08']));
  await ready(world, 'back');
  await world.fault({
    operation: 'StopInstances',
    target: instanceIdOf('m-08'),
    status: 503,
    code: 'Unavailable',
    count: 4,
  });
  await world.portage.requestFailover({ plan: 'back' });
  await world.untilMachine('back', 'm-07', inPhase('failing-over'));
  await world.portage.turnBack({ plan: 'back', vm: 'm-07' });
  await untilState(world, 'running', 'm-07');
  await world.untilMachine('back', 'm-08', inPhase('completed'));
  const still = await world.portage.machineStatus('back', 'm-07');
  assert.equal(still.phase, 'ready');

  await world.portage.untilEnded('back');
  await world.portage.requestFailover({ plan: 'back', vm: 'm-07' });
  await world.untilMachine('back', 'm-07', inPhase('completed'));
  assert.equal(await accepted(world, 'ReplicationRecoveryPlans_UnplannedFailover', 'portage-back-all'), 1);
  assert.equal(await accepted(world, 'ReplicationProtectedItems_UnplannedFailover', 'portage-back-m-07'), 1);
}

async function goesInTwoRuns(world: World): Promise<void> {
  await world.portage.start(native('twice', ['m-10', 'm-11'], { after: [{ manual: 'Tell everybody' }] }));
  await ready(world, 'twice');
  await world.portage.requestFailover({ plan: 'twice' }, { vms: ['m-10'] });
  await world.untilMachine('twice', 'm-10', inPhase('completed'));
  await world.portage.requestFailover({ plan: 'twice' }, { vms: ['m-11'] });
  await untilOpen(world, 'twice', 'all/after/1');
  await world.portage.completeAction('twice', 'all/after/1');
  assert.deepEqual(phasesOf(await world.portage.untilEnded('twice')), ['completed', 'completed']);
  assert.equal(await accepted(world, 'ReplicationRecoveryPlans_UnplannedFailover', 'portage-twice-all'), 2);
}

async function isRefused(world: World): Promise<void> {
  await world.portage.start(native('refused', ['m-09']));
  await ready(world, 'refused');
  const fault = {
    operation: 'ReplicationRecoveryPlans_Create',
    target: 'portage-refused-all',
    status: 400,
    code: 'BadInput',
    count: 1,
  };
  await world.fault(fault);
  await world.portage.requestFailover({ plan: 'refused' });
  const asking = await world.untilPlan('refused', ({ attention }) => attention !== undefined);
  assert.equal(asking.attention?.step, 'portage-refused-all');
  assert.equal(await accepted(world, 'StopInstances', instanceIdOf('m-09')), 0);
  await world.portage.retry({ plan: 'refused' });
  assert.deepEqual(phasesOf(await world.portage.untilEnded('refused')), ['completed']);
}

async function goesInTwoVaults(world: World): Promise<void> {
  const plan = native('vaults', ['m-12', 'm-13'], { after: [{ manual: 'Tell everybody' }] });
  const [here] = plan.environments;
  const [group] = plan.groups;
  assert.ok(here && group);
  const there = { ...here, name: 'two', vault: 'vault-two', appliances: [{ name: 'appl-2' }] };
  const vms = group.vms.map((vm) => (vm.name === 'm-13' ? { ...vm, environment: 'two' } : vm));
  const environments = [{ ...here }, there];
  await world.portage.start({
    ...plan,
    environments,
    defaults: { ...plan.defaults, environment: 'weu' },
    groups: [{ ...group, vms }],
  });
  await ready(world, 'vaults');
  await world.portage.requestFailover({ plan: 'vaults' });
  await untilOpen(world, 'vaults', 'all/after/1');
  await world.portage.completeAction('vaults', 'all/after/1');
  assert.deepEqual(phasesOf(await world.portage.untilEnded('vaults')), ['completed', 'completed']);

  const [failovers, resumed] = await Promise.all([
    world.ledger('ReplicationRecoveryPlans_UnplannedFailover', 'portage-vaults-all'),
    world.ledger('ReplicationJobs_Resume', 'vault-two'),
  ]);
  const targets = failovers.map(({ target }) => /vaults\/([^/]+)\/.*\/([^/]+)$/.exec(target)?.slice(1));
  assert.deepEqual(targets.toSorted(), [
    ['vault-two', 'portage-vaults-all--2'],
    ['vault-weu', 'portage-vaults-all'],
  ]);
  assert.equal(resumed.length, 1, 'the action stands in the last of the recovery plans');
}

/** The service has taken the failover, and its answer is still on its way. */
async function isKilled(world: World): Promise<void> {
  const vms = ['m-14', 'm-15', 'm-16'];
  const failover = 'ReplicationRecoveryPlans_UnplannedFailover';
  await world.portage.start(native('killed', vms));
  await ready(world, 'killed');
  await world.fault({ operation: failover, target: 'portage-killed-all', latencyMs: 10_000, count: 1 });
  await world.portage.requestFailover({ plan: 'killed' });
  while ((await accepted(world, failover, 'portage-killed-all')) === 0) await sleep(50);
  await world.local.worker.kill();
  await world.local.startWorker();
  assert.deepEqual(
    phasesOf(await world.portage.untilEnded('killed')),
    vms.map(() => 'completed'),
  );

  assert.equal(await accepted(world, failover, 'portage-killed-all'), 1);
  for (const vm of vms) {
    const item = `portage-killed-${vm}`;
    for (const [effect, times] of Object.entries({
      Create: 1,
      UnplannedFailover: 0,
      FailoverCommit: 1,
      Delete: 1,
    }))
      assert.equal(
        await accepted(world, `ReplicationProtectedItems_${effect}`, item),
        times,
        `${vm}: ${effect}`,
      );
    assert.equal(await accepted(world, 'StopInstances', instanceIdOf(vm)), 1, `${vm}: stopped`);
    assert.equal(await accepted(world, 'StartInstances', instanceIdOf(vm)), 0, `${vm}: started`);
  }
}

async function isTested(world: World): Promise<void> {
  const [one, other] = ['m-17', 'm-18'] as const;
  await world.portage.start(rehearsed('tested', [one, other], { testFailover: 'required' }));
  for (const vm of [one, other]) {
    const up = await world.untilMachine('tested', vm, isUp);
    assert.deepEqual([up.test?.outcome, up.test?.azureVm?.name], ['passed', `${vm}-test`]);
    assert.match(story(up), /The test failover of its group is accepted, job /);
    assert.match(story(up), /Nothing could be run on m-1\d-test, so its guest is as it was on EC2/);
  }
  await world.portage.approveTest({ plan: 'tested', vm: one });
  await world.untilMachine('tested', one, ({ test: now }) => now?.state === 'cleaning-up');
  assert.deepEqual(await testVms(world, one, other), ['m-17-test', 'm-18-test']);
  await world.portage.approveTest({ plan: 'tested', vm: other });
  await ready(world, 'tested');
  assert.deepEqual(await testVms(world, one, other), []);
  assert.deepEqual(await tests(world, 'tested'), { together: [1, 1], alone: [0, 0] });

  await world.portage.requestFailover({ plan: 'tested' });
  assert.deepEqual(phasesOf(await world.portage.untilEnded('tested')), ['completed', 'completed']);
}

async function isTestedOnRequest(world: World): Promise<void> {
  const [one, other] = ['m-19', 'm-20'] as const;
  await world.portage.start(rehearsed('asked', [one, other]));
  await ready(world, 'asked');
  await world.portage.requestTestFailover({ plan: 'asked', vm: one });
  await world.untilMachine('asked', one, isUp);
  await world.portage.cleanUpTest({ plan: 'asked', vm: one });
  await ready(world, 'asked');
  assert.deepEqual(await tests(world, 'asked'), { together: [0, 0], alone: [1, 1] });

  const answer = await world.portage.requestTestFailover({ plan: 'asked' });
  assert.match(answer, /by the vault’s recovery plan, as a group: all$/);
  for (const vm of [one, other]) await world.untilMachine('asked', vm, isUp);
  await world.portage.cleanUpTest({ plan: 'asked' });
  await ready(world, 'asked');

  await addAction(world, 'portage-asked-all', 'Start the licence server', 'TestFailover');
  await world.portage.requestTestFailover({ plan: 'asked' }, { groups: ['all'] });
  await untilOpen(world, 'asked', 'all/portal/1');
  await world.portage.completeAction('asked', 'all/portal/1');
  for (const vm of [one, other]) await world.untilMachine('asked', vm, isUp);
  await world.portage.requestFailover({ plan: 'asked' });
  assert.deepEqual(phasesOf(await world.portage.untilEnded('asked')), ['completed', 'completed']);
  assert.deepEqual(await tests(world, 'asked'), { together: [2, 2], alone: [1, 1] });
}

async function isGivenUp(world: World): Promise<void> {
  const [one, other] = ['m-21', 'm-22'] as const;
  await world.portage.start(
    rehearsed('given-up', [one, other], { testFailover: 'required' }, { failures: 2 }),
  );
  for (const vm of [one, other]) await world.untilMachine('given-up', vm, isUp);
  await world.portage.abort({ plan: 'given-up' }, { vms: [one] });
  await world.untilMachine('given-up', one, inPhase('aborted'));
  assert.deepEqual(await testVms(world, one, other), ['m-22-test']);
  await world.portage.abort({ plan: 'given-up' });
  await world.untilMachine('given-up', other, inPhase('aborted'));
  assert.deepEqual(await testVms(world, one, other), []);
  assert.deepEqual(await tests(world, 'given-up'), { together: [1, 1], alone: [0, 1] });
  await world.portage.untilEnded('given-up');
  assert.equal(await accepted(world, 'ReplicationRecoveryPlans_Delete', 'portage-given-up-all'), 1);
}

async function testIsRefused(world: World): Promise<void> {
  await world.fault({
    operation: 'ReplicationRecoveryPlans_TestFailover',
    target: 'portage-untested-all',
    status: 400,
    code: 'BadInput',
    count: 1,
  });
  await world.portage.start(rehearsed('untested', ['m-23'], { testFailover: 'required' }));
  const asking = await world.untilPlan('untested', ({ attention }) => attention !== undefined);
  assert.equal(asking.attention?.step, 'portage-untested-all');
  await world.portage.retry({ plan: 'untested' });
  await world.untilMachine('untested', 'm-23', isUp);
  await world.portage.abort({ plan: 'untested' });
  await world.portage.untilEnded('untested');
  assert.deepEqual(await testVms(world, 'm-23'), []);
}

/** Its answers are lost, too: what was begun is found again. */
async function isTestedAndKilled(world: World): Promise<void> {
  for (const operation of ['TestFailover', 'TestFailoverCleanup'])
    await world.fault({
      operation: `ReplicationRecoveryPlans_${operation}`,
      target: 'portage-stays-all',
      drop: 'after',
      count: 1,
    });
  const settings = { testFailover: 'required', testStayHours: 0.0001 };
  await world.portage.start(rehearsed('stays', ['m-24', 'm-25'], settings));
  await world.untilMachine('stays', 'm-24', ({ test: now }) => now?.state === 'running');
  await world.local.worker.kill();
  await world.local.startWorker();
  for (const vm of ['m-24', 'm-25']) {
    const over = await world.untilMachine('stays', vm, ({ test: now }) => now?.state === 'cleaned-up');
    assert.equal(over.test?.outcome, 'passed');
  }
  assert.deepEqual(await testVms(world, 'm-24', 'm-25'), []);
  assert.deepEqual(await tests(world, 'stays'), { together: [1, 1], alone: [0, 0] });
}

/** Test failovers and clean-ups of a plan's group, by its recovery plan and machine by machine. */
async function tests(world: World, plan: string) {
  const counts = (kind: string, target: string) =>
    Promise.all(
      ['TestFailover', 'TestFailoverCleanup'].map((operation) =>
        accepted(world, `${kind}_${operation}`, target),
      ),
    );
  const [together, alone] = await Promise.all([
    counts('ReplicationRecoveryPlans', `portage-${plan}-all`),
    counts('ReplicationProtectedItems', `portage-${plan}-`),
  ]);
  return { together, alone };
}

async function testVms(world: World, ...vms: readonly string[]): Promise<string[]> {
  const { azure } = azureState.parse(await world.state());
  const names = azure.virtualMachines.map(({ id }) => id.slice(id.lastIndexOf('/') + 1));
  return names.filter((name) => vms.some((vm) => name === `${vm}-test`)).toSorted();
}

const azureState = z.object({
  azure: z.object({ virtualMachines: z.array(z.object({ id: z.string() })) }),
});

const isUp = ({ test: now, phase }: MachineStatus) => phase === 'testing' && now?.state === 'up';

/** A plan whose machines can be tested. */
function rehearsed(name: string, vms: readonly string[], settings: object = {}, limits: object = {}) {
  const plan = native(name, vms, {}, limits);
  const target = { ...plan.defaults?.target, testNetwork: 'rg-network/vnet-test', testSubnet: 'isolated' };
  return { ...plan, defaults: { ...plan.defaults, ...settings, target } };
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}

/** Beside the demo's vault, one like it. */
function secondVault({ azure }: Scenario): void {
  const [first] = azure.vaults;
  assert.ok(first);
  const appliances = [{ name: 'appl-2', ipAddress: '10.0.1.11' }];
  azure.vaults.push({ ...first, name: 'vault-two', appliances, site: { ...first.site, name: 'site-two' } });
}

function native(name: string, vms: readonly string[], group: object = {}, limits: object = {}) {
  const machines = vms.map((vm) => ({ name: vm, instanceId: instanceIdOf(vm) }));
  return planOf(
    name,
    {},
    {
      engine: 'site-recovery',
      limits: { failures: 1, ...limits },
      groups: [{ name: 'all', ...group, vms: machines }],
    },
  );
}

/** The job of a plan's recovery plan, as the plan's story names it. */
function jobOf({ notes }: PlanStatus): string {
  const [, job] = notes.flatMap(({ text }) => /fails over \d+ machines?, job (\S+)/.exec(text) ?? []);
  assert.ok(job !== undefined, JSON.stringify(notes));
  return job;
}

async function ready(world: World, plan: string): Promise<void> {
  await world.untilPlan(plan, (status) => phasesOf(status).every((phase) => phase === 'ready'));
}

async function untilOpen(world: World, plan: string, action: string): Promise<void> {
  await world.untilPlan(plan, ({ groups }) =>
    groups.some(({ actions }) => actions.some(({ id, state }) => id === action && state === 'open')),
  );
}

/** Requests that took effect. */
async function accepted(world: World, operation: string, target: string): Promise<number> {
  const heard = await world.ledger(operation, target);
  return heard.filter(({ status }) => status < 300).length;
}

function phasesOf({ groups }: PlanStatus): string[] {
  return groups.flatMap(({ machines }) => machines.map(({ phase }) => phase));
}

const vaultPath =
  '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-migration/providers/Microsoft.RecoveryServices/vaults/vault-weu';
const planShape = z.object({
  properties: z.object({ groups: z.array(z.looseObject({ groupType: z.string() })) }),
});

/** What a person does in the portal: one more manual action, before the machines of the first group start. */
async function addAction(
  world: World,
  name: string,
  actionName: string,
  failoverType = 'UnplannedFailover',
): Promise<void> {
  const url = `${world.local.simulatorUrl}${vaultPath}/replicationRecoveryPlans/${name}?api-version=2023-06-01`;
  const headers = { authorization: await token(world), 'content-type': 'application/json' };
  const { groups } = planShape.parse(await (await fetch(url, { headers })).json()).properties;
  const action = {
    actionName,
    failoverTypes: [failoverType],
    failoverDirections: ['PrimaryToRecovery'],
    customDetails: { instanceType: 'ManualActionDetails', description: 'By hand' },
  };
  const changed = groups.map((group) =>
    group.groupType === 'Boot' ? { ...group, startGroupActions: [action] } : group,
  );
  const body = JSON.stringify({ properties: { groups: changed } });
  const answer = await fetch(url, { method: 'PATCH', headers, body });
  assert.equal(answer.status, 202, await answer.text());
}

async function token({ local }: World): Promise<string> {
  const query = 'resource=https://management.azure.com&api-version=2019-08-01';
  const headers = { 'x-identity-header': 'person' };
  const answer: unknown = await (await fetch(`${local.simulatorUrl}/msi/token?${query}`, { headers })).json();
  return `Bearer ${z.object({ access_token: z.string() }).parse(answer).access_token}`;
}
