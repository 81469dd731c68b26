// Installs what package-lock.json asks for, when it is not installed yet. Plain JavaScript without dependencies:
// it runs on the machine's own Node (20 or later), before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdingLock } from './lock.mjs';

const clone = fileURLToPath(new URL('..', import.meta.url));

/** What npm reads in package.json to decide what to install; editing a script there needs no new install. */
const DEPENDENCY_FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
];

/**
 * What stands first among npm's arguments wins over the user's own configuration, so that neither NODE_ENV=production,
 * nor `omit`, nor `engine-strict` (the machine's Node may be older than Portage's) changes what is installed.
 * No package here needs its install script.
 */
const NPM_ARGUMENTS = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--engine-strict=false',
  '--global=false',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

/**
 * Makes sure that everything in package-lock.json is installed. Costs a few milliseconds when it is; safe to
 * interrupt at any moment, and to run twice at once. Writes to standard error only.
 * @param {{ root?: string, say?: (line: string) => void }} options `root`: the clone
 * @throws {SetUpFailed} with npm's whole output, when npm fails
 */
export async function ensureSetUp({ root = clone, say = (line) => process.stderr.write(`${line}\n`) } = {}) {
  if (isSetUp(root)) return;
  await holdingLock(root, say, async () => {
    if (isSetUp(root)) return; // another process has just done it
    say('Installing dependencies with npm (once; about a minute) …');
    const started = Date.now();
    await npmCi(root);
    stampSetUp(root);
    say(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`);
  });
}

/** True when the last complete install was of just these dependencies, for this platform. */
export function isSetUp(root) {
  try {
    return readFileSync(stampFile(root), 'utf8') === wanted(root);
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Notes that what package-lock.json asks for is installed. Call it last. */
export function stampSetUp(root) {
  writeFileSync(stampFile(root), wanted(root));
}

/** Inside node_modules, which `npm ci` empties first: an install cut short leaves no stamp. */
function stampFile(root) {
  return join(root, 'node_modules', '.portage-set-up');
}

function wanted(root) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const hash = createHash('sha256');
  hash.update(readFileSync(join(root, 'package-lock.json')));
  hash.update(JSON.stringify(DEPENDENCY_FIELDS.map((field) => manifest[field])));
  hash.update(`${process.platform}-${process.arch}`);
  return hash.digest('hex');
}

/** Runs `npm ci`, silent unless it fails. A signal to this process ends npm first, then this process. */
async function npmCi(root) {
  const { command, args, shell } = npm(process.env);
  const child = spawn(command, [...args, ...NPM_ARGUMENTS], {
    cwd: root,
    shell,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));

  let interruptedBy;
  const forward = (signal) => {
    interruptedBy = signal;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  try {
    const ended = await new Promise((resolve, reject) => {
      child.on('error', (error) => reject(new SetUpFailed(`Cannot run npm (${command}): ${error.message}`)));
      child.on('close', (code, signal) => resolve(code ?? signal));
    });
    if (interruptedBy !== undefined) throw new Interrupted(interruptedBy);
    if (ended !== 0) throw new SetUpFailed(failure(root, ended, Buffer.concat(output).toString()));
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}

/** Set-up could not be finished; the message is all that a person needs. */
export class SetUpFailed extends Error {
  /** The launcher prints such an error's message, without a stack trace. */
  forPeople = true;
}

/** The user pressed Ctrl-C (or a signal came) while npm was at work. */
export class Interrupted extends SetUpFailed {
  constructor(signal) {
    super(`Set-up was interrupted (${signal}). Run the same command again: it starts over where needed.`);
    this.signal = signal;
  }
}

/**
 * The npm that runs us, or else `npm` from PATH. `npm_execpath` is set by yarn and pnpm too, and by npx to a file
 * that would run a package called `ci`.
 */
export function npm(env, platform = process.platform) {
  const runner = env.npm_execpath ?? '';
  if (/^(npm|npx)-cli\.c?js$/.test(basename(runner))) {
    return {
      command: process.execPath,
      args: [join(dirname(runner), basename(runner).replace('npx', 'npm'))],
      shell: false,
    };
  }
  return { command: 'npm', args: [], shell: platform === 'win32' };
}

function failure(root, ended, output) {
  return [
    output.trimEnd(),
    '',
    `\`npm ci\` failed in ${root} (${typeof ended === 'number' ? `exit code ${ended}` : ended}); its output is above.`,
    'If the package registry cannot be reached, check the network, a proxy, and `npm config get registry`, then run the same command again.',
    'If package.json and package-lock.json disagree, run `npm install` once.',
  ].join('\n');
}
