import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ProgramRequest } from './temporal-program.ts';

/** What a fetch that was killed left behind is removed by the first fetch after this long. */
const LEFTOVER_HOURS = 6;
const PARTIAL = '.partial-';

/**
 * The folder that keeps what was fetched, by the platform's custom: `$XDG_CACHE_HOME/portage` or `~/.cache/portage`;
 * `~/Library/Caches/portage` on macOS; `%LOCALAPPDATA%\portage` on Windows.
 */
export function cacheFolder({ env, platform }: Pick<ProgramRequest, 'env' | 'platform'>): string {
  const home = env.HOME ?? env.USERPROFILE ?? homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'portage');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'portage');
  const xdg = env.XDG_CACHE_HOME;
  return join(xdg === undefined || xdg === '' ? join(home, '.cache') : xdg, 'portage');
}

/** Where a program is kept once fetched. The name holds all that tells two of them apart. */
export function cachedFile(request: ProgramRequest): string {
  const { program, version, platform, arch } = request;
  return join(
    cacheFolder(request),
    `${program}-${version}-${platform}-${arch}${platform === 'win32' ? '.exe' : ''}`,
  );
}

/**
 * Fetches a program into a folder of its own and moves it to its place in one step, last: a fetch cut short leaves
 * nothing that looks whole, and of two at once the later one puts the same file there again.
 * @param fetch is given an empty folder, and returns the program's path in it
 * @returns the path in the cache
 */
export async function placeInCache(
  request: ProgramRequest,
  fetch: (folder: string) => Promise<string>,
): Promise<string> {
  const cache = cacheFolder(request);
  await removeLeftovers(cache);
  const folder = join(cache, `${PARTIAL}${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    const fetched = await fetch(folder);
    await chmod(fetched, 0o755);
    await rename(fetched, cachedFile(request));
    return cachedFile(request);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeLeftovers(cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const oldest = Date.now() - LEFTOVER_HOURS * 3_600_000;
  for (const name of await readdir(cache)) {
    if (!name.startsWith(PARTIAL)) continue;
    const leftover = join(cache, name);
    const found = await stat(leftover).catch(() => undefined); // another fetch may just have removed its own
    if (found !== undefined && found.mtimeMs < oldest) await rm(leftover, { recursive: true, force: true });
  }
}
