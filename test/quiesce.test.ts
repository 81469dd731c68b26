import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { z } from 'zod';
import type { MachineStatus } from '../client/index.ts';
import {
  inAttention,
  inPhase,
  instanceIdOf,
  planOf,
  startWorld,
  until,
  type Scenario,
  type World,
} from './world.ts';

const write = z.object({ number: z.number(), at: z.string(), service: z.string(), arrived: z.boolean() });
const clouds = z.object({
  azure: z.object({
    writes: z.array(z.object({ instanceId: z.string(), count: z.number(), latest: z.array(write) })),
    holds: z.array(z.object({ instanceId: z.string(), write: z.number() })),
  }),
});

const payroll = { service: 'PayrollDb', everySeconds: 5, mib: 6 };
/** What takes so long to be sent that a person’s answer comes before. */
const bulk = { ...payroll, mib: 100 };
const audit = { service: 'AuditLog', everySeconds: 5, mib: 2 };
const ssm = { stop: { ssm: 'Stop-Service PayrollDb' }, start: { ssm: 'Start-Service PayrollDb' } };
/** Long enough in the clouds, which run fast here. */
const patient = { ...ssm, withinMinutes: 1440 };
const hasty = { ...ssm, withinMinutes: 1 };

/** An agent that sends slower than its machine writes: it has a backlog, and catches up at rest only. */
const replication = { mibPerSecond: 1, delaySeconds: 60, processSeconds: 90 };

test(
  'what was written before the machine came to rest is on the Azure VM',
  { concurrency: true },
  async (t) => {
    const world = await startWorld(t, { machines: 9, scenario: withWriters });
    const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
    await Promise.all([
      run('without a quiesce, writes are lost: this is how it is told', losesWrites),
      run('with one, none of before the marker, and those of the shutdown alone are', losesNone),
      run('while another service writes on, by a recovery point that is newer', byPoint),
      run('or the plan turns back when that takes too long, and the services work again', turnsBack),
      run('or a person decides, and going on is a recorded choice', goesOn),
      run('and turning back after the failover starts the services on the source', turnsBackLater),
      run('by a webhook as well, which is told where to start again', byWebhook),
      run('and a command that fails is for a person, before the stop', failsToStop),
      run('and one that fails in Azure leaves nothing there, and can be done by hand', failsToStart),
    ]);
  },
);

/** Those that are still at it when their time is over. */
const isSlow = (name: string) => name === 'm-04' || name === 'm-05';

function withWriters({ aws, azure }: Scenario): void {
  azure.replication = replication;
  for (const instance of aws.instances) {
    const writers = instance.name === 'm-03' ? [payroll, audit] : [isSlow(instance.name) ? bulk : payroll];
    instance.guest = { agent: {}, writers };
  }
}

async function losesWrites(world: World): Promise<void> {
  await cutOver(world, 'plain', 'm-01', {});
  await world.untilMachine('plain', 'm-01', inPhase('completed'));
  const { lost } = await lossOf(world, 'm-01');
  assert.ok(
    lost.some(({ service }) => service === 'PayrollDb'),
    'no write was lost: nothing is measured',
  );
}

async function losesNone(world: World): Promise<void> {
  await cutOver(world, 'rest', 'm-02', { quiesce: patient });
  const done = await world.untilMachine('rest', 'm-02', inPhase('completed'));
  const marker = markerOf(done);
  assert.equal(done.quiesce?.state, 'drained');
  assert.equal(done.quiesce.startedIn, 'azure');
  const { lost, all } = await lossOf(world, 'm-02');
  assert.ok(all.some(({ at }) => at < marker));
  assert.deepEqual(
    lost.filter(({ at }) => at < marker),
    [],
  );
  assert.deepEqual(
    lost.map(({ service }) => service),
    ['operating system'],
    'lost in life, too',
  );
  assert.match(
    story(done),
    /at rest since [^]*Nothing is pending[^]*The source is stopped[^]*work again, in Azure[^]*The Azure VM is validated/,
  );
}

async function byPoint(world: World): Promise<void> {
  await cutOver(world, 'busy', 'm-03', { quiesce: patient });
  const done = await world.untilMachine('busy', 'm-03', inPhase('completed'));
  const marker = markerOf(done);
  assert.ok((done.quiesce?.recoveryPoint?.time ?? '') > marker, JSON.stringify(done.quiesce));
  const { lost } = await lossOf(world, 'm-03');
  assert.deepEqual(
    lost.filter(({ at }) => at < marker),
    [],
  );
  assert.ok(
    lost.some(({ service, at }) => service === 'AuditLog' && at > marker),
    'later ones are lost',
  );
  assert.match(story(done), /is in the recovery point of [^]*, to the recovery point of /);
}

async function turnsBack(world: World): Promise<void> {
  await cutOver(world, 'late', 'm-04', { quiesce: { ...hasty, otherwise: 'turn-back' } });
  const back = await world.untilMachine('late', 'm-04', ({ turnedBack }) => turnedBack);
  assert.equal(back.phase, 'ready');
  assert.match(story(back), /Turned back, as the plan says[^]*applications work again on the source/);
  assert.equal((await world.ledger('StopInstances', instanceIdOf('m-04'))).length, 0);
  await writesAgain(world, 'm-04', markerOf(back));
}

async function goesOn(world: World): Promise<void> {
  await cutOver(world, 'asked', 'm-05', { quiesce: hasty });
  const asked = await world.untilMachine('asked', 'm-05', inAttention('NOT_DRAINED'));
  assert.match(asked.attention?.message ?? '', /MB are pending at the source/);
  assert.deepEqual(asked.attention?.choices, [
    'portage retry asked/m-05',
    'portage confirm asked/m-05 go-on',
    'portage turn-back asked/m-05',
  ]);
  await world.portage.confirm('asked', 'm-05', 'go-on');
  const done = await world.untilMachine('asked', 'm-05', inPhase('completed'));
  assert.equal(done.quiesce?.state, 'given-up');
  assert.match(story(done), /A recorded choice: it goes on although/);
  const { lost } = await lossOf(world, 'm-05');
  assert.ok(
    lost.some(({ at }) => at < markerOf(done)),
    'what was pending is lost',
  );
}

async function turnsBackLater(world: World): Promise<void> {
  await ready(world, 'later', 'm-06', { quiesce: patient });
  await world.fault({
    operation: 'VirtualMachines_Get',
    target: '/m-06',
    status: 403,
    code: 'AuthorizationFailed',
    count: 1,
  });
  await world.portage.requestFailover({ plan: 'later' });
  await world.untilMachine('later', 'm-06', inAttention('AuthorizationFailed'));
  await world.portage.turnBack({ plan: 'later', vm: 'm-06' }, {}, { afterFailover: true });
  const back = await world.untilMachine('later', 'm-06', inAttention('DELETE_AZURE_VM'));
  assert.equal(back.quiesce?.startedIn, 'source');
  assert.match(story(back), /The source is stopped[^]*applications work again on the source/);
  await writesAgain(world, 'm-06', markerOf(back));
}

async function byWebhook(world: World): Promise<void> {
  const heard: string[] = [];
  const receiver = createServer((request, response) => {
    heard.push(String(request.headers['idempotency-key']));
    response.end();
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const { port } = z.object({ port: z.number() }).parse(receiver.address());
  try {
    const webhook = `http://127.0.0.1:${port}/`;
    const quiesce = { stop: { webhook }, start: { webhook }, withinMinutes: 1, otherwise: 'go-on' };
    await cutOver(world, 'hooked', 'm-07', { quiesce });
    const done = await world.untilMachine('hooked', 'm-07', inPhase('completed'));
    assert.match(story(done), /A recorded choice: it goes on although/);
  } finally {
    receiver.close();
  }
  const plain = heard.map((key) => key.replace(/\/[0-9a-f-]{36}$/, ''));
  assert.deepEqual(plain, ['hooked/m-07/quiesce/stop', 'hooked/m-07/quiesce/start']);
}

async function failsToStop(world: World): Promise<void> {
  await cutOver(world, 'fails', 'm-08', { quiesce: { ...ssm, stop: { ssm: 'Stop-Service NoSuch' } } });
  const stuck = await world.untilMachine('fails', 'm-08', inAttention('QUIESCE_FAILED'));
  assert.equal(stuck.phase, 'quiescing');
  assert.match(stuck.attention?.message ?? '', /NoSuch/);
  await world.portage.turnBack({ plan: 'fails', vm: 'm-08' });
  const back = await world.untilMachine('fails', 'm-08', inPhase('ready'));
  assert.match(story(back), /applications work again on the source/);
  assert.equal((await world.ledger('StopInstances', instanceIdOf('m-08'))).length, 0);
}

async function failsToStart(world: World): Promise<void> {
  await cutOver(world, 'limps', 'm-09', { quiesce: { ...patient, start: { ssm: 'Start-Service NoSuch' } } });
  const stuck = await world.untilMachine('limps', 'm-09', inAttention('QUIESCE_FAILED'));
  assert.match(stuck.attention?.message ?? '', /The command on m-09 ended with [^]*NoSuch/);
  const { length: sent } = await accepted(world, 'VirtualMachineRunCommands_CreateOrUpdate', '/m-09/');
  assert.equal((await accepted(world, 'VirtualMachineRunCommands_Delete', '/m-09/')).length, sent);
  await world.portage.confirm('limps', 'm-09', 'started-by-hand');
  const end = await world.untilMachine('limps', 'm-09', inPhase('completed'));
  assert.match(story(end), /started by hand in Azure, as a person says/);
}

async function accepted(world: World, operation: string, target: string) {
  return (await world.ledger(operation, target)).filter(({ status }) => status < 300);
}

/** A write of its service that is younger than an instant. */
async function writesAgain(world: World, vm: string, since: string): Promise<void> {
  await until(
    async () =>
      (await writesOf(world, vm)).filter(({ service, at }) => service === 'PayrollDb' && at > since),
    (found) => found.length > 0,
  );
}

async function writesOf(world: World, vm: string) {
  const { azure } = clouds.parse(await world.state());
  return azure.writes.find(({ instanceId }) => instanceId === instanceIdOf(vm))?.latest ?? [];
}

async function cutOver(world: World, plan: string, vm: string, settings: object): Promise<void> {
  await ready(world, plan, vm, settings);
  await world.portage.requestFailover({ plan });
}

async function ready(world: World, plan: string, vm: string, settings: object): Promise<void> {
  const machine = { name: vm, instanceId: instanceIdOf(vm), ...settings };
  await world.portage.start(planOf(plan, {}, { groups: [{ name: 'all', vms: [machine] }] }));
  await world.untilMachine(plan, vm, inPhase('ready'));
}

/** The writes of a machine's source that its Azure VM does not have, as the clouds themselves know them. */
async function lossOf(world: World, vm: string) {
  const { azure } = clouds.parse(await world.state());
  const { latest } = azure.writes.find(({ instanceId }) => instanceId === instanceIdOf(vm)) ?? {};
  const held = azure.holds.find(({ instanceId }) => instanceId === instanceIdOf(vm))?.write;
  assert.ok(latest && held !== undefined, `nothing is known of the writes of ${vm}`);
  return { all: latest, lost: latest.filter(({ number }) => number > held) };
}

function markerOf({ quiesce }: MachineStatus): string {
  assert.ok(quiesce?.marker !== undefined, 'there is no marker');
  return quiesce.marker;
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
