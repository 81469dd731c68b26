import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { MachineStatus } from '../client/index.ts';
import type { Plan } from '../plan/index.ts';
import { inAttention, inPhase, planOf, startWorld, type Scenario, type World } from './world.ts';

const unactivated = (vm: string) => `${vm}: Windows is activated on the source, is not on the Azure VM`;

test('the Azure VM is compared with its source', { concurrency: true }, async (t) => {
  const world = await startWorld(t, { machines: 4, scenario: withServices });
  const run = (name: string, promise: (w: World) => Promise<void>) => t.test(name, () => promise(world));
  await Promise.all([
    run('and is like it once it is adapted', isLike),
    run('and a person is asked about a difference that no test has shown', asks),
    run('in its test, whose approval approves the difference', approves),
    run('not at all where Systems Manager does not reach the source', unmanaged),
  ]);
});

/** The test network lets nothing out but what run commands need. */
function withServices({ aws, azure }: Scenario): void {
  const { networks } = z.looseObject({ networks: z.array(z.looseObject({ name: z.string() })) }).parse(azure);
  const subnet = { name: 'isolated', prefix: '10.99.1.0/24', networkSecurityGroup: 'nsg-test' };
  const subnets = [{ ...subnet, defaultOutboundAccess: true }];
  const out = { direction: 'Outbound', protocol: 'Tcp' };
  const azureOnly = {
    ...out,
    access: 'Allow',
    destinationAddressPrefix: 'AzureCloud',
    destinationPortRange: '443',
  };
  const rules = [
    { ...azureOnly, name: 'azure', priority: 100 },
    {
      ...out,
      name: 'nothing-else',
      priority: 200,
      access: 'Deny',
      protocol: '*',
      destinationAddressPrefix: 'Internet',
    },
  ];
  Object.assign(azure, {
    networks: networks.map((one) => (one.name === 'vnet-test' ? { ...one, subnets } : one)),
    networkSecurityGroups: [{ name: 'nsg-test', resourceGroup: 'rg-network', rules }],
  });
  for (const instance of aws.instances)
    if (instance.name === 'm-04') instance.guest = { agent: {}, ssm: 'absent' };
}

async function isLike(world: World): Promise<void> {
  await world.portage.start(compared('like', 'm-01', { cutover: 'automatic' }));
  const done = await world.untilMachine('like', 'm-01', inPhase('completed'));
  assert.deepEqual(done.comparison?.kind === 'compared' ? done.comparison.differences : undefined, []);
  assert.match(story(done), /m-01 is like its source/);
}

async function asks(world: World): Promise<void> {
  const settings: Plan['defaults'] = { cutover: 'automatic', adapt: { skip: ['kms'] } };
  await world.portage.start(compared('asks', 'm-02', settings));
  const asked = await world.untilMachine('asks', 'm-02', inAttention('DIFFERENCES_NOT_APPROVED'));
  assert.ok(asked.attention?.message.endsWith(unactivated('m-02')), asked.attention?.message);
  assert.deepEqual(asked.attention?.choices, [
    'portage retry asks/m-02',
    'portage accept asks/m-02',
    'portage recovery-point asks/m-02 <id>',
    'portage turn-back asks/m-02 --after-failover',
  ]);
  await world.portage.confirm('asks', 'm-02', 'accept');
  const done = await world.untilMachine('asks', 'm-02', inPhase('completed'));
  assert.match(story(done), /Accepted by local: m-02: Windows is activated on the source/);
}

async function approves(world: World): Promise<void> {
  const settings: Plan['defaults'] = { testFailover: 'required', adapt: { skip: ['kms'] } };
  await world.portage.start(compared('approves', 'm-03', settings));
  const up = await world.untilMachine('approves', 'm-03', ({ test: now }) => now?.state === 'up');
  assert.ok(up.test?.comparison?.kind === 'compared', JSON.stringify(up.notes));
  assert.deepEqual(up.test.comparison.differences, [unactivated('m-03')]);
  const answer = await world.portage.approveTest({ plan: 'approves', vm: 'm-03' });
  assert.equal(
    answer,
    `The test of approves/m-03 is approved by local, with its difference (${up.test.comparison.digest})`,
  );
  await world.portage.requestFailover({ plan: 'approves' });
  const done = await world.untilMachine('approves', 'm-03', inPhase('completed'));
  assert.equal(done.test?.approvedDigest, up.test.comparison.digest);
  assert.doesNotMatch(story(done), /Accepted by/);
}

async function unmanaged(world: World): Promise<void> {
  await world.portage.start(compared('unmanaged', 'm-04', { cutover: 'automatic' }));
  const done = await world.untilMachine('unmanaged', 'm-04', inPhase('completed'));
  assert.equal(done.comparison, undefined);
  assert.match(story(done), /No picture of the source was taken: Systems Manager does not reach it/);
}

function compared(name: string, vm: string, settings: Plan['defaults']): Plan {
  const plan = planOf(name, { all: [vm] });
  const target = { ...plan.defaults?.target, testNetwork: 'rg-network/vnet-test', testSubnet: 'isolated' };
  return { ...plan, defaults: { ...plan.defaults, ...settings, target } };
}

function story({ notes }: MachineStatus): string {
  return notes.map(({ text }) => text).join('\n');
}
