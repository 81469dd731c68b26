import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { scenarioSchema } from '../simulator/scenario.ts';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/simulator.md'), 'utf8');
/** Every word that stands on the page as code. */
const named = new Set(
  [...page.matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) => code.match(/[\w-]+/g) ?? []),
);

test('every key and every quirk of a scenario is on the page', () => {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any', reused: 'inline' });
  const keys = keysOf(schema);
  assert.ok(keys.size > 100);
  assert.deepEqual(
    [...keys].filter((key) => !named.has(key)),
    [],
  );
});

test('everything that a person can do, and every control path, is on the page', () => {
  const sources = readdirSync(join(root, 'simulator'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, 'simulator', name), 'utf8'))
    .join('\n');
  const actions = [...sources.matchAll(/action: z\.literal\('([a-z-]+)'\)/g)].map(
    ([, action = '']) => action,
  );
  assert.ok(actions.length > 5);
  assert.deepEqual(
    actions.filter((action) => !named.has(action)),
    [],
  );
  const paths = [...sources.matchAll(/case '((?:GET|POST|DELETE) [a-z]+)'/g)].map(([, path = '']) => path);
  assert.ok(paths.length > 5);
  assert.deepEqual(
    paths.filter((path) => !page.includes(`\`${path}`)),
    [],
  );
});

/** Every property that a JSON schema has anywhere. */
function keysOf(schema: unknown): ReadonlySet<string> {
  if (Array.isArray(schema)) return new Set(schema.flatMap((each) => [...keysOf(each)]));
  if (typeof schema !== 'object' || schema === null) return new Set();
  return new Set(
    Object.entries(schema).flatMap(([word, inner]: [string, unknown]) =>
      word === 'properties' && typeof inner === 'object' && inner !== null
        ? [...Object.keys(inner), ...keysOf(Object.values(inner))]
        : [...keysOf(inner)],
    ),
  );
}
