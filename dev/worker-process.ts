import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endsWithThisProcess } from './ends-with-this-process.ts';
import { LogExcerpt } from './log-excerpt.ts';

/** A worker in a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** Resolves with its first and last lines when it has ended, for whatever reason. */
  readonly ended: Promise<string>;
  /** Lets activities under way end, then ends the process. May be called more than once. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/** What may be otherwise about a worker's process. */
export interface WorkerProcessOptions {
  /** Ends it while it still starts. */
  readonly stop?: AbortSignal;
  /** Hears all that it prints. */
  readonly listen?: (text: string) => void;
  /** The command line that is run instead of this one: a worker of other sources. */
  readonly commandLine?: string;
}

const ownCommandLine = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../cli/main.ts' : '../cli/main.js', import.meta.url),
);

/**
 * Starts `portage worker` and waits until it polls its task queue. It ends when this process does.
 * @throws Error with the worker's words when it ends before it is ready.
 */
export async function startWorkerProcess(
  environment: Record<string, string>,
  { stop: stopped, listen, commandLine = ownCommandLine }: WorkerProcessOptions = {},
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', commandLine, 'worker'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
  });
  const stop = endsWithThisProcess(child);
  const log = new LogExcerpt();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log.add(text);
    listen?.(text);
  });
  const ended = once(child, 'close').then(() => log.text());
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  await ready(child, ended, kill, stopped);
  return { pid: child.pid ?? 0, ended, stop, kill };
}

async function ready(
  child: ChildProcess,
  ended: Promise<string>,
  kill: () => Promise<void>,
  stopped?: AbortSignal,
): Promise<void> {
  const onStop = () => void kill();
  stopped?.addEventListener('abort', onStop);
  try {
    const words = await Promise.race([once(child, 'message').then(() => undefined), ended]);
    stopped?.throwIfAborted();
    if (words !== undefined) throw new Error(`The worker ended before it was ready:\n${words}`);
  } finally {
    stopped?.removeEventListener('abort', onStop);
  }
}
