import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startLoopbackRegistry } from './loopback-registry.ts';
import { SmallClone } from './small-clone.ts';

const oldNode = findOldNode();
const withoutOldNode = oldNode === undefined ? 'there is no Node older than 22.18 on PATH' : false;

async function freshClone(t: TestContext) {
  const registry = await startLoopbackRegistry(t);
  return { registry, clone: new SmallClone(t, registry) };
}

test('a fresh clone is set up, says so on standard error only, and runs what was asked for', async (t) => {
  const { clone } = await freshClone(t);
  const { code, stdout, stderr } = await clone.run(['status', '--json']);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, '["status","--json"]\n');
  assert.match(stderr, /^Installing dependencies .*\nDependencies installed in \d+ s\.\n$/);
  assert.ok(clone.isInstalled);
});

test('what is set up is not set up again, not even when a script of package.json was edited', async (t) => {
  const { registry, clone } = await freshClone(t);
  await clone.run([]);
  registry.mood = 'has-nothing';
  clone.write({ scripts: { demo: 'node bin/portage.js demo' } });
  assert.deepEqual(await clone.run(['again']), { code: 0, signal: null, stdout: '["again"]\n', stderr: '' });
});

test('other dependencies in package.json are noticed', async (t) => {
  const { clone } = await freshClone(t);
  await clone.run([]);
  clone.write({ dependencies: { tiny: '1.0.0', other: '1.0.0' } });
  const { code, stderr } = await clone.run([]);
  assert.equal(code, 1);
  assert.match(stderr, /\bother\b/);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`a set-up cut short by ${signal} takes npm with it, and is done whole the next time`, async (t) => {
    const { registry, clone } = await freshClone(t);
    registry.mood = 'hangs';
    const { child, ended } = clone.start([]);
    await registry.untilAsked();
    child.kill(signal);
    const { stdout, signal: endedBy } = await ended;
    await registry.untilLeft();
    assert.equal(endedBy, signal);
    assert.equal(stdout, '');

    registry.mood = 'answers';
    const { code } = await clone.run([]);
    assert.equal(code, 0);
    assert.ok(clone.isInstalled);
  });
}

test('a set-up that was killed with no chance to clean up does not block the next one', async (t) => {
  const { registry, clone } = await freshClone(t);
  registry.mood = 'hangs';
  const { child, ended } = clone.start([]);
  await registry.untilAsked();
  child.kill('SIGKILL');
  await once(child, 'exit');

  registry.mood = 'answers';
  const { code, stderr } = await clone.run([]);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /Another process/);
  registry.close(); // the orphaned npm gives up
  await ended;
});

test('of two at once one installs, and both run', async (t) => {
  const { registry, clone } = await freshClone(t);
  const endings = await Promise.all([clone.run(['first']), clone.run(['second'])]);
  assert.deepEqual(
    endings.map(({ code, stdout }) => ({ code, stdout })),
    [
      { code: 0, stdout: '["first"]\n' },
      { code: 0, stdout: '["second"]\n' },
    ],
  );
  assert.equal(registry.downloads, 1, JSON.stringify(endings));
});

test('when npm fails, its output is shown whole, with what to do, even below `npm --silent`', async (t) => {
  const { registry, clone } = await freshClone(t);
  registry.mood = 'has-nothing';
  const { code, stdout, stderr } = await clone.run([], { env: { npm_config_loglevel: 'silent' } });
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /npm error code E404/);
  assert.match(stderr, /`npm ci` failed in .*clone.* \(exit code 1\)/);
  assert.doesNotMatch(stderr, /^ +at /m);
});

test("the user's npm settings do not leave anything out", async (t) => {
  const { clone } = await freshClone(t);
  clone.write({ engines: { node: '>=99' } });
  const env = { NODE_ENV: 'production', npm_config_omit: 'dev optional', npm_config_engine_strict: 'true' };
  const { code, stderr } = await clone.run([], { env });
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /EBADENGINE/);
});

test('a package manager that is not npm, or npx, is not mistaken for npm', async (t) => {
  const { clone } = await freshClone(t);
  const env = { npm_execpath: join(clone.folder, 'yarn.js') }; // is not there: to run it would fail
  const { code, stderr } = await clone.run([], { env });
  assert.equal(code, 0, stderr);
});

test('an exit code is passed on', { skip: withoutOldNode }, async (t) => {
  const { clone } = await freshClone(t);
  const { code, stdout } = await clone.run(['3'], { node: oldNode ?? '' });
  assert.equal(code, 3);
  assert.equal(stdout, '["3"]\n');
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} to the launcher alone stops the command line`, { skip: withoutOldNode }, async (t) => {
    const { clone } = await freshClone(t);
    const { child, ended } = clone.start(['wait'], { node: oldNode ?? '' });
    await once(child.stdout, 'data');
    child.kill(signal);
    const { code, stdout } = await ended;
    assert.equal(stdout, `["wait"]\nstopped by ${signal}\n`);
    assert.equal(code, 7);
  });
}

test(
  'a Node that is too old says what is needed, in one line, when none is pinned',
  { skip: withoutOldNode },
  async (t) => {
    const { clone } = await freshClone(t);
    clone.removePinnedNode();
    await clone.run([]);
    const { code, stdout, stderr } = await clone.run([], { node: oldNode ?? '' });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^Portage needs Node 22\.18 or later .*\n$/);
  },
);

/** The machine's own Node may be one that cannot run Portage; `npm test` puts the pinned one before it. */
function findOldNode(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .filter((node) => existsSync(node))
    .find((node) => /^v(1\d|2[01]|22\.1[0-7]|22\.\d)\./.test(execFileSync(node, ['--version']).toString()));
}
