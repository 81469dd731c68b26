import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { run } from './run-program.ts';
import type { ProgramRequest } from './temporal-program.ts';

const LIMIT_SECONDS = 900;
/** A network that swallows packets instead of refusing them must not hold up a first start for long. */
const STALLED_SECONDS = 20;

/**
 * Lets the Temporal SDK download the program. Its Rust core does so only when it starts a server, and its runtime can be
 * set up once in a process: so that happens in a child, which starts the server and stops it again.
 * @returns the program's path in `folder`
 */
export async function downloadWithSdk(request: ProgramRequest, folder: string): Promise<string> {
  const child = join(import.meta.dirname, `temporal-download-child${extname(import.meta.filename)}`);
  const stalled = new AbortController();
  const watching = watchGrowth(folder, () => {
    stalled.abort(new Error(`nothing arrived for ${STALLED_SECONDS} s`));
  });
  try {
    const args = [child, request.program, request.version, folder];
    const { output } = await run(process.execPath, args, {
      env: request.env,
      limitSeconds: LIMIT_SECONDS,
      signal: stalled.signal,
    });
    const downloaded = (await readdir(folder)).find((name) => !name.endsWith('.downloading'));
    if (downloaded === undefined) throw new Error(lastLine(output));
    return join(folder, downloaded);
  } finally {
    clearInterval(watching);
  }
}

function watchGrowth(folder: string, onStall: () => void): NodeJS.Timeout {
  let size = 0;
  let quietSeconds = 0;
  return setInterval(() => {
    void sizeOf(folder).then((now) => {
      quietSeconds = now > size ? 0 : quietSeconds + 1;
      size = now;
      if (quietSeconds >= STALLED_SECONDS) onStall();
    });
  }, 1000);
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => found.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? 'it said nothing';
}
