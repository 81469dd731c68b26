import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeAccountAttributesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { EC2Client } from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, startAccount } from './simulator-ec2-account.ts';

const web = 'i-0000000000000eb01';
const vpcId = 'vpc-0000000000000a001';
const section = {
  vpcs: [{ vpcId, cidr: '10.0.0.0/16' }],
  subnets: [{ subnetId: 'subnet-0000000000000a001', vpcId, cidr: '10.0.1.0/24' }],
  instances: [{ name: 'web-01', instanceId: web, privateIp: '10.0.1.11' }],
};
const smb = (CidrIp: string) => ({
  IpProtocol: 'tcp',
  FromPort: 445,
  ToPort: 445,
  IpRanges: [{ CidrIp, Description: 'appliance' }],
});

async function create(client: EC2Client, GroupName: string): Promise<string> {
  const command = new CreateSecurityGroupCommand({
    GroupName,
    Description: 'push installation',
    VpcId: vpcId,
  });
  return (await client.send(command)).GroupId ?? '';
}

async function interfaceOf(client: EC2Client) {
  const filter = { Name: 'attachment.instance-id', Values: [web] };
  const { NetworkInterfaces } = await client.send(
    new DescribeNetworkInterfacesCommand({ Filters: [filter] }),
  );
  const [found] = NetworkInterfaces ?? [];
  assert.ok(found?.NetworkInterfaceId !== undefined);
  return { id: found.NetworkInterfaceId, groups: found.Groups?.map(({ GroupId }) => GroupId ?? '') ?? [] };
}

test('a new group lets everything out and nobody in; its name is free once in a VPC', async (t) => {
  const { client } = await startAccount(t, section);
  const GroupId = await create(client, 'portage-push');
  const { SecurityGroups } = await client.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  assert.deepEqual(SecurityGroups?.[0]?.IpPermissions, []);
  assert.deepEqual(SecurityGroups[0].IpPermissionsEgress, [
    {
      IpProtocol: '-1',
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    },
  ]);
  const twice = await refusal(create(client, 'portage-push'));
  assert.equal(twice.name, 'InvalidGroup.Duplicate');
  assert.equal(twice.message, `The security group 'portage-push' already exists for VPC '${vpcId}'`);
});

test('rules are put in and taken out one by one, and each of them can be named', async (t) => {
  const { client } = await startAccount(t, section);
  const GroupId = await create(client, 'portage-push');
  const authorize = (cidr: string) =>
    client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [smb(cidr)] }));
  const { SecurityGroupRules } = await authorize('10.0.1.10/32');
  assert.equal(SecurityGroupRules?.[0]?.CidrIpv4, '10.0.1.10/32');
  await authorize('10.0.2.99/24');
  const again = await refusal(authorize('10.0.1.10/32'));
  assert.equal(again.name, 'InvalidPermission.Duplicate');
  assert.equal(
    again.message,
    'the specified rule "peer: 10.0.1.10/32, TCP, from port: 445, to port: 445, ALLOW" already exists',
  );
  const { SecurityGroups } = await client.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  assert.deepEqual(
    SecurityGroups?.[0]?.IpPermissions?.map(({ IpRanges }) => IpRanges?.map(({ CidrIp }) => CidrIp)),
    [['10.0.1.10/32', '10.0.2.0/24']],
  );
  const ruleId = SecurityGroupRules[0].SecurityGroupRuleId ?? '';
  const byId = new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [ruleId] });
  await client.send(byId);
  assert.equal((await refusal(client.send(byId))).name, 'InvalidSecurityGroupRuleId.NotFound');
  const absent = new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [smb('10.0.1.10/32')] });
  assert.equal((await refusal(client.send(absent))).name, 'InvalidPermission.NotFound');
  const filter = { Name: 'group-id', Values: [GroupId] };
  const { SecurityGroupRules: left } = await client.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [filter] }),
  );
  assert.deepEqual(
    left?.map(({ IsEgress, FromPort, CidrIpv4 }) => [IsEgress, FromPort, CidrIpv4]),
    [
      [true, -1, '0.0.0.0/0'],
      [false, 445, '10.0.2.0/24'],
    ],
  );
});

test('a group on an interface cannot be deleted until it is off, and the default group of a VPC never', async (t) => {
  const { client } = await startAccount(t, section);
  const GroupId = await create(client, 'portage-push');
  const { id, groups } = await interfaceOf(client);
  const attach = (Groups: string[]) =>
    client.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, Groups }));
  await attach([...groups, GroupId]);
  assert.deepEqual((await interfaceOf(client)).groups, [...groups, GroupId]);
  const used = await refusal(client.send(new DeleteSecurityGroupCommand({ GroupId })));
  assert.deepEqual(
    [used.name, used.message],
    ['DependencyViolation', `resource ${GroupId} has a dependent object`],
  );
  await attach(groups);
  await client.send(new DeleteSecurityGroupCommand({ GroupId }));
  const gone = await refusal(client.send(new DeleteSecurityGroupCommand({ GroupId })));
  assert.equal(gone.name, 'InvalidGroup.NotFound');
  const usual = await refusal(client.send(new DeleteSecurityGroupCommand({ GroupId: groups[0] })));
  assert.equal(usual.name, 'CannotDelete');
});

test('an interface takes as many groups as the quota says, and groups of its own VPC', async (t) => {
  const { client } = await startAccount(t, { ...section, quotas: { securityGroupsPerInterface: 2 } });
  const { id, groups } = await interfaceOf(client);
  const more = [await create(client, 'one'), await create(client, 'two')];
  const attach = (Groups: string[]) =>
    client.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: id, Groups }));
  const full = await refusal(attach([...groups, ...more]));
  assert.equal(full.name, 'SecurityGroupsPerInterfaceLimitExceeded');
  assert.equal(full.message, 'The maximum number of security groups per interface has been reached.');
  assert.equal((await refusal(attach(['sg-0123456789abcdef0']))).name, 'InvalidGroup.NotFound');
  const stranger = new ModifyNetworkInterfaceAttributeCommand({
    NetworkInterfaceId: 'eni-0',
    Groups: groups,
  });
  assert.equal((await refusal(client.send(stranger))).name, 'InvalidNetworkInterfaceID.NotFound');
  const { AccountAttributes } = await client.send(
    new DescribeAccountAttributesCommand({ AttributeNames: [] }),
  );
  const quota = AccountAttributes?.find(
    ({ AttributeName }) => String(AttributeName) === 'vpc-max-security-groups-per-interface',
  );
  assert.equal(quota?.AttributeValues?.[0]?.AttributeValue, '2');
});

test('a dry run of a firewall change tells the right, and changes nothing', async (t) => {
  const { client } = await startAccount(t, { ...section, deny: ['ec2:AuthorizeSecurityGroupIngress'] });
  const { id, groups } = await interfaceOf(client);
  const dry = { DryRun: true };
  const attempts = [
    client.send(new CreateSecurityGroupCommand({ ...dry, GroupName: 'x', Description: 'x', VpcId: vpcId })),
    client.send(
      new ModifyNetworkInterfaceAttributeCommand({ ...dry, NetworkInterfaceId: id, Groups: groups }),
    ),
    client.send(
      new AuthorizeSecurityGroupIngressCommand({
        ...dry,
        GroupId: groups[0],
        IpPermissions: [smb('10.0.1.10/32')],
      }),
    ),
  ];
  assert.deepEqual(
    (await Promise.all(attempts.map(refusal))).map(({ name }) => name),
    ['DryRunOperation', 'DryRunOperation', 'UnauthorizedOperation'],
  );
});
