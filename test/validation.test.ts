import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MachineStatus } from '../client/index.ts';
import type { Plan } from '../plan/index.ts';
import { inAttention, inPhase, planOf, startWorld, type Scenario, type World } from './world.ts';

test('the plan’s checks before the commit', { concurrency: true }, async (t) => {
  const world = await startWorld(t, {
    machines: 5,
    scenario: withListeners,
    worker: { PORTAGE_VALIDATION_TIMEOUT: '8s', PORTAGE_SETTLE_TIME: '500ms' },
  });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('are made from the guest, and from another VM, and stand in the status', pass),
    run('that fail are made again for a time, then a person is asked, who may accept', fail),
    run('that fail are made anew on a retry', anew),
    run('that nobody could make are inconclusive, and a person is asked', unknown),
    run('that nobody could make in a closed test network do not fail the test', closedTest),
  ]);
});

function withListeners({ aws, azure }: Scenario): void {
  for (const instance of aws.instances)
    Object.assign(instance, { guest: { agent: {}, listens: [5432], http: { 8080: 200, 8081: 503 } } });
  Object.assign(azure, {
    virtualMachines: [
      {
        ...{ name: 'jump-01', resourceGroup: 'rg-payroll', osType: 'Linux' },
        ...{ network: 'vnet-prod', subnet: 'servers', privateIp: '10.20.1.250' },
      },
    ],
  });
}

async function pass(world: World): Promise<void> {
  const validation = [
    { agent: 'ready' },
    { tcp: 5432 },
    { http: 8080 },
    { runCommand: 'hostname' },
    { tcp: 5432, from: 'vm:jump-01' },
    { http: 8080, from: 'vm:jump-01' },
  ];
  await world.portage.start(checked('pass', 'm-01', { validation }));
  const done = await world.untilMachine('pass', 'm-01', inPhase('completed'));
  assert.deepEqual(
    done.probes?.map(({ probe, outcome }) => `${probe}: ${outcome}`),
    [
      ...['tcp 5432, from guest: passed', 'http 8080, from guest: passed'],
      'script “hostname”, from guest: passed',
      ...['tcp 5432, from vm:jump-01: passed', 'http 8080, from vm:jump-01: passed'],
    ],
  );
}

async function fail(world: World): Promise<void> {
  const validation = [{ tcp: 9999 }, { http: 8081 }];
  await world.portage.start(checked('fail', 'm-02', { validation }));
  const asked = await world.untilMachine('fail', 'm-02', inAttention('VALIDATION_FAILED'));
  assert.match(
    asked.attention?.message ?? '',
    /tcp 9999, from guest: failed.*http 8081, from guest: failed, .*\(503\)/,
  );
  assert.ok(asked.attention?.choices.includes('portage accept fail/m-02'));
  assert.equal(story(asked).match(/Check tcp 9999/g)?.length, 1, 'told when it changes, not each time');
  assert.ok((await world.ledger('VirtualMachineRunCommands_CreateOrUpdate', '/m-02/')).length > 2);
  await world.portage.confirm('fail', 'm-02', 'accept');
  const done = await world.untilMachine('fail', 'm-02', inPhase('completed'));
  assert.match(story(done), /Accepted anyway by local: m-02 does not pass its checks/);
}

async function anew(world: World): Promise<void> {
  const validation = [{ runCommand: 'Get-Item C:\\app\\ready.txt\nexit 1' }];
  await world.portage.start(checked('anew', 'm-03', { validation }));
  await world.untilMachine('anew', 'm-03', inAttention('VALIDATION_FAILED'));
  await world.portage.retry({ plan: 'anew', vm: 'm-03' });
  await world.untilMachine('anew', 'm-03', ({ attention }) => attention === undefined);
  await world.untilMachine('anew', 'm-03', inAttention('VALIDATION_FAILED'));
}

async function unknown(world: World): Promise<void> {
  const plan = planOf('unknown', { all: ['m-04'] });
  const target = { ...plan.defaults?.target, network: 'rg-network/vnet-test', subnet: 'isolated' };
  const more: Plan['defaults'] = { cutover: 'automatic', target, validation: [{ tcp: 5432 }] };
  await world.portage.start({ ...plan, defaults: { ...plan.defaults, ...more } });
  await world.untilMachine('unknown', 'm-04', inAttention('ADAPTING_INCONCLUSIVE'));
  await world.portage.confirm('unknown', 'm-04', 'accept');
  await world.untilMachine('unknown', 'm-04', inAttention('VALIDATION_INCONCLUSIVE'));
  await world.portage.confirm('unknown', 'm-04', 'accept');
  await world.untilMachine('unknown', 'm-04', inPhase('completed'));
}

async function closedTest(world: World): Promise<void> {
  const settings = { testFailover: 'required', cutover: 'manual', validation: [{ tcp: 5432 }] };
  await world.portage.start(checked('closed', 'm-05', settings));
  const up = await world.untilMachine('closed', 'm-05', ({ test: now }) => now?.state === 'up');
  assert.deepEqual(
    up.test?.probes?.map(({ outcome }) => outcome),
    ['inconclusive'],
  );
  await world.portage.cleanUpTest({ plan: 'closed', vm: 'm-05' });
}

function checked(name: string, vm: string, settings: object): Plan {
  const plan = planOf(name, { all: [vm] });
  const target = { ...plan.defaults?.target, testNetwork: 'rg-network/vnet-test', testSubnet: 'isolated' };
  return { ...plan, defaults: { ...plan.defaults, cutover: 'automatic', ...settings, target } };
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
