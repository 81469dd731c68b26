import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const siteRecovery = ['survey.ts', 'policy-drift.ts', 'providers/classic.ts'];
const sources = [
  ...readdirSync(join(root, 'activities/preflight')).map((file) => `activities/preflight/${file}`),
  ...siteRecovery.map((file) => `activities/site-recovery/${file}`),
].map((path) => readFileSync(join(root, path), 'utf8'));
const tests = readdirSync(import.meta.dirname)
  .filter((file) => /preflight|^odd-|^check\.|activities-servers/.test(file) && !file.includes('findings'))
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'));

/** Ways to say a finding whose words come from another place than where it is raised. */
const composed: readonly (readonly [code: string, ways: readonly string[]])[] = [
  [
    'TEST_NETWORK_OPEN',
    ['is peered', 'network gateway', 'NAT gateway', 'through a route', 'default outbound access'],
  ],
  ['PATH_BLOCKED', ['security groups', 'acl-', 'Route table']],
  [
    'TO_BE_CREATED',
    ['Resource group', 'Virtual network', 'Subnet', 'stnew', 'vault-new', 'appliance', 'Policy'],
  ],
  [
    'APPLIANCE_UNHEALTHY',
    ['its health is', 'heartbeat', 'the health of', 'machines', 'certificate', 'overloaded', 'version'],
  ],
  ['GUEST_UNSEEN', ['does not manage', 'stopped reporting', 'not ended in time', 'does not allow']],
];

/** Codes whose weight is not always the same. */
const weighed: readonly (readonly [code: string, weights: readonly string[]])[] = [
  ['PATH_BLOCKED', ['blocker', 'warning']],
  ['APPLIANCE_UNHEALTHY', ['blocker', 'warning']],
];

test('every finding that there is has been provoked by a test', () => {
  const raised = sources.flatMap((source) => all(source, /'([A-Z][A-Z0-9_]{4,})'/g));
  const named = tests.join('\n');
  assert.deepEqual(
    raised.filter((code) => !new RegExp(`\\b${code}\\b`).test(named)),
    [],
  );
});

test('and so has each way to say it', () => {
  const ways = sources.flatMap(waysToSay);
  assert.ok(ways.length > 80, `${ways.length} were found`);
  const unsaid = ways.filter(({ code, words }) => {
    const others = ways.filter((other) => other.code === code && other.words !== words);
    const own = words.filter((word) => !others.some((other) => other.words.includes(word)));
    return (
      others.length > 0 &&
      own.length > 0 &&
      !saidOf(code).some((said) => own.some((word) => said.includes(word)))
    );
  });
  assert.deepEqual(unsaid, []);
});

test('also where its words come from elsewhere, or its weight is not always the same', () => {
  const patterns = tests.flatMap((text) => all(text, new RegExp(pattern, 'g')));
  const without = composed.flatMap(([code, ways]) =>
    ways.filter((way) => !patterns.some((said) => said.includes(way))).map((way) => `${code}: ${way}`),
  );
  assert.deepEqual(without, []);
  const unweighed = weighed.flatMap(([code, weights]) =>
    weights.filter((weight) => !new RegExp(`'${code}',\\s*'${weight}'`).test(tests.join('\n'))),
  );
  assert.deepEqual(unweighed, []);
});

interface Way {
  readonly code: string;
  /** What stands in its message whatever the machine: words of four letters or more. */
  readonly words: readonly string[];
}

/** Each message that a source has for a finding; one that chooses between two texts counts as two. */
function waysToSay(source: string): Way[] {
  const raising =
    /(?:\.(?:blocker|warning|info)\(|code:)\s*'([A-Z_]+)',[^`']*?(?:weight: '\w+',\s*message: )?(`(?:[^`\\]|\\.)*`|'[^']*')/g;
  return [...source.matchAll(raising)].flatMap(([, code = '', message = '']) =>
    alternatives(message).map((text) => ({ code, words: text.match(/[\p{L}]{4,}/gu) ?? [] })),
  );
}

/** Without what is filled in; `${x ? 'one' : 'other'}` makes two of it. */
function alternatives(message: string): string[] {
  const choice = /\$\{[^}]*\? '([^']{4,})' : '([^']{4,})'\}/.exec(message);
  const texts =
    choice === null ? [message] : [1, 2].map((at) => message.replace(choice[0], choice[at] ?? ''));
  return texts.map((text) => text.replaceAll(/\$\{[^}]*\}/g, ' '));
}

/** A regular expression as a test writes it. */
const pattern = String.raw`\s/((?:[^/\\\n]|\\.)+)/[,;)\]\n]`;

/** The first pattern after each mention of a code, as text. */
function saidOf(code: string): string[] {
  return tests.flatMap((text) => all(text, new RegExp(`'${code}'[^]{0,600}?${pattern}`, 'g')));
}

/** What the group of a pattern matched in a text, each time. */
function all(text: string, sought: RegExp): string[] {
  return [...text.matchAll(sought)].flatMap(([, group]) => group ?? []);
}
