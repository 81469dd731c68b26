import {
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeVpcPeeringConnectionsCommand,
  GetManagedPrefixListEntriesCommand,
} from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, startAccount } from './simulator-ec2-account.ts';

const [vpcA, vpcB, pcx] = ['vpc-000000000000000a1', 'vpc-000000000000000b1', 'pcx-000000000000000ab'];
const subnets = ['a1', 'a2'].map((end, at) => ({
  subnetId: `subnet-000000000000000${end}`,
  vpcId: vpcA,
  cidr: `10.0.${at + 1}.0/24`,
}));
const section = {
  vpcs: [
    { vpcId: vpcA, cidr: '10.0.0.0/16' },
    { vpcId: vpcB, cidr: '10.1.0.0/16' },
  ],
  subnets,
  networkAcls: [
    {
      networkAclId: 'acl-000000000000000a2',
      vpcId: vpcA,
      subnetIds: ['subnet-000000000000000a2'],
      ingress: [{ number: 100, ports: 445, cidr: '10.0.1.0/24' }],
    },
  ],
  routeTables: [
    { routeTableId: 'rtb-000000000000000a1', vpcId: vpcA, routes: [{ cidr: '10.1.0.0/16', target: pcx }] },
  ],
  vpcPeerings: [{ vpcPeeringConnectionId: pcx, requesterVpcId: vpcA, accepterVpcId: vpcB }],
  prefixLists: [{ prefixListId: 'pl-000000000000000a1', name: 'offices', cidrs: ['10.9.0.0/24'] }],
};

test('a subnet has the ACL that names it, else the default one of its VPC; each ends by denying the rest', async (t) => {
  const { client } = await startAccount(t, section);
  const aclOf = async (subnetId: string) => {
    const filter = { Name: 'association.subnet-id', Values: [subnetId] };
    const { NetworkAcls } = await client.send(new DescribeNetworkAclsCommand({ Filters: [filter] }));
    const [acl] = NetworkAcls ?? [];
    return {
      isDefault: acl?.IsDefault,
      entries: acl?.Entries?.map((one) => [one.Egress, one.RuleNumber, one.RuleAction, one.PortRange?.From]),
    };
  };
  assert.deepEqual(await aclOf('subnet-000000000000000a2'), {
    isDefault: false,
    entries: [
      [false, 100, 'allow', 445],
      [false, 32_767, 'deny', undefined],
      [true, 32_767, 'deny', undefined],
    ],
  });
  assert.equal((await aclOf('subnet-000000000000000a1')).isDefault, true);
});

test('a VPC has a main route table, with its own block in it; a peering shows both of its ends', async (t) => {
  const { client } = await startAccount(t, section);
  const routesOf = async (vpcId: string) => {
    const filter = { Name: 'vpc-id', Values: [vpcId] };
    const { RouteTables } = await client.send(new DescribeRouteTablesCommand({ Filters: [filter] }));
    return RouteTables?.flatMap(({ Associations, Routes }) =>
      (Routes ?? []).map((one) => [
        Associations?.[0]?.Main,
        one.DestinationCidrBlock,
        one.GatewayId ?? one.VpcPeeringConnectionId,
      ]),
    );
  };
  assert.deepEqual(await routesOf(vpcA), [
    [true, '10.0.0.0/16', 'local'],
    [true, '10.1.0.0/16', pcx],
  ]);
  assert.deepEqual(await routesOf(vpcB), [[true, '10.1.0.0/16', 'local']]);
  const { VpcPeeringConnections } = await client.send(
    new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [pcx] }),
  );
  const [peering] = VpcPeeringConnections ?? [];
  assert.deepEqual(
    [peering?.Status?.Code, peering?.RequesterVpcInfo?.CidrBlock, peering?.AccepterVpcInfo?.CidrBlock],
    ['active', '10.0.0.0/16', '10.1.0.0/16'],
  );
});

test('a prefix list tells its blocks; what does not exist is refused by its own code', async (t) => {
  const { client } = await startAccount(t, section);
  const entries = (PrefixListId: string) =>
    client.send(new GetManagedPrefixListEntriesCommand({ PrefixListId }));
  assert.deepEqual((await entries('pl-000000000000000a1')).Entries, [{ Cidr: '10.9.0.0/24' }]);
  const codes = [
    entries('pl-0'),
    client.send(new DescribeNetworkAclsCommand({ NetworkAclIds: ['acl-0'] })),
    client.send(new DescribeRouteTablesCommand({ RouteTableIds: ['rtb-0'] })),
    client.send(new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: ['pcx-0'] })),
  ];
  assert.deepEqual(
    (await Promise.all(codes.map(refusal))).map(({ name }) => name),
    [
      'InvalidPrefixListID.NotFound',
      'InvalidNetworkAclID.NotFound',
      'InvalidRouteTableID.NotFound',
      'InvalidVpcPeeringConnectionID.NotFound',
    ],
  );
});
