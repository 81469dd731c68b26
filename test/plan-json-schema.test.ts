import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { planJsonSchema, planJsonSchemaFile } from '../plan/json-schema.ts';
import { soundPlan } from './plans/sound-plan.ts';

const published: unknown = JSON.parse(await readFile(planJsonSchemaFile, 'utf8'));
const editor = z.fromJSONSchema(z.record(z.string(), z.json()).parse(published));

/** Whether an editor that knows the published schema would mark something. */
const isMarked = (plan: unknown) => !editor.safeParse(plan).success;

test('the published JSON Schema is the one that the code makes; `node plan/json-schema.ts` renews it', () => {
  assert.deepEqual(published, JSON.parse(JSON.stringify(planJsonSchema())));
});

for (const file of ['demo.yaml', 'demo.json', 'forty-machines.yaml']) {
  test(`an editor marks nothing in examples/${file}`, async () => {
    const text = await readFile(new URL(`../examples/${file}`, import.meta.url), 'utf8');
    assert.deepEqual(editor.safeParse(parse(text)).error?.issues, undefined);
  });
}

const plan = z.record(z.string(), z.unknown()).parse(parse(soundPlan));
for (const [what, change] of [
  ['a misspelt key', { grup: [] }],
  ['a missing key', { groups: undefined }],
  ['a word that is no choice', { defaults: { cutover: 'tonight' } }],
  ['approvals that are only a number', { approvals: 2 }],
  ['a size that is none', { defaults: { target: { size: ['Standard_D2s_v5', 'D2s_v4'] } } }],
  ['a malformed id', { groups: [{ name: 'g', vms: [{ name: 'vm-1', instanceId: 'i-1' }] }] }],
] as const) {
  test(`an editor marks ${what}`, () => {
    assert.equal(isMarked(plan), false);
    assert.equal(isMarked(JSON.parse(JSON.stringify({ ...plan, ...change }))), true);
  });
}

test('every pattern also compiles as editors compile it, with Unicode rules', () => {
  const patterns = [...JSON.stringify(published).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];
  assert(patterns.length > 20);
  for (const [, pattern = ''] of patterns) new RegExp(z.string().parse(JSON.parse(pattern)), 'u');
});
