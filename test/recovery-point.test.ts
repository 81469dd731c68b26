import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MachineStatus } from '../client/index.ts';
import { inAttention, inPhase, instanceIdOf, planOf, startWorld, type World } from './world.ts';

test('a recovery point', { concurrency: true }, async (t) => {
  const world = await startWorld(t, { machines: 4 });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('that a person names is failed over to', byName),
    run('is the newest of the kind that the plan says', byPlan),
    run('of a kind that there is none of is asked about before the source is stopped', noneOfKind),
    run('makes the Azure VM anew until the commit, and it is found by its disks', anotherOne),
  ]);
});

async function byName(world: World): Promise<void> {
  await ready(world, 'named', 'm-01');
  await assert.rejects(
    world.portage.changeRecoveryPoint('named', 'm-01', 'any'),
    /it has not been failed over.*portage failover named\/m-01 --recovery-point/,
  );
  const address = { plan: 'named', vm: 'm-01' };
  await world.portage.requestFailover(address, {}, { recoveryPoint: 'nonsense' });
  await world.portage.requestFailover({ plan: 'named' });
  const stuck = await world.untilMachine('named', 'm-01', inAttention('NO_RECOVERY_POINT'));
  assert.equal(await world.instanceState('m-01'), 'running');
  const older = olderIn(stuck);
  await world.portage.requestFailover(address, {}, { recoveryPoint: older.name });
  await world.portage.retry(address);
  const done = await world.untilMachine('named', 'm-01', inPhase('completed'));
  assert.equal(failedOverTo(done), older.time);
}

async function byPlan(world: World): Promise<void> {
  await ready(world, 'kind', 'm-02', { recoveryPoint: 'latest-processed' });
  await world.portage.requestFailover({ plan: 'kind' });
  const done = await world.untilMachine('kind', 'm-02', inPhase('completed'));
  assert.ok(failedOverTo(done));
}

async function noneOfKind(world: World): Promise<void> {
  await ready(world, 'lacking', 'm-03', { recoveryPoint: 'app-consistent' });
  await world.portage.requestFailover({ plan: 'lacking' });
  const stuck = await world.untilMachine('lacking', 'm-03', inAttention('NO_RECOVERY_POINT'));
  assert.match(
    stuck.attention?.message ?? '',
    /no app-consistent recovery point; its newest: [0-9a-f-]{36} \(2/,
  );
  assert.equal(await world.instanceState('m-03'), 'running');
}

async function anotherOne(world: World): Promise<void> {
  await ready(world, 'other', 'm-04');
  const refused = { status: 403, code: 'AuthorizationFailed', count: 1 };
  await world.fault({
    operation: 'ReplicationProtectedItems_FailoverCommit',
    target: 'other-m-04',
    ...refused,
  });
  await world.portage.requestFailover({ plan: 'other' });
  const stuck = await world.untilMachine('other', 'm-04', inAttention('AuthorizationFailed'));
  assert.equal(stuck.phase, 'committing');
  assert.ok(stuck.attention?.choices.includes('portage recovery-point other/m-04 <id>'));
  await world.portage.changeRecoveryPoint('other', 'm-04', 'nonsense');
  const asked = await world.untilMachine('other', 'm-04', inAttention('NO_RECOVERY_POINT'));
  assert.ok(asked.attention?.choices.includes('portage confirm other/m-04 keep'));
  await world.fault({
    operation: 'ReplicationProtectedItems_FailoverCommit',
    target: 'other-m-04',
    ...refused,
  });
  await world.portage.confirm('other', 'm-04', 'keep');
  await world.untilMachine('other', 'm-04', inAttention('AuthorizationFailed'));

  const older = olderIn(asked);
  await world.portage.changeRecoveryPoint('other', 'm-04', older.name);
  const done = await world.untilMachine('other', 'm-04', inPhase('completed'));
  assert.equal((await world.ledger('ReplicationProtectedItems_ApplyRecoveryPoint', 'other-m-04')).length, 1);
  assert.match(
    story(done),
    /made anew from the recovery point of[^]*The Azure VM is m-04[^]*The commit is accepted/,
  );
  await assert.rejects(
    world.portage.changeRecoveryPoint('other', 'm-04', older.name),
    /its other recovery points are deleted|has ended|completed/,
  );
}

async function ready(world: World, plan: string, vm: string, settings: object = {}): Promise<void> {
  const machine = { name: vm, instanceId: instanceIdOf(vm), ...settings };
  await world.portage.start(planOf(plan, {}, { groups: [{ name: 'all', vms: [machine] }] }));
  await world.untilMachine(plan, vm, inPhase('ready'));
}

/** The second newest of the recovery points that an attention lists. */
function olderIn({ attention }: MachineStatus): { readonly name: string; readonly time: string } {
  const [, older] = [...(attention?.message ?? '').matchAll(/([0-9a-f-]{36}) \(([^,)]+)/g)];
  assert.ok(older !== undefined, attention?.message);
  return { name: older[1] ?? '', time: older[2] ?? '' };
}

function failedOverTo({ notes }: MachineStatus): string | undefined {
  const found = notes.map(
    ({ text }) => /The failover is accepted.*, to the recovery point of (.*)$/.exec(text)?.[1],
  );
  return found.find((time) => time !== undefined);
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
