import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkAclEntry, Route } from '@aws-sdk/client-ec2';
import type { Network, NetworkEnd } from '../activities/network-path/network.ts';
import { pathBetween } from '../activities/network-path/path-between.ts';
import { onePort } from '../activities/network-path/port-range.ts';

const server: NetworkEnd = {
  address: '10.0.2.10',
  osType: 'Windows',
  attachedTo: {
    id: 'eni-server',
    region: 'eu-west-1',
    vpcId: 'vpc-a',
    subnetId: 'subnet-server',
    groupIds: ['sg-server'],
  },
};
const machine: NetworkEnd = {
  address: '10.0.1.5',
  osType: 'Windows',
  attachedTo: {
    id: 'eni-machine',
    region: 'eu-west-1',
    vpcId: 'vpc-a',
    subnetId: 'subnet-machine',
    groupIds: ['sg-machine', 'sg-more'],
  },
};

const everything = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
const tcp = (from: number, to: number, CidrIp: string) => ({
  IpProtocol: 'tcp',
  FromPort: from,
  ToPort: to,
  IpRanges: [{ CidrIp }],
});
const local: Route = { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' };
const allow = (RuleNumber: number, egress: boolean, more: object = {}): NetworkAclEntry => ({
  RuleNumber,
  Egress: egress,
  Protocol: '-1',
  CidrBlock: '0.0.0.0/0',
  RuleAction: 'allow',
  ...more,
});
const lastEntries = [false, true].map((Egress): NetworkAclEntry => ({
  ...allow(32_767, Egress),
  RuleAction: 'deny',
}));

/** A network in which everything passes, but for what a test makes otherwise. */
function network(change: {
  readonly inbound?: object[];
  readonly outbound?: object[];
  readonly acl?: readonly NetworkAclEntry[];
  readonly routes?: readonly Route[];
  readonly peerings?: Network['peerings'];
  readonly prefixLists?: Network['prefixLists'];
}): Network {
  const { inbound = [everything], outbound = [everything], acl, routes = [local] } = change;
  return {
    securityGroups: [
      { GroupId: 'sg-server', GroupName: 'server', IpPermissions: [], IpPermissionsEgress: outbound },
      { GroupId: 'sg-machine', GroupName: 'web', IpPermissions: inbound, IpPermissionsEgress: [everything] },
      { GroupId: 'sg-more', GroupName: 'more', IpPermissions: [], IpPermissionsEgress: [] },
    ],
    acls: [
      {
        NetworkAclId: 'acl-machine',
        Associations: [{ SubnetId: 'subnet-machine' }],
        Entries: [...(acl ?? [allow(100, false), allow(100, true)]), ...lastEntries],
      },
    ],
    routeTables: [
      {
        RouteTableId: 'rtb-main',
        VpcId: 'vpc-a',
        Associations: [{ Main: true }],
        Routes: [local],
      },
      {
        RouteTableId: 'rtb-server',
        VpcId: 'vpc-a',
        Associations: [{ SubnetId: 'subnet-server' }],
        Routes: [...routes],
      },
    ],
    peerings: change.peerings ?? [],
    prefixLists: change.prefixLists ?? new Map(),
  };
}

const said = (given: Network, ports = onePort(445), from = server, to = machine) =>
  pathBetween(given, { from, to, ports }).obstacles.map(({ message }) => message);

test('a path suffices where groups, ACLs and routes let it through, there and back', () => {
  assert.deepEqual(pathBetween(network({}), { from: server, to: machine, ports: onePort(445) }), {
    suffices: true,
    obstacles: [],
  });
});

test('security groups: their rules add up, by address, by member and by prefix list', () => {
  const inTwoRules = network({ inbound: [tcp(400, 444, '10.0.0.0/8'), tcp(445, 500, '10.0.2.10/32')] });
  assert.deepEqual(said(inTwoRules, { from: 420, to: 480 }), []);
  const byMember = {
    IpProtocol: '6',
    FromPort: 445,
    ToPort: 445,
    UserIdGroupPairs: [{ GroupId: 'sg-server' }],
  };
  assert.deepEqual(said(network({ inbound: [byMember] })), []);
  const byList = { IpProtocol: '-1', PrefixListIds: [{ PrefixListId: 'pl-1' }] };
  const prefixLists = new Map([['pl-1', ['10.0.2.0/24']]]);
  assert.deepEqual(said(network({ inbound: [byList], prefixLists })), []);
});

test('security groups: what no rule lets in is named with the groups and the ports', () => {
  const hole = network({ inbound: [tcp(49_152, 50_000, '0.0.0.0/0'), tcp(50_002, 65_535, '0.0.0.0/0')] });
  assert.deepEqual(said(hole, { from: 49_152, to: 65_535 }), [
    'No rule of 10.0.1.5’s security groups sg-machine (web), sg-more (more) lets TCP 50001 in from 10.0.2.10',
  ]);
  const udp = network({ inbound: [{ ...tcp(445, 445, '0.0.0.0/0'), IpProtocol: 'udp' }] });
  assert.match(said(udp)[0] ?? '', /lets TCP 445 in from 10\.0\.2\.10/);
});

test('security groups: the end that connects must let it out', () => {
  assert.deepEqual(said(network({ outbound: [tcp(443, 443, '0.0.0.0/0')] })), [
    'No rule of 10.0.2.10’s security groups sg-server (server) lets TCP 445 out to 10.0.1.5',
  ]);
});

test('network ACLs: the first entry about the address and port decides, and is named', () => {
  const deny = allow(90, false, { RuleAction: 'deny', Protocol: '6', PortRange: { From: 440, To: 450 } });
  assert.deepEqual(said(network({ acl: [allow(100, false), deny, allow(100, true)] })), [
    'inbound rule 90 of network ACL acl-machine refuses TCP 445 from 10.0.2.10 into subnet-machine',
  ]);
  const elsewhere = { ...deny, CidrBlock: '10.9.0.0/16' };
  assert.deepEqual(said(network({ acl: [elsewhere, allow(100, false), allow(100, true)] })), []);
});

test('network ACLs: the answers need a rule of their own, on the ports that the operating system uses', () => {
  const narrow = allow(100, true, { Protocol: '6', PortRange: { From: 32_768, To: 60_999 } });
  const given = network({ acl: [allow(100, false), narrow] });
  assert.deepEqual(said(given), [
    'outbound rule * of network ACL acl-machine refuses the answers (TCP 61000–65535) to 10.0.2.10 out of subnet-machine',
  ]);
  assert.deepEqual(said(given, onePort(22), { ...server, osType: 'Linux' }), []);
});

test('within a subnet there are no ACLs and no routes', () => {
  assert.ok(machine.attachedTo);
  const beside = { ...server, attachedTo: { ...machine.attachedTo, groupIds: ['sg-server'] } };
  assert.deepEqual(said(network({ acl: [] }), onePort(445), beside), []);
  assert.equal(said(network({ acl: [] })).length, 2);
});

test('routes: the longest destination decides; a black hole, a missing route and an internet gateway are named', () => {
  const hole: Route = {
    DestinationCidrBlock: '10.0.1.0/24',
    VpcPeeringConnectionId: 'pcx-1',
    State: 'blackhole',
  };
  assert.deepEqual(said(network({ routes: [local, hole] })), [
    'Route table rtb-server of subnet-server leads 10.0.1.0/24 into a black hole: its target is gone',
  ]);
  assert.deepEqual(said(network({ routes: [] })), [
    'Route table rtb-server of subnet-server has no route to 10.0.1.5',
  ]);
  const gateway: Route = { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' };
  assert.match(
    said(network({ routes: [gateway] }))[0] ?? '',
    /internet gateway igw-1, which carries no private/,
  );
});

test('routes: a peering must be active and lead to the other network', () => {
  const attachedTo = machine.attachedTo && { ...machine.attachedTo, vpcId: 'vpc-b' };
  assert.ok(attachedTo);
  const far = { ...machine, address: '10.7.0.5', attachedTo };
  const through: Route = {
    DestinationCidrBlock: '10.7.0.0/16',
    VpcPeeringConnectionId: 'pcx-1',
    State: 'active',
  };
  const peering = (Code: 'active' | 'pending-acceptance', VpcId: string) => ({
    VpcPeeringConnectionId: 'pcx-1',
    Status: { Code },
    RequesterVpcInfo: { VpcId: 'vpc-a' },
    AccepterVpcInfo: { VpcId },
  });
  const over = (one: ReturnType<typeof peering>) =>
    said(network({ routes: [local, through], peerings: [one] }), onePort(445), server, far);
  assert.deepEqual(over(peering('active', 'vpc-b')), []);
  assert.match(
    over(peering('pending-acceptance', 'vpc-b'))[0] ?? '',
    /peering pcx-1, which is pending-acceptance/,
  );
  assert.match(over(peering('active', 'vpc-c'))[0] ?? '', /peering pcx-1, which does not reach vpc-b/);
});

test('an end that EC2 does not show refuses nothing of its own', () => {
  const abroad: NetworkEnd = { address: '192.168.7.7' };
  const given = network({ inbound: [tcp(445, 445, '192.168.7.7/32')] });
  assert.deepEqual(said(given, onePort(445), abroad), [
    'Route table rtb-main of subnet-machine has no route to 192.168.7.7',
  ]);
});
