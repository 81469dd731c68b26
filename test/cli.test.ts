import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { isolatedEnvironment } from '../dev/isolated-environment.ts';
import { PortageClient, type PlanStatus } from '../client/index.ts';
import {
  listens,
  processesHidden,
  run,
  start,
  temporalCli,
  terminalMissing,
  type CommandOptions,
  type Ended,
  type RunningCommand,
} from './command.ts';
import { planStatus } from './plan-status.ts';

const examples = join(import.meta.dirname, '..', 'examples');
const demoPlan = join(examples, 'demo.yaml');

const addresses = z.strictObject({
  temporalAddress: z.string(),
  namespace: z.literal('default'),
  taskQueue: z.literal('portage'),
  webUi: z.url(),
  simulator: z.url(),
  scenario: z.string(),
});

/** Not the whole status: the temporal CLI prints an empty list as `null`. */
const planInShort = z.object({ plan: z.string(), state: z.literal('running') });

const resourceList = z.strictObject({
  plan: z.string(),
  resources: z.array(
    z.strictObject({
      cloud: z.enum(['aws', 'azure']),
      type: z.string(),
      id: z.string(),
      where: z.string(),
      relation: z.enum(['made', 'claimed', 'named']),
    }),
  ),
});

/** `portage dev`, and what can be asked of it. */
interface Dev {
  readonly command: RunningCommand;
  readonly addresses: z.infer<typeof addresses>;
  /** Runs `portage …` against it. */
  readonly portage: (...args: readonly string[]) => Promise<Ended>;
  readonly client: PortageClient;
}

describe('portage', { concurrency: 4 }, () => {
  test('dev, and every command of the runbook against it', carriesAPlanThrough);
  test('dev a second time, beside the other', { concurrency: true }, servesOthers);
  test('an invalid plan is refused with every place, before anything is contacted', refusesInvalidPlan);
  test('wrong usage says what is wrong and ends with 2', refusesWrongUsage);
  test('a server that cannot be reached ends with 4, and says which and what to do', saysUnreachable);
  test('doctor says where each value came from, and never a secret', doctorKeepsSecrets);
  test('dev whose scenario cannot be read says so and ends', { skip: processesHidden }, devNeedsScenario);
});

async function carriesAPlanThrough(t: TestContext): Promise<void> {
  const dev = await startDev(t);
  const { portage, client } = dev;

  await t.test('doctor finds nothing wrong', async () => {
    const { code, stdout } = await portage('doctor');
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^Temporal address +127\.0\.0\.1:\d+ +TEMPORAL_ADDRESS$/m);
    assert.match(stdout, /^ok {3}workers on task queue portage: 1$/m);
  });

  await t.test(
    'start says what it assumes; a second start attaches, and one with another content is refused',
    async () => {
      const first = await portage('start', demoPlan);
      assert.equal(first.code, 0, first.stderr);
      assert.match(first.stdout, /^Plan payroll is started$/m);
      assert.match(first.stderr, /^Assumed: testFailover: optional/m);

      const changed = join(await scratch(t), 'changed.yaml');
      const content = await readFile(demoPlan, 'utf8');
      await writeFile(changed, content.replace('Standard_D2s_v5', 'Standard_D4s_v5'));
      const [second, other] = await Promise.all([portage('start', demoPlan), portage('start', changed)]);
      assert.equal(second.code, 0, second.stderr);
      assert.match(second.stdout, /^Plan payroll runs already: nothing was started twice$/m);
      assert.equal(other.code, 1);
      assert.match(
        other.stderr,
        /^Plan payroll runs already, with another content.*portage apply <plan-file>/m,
      );
    },
  );

  await t.test(
    'apply shows what a changed file changes, and applies it only when that is confirmed',
    async () => {
      const folder = await scratch(t);
      const changed = join(folder, 'changed.yaml');
      const content = await readFile(demoPlan, 'utf8');
      await writeFile(changed, content.replace('inFlight: 200', 'inFlight: 150'));
      const unconfirmed = await portage('apply', changed);
      assert.equal(unconfirmed.code, 1);
      assert.match(unconfirmed.stdout, /^ {2}plan: limits\.inFlight: 200 → 150$/m);
      assert.match(unconfirmed.stderr, /^Nothing is applied to payroll: it was not confirmed.*--yes$/m);
      const applied = await portage('apply', changed, '--yes');
      assert.match(applied.stdout, /^Revision 1 of payroll is applied: 1 change$/m);
      const json = await portage('apply', demoPlan, '--yes', '--json');
      assert.deepEqual(z.looseObject({ applied: z.boolean() }).parse(JSON.parse(json.stdout)).applied, true);
      const renamed = join(folder, 'regrouped.yaml');
      await writeFile(renamed, content.replace('name: databases', 'name: data'));
      const refused = await portage('apply', renamed, '--yes');
      assert.equal(refused.code, 1);
      assert.match(refused.stdout, /^Refused:$/m);
      assert.match(
        (await portage('apply', demoPlan)).stdout,
        /^Plan payroll runs with this content already$/m,
      );
    },
  );

  await t.test('pause and resume answer, and the status shows it with the way on', async () => {
    assert.match((await portage('pause', 'payroll')).stdout, /^payroll is paused/);
    const paused = await portage('status', 'payroll');
    assert.match(
      paused.stdout,
      /^Plan payroll: running, paused;.*\n[^]*^Paused\. To go on: portage resume payroll$/m,
    );
    assert.match((await portage('resume', 'payroll')).stdout, /^payroll goes on$/m);
  });

  await t.test('status shows a plan, the plans, and a machine, and what can be done next', async () => {
    await untilPlan(client, ({ groups }) => machinesOf(groups).every(({ phase }) => phase === 'ready'));
    const [plan, plans, json, machine, machineJson] = await Promise.all([
      portage('status', 'payroll'),
      portage('status'),
      portage('status', 'payroll', '--json'),
      portage('status', 'payroll/web-04'),
      portage('status', 'payroll/db-01', '--json'),
    ]);
    for (const { code, stderr } of [plan, plans, json, machine, machineJson]) assert.equal(code, 0, stderr);
    assert.match(plan.stdout, /^databases {2}db-02 +ready$/m);
    assert.match(
      plan.stdout,
      /^Ready, not released: databases, web\. To cut over: portage failover payroll$/m,
    );
    assert.match(plans.stdout, /^payroll +6 +0 +0$/m);
    assert.equal(planStatus.parse(JSON.parse(json.stdout)).plan, 'payroll');
    assert.match(machine.stdout, /^payroll\/web-04: ready since /);
    assert.match(machine.stdout, /^Next: Cut over when you want: portage failover payroll\/web-04$/m);
    assert.match(machine.stdout, /^accepted LINUX_NVME: /m);
    assert.equal(z.object({ vm: z.string() }).parse(JSON.parse(machineJson.stdout)).vm, 'db-01');
  });

  await t.test('status --resources lists what belongs to a plan in both clouds', async () => {
    const { temporalAddress, namespace, simulator: simulatorUrl } = dev.addresses;
    const env = isolatedEnvironment(process.env, { temporalAddress, namespace, simulatorUrl, portage: {} });
    const [listed, json] = await Promise.all([
      run(t, ['status', '--resources', demoPlan], { env }),
      run(t, ['status', '--resources', demoPlan, '--json'], { env }),
    ]);
    for (const { code, stderr } of [listed, json]) assert.equal(code, 0, stderr);
    assert.match(listed.stdout, /^cloud +where +type +id +relation$/m);
    assert.match(listed.stdout, /^aws +eu-west-1 +instance +i-00000000000000eb4 +source, claimed$/m);
    assert.match(
      listed.stdout,
      /^azure +11111111-\S+ +replicationProtectedItems +\/\S+\/portage-payroll-db-01 +made by Portage$/m,
    );
    assert.match(listed.stdout, / replicationPolicies +\/\S+\/portage-24h +named by the plan$/m);
    const { plan, resources } = resourceList.parse(JSON.parse(json.stdout));
    assert.equal(plan, 'payroll');
    assert.deepEqual(
      resources.flatMap(({ relation, type }) => (relation === 'claimed' ? [type] : [])),
      Array.from({ length: 6 }, () => 'instance'),
    );
  });

  await t.test('what is not there is named in the answer', async () => {
    const [selection, machine, plan] = await Promise.all([
      portage('failover', 'payroll', '--vm', 'nope', '--group', 'nix'),
      portage('pause', 'payroll/nope'),
      portage('--debug', 'status', 'nope'),
    ]);
    for (const { code } of [selection, machine, plan]) assert.equal(code, 1);
    assert.match(selection.stderr, /Plan payroll has no machine nope, no group nix/);
    assert.match(
      machine.stderr,
      /^Plan payroll has no machine nope\. See which it has: portage status payroll$/m,
    );
    assert.match(plan.stderr, /This server knows no plan nope/);
    assert.match(plan.stderr, /^ +at .*portage-client/m, 'with --debug there is a stack trace');
  });

  await t.test(
    'failover releases, a manual action waits with its command, and complete answers it',
    async () => {
      await refuseStop(dev, 'i-0000000000000db01');
      await refuseStop(dev, 'i-00000000000000eb4');
      const released = await portage('failover', 'payroll');
      assert.equal(released.code, 0, released.stderr);
      assert.match(released.stdout, /^6 of 6 machines released; groups cut over in order: databases, web$/m);
      await untilPlan(client, ({ groups }) => groups[0]?.actions[0]?.state === 'open');

      const [open, wrong] = await Promise.all([
        portage('status', 'payroll'),
        portage('complete', 'payroll', 'databases/before/7'),
      ]);
      assert.equal(open.code, 3);
      assert.match(
        open.stdout,
        /^To do: Freeze the payroll run\n {2}then: portage complete payroll databases\/before\/1$/m,
      );
      assert.equal(wrong.code, 1);
      assert.match(wrong.stderr, /^No open action databases\/before\/7; open now: databases\/before\/1$/m);
      const done = await portage('complete', 'payroll', 'databases/before/1', '--json');
      assert.deepEqual(JSON.parse(done.stdout), { answer: 'databases/before/1 is done' });
    },
  );

  await t.test('a machine that needs a person says why and how to go on, and is turned back', async () => {
    await untilPlan(client, inAttention('db-01'));
    const [plan, machine] = await Promise.all([
      portage('status', 'payroll'),
      portage('status', 'payroll/db-01'),
    ]);
    for (const { code, stdout } of [plan, machine]) {
      assert.equal(code, 3);
      assert.match(stdout, /^Attention, db-01: Stop the source: .*UnauthorizedOperation/m);
      assert.match(stdout, /^ {2}portage retry payroll\/db-01$/m);
      assert.match(stdout, /^ {2}portage turn-back payroll\/db-01$/m);
    }
    assert.equal((await portage('turn-back', 'payroll/db-01')).code, 0);
    await untilPlan(client, inPhase('db-01', 'ready'));
  });

  await t.test('retry does a failed step again, and everything comes to its end', async () => {
    await untilPlan(client, inAttention('web-04'));
    const [retried, again] = await Promise.all([
      portage('retry', 'payroll', '--group', 'web'),
      portage('failover', 'payroll/db-01'),
    ]);
    assert.match(retried.stdout, /^Trying again: web-04$/m);
    assert.match(again.stdout, /^payroll\/db-01 cuts over now$/m);
    await client.untilEnded('payroll');
    const [ended, machine, refused, none] = await Promise.all([
      portage('status', 'payroll'),
      portage('status', 'payroll/web-04'),
      portage('pause', 'payroll'),
      portage('status'),
    ]);
    assert.equal(ended.code, 0);
    assert.match(ended.stdout, /^Plan payroll: done; 0 failed of 1 tolerated$/m);
    assert.match(
      machine.stdout,
      /^Azure VM: web-04, Standard_D2s_v5\nDown for \d+:\d\d, from stop to validation$/m,
    );
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^Plan payroll has ended: nothing can be asked of it any more/);
    assert.equal(none.stdout, 'No plan runs. Start one: portage start <plan-file>\n');
  });

  await t.test(
    'with NO_COLOR a terminal gets no escape sequence either',
    { skip: terminalMissing },
    async () => {
      const options = {
        onTerminal: true,
        env: { ...environmentOf(dev), TERM: 'xterm', NO_COLOR: '1' },
      } as const;
      const { code, stdout } = await run(t, ['status', 'payroll', '--watch'], options);
      assert.equal(code, 0);
      assert.match(stdout, /^Plan payroll: done/);
      assert.doesNotMatch(stdout, /\u001b/);
    },
  );

  await t.test(
    'dev ends when it is told to, having printed one line',
    { skip: processesHidden },
    async () => {
      dev.command.signal('SIGTERM');
      const { code, stdout, stderr } = await dev.command.ended;
      assert.equal(stderr, '');
      assert.equal(code, 0);
      assert.deepEqual(JSON.parse(stdout), dev.addresses);
      assert.equal(stdout.trimEnd().split('\n').length, 1);
      assert.deepEqual(await dev.command.leftBehind(), []);
      for (const address of [dev.addresses.temporalAddress, dev.addresses.webUi, dev.addresses.simulator])
        assert.equal(await listens(address), false, address);
    },
  );
}

async function servesOthers(t: TestContext): Promise<void> {
  const dev = await startDev(t);
  await Promise.all([
    t.test('a stranger with nothing but the temporal CLI starts a plan, looks at it and fails it over', () =>
      migratesWithTemporalCli(dev),
    ),
    t.test('a plan that no worker takes up does not answer, and the answer says what to do', (t) =>
      noticesMissingWorker(t, dev),
    ),
  ]);
}

async function migratesWithTemporalCli({ addresses, client }: Dev): Promise<void> {
  const workflow = ['--address', addresses.temporalAddress, '--workflow-id', 'portage/plan/payroll'];
  const temporal = async (...args: readonly string[]) => {
    const { stdout } = await promisify(execFile)(temporalCli, ['workflow', ...args, ...workflow], {
      env: {},
    });
    return stdout;
  };
  const input = join(examples, 'demo.json');
  await temporal('start', '--type', 'recoveryPlan', '--task-queue', 'portage', '--input-file', input);
  await untilPlan(client, ({ groups }) => machinesOf(groups).every(({ phase }) => phase === 'ready'));

  const answer = await temporal('query', '--type', 'status', '--output', 'json');
  const { queryResult } = z.object({ queryResult: z.tuple([planInShort]) }).parse(JSON.parse(answer));
  assert.equal(queryResult[0].plan, 'payroll');

  await temporal('signal', '--name', 'failover', '--input', '{"groups":["databases"]}');
  const { groups } = await untilPlan(client, ({ groups }) => groups[0]?.actions[0]?.state === 'open');
  assert.deepEqual(
    machinesOf(groups).flatMap(({ vm, released }) => (released ? [vm] : [])),
    ['db-01', 'db-02'],
  );
  await temporal('signal', '--name', 'failover');
  await temporal(
    'update',
    'execute',
    '--name',
    'completeAction',
    '--input',
    '{"action":"databases/before/1"}',
  );
  const end = await client.untilEnded('payroll');
  assert.deepEqual(new Set(machinesOf(end.groups).map(({ phase }) => phase)), new Set(['completed']));
}

async function noticesMissingWorker(t: TestContext, dev: Dev): Promise<void> {
  const orphan = join(await scratch(t), 'orphan.yaml');
  await writeFile(orphan, (await readFile(demoPlan, 'utf8')).replace('name: payroll', 'name: orphan'));
  const env = { ...environmentOf(dev), PORTAGE_TASK_QUEUE: 'elsewhere' };
  assert.equal((await plain(t, ['start', orphan], env)).code, 0);
  const [doctor, ...asked] = await Promise.all([
    plain(t, ['doctor'], env),
    plain(t, ['status', 'orphan'], env),
    plain(t, ['pause', 'orphan'], env),
  ]);
  assert.equal(doctor.code, 1);
  assert.match(doctor.stdout, /^FAIL workers on task queue elsewhere: none\. Start one: portage worker$/m);
  for (const { code, stderr } of asked) {
    assert.equal(code, 4);
    assert.equal(
      stderr,
      'Plan orphan did not answer. Does a worker run on task queue elsewhere? Start one: portage worker\n',
    );
  }
}

async function refusesInvalidPlan(t: TestContext): Promise<void> {
  const folder = await scratch(t);
  const file = join(folder, 'plan.yaml');
  const content = await readFile(demoPlan, 'utf8');
  await writeFile(file, content.replace('groups:', 'grup:').replace('region: eu-west-1', 'region: [eu]'));
  const server = await listening(t);
  const { code, stdout, stderr } = await plain(t, ['start', file], { TEMPORAL_ADDRESS: server.address });
  assert.equal(code, 2);
  assert.equal(stdout, '');
  const places = stderr
    .trimEnd()
    .split('\n')
    .map((line) => /^(.*):\d+:\d+ {2}\S/.exec(line)?.[1]);
  assert.ok(places.length >= 2, stderr);
  assert.deepEqual(new Set(places), new Set([file]));
  assert.match(stderr, /Did you mean `groups`\?/);
  assert.equal(server.heard(), 0);
}

async function refusesWrongUsage(t: TestContext): Promise<void> {
  const wrong: readonly (readonly [args: readonly string[], said: RegExp])[] = [
    [['stats'], /unknown command 'stats'\n\(Did you mean status\?\)/],
    [['status', 'a/b/c'], /Give a plan, or a plan and a machine/],
    [['status', 'a', '--watch', '--json'], /cannot be used with/],
    [['failover', 'a/b', '--group', 'c'], /a\/b is one machine/],
    [['dev', '--speed', 'fast'], /Give a number above 0/],
    [['start'], /missing required argument 'plan-file'/],
  ];
  const ended = await Promise.all(wrong.map(([args]) => plain(t, args)));
  for (const [index, { code, stdout, stderr }] of ended.entries()) {
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, wrong[index]?.[1] ?? /never/);
  }
  const help = await plain(t, ['--help']);
  assert.equal(help.code, 0);
  for (const command of [
    'demo',
    'dev',
    'start',
    'status',
    'failover',
    'complete',
    'retry',
    'turn-back',
    'doctor',
  ])
    assert.match(help.stdout, new RegExp(`^ {2}${command} `, 'm'));
}

async function saysUnreachable(t: TestContext): Promise<void> {
  const nobody = await closedPort();
  const env = { TEMPORAL_ADDRESS: nobody };
  const commands = [['status', 'payroll'], ['start', demoPlan], ['worker'], ['doctor']];
  const ended = await Promise.all(commands.map((args) => plain(t, args, env)));
  for (const { code, stdout, stderr } of ended) {
    assert.equal(code, 4, stderr);
    assert.match(stdout + stderr, new RegExp(`answers at ${nobody}.*TEMPORAL_ADDRESS`));
  }
}

async function doctorKeepsSecrets(t: TestContext): Promise<void> {
  const home = await scratch(t);
  const nobody = await closedPort();
  await mkdir(join(home, 'temporalio'));
  const profile = `[profile.production]\naddress = "${nobody}"\napi_key = "hush-toml"\n`;
  await writeFile(join(home, 'temporalio', 'temporal.toml'), profile);
  const { stdout, stderr } = await plain(t, ['doctor'], {
    XDG_CONFIG_HOME: home,
    TEMPORAL_PROFILE: 'production',
    TEMPORAL_NAMESPACE: '',
    TEMPORAL_TLS_CLIENT_KEY_DATA: 'hush-1',
    AWS_SECRET_ACCESS_KEY: 'hush-2',
    AWS_BEARER_TOKEN_BEDROCK: 'hush-3',
    AZURE_CLIENT_SECRET: 'hush-4',
    AZURE_CLIENT_ID: 'an-id',
    IDENTITY_HEADER: 'hush-5',
    HTTPS_PROXY: 'http://user:hush-6@proxy.example:3128',
    PORTAGE_POLL_INTERVAL: '5m',
  });
  assert.doesNotMatch(stdout + stderr, /hush/);
  const lines = stdout.split('\n').map((line) => line.split(/ {2,}/));
  for (const line of [
    ['Temporal address', nobody, 'temporal.toml, profile production'],
    ['Temporal namespace', 'default', 'default'],
    ['task queue', 'portage', 'default'],
    ['poll interval', '300 s', 'PORTAGE_POLL_INTERVAL'],
    ['AZURE_CLIENT_ID', 'an-id', 'environment'],
    ['AZURE_CLIENT_SECRET', '(set)', 'environment'],
    ['IDENTITY_HEADER', '(set)', 'environment'],
    ['HTTPS_PROXY', 'http://(set)@proxy.example:3128', 'environment'],
  ])
    assert.ok(
      lines.some((one) => one.join() === line.join()),
      `${line.join('  ')} is not in:\n${stdout}`,
    );
}

async function devNeedsScenario(t: TestContext): Promise<void> {
  const dev = await start(t, ['dev', '--scenario', 'nowhere.yaml']);
  const { code, stderr } = await dev.ended;
  assert.equal(code, 1);
  assert.match(stderr, /nowhere\.yaml/);
  assert.deepEqual(await dev.leftBehind(), []);
}

// ---- the world these commands meet

/** Starts `portage dev`, and takes it down at the test's end. */
async function startDev(t: TestContext): Promise<Dev> {
  const command = await start(t, ['dev', '--json', '--speed', '1000']);
  const told = addresses.parse(JSON.parse(await command.untilSaid(/^\{.*\}$/m)));
  const connection = { address: told.temporalAddress };
  const { namespace, taskQueue } = told;
  const client = await PortageClient.connect({ connection, namespace, taskQueue, identity: 'test' });
  t.after(() => client.close());
  const portage = (...args: readonly string[]) => plain(t, args, { TEMPORAL_ADDRESS: told.temporalAddress });
  return { command, addresses: told, portage, client };
}

const environmentOf = ({ addresses }: Dev) => ({ TEMPORAL_ADDRESS: addresses.temporalAddress });

/** Runs a command in a pipe: there, nothing is coloured, and without `--debug` no stack trace is shown. */
async function plain(
  t: TestContext,
  args: readonly string[],
  env: CommandOptions['env'] = {},
): Promise<Ended> {
  const ended = await run(t, args, { env });
  assert.doesNotMatch(ended.stdout + ended.stderr, /\u001b/);
  if (!args.includes('--debug')) assert.doesNotMatch(ended.stdout + ended.stderr, /^ +at /m);
  return ended;
}

/** Has EC2 refuse to stop an instance, once. */
async function refuseStop({ addresses }: Dev, target: string): Promise<void> {
  const fault = { operation: 'StopInstances', target, status: 403, code: 'UnauthorizedOperation', count: 1 };
  const body = JSON.stringify(fault);
  const { ok } = await fetch(`${addresses.simulator}/_portage/faults`, { method: 'POST', body });
  assert.ok(ok);
}

/** Looks until the plan is as wanted. The limit only keeps a broken test from hanging. */
async function untilPlan(
  client: PortageClient,
  isWanted: (status: PlanStatus) => boolean,
): Promise<PlanStatus> {
  for (const limit = Date.now() + 90_000; ; await sleep(100)) {
    const status = await client.planStatus('payroll');
    if (isWanted(status)) return status;
    assert.ok(Date.now() < limit, `never came: ${JSON.stringify(status, undefined, 1)}`);
  }
}

function machinesOf(groups: PlanStatus['groups']) {
  return groups.flatMap(({ machines }) => machines);
}

function inPhase(vm: string, phase: string): (status: PlanStatus) => boolean {
  return ({ groups }) => machinesOf(groups).some((one) => one.vm === vm && one.phase === phase);
}

function inAttention(vm: string): (status: PlanStatus) => boolean {
  return ({ groups }) => machinesOf(groups).some((one) => one.vm === vm && one.attention !== undefined);
}

async function scratch(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portage-cli-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** A server that counts who comes. */
async function listening(t: TestContext) {
  let visitors = 0;
  const server = createServer((socket) => {
    visitors += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return { address: addressOf(server), heard: () => visitors };
}

/** An address where nobody listens. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = addressOf(server);
  server.close();
  await once(server, 'close');
  return address;
}

function addressOf(server: ReturnType<typeof createServer>): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port');
  return `127.0.0.1:${address.port}`;
}
