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

const ids = {
  vpcA: 'vpc-000000000000000a1',
  vpcB: 'vpc-000000000000000b1',
  near: 'subnet-000000000000000a1',
  far: 'subnet-000000000000000a2',
  other: 'subnet-000000000000000b1',
};
const twoSubnets = {
  vpcs: [
    { vpcId: ids.vpcA, cidr: '10.0.0.0/16' },
    { vpcId: ids.vpcB, cidr: '10.1.0.0/16' },
  ],
  subnets: [
    { subnetId: ids.near, vpcId: ids.vpcA, cidr: '10.0.1.0/24' },
    { subnetId: ids.far, vpcId: ids.vpcA, cidr: '10.0.2.0/24' },
    { subnetId: ids.other, vpcId: ids.vpcB, cidr: '10.1.1.0/24' },
  ],
};
const far = { ...web, privateIp: '10.0.2.11' };

test('rules let in by group and by block, and out only where they say so', async () => {
  const group = (groupId: string, rules: object) => ({ groupId, name: groupId, vpcId: ids.vpcA, ...rules });
  const machines = await machinesOf({
    ...twoSubnets,
    securityGroups: [
      group('sg-servers', {}),
      group('sg-smb', {
        ingress: [
          { ports: 445, groupId: 'sg-servers' },
          { ports: 135, cidr: '10.0.1.10/32' },
        ],
      }),
      group('sg-closed', { egress: [{ ports: 443, cidr: '10.0.1.0/24' }] }),
    ],
    instances: [
      { ...server, securityGroups: ['sg-servers'] },
      { ...far, securityGroups: ['sg-smb'] },
      { name: 'closed', privateIp: '10.0.2.12', securityGroups: ['sg-closed', 'sg-servers'] },
      { name: 'shut', privateIp: '10.0.2.13', securityGroups: ['sg-closed'] },
    ],
  });
  assert.equal(machines.reaches('10.0.1.10', '10.0.2.11', 445), true);
  assert.equal(machines.reaches('10.0.1.10', '10.0.2.11', 135), true);
  assert.equal(machines.reaches('10.0.1.10', '10.0.2.11', 3389), false);
  assert.equal(
    machines.reaches('10.0.2.13', '10.0.2.11', 445),
    false,
    'its own group lets nothing out but 443',
  );
  assert.equal(machines.reaches('10.0.2.12', '10.0.2.11', 445), true, 'another of its groups does');
});

test('a network ACL that forgets the ports of the answer closes the way, but never inside its subnet', async () => {
  const acl = (back: object[]) => ({
    ...twoSubnets,
    instances: [server, far, { name: 'neighbour', privateIp: '10.0.2.12' }],
    networkAcls: [
      {
        networkAclId: 'acl-far',
        vpcId: ids.vpcA,
        subnetIds: [ids.far],
        ingress: [{ number: 100, ports: 445, cidr: '10.0.1.0/24' }],
        egress: back.map((entry, at) => ({ number: 100 + at, cidr: '10.0.1.0/24', ...entry })),
      },
    ],
  });
  const forgetful = await machinesOf(acl([]));
  assert.equal(forgetful.reaches('10.0.1.10', '10.0.2.11', 445), false);
  assert.equal(forgetful.reaches('10.0.2.12', '10.0.2.11', 445), true);
  const narrow = await machinesOf(acl([{ ports: '49152-60000' }]));
  assert.equal(narrow.reaches('10.0.1.10', '10.0.2.11', 445), false, 'a client may get port 65535');
  const right = await machinesOf(acl([{ ports: '1024-65535' }]));
  assert.equal(right.reaches('10.0.1.10', '10.0.2.11', 445), true);
  assert.equal(right.reaches('10.0.1.10', '10.0.2.11', 135), false);
  const denied = await machinesOf(acl([{ ports: '50000-50010', action: 'deny' }, { ports: '1024-65535' }]));
  assert.equal(denied.reaches('10.0.1.10', '10.0.2.11', 445), true, 'it closes neither end of the range');
});

test('another VPC is reached over a peering that both sides route to', async () => {
  const pcx = 'pcx-000000000000000ab';
  const open = (groupId: string, vpcId: string) => ({
    groupId,
    name: groupId,
    vpcId,
    ingress: [{ protocol: 'all' as const, cidr: '10.0.0.0/8' }],
  });
  const route = (routeTableId: string, vpcId: string, cidr: string) => ({
    routeTableId,
    vpcId,
    routes: [{ cidr, target: pcx }],
  });
  const peered = (tables: ReturnType<typeof route>[], status: 'active' | 'deleted' = 'active') =>
    machinesOf({
      ...twoSubnets,
      securityGroups: [open('sg-a', ids.vpcA), open('sg-b', ids.vpcB)],
      instances: [
        { ...server, securityGroups: ['sg-a'] },
        { ...web, privateIp: '10.1.1.11', securityGroups: ['sg-b'] },
      ],
      vpcPeerings: [
        { vpcPeeringConnectionId: pcx, requesterVpcId: ids.vpcA, accepterVpcId: ids.vpcB, status },
      ],
      routeTables: tables,
    });
  const [there, back] = [route('rtb-a', ids.vpcA, '10.1.0.0/16'), route('rtb-b', ids.vpcB, '10.0.0.0/16')];
  const reaches = async (machines: Promise<SourceMachines>) =>
    (await machines).reaches('10.0.1.10', '10.1.1.11', 445);
  assert.equal(await reaches(peered([there, back])), true);
  assert.equal(await reaches(peered([there])), false);
  assert.equal(await reaches(peered([there, back], 'deleted')), false);
  assert.equal(await reaches(peered([])), false);
});
