import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../simulator/clock.ts';
import { awsSectionSchema, createEc2 } from '../simulator/ec2/index.ts';
import { Random } from '../simulator/random.ts';
import type { SourceMachines } from '../simulator/source-machines.ts';
import type { z } from 'zod';

/** The machines of an account, as Azure's side of the simulator meets them. */
async function machinesOf(section: z.input<typeof awsSectionSchema>): Promise<SourceMachines> {
  const chance = new Random('1');
  const { machines } = await createEc2({
    section: awsSectionSchema.parse(section),
    folder: '.',
    clock: new Clock(new Date('2026-03-01T20:00:00Z'), 0),
    random: () => chance.next(),
  });
  return machines;
}

const server = { name: 'appl-1', privateIp: '10.0.1.10', guest: { server: 'appliance' as const } };
const web = { name: 'web-01', instanceId: 'i-0000000000000eb01', privateIp: '10.0.1.11' };

test('members of one default group reach what listens; a host outside is not let in', async () => {
  const machines = await machinesOf({ instances: [server, web] });
  assert.equal(machines.reaches('10.0.1.10', '10.0.1.11', 445), true);
  assert.equal(machines.reaches('10.0.1.11', '10.0.1.10', 9443), true);
  assert.equal(machines.reaches('10.0.1.10', '10.0.1.11', 22), false, 'nothing listens there on Windows');
  assert.equal(machines.reaches('10.0.1.99', '10.0.1.11', 445), false);
  assert.equal(machines.reaches('10.0.1.11', '10.0.1.99', 443), true);
});

test('a machine that is stopped, or whose own firewall refuses, is not reached', async () => {
  const machines = await machinesOf({
    instances: [
      server,
      { ...web, guest: { blocks: [445] } },
      { name: 'off', privateIp: '10.0.1.12', state: 'stopped' },
    ],
  });
  assert.equal(machines.reaches('10.0.1.10', '10.0.1.11', 445), false);
  assert.equal(machines.reaches('10.0.1.10', '10.0.1.11', 135), true);
  assert.equal(machines.reaches('10.0.1.10', '10.0.1.12', 445), false);
});

test('a push meets what the scenario says of its accounts, and leaves a registered agent', async () => {
  const machines = await machinesOf({
    instances: [
      server,
      { ...web, quirks: { pushRefusal: 95107 }, guest: { administrators: ['migrate-admin'] } },
    ],
  });
  assert.deepEqual(machines.pushAccount(web.instanceId), {
    administrators: ['migrate-admin'],
    refusal: '95107',
  });
  assert.equal(machines.byInstanceId(web.instanceId)?.agent, undefined);
  machines.installAgent(web.instanceId, '9.62.7172.1', '10.0.1.10');
  assert.deepEqual(machines.byInstanceId(web.instanceId)?.agent, {
    version: '9.62.7172.1',
    registered: true,
    server: '10.0.1.10',
  });
  assert.deepEqual(
    machines.servers().map(({ hostName, privateIp, kind }) => [hostName, privateIp, kind]),
    [['appl-1', '10.0.1.10', 'appliance']],
  );
});
