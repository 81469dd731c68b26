import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineStatus, PlanStatus } from '../client/index.ts';
import type { Plan } from '../plan/index.ts';
import { inAttention, inPhase, instanceIdOf, planOf, startWorld, type World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

test('a cutover window', { concurrency: true }, async (t) => {
  const world = await startWorld(t, { machines: 10 });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('holds a machine that is ready back until it opens', opens),
    run('that is open when a machine becomes ready is its release', isRelease),
    run('that is too short for the estimate is not taken; a person may name another one', tooShort),
    run('is looked at again when a machine is repaired that was about to stop its source', repairedTooLate),
    run('that is the last and over asks a person, who may do without', noneLeft),
    run('is planned for after the longest cutover of the plan, or the machine’s own test', learns),
    run('is no matter of a release that takes effect later', later),
    run('holds a machine back whose plan has not begun it yet when it is released', notBegun),
    run('and a time have to be sound: a release on others is refused', refused),
  ]);
});

async function opens(world: World): Promise<void> {
  await world.portage.start(planOf('opens', { all: ['m-01'] }));
  await world.untilMachine('opens', 'm-01', inPhase('ready'));
  const from = Date.parse(iso(Date.now() + 6_000));
  const within = [{ from: iso(from), until: iso(from + hour) }];
  const answer = await world.portage.requestFailover({ plan: 'opens', vm: 'm-01' }, {}, { within });
  assert.match(answer, /is ready and waits with its cutover: waits for the window 20\S+Z to 20\S+Z$/);
  const done = await world.untilMachine('opens', 'm-01', inPhase('completed'));
  assert.ok(Date.parse(done.sourceStoppedAt ?? '') >= from, done.sourceStoppedAt);
  assert.match(story(done), /that it ends in time can’t be promised/);
}

async function isRelease(world: World): Promise<void> {
  const now = Date.now();
  await world.portage.start(
    windowed('release', ['m-09'], [[now - hour, now + hour]], { estimateMinutes: 9 }),
  );
  const done = await world.untilMachine('release', 'm-09', inPhase('completed'));
  assert.match(story(done), /the cutover should end in time \(the plan says 9 minutes\)/);
}

async function tooShort(world: World): Promise<void> {
  const now = Date.now();
  const windows = [
    [now - hour, now + 30 * minute],
    [now + 24 * hour, now + 26 * hour],
  ] as const;
  await world.portage.start(windowed('short', ['m-02'], windows, { estimateMinutes: 60 }));
  const ready = await world.untilMachine('short', 'm-02', isHeldBack);
  assert.equal(ready.heldBackUntil, iso(now + 24 * hour));
  assert.match(ready.next, /^Nothing to do: waits for the window/);
  assert.match(ready.heldBack ?? '', /the plan says 60 minutes/);
  assert.deepEqual(ready.estimate, { minutes: 60, from: 'plan' });
  const isTold = ({ groups }: PlanStatus) => groups[0]?.machines[0]?.heldBackUntil === iso(now + 24 * hour);
  await world.untilPlan('short', isTold);

  const within = [{ from: iso(now - hour), until: iso(now + 3 * hour) }];
  const answer = await world.portage.requestFailover({ plan: 'short' }, {}, { within });
  assert.match(answer, /1 of 1 machines released, inside 20\S+Z to 20\S+Z/);
  await world.untilMachine('short', 'm-02', inPhase('completed'));
}

/** EC2 refuses the stop until the window is over. */
async function repairedTooLate(world: World): Promise<void> {
  await world.portage.start(planOf('late', { all: ['m-10'] }));
  await world.untilMachine('late', 'm-10', inPhase('ready'));
  await world.fault({ ...refusedStop, target: instanceIdOf('m-10'), count: 1 });
  const end = Date.parse(iso(Date.now() + 10_000));
  const within = [{ from: iso(Date.now() - hour), until: iso(end) }];
  await world.portage.requestFailover({ plan: 'late' }, {}, { within });
  await world.untilMachine('late', 'm-10', inAttention(refusedStop.code));
  await sleep(end - Date.now());
  await world.portage.retry({ plan: 'late', vm: 'm-10' });
  const asked = await world.untilMachine('late', 'm-10', inAttention('NO_WINDOW_LEFT'));
  assert.equal(asked.phase, 'ready');
  assert.equal(await world.instanceState('m-10'), 'running');
  assert.match(story(asked), /Its cutover does not go on: no window is left/);

  const again = [{ from: iso(Date.now() - hour), until: iso(Date.now() + hour) }];
  await world.portage.requestFailover({ plan: 'late' }, {}, { within: again });
  await world.untilMachine('late', 'm-10', inPhase('completed'));
}

const refusedStop = { operation: 'StopInstances', status: 403, code: 'UnauthorizedOperation' };

async function noneLeft(world: World): Promise<void> {
  const now = Date.now();
  await world.portage.start(windowed('over', ['m-03'], [[now - 2 * hour, now - hour]]));
  const asked = await world.untilMachine('over', 'm-03', inAttention('NO_WINDOW_LEFT'));
  assert.deepEqual(asked.attention?.choices, ['portage confirm over/m-03 now', 'portage abort over/m-03']);
  assert.equal(asked.attention.kind, 'planned');
  await world.portage.confirm('over', 'm-03', 'now');
  const done = await world.untilMachine('over', 'm-03', inPhase('completed'));
  assert.match(story(done), /Confirmed by local: now/);
}

async function learns(world: World): Promise<void> {
  const far = Date.now() + 24 * hour;
  const plan = windowed('learns', ['m-04'], [[far, far + hour]], { estimateMinutes: 50 });
  const [group] = plan.groups;
  const [vm] = planOf('learns', { first: ['m-05'] }).groups[0]?.vms ?? [];
  assert.ok(group && vm);
  const first = { name: 'first', cutover: 'automatic' as const, vms: [vm] };
  await world.portage.start({ ...plan, groups: [first, group] });
  const after = await world.untilMachine(
    'learns',
    'm-04',
    (now) => now.estimate?.from === 'finished-machine',
  );
  assert.equal(after.estimate?.vm, 'm-05');
  const finished = await world.portage.machineStatus('learns', 'm-05');
  const tookMs = Date.parse(finished.validatedAt ?? '') - Date.parse(finished.sourceStoppedAt ?? '');
  assert.equal(after.estimate.minutes, tookMs / minute);

  await world.portage.requestTestFailover({ plan: 'learns', vm: 'm-04' });
  const up = await world.untilMachine('learns', 'm-04', ({ test: now }) => now?.state === 'up');
  const testedMs = Date.parse(up.test?.endedAt ?? '') - Date.parse(up.test?.startedAt ?? '');
  assert.equal(up.estimate?.minutes, Math.max(testedMs, tookMs) / minute);
}

async function later(world: World): Promise<void> {
  await world.portage.start(planOf('later', { all: ['m-06'] }));
  await world.untilMachine('later', 'm-06', inPhase('ready'));
  const at = Date.parse(iso(Date.now() + 6_000));
  const answer = await world.portage.requestFailover({ plan: 'later', vm: 'm-06' }, {}, { at: iso(at) });
  assert.match(answer, /waits with its cutover: its release takes effect at 20/);
  const done = await world.untilMachine('later', 'm-06', inPhase('completed'));
  assert.ok(Date.parse(done.sourceStoppedAt ?? '') >= at);
}

async function notBegun(world: World): Promise<void> {
  const from = Date.now() + 24 * hour;
  await world.portage.start(planOf('early', { all: ['m-07'] }));
  const within = [{ from: iso(from), until: iso(from + hour) }];
  await world.portage.requestFailover({ plan: 'early' }, {}, { within });
  await world.untilMachine('early', 'm-07', isHeldBack);
  await world.portage.requestFailover({ plan: 'early' });
  await world.untilMachine('early', 'm-07', inPhase('completed'));
}

async function refused(world: World): Promise<void> {
  await world.portage.start(planOf('terms', { all: ['m-08'] }));
  await world.untilMachine('terms', 'm-08', inPhase('ready'));
  const on = (vm: string | undefined, terms: object) =>
    world.portage.requestFailover({ plan: 'terms', ...(vm !== undefined && { vm }) }, {}, terms);
  for (const vm of [undefined, 'm-08']) {
    await assert.rejects(on(vm, { at: '2026-05-02T22:00' }), /at must be a time with its zone/);
    const within = [{ from: iso(Date.now()), until: iso(Date.now() - 1) }];
    await assert.rejects(on(vm, { within }), /within.0 must end after it starts/);
  }
  assert.equal((await world.portage.machineStatus('terms', 'm-08')).phase, 'ready');
}

const isHeldBack = ({ phase, heldBack }: MachineStatus) => phase === 'ready' && heldBack !== undefined;

/** A plan whose machines cut over inside windows. */
function windowed(
  name: string,
  vms: readonly string[],
  windows: readonly (readonly [number, number])[],
  settings: object = {},
): Plan {
  const plan = planOf(name, { all: vms });
  const local = (time: number) =>
    iso(time)
      .slice(0, -1)
      .replace(/\.\d+$/, '');
  const cutover = windows.map(([from, until]) => ({
    from: local(from),
    until: local(until),
    timezone: 'UTC',
  }));
  const target = { ...plan.defaults?.target, testNetwork: 'rg-network/vnet-test', testSubnet: 'isolated' };
  return { ...plan, defaults: { ...plan.defaults, ...settings, target, cutover } };
}

/** Whole seconds, as a plan says them. */
function iso(time: number): string {
  return new Date(Math.floor(time / 1000) * 1000).toISOString();
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
