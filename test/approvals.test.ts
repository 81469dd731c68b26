import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { PortageClient, type MachineStatus } from '../client/index.ts';
import { resolvePlan, type Plan } from '../plan/index.ts';
import { CutoverApprovals } from '../workflows/cutover-approvals.ts';
import { inPhase, planOf, startWorld, type World } from './world.ts';

test('a cutover that needs approvals', { concurrency: true }, async (t) => {
  const world = await startWorld(t, { machines: 5 });
  const as = await peopleOf(t, world, ['ada@one', 'Ada@two', 'ben@one', 'cleo@one']);
  const run = (name: string, promise: (w: World, people: People) => Promise<void>) =>
    t.test(name, () => promise(world, as));
  await Promise.all([
    run('is held back until enough people have approved it, each counted once', twoPeople),
    run('counts only people whom the plan names; a whole plan can be approved at once', named),
    run('has to be approved anew when it was tested since', testedSince),
    run('is not approved by somebody who does not say who, nor too early, nor for nothing', refused),
  ]);
});

type People = (identity: string) => PortageClient;

async function twoPeople(world: World, as: People): Promise<void> {
  const at = { plan: 'two', vm: 'm-01' };
  await world.portage.start(approved('two', ['m-01'], { cutover: 2 }));
  await world.untilMachine('two', 'm-01', inPhase('ready'));
  await world.portage.requestFailover({ plan: 'two' });
  assert.equal(
    await as('ada@one').approveCutover(at),
    'The cutover of two/m-01 is approved by ada@one: 1 of 2',
  );
  await assert.rejects(as('Ada@two').approveCutover(at), /ada has approved the cutover of two\/m-01 already/);
  const waits = await world.portage.machineStatus('two', 'm-01');
  assert.equal(waits.heldBack, '1 of 2 approvals of its cutover were given');
  assert.equal(waits.next, 'Approve its cutover: portage approve two/m-01 --cutover');
  assert.equal(await world.instanceState('m-01'), 'running');
  await as('ben@one').approveCutover(at);
  const done = await world.untilMachine('two', 'm-01', inPhase('completed'));
  assert.deepEqual(
    done.approvals?.given.map(({ by }) => by),
    ['ada@one', 'ben@one'],
  );
  assert.match(story(done), /is approved by ben@one: 2 of 2/);
}

async function named(world: World, as: People): Promise<void> {
  await world.portage.start(approved('named', ['m-02', 'm-03'], { cutover: 1, from: ['ben', 'cleo@two'] }));
  await world.portage.requestFailover({ plan: 'named' });
  await world.untilPlan('named', ({ groups }) =>
    (groups[0]?.machines ?? []).every(({ phase, heldBack }) => phase === 'ready' && heldBack !== undefined),
  );
  for (const identity of ['ada@one', 'cleo@one'])
    await assert.rejects(as(identity).approveCutover({ plan: 'named' }), /is not named in approvals.from/);
  await assert.rejects(
    as('cleo@one').approveCutover({ plan: 'named', vm: 'm-02' }),
    /cleo@one is not among those whose approvals count: ben, cleo@two/,
  );
  const answer = await as('ben@one').approveCutover({ plan: 'named' });
  assert.equal(answer, 'Approved by ben@one: the cutovers of m-02, m-03');
  for (const vm of ['m-02', 'm-03']) await world.untilMachine('named', vm, inPhase('completed'));
}

async function testedSince(world: World, as: People): Promise<void> {
  const at = { plan: 'since', vm: 'm-04' };
  await world.portage.start(approved('since', ['m-04'], { cutover: 1 }));
  await world.untilMachine('since', 'm-04', inPhase('ready'));
  const before = await world.portage.machineStatus('since', 'm-04');
  await as('ada@one').approveCutover(at);
  assert.equal((await world.portage.machineStatus('since', 'm-04')).heldBack, undefined);
  await world.portage.requestTestFailover(at);
  await world.untilMachine('since', 'm-04', ({ test: now }) => now?.state === 'up');
  await world.portage.cleanUpTest(at);
  await world.untilMachine('since', 'm-04', inPhase('ready'));
  await world.portage.requestFailover({ plan: 'since' });
  const waits = await world.portage.machineStatus('since', 'm-04');
  assert.equal(waits.heldBack, '0 of 1 approvals of its cutover were given');
  assert.match(story(waits), /by ada@one does not count any more: what was approved has changed since/);
  assert.notEqual(waits.approvals?.subject, before.approvals?.subject);
  await as('ada@one').approveCutover(at);
  await world.untilMachine('since', 'm-04', inPhase('completed'));
}

async function refused(world: World, as: People): Promise<void> {
  const at = { plan: 'none', vm: 'm-05' };
  await world.portage.start(planOf('none', { all: ['m-05'] }));
  await world.untilMachine('none', 'm-05', () => true);
  await assert.rejects(as('ada@one').approveCutover(at), /there is nothing to approve before it is ready/);
  await world.untilMachine('none', 'm-05', inPhase('ready'));
  await assert.rejects(as('ada@one').approveCutover(at), /the plan asks for no approvals of none\/m-05/);
  await assert.rejects(as('ada@one').approveCutover({ plan: 'none' }), /is ready and lacks approvals/);
  const machine = world.temporal.workflow.getHandle('portage/vm/none/m-05');
  await machine.signal('approveCutover');
  await world.untilMachine('none', 'm-05', (status) =>
    story(status).includes('approveCutover signal was noted'),
  );
}

test('an approval counts for its time, and that it does not any more is told once', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 0 });
  const approvals = approvalsOf({ cutover: 1, validHours: 2 });
  approvals.approve('ada@one', approvals.subject);
  assert.deepEqual([approvals.holdsBack, approvals.changesAt], [undefined, 2 * 3_600_000]);
  t.mock.timers.setTime(2 * 3_600_000 - 1);
  assert.deepEqual(approvals.newlyLost, []);
  t.mock.timers.setTime(2 * 3_600_000);
  assert.match(approvals.holdsBack ?? '', /^0 of 1/);
  assert.match(approvals.newlyLost.join(), /by ada@one does not count any more: it has expired/);
  assert.deepEqual(approvals.newlyLost, []);
  approvals.refuseFrom('ada@one', approvals.subject); // she may approve again
});

test('who approved something else than what there is now is told to look again', () => {
  const approvals = approvalsOf({ cutover: 1 });
  assert.throws(() => approvals.refuseFrom('ada@one', 'something else'), /has changed since: look again/);
});

function approvalsOf(asked: object): CutoverApprovals {
  const [vm] = resolvePlan(approved('pure', ['m-01'], asked)).groups[0]?.machines ?? [];
  assert.ok(vm);
  return new CutoverApprovals(
    () => vm,
    () => 'what there is to see',
  );
}

function approved(name: string, vms: readonly string[], approvals: object): Plan {
  const target = { testNetwork: 'rg-network/vnet-test', testSubnet: 'isolated' };
  const plan = planOf(name, { all: vms }, { approvals });
  return { ...plan, defaults: { ...plan.defaults, target: { ...plan.defaults?.target, ...target } } };
}

/** Clients that say who they are. */
async function peopleOf(t: TestContext, world: World, identities: readonly string[]): Promise<People> {
  const { temporalAddress: address, taskQueue } = world.local;
  const clients = new Map<string, PortageClient>();
  for (const identity of identities) {
    const options = { connection: { address }, namespace: 'default', taskQueue, identity };
    clients.set(identity, await PortageClient.connect(options));
  }
  t.after(async () => {
    for (const client of clients.values()) await client.close();
  });
  return (identity) => {
    const client = clients.get(identity);
    assert.ok(client);
    return client;
  };
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
