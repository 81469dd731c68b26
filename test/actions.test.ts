import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ListCommandsCommand, type Command } from '@aws-sdk/client-ssm';
import type { MachineStatus, PlanStatus } from '../client/index.ts';
import { parsePlan, type Plan } from '../plan/index.ts';
import type { Clouds } from '../activities/index.ts';
import { connectedTo, isolateProcess } from './cloud-world.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';
import { inAttention, inPhase, instanceIdOf, planOf, startWorld, until, type World } from './world.ts';

/** The world, what came to a receiver of webhooks, and the clouds as anybody sees them. */
interface Stage {
  readonly world: World;
  readonly clouds: Clouds;
  readonly hook: string;
  readonly calls: readonly { readonly key: string; readonly body: unknown }[];
}

test('actions', { concurrency: true }, async (t) => {
  const { hook, calls } = await startReceiver(t);
  const worker = {
    PORTAGE_ATTEMPT_TIMEOUT: '3s',
    PORTAGE_STICKY_TIMEOUT: '1s',
    PORTAGE_SETTLE_TIME: '100ms',
  };
  const world = await startWorld(t, { machines: 6, worker });
  const url = new URL(world.local.simulatorUrl);
  isolateProcess(url.href);
  const stage = { world, clouds: connectedTo(url).clouds, hook, calls };
  const run = (name: string, promise: (s: Stage) => Promise<void>) => t.test(name, () => promise(stage));
  await Promise.all([
    run('whose answer, and whose worker, is lost is done once', doneOnce),
    run('that fail before a stop turn the cutover back, where the plan says so', turnsBack),
    run('that fail go on, again, or ask, as the plan says', failsOfMachine),
    run('of a group that fail are done anew, by hand, or left out', failsOfGroup),
    run('that a person does are asked for, and can be left by turning back', asksPeople),
  ]);
});

/** Answers to commands are lost, and then the worker is killed while they run. */
async function doneOnce({ world, clouds, hook, calls }: Stage): Promise<void> {
  await world.fault({ operation: 'SendCommand', target: instanceIdOf('m-02'), drop: 'after', count: 1 });
  const put = 'VirtualMachineRunCommands_CreateOrUpdate';
  await world.portage.start(
    withActions('once', 'm-01', {
      cutover: 'manual',
      group: {
        before: [{ ssm: greeting, on: instanceIdOf('m-02') }, { webhook: `${hook}/flaky/group` }],
        after: [{ runCommand: greeting, on: 'm-01' }],
      },
      machine: {
        before: [{ ssm: greeting }, { webhook: `${hook}/machine` }],
        after: [{ runCommand: greeting }],
      },
    }),
  );
  await world.untilMachine('once', 'm-01', inPhase('ready'));
  // Nobody hears of its end for a while, and meanwhile the worker is killed.
  const unheard = { operation: 'GetCommandInvocation', target: instanceIdOf('m-01') };
  await world.fault({ ...unheard, status: 500, code: 'InternalServerError', count: 3 });
  await world.portage.requestFailover({ plan: 'once' });
  const before = await world.untilMachine('once', 'm-01', ({ actions }) => actions[0]?.state === 'open');
  assert.equal(before.phase, 'awaiting-cutover');
  await until(
    () => commandsOf(clouds, 'm-01'),
    (commands) => commands.length === 1,
  );
  await world.local.worker.kill();
  await world.local.startWorker();
  await world.untilMachine('once', 'm-01', inPhase('validating'));
  await world.fault({ operation: put, target: '/m-01/', drop: 'after', count: 1 });
  const done = await world.portage.untilEnded('once');

  assert.deepEqual(statesOf(done), ['done', 'done', 'done']);
  const machine = await world.portage.machineStatus('once', 'm-01');
  assert.deepEqual(
    machine.actions.map(({ state }) => state),
    ['done', 'done', 'done'],
  );
  await sent(clouds, 'm-01', 1);
  await sent(clouds, 'm-02', 1);
  const named = (await world.ledger(put, '/m-01/')).map(({ target }) => target.split('/').at(-1));
  const removed = (await world.ledger('VirtualMachineRunCommands_Delete', '/m-01/')).length;
  assert.equal(new Set(named).size, named.length, 'no run command is sent twice');
  assert.equal(named.length, removed, 'and none stays');
  const group = calls.filter(({ key }) => key === 'once/all/before/2');
  assert.equal(group.length, 2, 'the receiver refused it once, and got it again under the same key');
  assert.deepEqual(group[1]?.body, { plan: 'once', group: 'all', action: 'all/before/2' });
  const own = calls.filter(({ key }) => key.startsWith('once/all/m-01/before/2/'));
  assert.deepEqual(
    own.map(({ body }) => body),
    [{ plan: 'once', group: 'all', vm: 'm-01', action: 'all/m-01/before/2' }],
  );
  assert.match(
    story(machine),
    /Done: commands all\/m-01\/before\/1 on m-01[^]*The source is stopped[^]*The commit is accepted[^]*Done: commands all\/m-01\/after\/1/,
  );
}

async function turnsBack({ world }: Stage): Promise<void> {
  const before = [{ ssm: failing, otherwise: 'turn-back' }];
  await world.portage.start(withActions('back', 'm-03', { machine: { before } }));
  const back = await world.untilMachine('back', 'm-03', ({ turnedBack }) => turnedBack);
  assert.equal(back.phase, 'ready');
  assert.match(story(back), /Turned back, as the plan says: all\/m-03\/before\/1 has failed/);
  assert.equal((await world.ledger('StopInstances', instanceIdOf('m-03'))).length, 0);
}

async function failsOfMachine({ world, clouds, hook }: Stage): Promise<void> {
  await world.portage.start(
    withActions('fails', 'm-04', {
      machine: {
        before: [{ ssm: failing, retries: 2, otherwise: 'go-on' }],
        after: [{ runCommand: failing }, { webhook: `${hook}/gone` }],
      },
    }),
  );
  const asked = await world.untilMachine('fails', 'm-04', inAttention('ACTION_FAILED'));
  assert.equal(asked.phase, 'finishing');
  assert.deepEqual(asked.attention?.choices, [
    'portage retry fails/m-04',
    'portage skip fails/m-04',
    'portage confirm fails/m-04 done',
  ]);
  assert.match(asked.attention.message, /m-04 ended with 1: .*NoSuchService/);
  await sent(clouds, 'm-04', 3);
  const { since } = asked.attention;
  await world.portage.retry({ plan: 'fails', vm: 'm-04' });
  await world.untilMachine(
    'fails',
    'm-04',
    ({ attention }) => attention !== undefined && attention.since > since,
  );
  await world.portage.skip({ plan: 'fails', vm: 'm-04' });
  await world.untilMachine('fails', 'm-04', inAttention('WEBHOOK_FAILED'));
  await world.portage.confirm('fails', 'm-04', 'done');
  const done = await world.untilMachine('fails', 'm-04', inPhase('completed'));
  assert.deepEqual(
    done.actions.map(({ state }) => state),
    ['skipped', 'skipped', 'done'],
  );
  assert.match(
    story(done),
    /before\/1 failed and is done again[^]*Gone on without it, as the plan says[^]*Left out: all\/m-04\/after\/1[^]*Confirmed by local: done/,
  );
}

async function failsOfGroup({ world, clouds }: Stage): Promise<void> {
  const before = [
    { ssm: failing, on: 'm-05' },
    { ssm: failing, on: 'm-05', otherwise: 'go-on' },
    { ssm: failing, on: 'm-05' },
  ];
  await world.portage.start(withActions('group', 'm-05', { group: { before } }));
  const asks = (action: string, since = '') =>
    world.untilPlan('group', ({ attention }) => attention?.step === action && attention.since > since);
  const { attention } = await asks('all/before/1');
  assert.equal(attention?.code, 'ACTION_FAILED');
  assert.deepEqual(attention.choices, [
    'portage retry group',
    'portage complete group all/before/1',
    'portage skip group',
  ]);
  await world.portage.retry({ plan: 'group' });
  await asks('all/before/1', attention.since);
  await world.portage.completeAction('group', 'all/before/1');
  await asks('all/before/3');
  await sent(clouds, 'm-05', 4);
  await world.portage.skip({ plan: 'group' });
  const done = await world.portage.untilEnded('group');
  assert.deepEqual(statesOf(done), ['done', 'skipped', 'skipped']);
}

async function asksPeople({ world }: Stage): Promise<void> {
  const own = { before: [{ manual: 'Take it out of the load balancer' }] };
  await world.portage.start(withActions('people', 'm-06', { machine: own }));
  const asked = await world.untilMachine('people', 'm-06', inAttention('ACTION_TO_DO'));
  assert.equal(asked.attention?.kind, 'planned');
  assert.equal(asked.attention.message, 'Take it out of the load balancer');
  await world.portage.turnBack({ plan: 'people', vm: 'm-06' });
  await world.untilMachine('people', 'm-06', ({ turnedBack }) => turnedBack);
  await world.portage.requestFailover({ plan: 'people', vm: 'm-06' });
  await world.untilMachine('people', 'm-06', inAttention('ACTION_TO_DO'));
  await world.portage.confirm('people', 'm-06', 'done');
  const done = await world.untilMachine('people', 'm-06', inPhase('completed'));
  assert.match(story(done), /Done: Take it out of the load balancer[^]*The source is stopped/);
}

const greeting = 'Write-Output done';
const failing = 'Stop-Service NoSuchService';

/** A plan of one machine that cuts over by itself. */
function withActions(
  name: string,
  vm: string,
  {
    group = {},
    machine = {},
    cutover = 'automatic',
  }: {
    readonly group?: object;
    readonly machine?: object;
    readonly cutover?: 'manual' | 'automatic';
  },
): Plan {
  const plan = planOf(name, { all: [vm] });
  return parsePlan({
    ...plan,
    defaults: { ...plan.defaults, cutover },
    groups: [{ name: 'all', ...group, vms: [{ name: vm, instanceId: instanceIdOf(vm), ...machine }] }],
  });
}

/** The commands of actions that an instance was sent. */
async function commandsOf(clouds: Clouds, vm: string): Promise<readonly Command[]> {
  const { Commands = [] } = await clouds
    .ssm('eu-west-1')
    .send(new ListCommandsCommand({ InstanceId: instanceIdOf(vm), MaxResults: 50 }));
  return Commands.filter(({ Comment }) => Comment?.startsWith('Portage, action: '));
}

async function sent(clouds: Clouds, vm: string, wanted: number): Promise<void> {
  const commands = await commandsOf(clouds, vm);
  assert.equal(commands.length, wanted, `${vm}: ${JSON.stringify(commands)}`);
}

function statesOf({ groups }: PlanStatus): string[] {
  return groups.flatMap(({ actions }) => actions.map(({ state }) => state));
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}

/** A receiver that refuses the first call under `/flaky`, and all under `/gone`. */
async function startReceiver(t: TestContext): Promise<Pick<Stage, 'hook' | 'calls'>> {
  const calls: { path: string; key: string; body: unknown }[] = [];
  const hook = await startWebhookReceiver(t, ({ path, headers, body }, response) => {
    calls.push({ path, key: String(headers['idempotency-key']), body: JSON.parse(body) });
    const isFirst = path.startsWith('/flaky') && calls.filter(({ path: one }) => one === path).length === 1;
    response.writeHead(path === '/gone' ? 410 : isFirst ? 503 : 204).end();
  });
  return { hook, calls };
}
