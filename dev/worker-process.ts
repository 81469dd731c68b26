import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endsWithThisProcess } from './ends-with-this-process.ts';
import { LogTail } from './log-tail.ts';

/** A worker in a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** Lets activities under way end, then ends the process. May be called more than once. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

const commandLine = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../cli/main.ts' : '../cli/main.js', import.meta.url),
);
/**
 * Starts `portage worker` and waits until it polls its task queue. It ends when this process does.
 * @throws Error with the worker's last lines when it ends before it is ready.
 */
export async function startWorkerProcess(environment: Record<string, string>): Promise<WorkerProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', commandLine, 'worker'], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
  });
  const stop = endsWithThisProcess(child);
  const tail = new LogTail();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => tail.add(text));
  await ready(child, tail);
  return {
    pid: child.pid ?? 0,
    stop,
    async kill() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

async function ready(child: ChildProcess, tail: LogTail): Promise<void> {
  const outcome = await Promise.race([
    once(child, 'message').then(() => 'ready'),
    once(child, 'exit').then(() => 'ended'),
  ]);
  if (outcome === 'ended') throw new Error(`The worker ended before it was ready:\n${tail.text()}`);
}
