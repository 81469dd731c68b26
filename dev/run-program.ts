import { spawn } from 'node:child_process';
import type { Environment } from './temporal-program.ts';

type RunOptions = {
  /** The program's whole environment. */
  readonly env: Environment;
  /** It is killed when it takes longer. */
  readonly limitSeconds: number;
  /** It is killed, too, when this is aborted; the reason stands in the answer's output. */
  readonly signal?: AbortSignal;
};

/**
 * Runs a program to its end, without input.
 * @returns `ok` when it ended with exit code 0; `output` is what it printed on both streams, or why it could not run
 */
export async function run(
  program: string,
  args: readonly string[],
  { env, limitSeconds, signal }: RunOptions,
): Promise<{ readonly ok: boolean; readonly output: string }> {
  const limit = AbortSignal.timeout(limitSeconds * 1000);
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      killSignal: 'SIGKILL',
    });
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    let output = '';
    const collect = (text: string) => (output += text);
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => (output += describe(error, limitSeconds)));
    child.on('close', (code) => {
      process.off('exit', kill);
      resolve({ ok: code === 0, output });
    });
  });
}

function describe(error: Error, limitSeconds: number): string {
  if (error.name !== 'AbortError') return error.message;
  return error.cause instanceof Error && error.cause.name !== 'TimeoutError'
    ? error.cause.message
    : `no end after ${limitSeconds} s`;
}
