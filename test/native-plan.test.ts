import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { PlanStatus } from '../client/index.ts';
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
  const world = await startWorld(t, { machines: 16, scenario: secondVault, worker });
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
    run('has a recovery plan in each of its vaults, and asks for its action once', goesInTwoVaults),
  ]);
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
async function addAction(world: World, name: string, actionName: string): Promise<void> {
  const url = `${world.local.simulatorUrl}${vaultPath}/replicationRecoveryPlans/${name}?api-version=2023-06-01`;
  const headers = { authorization: await token(world), 'content-type': 'application/json' };
  const { groups } = planShape.parse(await (await fetch(url, { headers })).json()).properties;
  const action = {
    actionName,
    failoverTypes: ['UnplannedFailover'],
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
