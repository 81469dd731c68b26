import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand, GetParameterCommand } from '@aws-sdk/client-ssm';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal } from './simulator-ec2-account.ts';
import { startSsmAccount } from './simulator-ssm-account.ts';
import type { SsmAccount } from './simulator-ssm-account.ts';

const vpcId = 'vpc-0000000000000a001';
const SubnetId = 'subnet-0000000000000a001';
const section = {
  vpcs: [{ vpcId, cidr: '10.0.0.0/16' }],
  subnets: [{ subnetId: SubnetId, vpcId, cidr: '10.0.1.0/28' }],
  securityGroups: [{ groupId: 'sg-0000000000000a001', name: 'appliance', vpcId }],
  instances: [{ name: 'web-01', privateIp: '10.0.1.4' }],
};
const name = '/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base';

async function wishFor({ ssm }: SsmAccount): Promise<RunInstancesCommandInput> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
  return {
    ImageId: Parameter?.Value,
    InstanceType: 'm5.2xlarge',
    MinCount: 1,
    MaxCount: 1,
    SubnetId,
    SecurityGroupIds: ['sg-0000000000000a001'],
    IamInstanceProfile: { Name: 'managed' },
    BlockDeviceMappings: [
      { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 80, Encrypted: true } },
      { DeviceName: 'xvdb', Ebs: { VolumeSize: 620, Encrypted: true, DeleteOnTermination: true } },
    ],
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'appl-1' }] }],
    ClientToken: 'portage-weu-appl-1',
  };
}

test('a launched instance gets an address, encrypted volumes and its tags, comes up, and is managed minutes later', async (t) => {
  const account = await startSsmAccount(t, section);
  const { client, ssm, skip } = account;
  const { Instances } = await client.send(new RunInstancesCommand(await wishFor(account)));
  const [made] = Instances ?? [];
  assert.deepEqual(
    [made?.State?.Name, made?.PrivateIpAddress, made?.Platform, made?.SecurityGroups?.[0]?.GroupName],
    ['pending', '10.0.1.5', 'windows', 'appliance'],
  );
  assert.match(made?.IamInstanceProfile?.Arn ?? '', /:instance-profile\/managed$/);
  const InstanceId = made?.InstanceId ?? '';
  const { Volumes } = await client.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [InstanceId] }] }),
  );
  assert.deepEqual(
    Volumes?.map(({ Size, Encrypted, Attachments }) => [
      Size,
      Encrypted,
      Attachments?.[0]?.DeleteOnTermination,
    ]),
    [
      [80, true, true],
      [620, true, true],
    ],
  );
  const managed = async () => {
    const filter = { Key: 'InstanceIds', Values: [InstanceId] };
    const answer = await ssm.send(new DescribeInstanceInformationCommand({ Filters: [filter] }));
    return answer.InstanceInformationList?.map(({ PingStatus }) => PingStatus);
  };
  await skip(1);
  const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
  assert.equal(Reservations?.[0]?.Instances?.[0]?.State?.Name, 'running');
  assert.deepEqual(await managed(), []);
  await skip(2);
  assert.deepEqual(await managed(), ['Online']);
});

test('a client token launches once; another request with the same token is refused', async (t) => {
  const account = await startSsmAccount(t, section);
  const wish = await wishFor(account);
  const launch = async (input: RunInstancesCommandInput) =>
    (await account.client.send(new RunInstancesCommand(input))).Instances?.[0]?.InstanceId;
  assert.equal(await launch(wish), await launch(wish));
  const other = await refusal(launch({ ...wish, InstanceType: 'm5.large' }));
  assert.equal(other.name, 'IdempotentParameterMismatch');
});

test('what cannot be launched is refused with the code of what is missing', async (t) => {
  const account = await startSsmAccount(t, section);
  const wish = { ...(await wishFor(account)), ClientToken: undefined };
  const cases: readonly (readonly [RunInstancesCommandInput, string])[] = [
    [{ ...wish, ImageId: 'ami-0123456789abcdef0' }, 'InvalidAMIID.NotFound'],
    [{ ...wish, SubnetId: 'subnet-0123456789abcdef0' }, 'InvalidSubnetID.NotFound'],
    [{ ...wish, SecurityGroupIds: ['sg-0123456789abcdef0'] }, 'InvalidGroup.NotFound'],
    [{ ...wish, PrivateIpAddress: '10.0.1.4' }, 'InvalidIPAddress.InUse'],
    [{ ...wish, PrivateIpAddress: '10.9.9.9' }, 'InvalidParameterValue'],
    [{ ...wish, MinCount: 20, MaxCount: 20 }, 'InsufficientFreeAddressesInSubnet'],
    [{ ...wish, DryRun: true }, 'DryRunOperation'],
  ];
  for (const [input, code] of cases) {
    assert.equal((await refusal(account.client.send(new RunInstancesCommand(input)))).name, code);
  }
});

test('stop protection and groups are attributes of an instance; Elastic IPs are listed with it', async (t) => {
  const { client, machines } = await startSsmAccount(t, {
    ...section,
    instances: [{ name: 'web-01', instanceId: 'i-0000000000000eb01', publicAddress: 'elastic' }],
  });
  const InstanceId = (await machines())[0]?.instanceId;
  const modify = (change: object) =>
    client.send(new ModifyInstanceAttributeCommand({ InstanceId, ...change }));
  await modify({ Groups: ['sg-0000000000000a001'] });
  await modify({ DisableApiTermination: { Value: true } });
  const { Reservations } = await client.send(new DescribeInstancesCommand({}));
  const instance = Reservations?.[0]?.Instances?.[0];
  assert.deepEqual(instance?.SecurityGroups, [{ GroupId: 'sg-0000000000000a001', GroupName: 'appliance' }]);
  const { Addresses } = await client.send(new DescribeAddressesCommand({}));
  assert.deepEqual(
    Addresses?.map(({ PublicIp, InstanceId: holder }) => [PublicIp, holder]),
    [[instance.PublicIpAddress, InstanceId]],
  );
});
