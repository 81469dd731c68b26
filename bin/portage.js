#!/usr/bin/env node
// Starts Portage with a Node that can run it. In a clone: set-up, then the TypeScript sources as they stand. In an
// installed package: the built JavaScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isNewEnough, OLDEST_NODE, pinnedNode, runsTypeScriptQuietly } from './runtime.mjs';

const sources = new URL('../cli/main.ts', import.meta.url);
const built = new URL('../dist/cli/main.js', import.meta.url);

stopWhenNpmDies(process.env);

try {
  if (existsSync(sources)) await startClone();
  else await start(built, isNewEnough());
} catch (error) {
  if (error.forPeople !== true) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
  if (error.signal !== undefined) process.kill(process.pid, error.signal);
}

async function startClone() {
  const { ensureSetUp } = await import('../setup/set-up.mjs');
  await ensureSetUp();
  await start(sources, runsTypeScriptQuietly());
}

async function start(main, hereWillDo) {
  if (hereWillDo) {
    await import(main.href);
    return;
  }
  const node = pinnedNode(fileURLToPath(import.meta.url));
  if (node !== undefined) startWith(node, main);
  else if (isNewEnough()) startWith(process.execPath, main);
  else throw Object.assign(new Error(tooOld()), { forPeople: true });
}

function tooOld() {
  return (
    `Portage needs Node ${OLDEST_NODE} or later (24 is best); this is ${process.versions.node}, and npm installed none for ` +
    `${process.platform}-${process.arch} (were optional dependencies left out?). Install Node 24 and run the same command again.`
  );
}

/**
 * Runs the command line in a child, which has the terminal, and ends as it ends. Every signal to stop is passed on: from
 * a terminal's Ctrl-C the child then hears twice, as it does below `npm run`, and must take the two for one.
 */
function startWith(node, main) {
  const args = ['--disable-warning=ExperimentalWarning', fileURLToPath(main), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`Cannot start ${node}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/**
 * npm and its shell don't pass on a signal that only they get: they die and leave us behind. Below them, the end of
 * the parent is therefore taken as being told to stop.
 */
function stopWhenNpmDies(environment) {
  if (environment.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}
