import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { resolvePlan, type VmPlan } from '../plan/index.ts';
import { EstimatedCutover } from '../workflows/cutover-estimate.ts';
import { CutoverRelease } from '../workflows/cutover-release.ts';
import { openingAt } from '../workflows/cutover-windows.ts';
import type { TestStatus } from '../workflows/messages.ts';
import { planOf } from './world.ts';

const at = (time: string) => Date.parse(`2026-05-0${time}:00Z`);
const window = (from: string, until: string) => ({
  from: new Date(at(from)).toISOString(),
  until: new Date(at(until)).toISOString(),
});
const saturday = window('2T22:00', '3T02:00');
const sunday = window('3T22:00', '4T02:00');
const hour = 3_600_000;

test('a cutover begins in a window only where it would end inside', () => {
  const kindAt = (time: string, estimate?: number) => openingAt([saturday], at(time), estimate).kind;
  assert.deepEqual(
    ['2T21:59', '2T22:00', '3T01:00', '3T01:01', '3T02:00'].map((time) => kindAt(time, hour)),
    ['later', 'open', 'open', 'never', 'never'],
  );
  assert.deepEqual(
    ['2T21:59', '2T22:00', '3T01:59', '3T02:00'].map((time) => kindAt(time)),
    ['later', 'open', 'open', 'never'],
    'without an estimate it may begin as long as the window is open',
  );
});

test('what does not start early enough waits for the next window that is long enough', () => {
  const short = window('3T12:00', '3T12:30');
  const opening = openingAt([saturday, short, sunday], at('3T01:30'), hour);
  assert.deepEqual(opening, { kind: 'later', window: sunday, opensAt: at('3T22:00') });
  assert.equal(openingAt([saturday, short, sunday], at('3T01:30'), 5 * hour).kind, 'never');
});

test('an estimate is the longest that was measured, and the plan’s only where nothing was', () => {
  const estimated = new EstimatedCutover(() => machine({ estimateMinutes: 45 }));
  assert.deepEqual(estimated.after(undefined), { minutes: 45, from: 'plan' });
  assert.deepEqual(estimated.after(tested(20)), { minutes: 20, from: 'test' });
  assert.deepEqual(estimated.after(tested(20, 'failed')), { minutes: 45, from: 'plan' });
  estimated.heard({ vm: 'm-02', ms: hour / 2 });
  estimated.heard({ vm: 'm-03', ms: hour / 4 });
  assert.deepEqual(estimated.after(tested(20)), { minutes: 30, from: 'finished-machine', vm: 'm-02' });
  assert.deepEqual(estimated.after(tested(40)), { minutes: 40, from: 'test' });
  assert.equal(new EstimatedCutover(() => machine({})).after(undefined), undefined);
});

test('a release says why it holds back, until when, and after which estimate', (t) => {
  const release = releaseAt(t, '3T01:30', { windows: [saturday, sunday], estimateMinutes: 60 });
  assert.deepEqual(release.now, {
    heldBack: `waits for the window ${sunday.from} to ${sunday.until} (the plan says 60 minutes)`,
    until: at('3T22:00'),
    window: sunday,
    changesAt: at('3T22:00'),
  });
  t.mock.timers.setTime(at('3T23:00'));
  assert.deepEqual(release.now, { changesAt: at('4T01:00') + 1 });
  assert.match(release.promise ?? '', /should end in time \(the plan says 60 minutes\)/);
  t.mock.timers.setTime(at('4T01:01'));
  assert.ok(release.hasNoWindowLeft);
  release.letAnyTime();
  assert.deepEqual([release.hasNoWindowLeft, release.now], [false, {}]);
});

test('a release of a person’s has its own windows, and looks at them from its own time on', (t) => {
  const release = releaseAt(t, '2T22:30', { windows: [saturday] });
  assert.match(release.promise ?? '', /that it ends in time can’t be promised/);
  const from = new Date(at('3T01:00')).toISOString();
  release.set({ at: from });
  assert.equal(release.now.heldBack, `its release takes effect at ${from}`);
  release.set({ at: new Date(at('3T03:00')).toISOString() });
  assert.ok(release.hasNoWindowLeft, 'by then its window is over');
  release.set({ within: [sunday] });
  assert.equal(release.now.window, sunday);
  release.set({});
  assert.equal(release.now.heldBack, undefined);
});

type Settings = Pick<VmPlan, 'windows' | 'estimateMinutes'>;

function releaseAt(t: TestContext, time: string, settings: Settings): CutoverRelease {
  t.mock.timers.enable({ apis: ['Date'], now: at(time) });
  const vm = machine(settings);
  const estimated = new EstimatedCutover(() => vm);
  return new CutoverRelease(
    () => vm,
    () => estimated.after(undefined),
  );
}

function machine(settings: Settings): VmPlan {
  const [vm] = resolvePlan(planOf('windows', { all: ['m-01'] })).groups[0]?.machines ?? [];
  assert.ok(vm);
  return { ...vm, ...settings };
}

function tested(minutes: number, outcome: TestStatus['outcome'] = 'passed'): TestStatus {
  const startedAt = new Date(at('1T00:00')).toISOString();
  const endedAt = new Date(at('1T00:00') + minutes * 60_000).toISOString();
  return { state: 'up', outcome, startedAt, endedAt };
}
