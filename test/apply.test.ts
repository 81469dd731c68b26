import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differenceText } from '../cli/apply-view.ts';
import type { MachineStatus } from '../client/index.ts';
import type { Plan } from '../plan/index.ts';
import { inPhase, planOf, startWorld, type World } from './world.ts';

const exhausted = 'Standard_D2s_v5';
const [other, another] = ['Standard_D4s_v5', 'Standard_D2s_v4'];

test('a plan that runs is changed by its file', { concurrency: true }, async (t) => {
  const world = await startWorld(t, {
    machines: 7,
    worker: { PORTAGE_ATTEMPT_TIMEOUT: '3s' },
    scenario: ({ azure }) => {
      azure.exhaustedSizes = [exhausted];
    },
  });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('a wrong subnet is found by preflight, cured in the file, applied and retried', preflightCured),
    run('a size without capacity is replaced in the middle of the cutover, and retried', sizeReplaced),
    run('what Azure has already is set anew, and what was approved has to be approved again', setAnew),
    run('nothing is applied where anything is refused, and it says why', allOrNothing),
    run('by any Temporal client, actions and limits too, and only what was looked at', byTemporal),
  ]);
  await t.test('a worker that is killed meanwhile takes it once', () => killed(world));
});

async function preflightCured(world: World): Promise<void> {
  const plan = planOf('cured', { all: ['m-01'] });
  await world.portage.start(withTarget(plan, { subnet: 'no-such' }));
  await untilStuck(world, 'cured', 'preflight');
  const fixed = withTarget(plan, { subnet: 'servers' });
  const difference = await world.portage.difference(fixed);
  assert.equal(
    differenceText('cured', difference),
    'Changes of plan cured:\n  m-01: target.subnet: no-such → servers',
  );
  assert.match(
    await world.portage.applyPlan(fixed, difference.revision),
    /^Revision 1 of cured is applied: 1 change; waiting for a retry: m-01 \(portage retry cured\)$/,
  );
  await world.portage.retry({ plan: 'cured' });
  const ready = await world.untilMachine('cured', 'm-01', inPhase('ready'));
  assert.match(story(ready), /The plan was changed by \S+: target\.subnet: no-such → servers/);
  const { notes } = await world.portage.planStatus('cured');
  assert.ok(notes.some(({ text }) => /^Revision 1 applied by \S+: m-01: target\.subnet: no-such/.test(text)));
  const again = await world.portage.start(fixed);
  assert.equal(again.attached, true, 'what runs now is what start compares with');
}

async function sizeReplaced(world: World): Promise<void> {
  const plan = planOf('sized', { all: ['m-02'] });
  await world.portage.start(withTarget(plan, { size: exhausted }));
  await world.portage.requestFailover({ plan: 'sized' });
  await untilStuck(world, 'sized', 'failing-over');
  await world.portage.applyPlan(withTarget(plan, { size: [other] }));
  await world.portage.retry({ plan: 'sized' });
  const done = await world.untilMachine('sized', 'm-02', inPhase('completed'));
  assert.equal(done.azureVm?.size, other);
  const { refused } = await world.portage.difference(withTarget(plan, { size: another }));
  assert.match(refused[0]?.why ?? '', /failover was begun with it|nothing uses it any more/);
}

async function setAnew(world: World): Promise<void> {
  const plan = planOf('anew', { all: ['m-03'] }, { approvals: { cutover: 1 } });
  await world.portage.start(withTarget(plan, { size: other }));
  await world.untilMachine('anew', 'm-03', inPhase('ready'));
  await world.portage.approveCutover({ plan: 'anew', vm: 'm-03' });
  assert.equal((await world.portage.machineStatus('anew', 'm-03')).heldBack, undefined);
  await world.portage.applyPlan(withTarget(plan, { size: another, tags: { env: 'prod' } }));
  const waits = await world.untilMachine('anew', 'm-03', (status) =>
    /The plan was changed by [^]*is set as the plan says, job /.test(story(status)),
  );
  assert.match(story(waits), /does not count any more: what was approved has changed since/);
  assert.equal(waits.heldBack, '0 of 1 approvals of its cutover were given');
  await world.portage.requestFailover({ plan: 'anew' });
  await world.portage.approveCutover({ plan: 'anew', vm: 'm-03' });
  const done = await world.untilMachine('anew', 'm-03', inPhase('completed'));
  assert.equal(done.azureVm?.size, another);
}

async function allOrNothing(world: World): Promise<void> {
  const plan = planOf('whole', { first: ['m-04'], second: ['m-05'] });
  await world.portage.start(plan);
  await world.portage.requestFailover({ plan: 'whole' }, { groups: ['first'] });
  await world.untilMachine('whole', 'm-04', inPhase('completed'));
  await world.untilMachine('whole', 'm-05', inPhase('ready'));
  await world.untilPlan('whole', ({ groups }) => groups[0]?.machines[0]?.phase === 'completed');
  const changed = withTarget({ ...plan, limits: { inFlight: 7 } }, { size: other });
  const { revision, refused, changes, text } = await world.portage.difference(changed);
  assert.deepEqual([revision, changes.length], [0, 3]);
  assert.deepEqual(
    refused.map(({ name, key }) => `${name} ${key}`),
    ['m-04 target.size'],
  );
  assert.deepEqual(text.refused, [
    'm-04: target.size: the machine is completed, and nothing uses it any more. Leave it as it was',
  ]);
  await assert.rejects(world.portage.applyPlan(changed), /^PortageError: Nothing is applied to whole\. m-04/);
  assert.equal((await world.portage.difference(changed)).changes.length, 3);
  const joined = planOf('whole', { first: ['m-04'], second: ['m-05'], third: ['m-06'] });
  await assert.rejects(world.portage.applyPlan(joined), /cannot join a plan that runs/);
}

async function byTemporal(world: World): Promise<void> {
  const acting = (text: string, failures: number): Plan => {
    const plan = planOf('any', { all: ['m-06'] }, { limits: { failures } });
    return { ...plan, groups: plan.groups.map((group) => ({ ...group, before: [{ manual: text }] })) };
  };
  await world.portage.start(acting('Freeze the boks', 1));
  const handle = world.temporal.workflow.getHandle('portage/plan/any');
  const answer = await handle.executeUpdate<string, [Plan]>('applyPlan', {
    args: [acting('Freeze the books', 2)],
  });
  assert.match(answer, /^Revision 1 of any is applied: 2 changes/);
  const { failures, groups } = await world.portage.planStatus('any');
  assert.equal(failures.limit, 2);
  assert.equal(groups[0]?.actions[0]?.text, 'Freeze the books');
  await assert.rejects(
    world.portage.applyPlan(acting('Freeze all', 2), 0),
    /was changed by somebody since you looked: it is at revision 1, not 0/,
  );
  await assert.rejects(handle.executeUpdate('applyPlan', { args: [{ version: 1 }] }));
  await world.portage.requestFailover({ plan: 'any' });
  await world.untilPlan('any', (status) => status.groups[0]?.actions[0]?.state === 'open');
  await assert.rejects(world.portage.applyPlan(acting('Freeze all', 2)), /before\/1: it is open already/);
}

async function killed(world: World): Promise<void> {
  const plan = planOf('killed', { all: ['m-07'] });
  await world.portage.start(withTarget(plan, { size: other }));
  await world.untilMachine('killed', 'm-07', inPhase('ready'));
  const changed = withTarget(plan, { size: another });
  await world.fault({ operation: 'ReplicationProtectedItems_Update', drop: 'after', count: 1 });
  const before = (await world.ledger('ReplicationProtectedItems_Update', 'killed-m-07')).length;
  const applied = world.portage.applyPlan(changed, 0).catch(() => undefined);
  await world.local.worker.kill();
  await world.local.startWorker();
  await applied;
  await world.portage.applyPlan(changed, 0).catch(() => undefined); // a person who got no answer asks again
  await world.portage.requestFailover({ plan: 'killed' });
  const done = await world.untilMachine('killed', 'm-07', inPhase('completed'));
  assert.equal(done.azureVm?.size, another);
  assert.equal(done.notes.filter(({ text }) => text.startsWith('The plan was changed by')).length, 1);
  const sent = await world.ledger('ReplicationProtectedItems_Update', 'killed-m-07');
  assert.equal(sent.length, before + 1, JSON.stringify(sent));
}

/** Until the plan, too, knows that its machine waits for a person. */
async function untilStuck(world: World, plan: string, phase: MachineStatus['phase']): Promise<void> {
  await world.untilPlan(plan, ({ groups }) =>
    groups.some(({ machines }) =>
      machines.some((machine) => machine.phase === phase && machine.attention !== undefined),
    ),
  );
}

function withTarget(plan: Plan, target: object): Plan {
  return { ...plan, defaults: { ...plan.defaults, target: { ...plan.defaults?.target, ...target } } };
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
