import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolvePlan } from '../plan/index.ts';
import { resolveWindow } from '../plan/cutover-window.ts';
import { instantOf } from '../plan/zone-time.ts';
import { loadText, planWith } from './plans/sound-plan.ts';

function window(from: string, until: string, timezone = 'Europe/Amsterdam'): string[] {
  const resolved = resolveWindow({ from, until, timezone });
  return [resolved.from, resolved.until];
}

test('a window across midnight has the offset of its zone at both ends', () => {
  assert.deepEqual(window('2026-05-02T22:00', '2026-05-03T06:00'), [
    '2026-05-02T20:00:00.000Z',
    '2026-05-03T04:00:00.000Z',
  ]);
  assert.deepEqual(window('2026-12-31 23:30:15', '2027-01-01T01:00', 'Asia/Kathmandu'), [
    '2026-12-31T17:45:15.000Z',
    '2026-12-31T19:15:00.000Z',
  ]);
});

test('a night in which the clocks jump is an hour shorter, and one in which they go back an hour longer', () => {
  const hours = ([from = '', until = '']: string[]) => (Date.parse(until) - Date.parse(from)) / 3_600_000;
  assert.equal(hours(window('2026-03-28T22:00', '2026-03-29T06:00')), 7);
  assert.equal(hours(window('2026-10-24T22:00', '2026-10-25T06:00')), 9);
});

test('a time that the clocks jump over is the instant of the jump, at either end', () => {
  const jump = '2026-03-29T01:00:00.000Z';
  assert.equal(window('2026-03-29T02:30', '2026-03-29T06:00')[0], jump);
  assert.equal(window('2026-03-28T22:00', '2026-03-29T02:30')[1], jump);
  assert.equal(window('2026-03-29T03:00', '2026-03-29T06:00')[0], jump);
});

test('a time that the clocks show twice is meant the first time, at either end', () => {
  const first = '2026-10-25T00:30:00.000Z';
  assert.equal(window('2026-10-25T02:30', '2026-10-25T06:00')[0], first);
  assert.equal(window('2026-10-24T22:00', '2026-10-25T02:30')[1], first);
  assert.equal(window('2026-10-25T03:00', '2026-10-25T06:00')[0], '2026-10-25T02:00:00.000Z');
});

test('a half hour of summer time, south of the equator, and a day that never was', () => {
  assert.equal(
    window('2026-10-04T02:15', '2026-10-04T05:00', 'Australia/Lord_Howe')[0],
    '2026-10-03T15:30:00.000Z',
  );
  assert.equal(window('2011-12-30T12:00', '2011-12-31T12:00', 'Pacific/Apia')[0], '2011-12-30T10:00:00.000Z');
});

test('later local times are never earlier instants, and instants show the time again', () => {
  const zones = fc.constantFrom(
    'Europe/Amsterdam',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'UTC',
  );
  const minute = fc.integer({ min: Date.UTC(2025, 0) / 60_000, max: Date.UTC(2028, 0) / 60_000 });
  fc.assert(
    fc.property(zones, minute, fc.integer({ min: 1, max: 240 }), (zone, at, more) => {
      assert.ok(instantOf(at * 60_000, zone) <= instantOf((at + more) * 60_000, zone));
    }),
  );
});

test('a window is a release by the plan; several come in their order, and the nearest level wins', async () => {
  const one = '{ from: 2026-05-09T22:00, until: 2026-05-10T06:00, timezone: UTC }';
  const other = '{ from: 2026-05-03T00:00, until: 2026-05-03T06:00, timezone: Europe/Amsterdam }';
  const text = planWith(
    ['defaults:\n', `defaults:\n  estimateMinutes: 40\n  cutover: [${one}, ${other}]\n`],
    ['db-02,', 'db-02, cutover: manual,'],
  );
  const [first, second] = resolvePlan(await loadText(text)).groups[0]?.machines ?? [];
  assert.equal(first?.cutover, 'automatic');
  assert.equal(first.estimateMinutes, 40);
  assert.deepEqual(first.windows, [
    { from: '2026-05-02T22:00:00.000Z', until: '2026-05-03T04:00:00.000Z' },
    { from: '2026-05-09T22:00:00.000Z', until: '2026-05-10T06:00:00.000Z' },
  ]);
  assert.deepEqual([second?.cutover, second?.windows], ['manual', undefined]);
});
