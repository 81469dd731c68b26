import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for the end of its input, which comes when the process that holds the other end is gone, then kills a group. */
const WATCHDOG = 'read -r _; kill -s KILL -- "-$1" 2>/dev/null';

/**
 * Ties a child to this process: it is killed when this process ends, even by SIGKILL (not on Windows: there only by an
 * ordinary end).
 * @param child started with `detached: true`, so that it leads a process group of its own
 * @param options.graceSeconds between SIGTERM and SIGKILL; 0: SIGKILL at once
 * @returns a function that ends the child's group and waits until it is gone; it may be called again
 */
export function endsWithThisProcess(child: ChildProcess, { graceSeconds = 5 } = {}): () => Promise<void> {
  const { pid } = child;
  if (pid === undefined) return () => Promise.resolve(); // it could not be started

  const watchdog = watch(pid);
  const kill = () => signalGroup(pid, 'SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', kill);
      watchdog?.kill('SIGKILL'); // the id of a group that is gone may be given to another
      resolve();
    });
  });

  let stopped: Promise<void> | undefined;
  return () => (stopped ??= stop(pid, ended, graceSeconds));
}

async function stop(pid: number, ended: Promise<void>, graceSeconds: number): Promise<void> {
  if (graceSeconds > 0) {
    signalGroup(pid, 'SIGTERM');
    const grace = new AbortController();
    const over = sleep(graceSeconds * 1000, undefined, { signal: grace.signal }).catch(() => undefined);
    await Promise.race([ended, over]);
    grace.abort();
  }
  signalGroup(pid, 'SIGKILL'); // what is left of the group, when its leader has ended in time
  await ended;
}

function watch(pid: number): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'portage-watchdog', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // a terminal's Ctrl-C is not for it
    env: {},
  });
  watchdog.unref();
  return watchdog;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
