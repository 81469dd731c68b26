import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playAll } from '../chaos/campaign.ts';
import { drawRun } from '../chaos/draw-run.ts';
import { machineInvariants } from '../chaos/machine-invariants.ts';
import { mistakes } from '../chaos/mistakes.ts';
import { textWith } from '../chaos/planted-sources.ts';
import { runInvariants } from '../chaos/run-invariants.ts';
import { invariants } from '../chaos/broken.ts';

/** Small plans, among them one with a namesake that is turned back, one whose plan is terminated, one whose worker is killed. */
const seeds = [2, 6, 30, 33, 39];

test('what always holds, holds in runs that are drawn from a seed', async () => {
  const { played } = await playAll(seeds.map(drawRun), {
    environment: process.env,
    ...{ worlds: 2, together: 5, limitSeconds: 180 },
    played: () => undefined,
  });
  for (const { run, broken, unfinished } of played)
    assert.deepEqual({ broken, unfinished }, { broken: [], unfinished: [] }, `seed ${run.seed}`);
});

test('the same seed draws the same run', () => {
  assert.deepEqual(drawRun(17), drawRun(17));
  assert.notDeepEqual(drawRun(17), drawRun(18));
});

test('every invariant is judged', () => {
  const judged = [...machineInvariants, ...runInvariants].map(({ invariant }) => invariant);
  assert.deepEqual(judged.sort(), [...invariants].sort());
});

test('every mistake of the self-test can still be planted', async () => {
  for (const mistake of mistakes) assert.notEqual(await textWith(mistake), '');
});
