import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const siteRecovery = ['survey.ts', 'policy-drift.ts', 'providers/classic.ts'];

test('every finding that there is has been provoked by a test', () => {
  const raising = [
    ...readdirSync(join(root, 'activities/preflight')).map((file) => `activities/preflight/${file}`),
    ...siteRecovery.map((file) => `activities/site-recovery/${file}`),
  ];
  const testing = readdirSync(import.meta.dirname).filter((file) => /preflight|^odd-|^check\./.test(file));
  const raised = raising.flatMap((path) => all(path, /'([A-Z][A-Z0-9_]{4,})'/g));
  const named = testing.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8')).join('\n');
  const unprovoked = raised.filter((code) => !new RegExp(`\\b${code}\\b`).test(named));
  assert.deepEqual(unprovoked, []);
});

/** What the group of a pattern matched in a file, each time. */
function all(path: string, pattern: RegExp): string[] {
  return [...readFileSync(join(root, path), 'utf8').matchAll(pattern)].flatMap(([, group]) => group ?? []);
}
