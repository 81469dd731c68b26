import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { z } from 'zod';
import { temporalCli } from './command.ts';
import { planStatus } from './plan-status.ts';

const outcome = z.object({
  code: z.number(),
  stdout: z.string(),
  stderr: z.string(),
  heard: z.array(z.string()),
  tookNodeOptions: z.array(z.string()),
  ranCredentialProcess: z.boolean(),
  seen: z.object({ connect: z.number(), lookup: z.number() }),
  sentOutside: z.number(),
});

test('a demo whose caller has set everything against it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portage-hostile-'));
  t.after(() => rm(folder, { recursive: true }));
  const exitless = await networkWithoutExit(folder);
  const demo = await hostileDemo(t, folder, exitless.command);

  await t.test('is carried to its end', () => assert.equal(demo.code, 0, demo.stderr));

  await t.test('with --json it prints one document, the final status, and nothing else', () => {
    const { state, groups } = planStatus.parse(JSON.parse(demo.stdout));
    assert.equal(state, 'done');
    const machines = groups.flatMap((group) => group.machines);
    assert.equal(machines.length, 6);
    for (const { vm, phase } of machines) assert.equal(phase, 'completed', vm);
  });

  await t.test('reaches none of the servers that variables, profiles, files and proxies name', () => {
    assert.deepEqual(demo.heard, []);
    assert.equal(demo.ranCredentialProcess, false);
  });

  await t.test('gives NODE_OPTIONS, which is for the Node that the caller starts, to no worker', () => {
    assert.match(demo.tookNodeOptions.join('\n'), / demo --json$/m);
    assert.doesNotMatch(demo.tookNodeOptions.join('\n'), / worker$/m);
  });

  await t.test(
    'sends nothing outside loopback, its Temporal server and its worker neither',
    { skip: exitless.missing },
    () => {
      assert.ok(demo.seen.connect > 0 && demo.seen.lookup > 0, 'the witness is blind');
      assert.equal(demo.sentOutside, 0);
    },
  );
});

async function hostileDemo(t: TestContext, folder: string, command: readonly string[]) {
  const script = join(import.meta.dirname, 'hostile-demo.ts');
  const args = [...command, process.execPath, script, folder, temporalCli];
  const child = spawn('env', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return outcome.parse(JSON.parse(printed));
}

/**
 * A command that runs another in a network of its own, which has loopback and no other way out, and whose resolver lies
 * beyond that: the kernel counts every packet that has nowhere to go.
 */
async function networkWithoutExit(
  folder: string,
): Promise<{ readonly command: readonly string[]; readonly missing: string | false }> {
  const resolver = join(folder, 'resolv.conf');
  await writeFile(resolver, 'nameserver 192.0.2.53\noptions timeout:1 attempts:1\n');
  const enter = 'ip link set lo up && mount --bind "$0" /etc/resolv.conf && exec "$@"';
  const command = ['unshare', '--map-root-user', '--net', '--mount', 'sh', '-c', enter, resolver];
  const tried = spawnSync('env', [...command, 'true'], { encoding: 'utf8' });
  if (tried.status === 0) return { command, missing: false };
  const why = tried.error?.message ?? tried.stderr.trim();
  return { command: [], missing: `a network of its own is not to be had here: ${why}` };
}
