// `npm test`, and all that CI does: set-up, format check, lint, types, build, tests. Ends at the first that fails.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewEnough, pinnedNode } from '../bin/runtime.mjs';
import { ensureSetUp } from './set-up.mjs';
import { testEnvironment } from './test-environment.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const running = new Set();
let stopped = false;

/** A stage that failed; its output has been shown. */
class Failed extends Error {}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopAll(signal));

try {
  await ensureSetUp({ root });
  const node = testNode();
  const env = testEnvironment(process.env, root);
  // Lint takes as long as the others together, so that two lanes fill two cores.
  await Promise.all([
    stage('Temporal binaries', node, ['dev/fetch-temporal.ts'], process.env),
    stage('lint', node, ['node_modules/eslint/bin/eslint.js', '.'], env),
    (async () => {
      await stage('format', node, ['node_modules/prettier/bin/prettier.cjs', '--check', '.'], env);
      await stage('types', node, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], env);
      rmSync(join(root, 'dist'), { recursive: true, force: true });
      await stage('build', node, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], env);
    })(),
  ]);
  await withScratch((scratch) => runTests(node, env, scratch));
} catch (error) {
  stopAll('SIGTERM');
  if (!(error instanceof Failed) && error.forPeople !== true) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function testNode() {
  const node = pinnedNode(fileURLToPath(import.meta.url)) ?? (isNewEnough() ? process.execPath : undefined);
  if (node !== undefined) return node;
  throw new Failed(
    `There is no pinned Node for ${process.platform}-${process.arch}: run npm test with Node 24.`,
  );
}

/** Runs one stage; its output is shown only when it fails, and is kept without colours until then. */
async function stage(name, node, args, { FORCE_COLOR, ...env }) {
  const started = Date.now();
  const output = [];
  const ended = await run(node, args, { ...env, NO_COLOR: '1' }, ['ignore', 'pipe', 'pipe'], (chunk) =>
    output.push(chunk),
  );
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (ended === 0) {
    process.stdout.write(`${name}: ok (${seconds} s)\n`);
    return;
  }
  if (!stopped) process.stdout.write(Buffer.concat(output));
  throw new Failed(`npm test: ${name} failed (${ended}) after ${seconds} s; its output is above.`);
}

async function withScratch(use) {
  const scratch = mkdtempSync(join(tmpdir(), 'portage-test-'));
  try {
    await use(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The test runner's own closing lines are the last on standard output. */
async function runTests(node, env, scratch) {
  const count = join(scratch, 'count');
  const bundle = join(scratch, 'workflows.js');
  await stage('workflows', node, ['dev/bundle-workflows.ts', bundle], env);
  const ended = await run(
    node,
    [
      ...['--disable-warning=ExperimentalWarning', '--test', '--test-concurrency=3', '--test-timeout=420000'],
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...['--test-reporter=./setup/test-count.mjs', `--test-reporter-destination=${count}`],
      'test/**/*.test.ts',
    ],
    { ...env, NODE_COMPILE_CACHE: join(scratch, 'compiled'), PORTAGE_WORKFLOW_BUNDLE: bundle },
    ['ignore', 'inherit', 'inherit'],
  );
  if (ended !== 0) throw new Failed(`npm test: tests failed (${ended}).`);
  if (Number(readFileSync(count, 'utf8')) === 0) throw new Failed('npm test: no test ran.');
}

/** @returns exit code, or the name of the signal that ended it */
async function run(node, args, env, stdio, onOutput) {
  const child = spawn(node, args, { cwd: root, env, stdio });
  running.add(child);
  child.stdout?.on('data', onOutput);
  child.stderr?.on('data', onOutput);
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? signal));
    });
  } finally {
    running.delete(child);
  }
}

function stopAll(signal) {
  stopped = true;
  for (const child of running) child.kill(signal);
}
