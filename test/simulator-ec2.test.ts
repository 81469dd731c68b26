import {
  CreateSnapshotsCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstanceTypesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  paginateDescribeInstances,
  paginateDescribeTags,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { EC2Client, Instance } from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, startAccount } from './simulator-ec2-account.ts';

const web = 'i-0000000000000eb01';
const db = 'i-0000000000000db01';
const two = [
  { name: 'web-01', instanceId: web, privateIp: '10.0.1.11' },
  {
    name: 'db-01',
    instanceId: db,
    privateIp: '10.0.1.12',
    type: 'm5.xlarge',
    volumes: [
      { device: '/dev/sda1', sizeGiB: 60 },
      { device: 'xvdb', sizeGiB: 200, type: 'io2', encrypted: true },
    ],
    tags: { team: 'payroll' },
  },
];

async function describe(client: EC2Client, instanceId: string): Promise<Instance> {
  const answer = await client.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const instance = answer.Reservations?.[0]?.Instances?.[0];
  assert.ok(instance);
  return instance;
}

async function ids(client: EC2Client, name: string, ...values: string[]): Promise<(string | undefined)[]> {
  const filter = { Name: name, Values: values };
  const answer = await client.send(new DescribeInstancesCommand({ Filters: [filter] }));
  return (answer.Reservations ?? [])
    .flatMap(({ Instances = [] }) => Instances)
    .map(({ InstanceId }) => InstanceId);
}

test('an instance is described as EC2 describes it, times and sizes included', async (t) => {
  const { client } = await startAccount(t, { instances: two });
  const instance = await describe(client, db);
  assert.equal(instance.State?.Name, 'running');
  assert.equal(instance.State.Code, 16);
  assert.equal(instance.Platform, 'windows');
  assert.equal(instance.LaunchTime?.toISOString(), '2026-03-01T20:00:00.000Z');
  assert.equal(instance.NetworkInterfaces?.[0]?.PrivateIpAddresses?.[0]?.PrivateIpAddress, '10.0.1.12');
  assert.deepEqual(
    instance.BlockDeviceMappings?.map(({ DeviceName, Ebs }) => [DeviceName, Ebs?.DeleteOnTermination]),
    [
      ['/dev/sda1', true],
      ['xvdb', false],
    ],
  );
  const { Volumes } = await client.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [db] }] }),
  );
  assert.deepEqual(
    Volumes?.map(({ Size, VolumeType, Encrypted }) => [Size, VolumeType, Encrypted]),
    [
      [60, 'gp3', false],
      [200, 'io2', true],
    ],
  );
});

test('instances are found by id, address, network, state, tag and wildcard, and by all filters together', async (t) => {
  const { client } = await startAccount(t, { instances: [...two, { name: 'a*b', state: 'stopped' }] });
  assert.deepEqual(await ids(client, 'instance-id', db, web), [web, db]);
  assert.deepEqual(await ids(client, 'private-ip-address', '10.0.1.12'), [db]);
  assert.deepEqual(await ids(client, 'network-interface.addresses.private-ip-address', '10.0.1.11'), [web]);
  assert.deepEqual(await ids(client, 'private-ip-address', '10.0.1.*'), [web, db]);
  assert.deepEqual(await ids(client, 'tag:Name', 'db-0?'), [db]);
  assert.deepEqual(await ids(client, 'tag:Name', 'DB-01'), []);
  assert.deepEqual(await ids(client, 'tag:Name', 'db-?'), []);
  assert.equal((await ids(client, 'tag:Name', 'a\\*b')).length, 1);
  assert.deepEqual(await ids(client, 'tag-key', 'team'), [db]);
  assert.equal((await ids(client, 'instance-state-name', 'stopped', 'stopping')).length, 1);
  assert.equal((await ids(client, 'vpc-id', 'vpc-unknown')).length, 0);
  const both = [
    { Name: 'instance-state-name', Values: ['running'] },
    { Name: 'tag:team', Values: ['payroll', 'shop'] },
  ];
  const answer = await client.send(new DescribeInstancesCommand({ Filters: both }));
  assert.equal(answer.Reservations?.length, 1);
});

test('pages hold what was asked for, lose nobody, and come to an end', async (t) => {
  const { client } = await startAccount(t, { generate: { count: 23 } });
  const sizes: number[] = [];
  const seen = new Set<string | undefined>();
  for await (const { Reservations = [] } of paginateDescribeInstances({ client, pageSize: 5 }, {})) {
    sizes.push(Reservations.length);
    for (const { Instances = [] } of Reservations) seen.add(Instances[0]?.InstanceId);
  }
  assert.deepEqual(sizes, [5, 5, 5, 5, 3]);
  assert.equal(seen.size, 23);
});

test('paging that EC2 does not take is refused', async (t) => {
  const { client } = await startAccount(t, { instances: two });
  const both = await refusal(
    client.send(new DescribeInstancesCommand({ InstanceIds: [web], MaxResults: 5 })),
  );
  assert.equal(both.name, 'InvalidParameterCombination');
  assert.equal(both.message, 'The parameter instancesSet cannot be used with the parameter maxResults');
  for (const MaxResults of [4, 1001]) {
    const wrong = await refusal(client.send(new DescribeInstancesCommand({ MaxResults })));
    assert.equal(wrong.name, 'InvalidParameterValue');
  }
  const token = await refusal(client.send(new DescribeInstancesCommand({ NextToken: 'no token' })));
  assert.equal(token.message, 'Unable to parse pagination token');
  const types = await refusal(client.send(new DescribeInstanceTypesCommand({ MaxResults: 101 })));
  assert.equal(types.name, 'InvalidParameterValue');
});

test('ids that are no ids, ids of nothing and unknown filters are refused, each with its own code', async (t) => {
  const { client } = await startAccount(t, { instances: two });
  const refused = async (command: Promise<unknown>): Promise<string> => (await refusal(command)).name;
  const unknown = 'i-0123456789abcdef0';
  assert.equal(
    await refused(client.send(new DescribeInstancesCommand({ InstanceIds: [unknown] }))),
    'InvalidInstanceID.NotFound',
  );
  assert.equal(
    await refused(client.send(new DescribeInstancesCommand({ InstanceIds: ['web-01'] }))),
    'InvalidInstanceID.Malformed',
  );
  assert.equal(
    await refused(client.send(new StopInstancesCommand({ InstanceIds: [unknown] }))),
    'InvalidInstanceID.NotFound',
  );
  assert.equal(await refused(ids(client, 'no-such-filter', 'x')), 'InvalidParameterValue');
  assert.equal(await refused(ids(client, 'instance-state-name')), 'InvalidParameterValue');
  assert.equal(
    await refused(client.send(new DescribeVolumesCommand({ VolumeIds: ['vol-0123'] }))),
    'InvalidVolume.NotFound',
  );
  assert.equal(
    await refused(client.send(new DescribeSnapshotsCommand({ SnapshotIds: ['snap-0123'] }))),
    'InvalidSnapshot.NotFound',
  );
  assert.equal(
    await refused(client.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-0123'] }))),
    'InvalidSubnetID.NotFound',
  );
  assert.equal(
    await refused(client.send(new DescribeVpcsCommand({ VpcIds: ['vpc-0123'] }))),
    'InvalidVpcID.NotFound',
  );
  assert.equal(
    await refused(client.send(new DescribeSecurityGroupsCommand({ GroupIds: ['sg-0123'] }))),
    'InvalidGroup.NotFound',
  );
  assert.equal(
    await refused(client.send(new DescribeImagesCommand({ ImageIds: ['ami-0123'] }))),
    'InvalidAMIID.NotFound',
  );
  assert.equal(
    await refused(client.send(new DescribeVolumesCommand({ VolumeIds: ['disk'] }))),
    'InvalidParameterValue',
  );
  assert.equal(
    await refused(client.send(new CreateTagsCommand({ Resources: ['foo'], Tags: [{ Key: 'a' }] }))),
    'InvalidID',
  );
});

test('a stop passes through stopping, is idempotent, and the next start takes its time too', async (t) => {
  const { client, skip, machine } = await startAccount(t, {
    instances: two,
    stopMinutes: 3,
    startMinutes: 2,
  });
  const stop = new StopInstancesCommand({ InstanceIds: [web, db] });
  const { StoppingInstances } = await client.send(stop);
  assert.deepEqual(
    StoppingInstances?.map(({ PreviousState, CurrentState }) => [PreviousState?.Name, CurrentState?.Name]),
    [
      ['running', 'stopping'],
      ['running', 'stopping'],
    ],
  );
  const early = await refusal(client.send(new StartInstancesCommand({ InstanceIds: [web] })));
  assert.equal(early.name, 'IncorrectInstanceState');
  await skip(2);
  assert.equal((await client.send(stop)).StoppingInstances?.[0]?.CurrentState?.Name, 'stopping');
  await skip(1);
  const stopped = await describe(client, web);
  assert.equal(stopped.State?.Name, 'stopped');
  assert.equal(stopped.StateTransitionReason, 'User initiated (2026-03-01 20:00:00 GMT)');
  assert.equal((await client.send(stop)).StoppingInstances?.[0]?.CurrentState?.Name, 'stopped');
  await client.send(new StartInstancesCommand({ InstanceIds: [web] }));
  const pending = await refusal(client.send(new StopInstancesCommand({ InstanceIds: [web] })));
  assert.equal(pending.name, 'IncorrectInstanceState');
  await skip(2);
  const started = await describe(client, web);
  assert.equal(started.State?.Name, 'running');
  assert.equal(started.LaunchTime?.toISOString(), '2026-03-01T20:03:00.000Z');
  assert.equal((await machine(web))?.wasForceStopped, false);
});

test('a forced stop is quick, ends a hanging shutdown, and is remembered', async (t) => {
  const hanging = { ...two[0], name: 'web-01', quirks: { stopMinutes: 600 } };
  const { client, skip, machine } = await startAccount(t, { instances: [hanging] });
  await client.send(new StopInstancesCommand({ InstanceIds: [web] }));
  await skip(300);
  assert.equal((await describe(client, web)).State?.Name, 'stopping');
  await client.send(new StopInstancesCommand({ InstanceIds: [web], Force: true }));
  await skip(1);
  assert.equal((await describe(client, web)).State?.Name, 'stopped');
  await client.send(new StartInstancesCommand({ InstanceIds: [web] }));
  await skip(400);
  assert.equal(
    (await describe(client, web)).State?.Name,
    'running',
    'the given-up shutdown must not come back',
  );
  assert.equal((await machine(web))?.wasForceStopped, true);
});

test('a stop that EC2 refuses is refused, and then stops none of the instances that were named', async (t) => {
  const { client } = await startAccount(t, {
    instances: [
      ...two,
      { name: 'protected', instanceId: 'i-00000000000000001', quirks: { disableApiStop: true } },
      { name: 'ephemeral', instanceId: 'i-00000000000000002', quirks: { instanceStore: 'root' } },
      { name: 'spot', instanceId: 'i-00000000000000003', lifecycle: 'spot' },
      { name: 'gone', instanceId: 'i-00000000000000004', state: 'terminated' },
    ],
  });
  const refused = async (instanceId: string): Promise<string> =>
    (await refusal(client.send(new StopInstancesCommand({ InstanceIds: [web, instanceId] })))).name;
  assert.equal(await refused('i-00000000000000001'), 'OperationNotPermitted');
  assert.equal(await refused('i-00000000000000002'), 'UnsupportedOperation');
  assert.equal(await refused('i-00000000000000003'), 'UnsupportedOperation');
  assert.equal(await refused('i-00000000000000004'), 'IncorrectInstanceState');
  assert.equal((await describe(client, web)).State?.Name, 'running');
});

test('a start fails with the error that the scenario gives it', async (t) => {
  const { client } = await startAccount(t, {
    instances: [
      {
        name: 'db-01',
        instanceId: db,
        state: 'stopped',
        quirks: { startFails: 'InsufficientInstanceCapacity' },
      },
    ],
  });
  const refused = await refusal(client.send(new StartInstancesCommand({ InstanceIds: [db] })));
  assert.equal(refused.name, 'InsufficientInstanceCapacity');
  assert.equal(refused.$metadata.httpStatusCode, 500);
  assert.equal((await describe(client, db)).State?.Name, 'stopped');
});

test('an auto-assigned public address goes with the stop and comes back as another; an Elastic IP stays', async (t) => {
  const { client, skip } = await startAccount(t, {
    instances: [
      { name: 'auto', instanceId: web, publicAddress: 'auto' },
      { name: 'elastic', instanceId: db, publicAddress: 'elastic' },
    ],
  });
  const before = await Promise.all([describe(client, web), describe(client, db)]);
  await client.send(new StopInstancesCommand({ InstanceIds: [web, db] }));
  await skip(5);
  const stopped = await describe(client, web);
  assert.equal(stopped.PublicIpAddress, undefined);
  assert.equal(stopped.NetworkInterfaces?.[0]?.Association, undefined);
  assert.equal((await describe(client, db)).PublicIpAddress, before[1].PublicIpAddress);
  await client.send(new StartInstancesCommand({ InstanceIds: [web, db] }));
  const after = await Promise.all([describe(client, web), describe(client, db)]);
  assert.ok(after[0].PublicIpAddress);
  assert.notEqual(after[0].PublicIpAddress, before[0].PublicIpAddress);
  assert.equal(after[1].PublicIpAddress, before[1].PublicIpAddress);
});

test('a terminated instance loses its network and root volume, keeps its tags, and is forgotten after an hour', async (t) => {
  const { client, skip, machine } = await startAccount(t, { instances: two });
  await client.send(new TerminateInstancesCommand({ InstanceIds: [db] }));
  assert.equal((await describe(client, db)).State?.Name, 'shutting-down');
  await skip(2);
  const gone = await describe(client, db);
  assert.equal(gone.State?.Name, 'terminated');
  assert.equal(gone.PrivateIpAddress, undefined);
  assert.equal(gone.VpcId, undefined);
  assert.equal(gone.Tags?.length, 2);
  assert.deepEqual(await ids(client, 'private-ip-address', '10.0.1.12'), []);
  const { Volumes } = await client.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'status', Values: ['available'] }] }),
  );
  assert.deepEqual(
    Volumes?.map(({ Size }) => Size),
    [200],
  );
  await skip(61);
  const unknown = await refusal(client.send(new DescribeInstancesCommand({ InstanceIds: [db] })));
  assert.equal(unknown.name, 'InvalidInstanceID.NotFound');
  assert.equal(await machine(db), undefined);
});

test('termination protection and stop protection both forbid a termination', async (t) => {
  const { client } = await startAccount(t, {
    instances: [
      { name: 'web-01', instanceId: web, quirks: { disableApiTermination: true } },
      { name: 'db-01', instanceId: db, quirks: { disableApiStop: true } },
    ],
  });
  for (const [id, attribute] of [
    [web, 'disableApiTermination'],
    [db, 'disableApiStop'],
  ] as const) {
    const refused = await refusal(client.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    assert.equal(refused.name, 'OperationNotPermitted');
    assert.match(refused.message, new RegExp(`Modify its '${attribute}'`));
    const answer = await client.send(
      new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: attribute }),
    );
    const value = attribute === 'disableApiStop' ? answer.DisableApiStop : answer.DisableApiTermination;
    assert.equal(value?.Value, true);
  }
});

test('status checks are told of running instances only, and begin anew after a start', async (t) => {
  const { client, skip } = await startAccount(t, { instances: two });
  const status = async (all: boolean): Promise<(string | undefined)[]> => {
    const answer = await client.send(new DescribeInstanceStatusCommand({ IncludeAllInstances: all }));
    return (answer.InstanceStatuses ?? []).map(({ InstanceStatus }) => InstanceStatus?.Status);
  };
  assert.deepEqual(await status(false), ['ok', 'ok']);
  await client.send(new StopInstancesCommand({ InstanceIds: [web] }));
  await skip(5);
  assert.deepEqual(await status(false), ['ok']);
  assert.deepEqual(await status(true), ['not-applicable', 'ok']);
  await client.send(new StartInstancesCommand({ InstanceIds: [web] }));
  await skip(1);
  assert.deepEqual(await status(false), ['initializing', 'ok']);
  await skip(3);
  assert.deepEqual(await status(false), ['ok', 'ok']);
});

test('an instance type tells its size, hypervisor, disks and firmware', async (t) => {
  const { client } = await startAccount(t, {});
  const names = [
    'm5.xlarge',
    't2.micro',
    'm5d.large',
    'm6g.large',
    'c4.2xlarge',
    'r5.24xlarge',
    'm3.medium',
  ] as const;
  const { InstanceTypes = [] } = await client.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: [...names] }),
  );
  const facts = InstanceTypes.map((type) => [
    type.InstanceType,
    type.VCpuInfo?.DefaultVCpus,
    type.MemoryInfo?.SizeInMiB,
    type.Hypervisor,
    type.EbsInfo?.NvmeSupport,
    type.InstanceStorageSupported,
    type.SupportedBootModes?.join(','),
  ]);
  assert.deepEqual(facts, [
    ['m5.xlarge', 4, 16384, 'nitro', 'required', false, 'legacy-bios,uefi'],
    ['t2.micro', 1, 1024, 'xen', 'unsupported', false, 'legacy-bios'],
    ['m5d.large', 2, 8192, 'nitro', 'required', true, 'legacy-bios,uefi'],
    ['m6g.large', 2, 8192, 'nitro', 'required', false, 'uefi'],
    ['c4.2xlarge', 8, 15360, 'xen', 'unsupported', false, 'legacy-bios'],
    ['r5.24xlarge', 96, 786432, 'nitro', 'required', false, 'legacy-bios,uefi'],
    ['m3.medium', 1, 3840, 'xen', 'unsupported', true, 'legacy-bios'],
  ]);
});

test('an image carries the name of the operating system that its instances run', async (t) => {
  const { client } = await startAccount(t, {
    instances: [
      ...two,
      { name: 'web-04', instanceId: 'i-00000000000000004', platform: 'linux', osName: 'Ubuntu 22.04 LTS' },
    ],
  });
  const { ImageId = '' } = await describe(client, 'i-00000000000000004');
  const { Images } = await client.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
  assert.equal(Images?.[0]?.Name, 'Ubuntu 22.04 LTS');
  assert.equal((await describe(client, web)).ImageId, (await describe(client, db)).ImageId);
});

test('tags are put on, replaced and taken off, and what is reserved or too many is refused', async (t) => {
  const { client } = await startAccount(t, { instances: two });
  const odd = ' <"a" & \'b\'> ü\t日本 ';
  await client.send(
    new CreateTagsCommand({
      Resources: [web],
      Tags: [
        { Key: 'portage:plan', Value: 'payroll' },
        { Key: 'odd', Value: odd },
      ],
    }),
  );
  await client.send(
    new CreateTagsCommand({ Resources: [web], Tags: [{ Key: 'portage:plan', Value: 'other' }] }),
  );
  const tags = new Map((await describe(client, web)).Tags?.map(({ Key, Value }) => [Key, Value]));
  assert.equal(tags.get('portage:plan'), 'other');
  assert.equal(tags.get('odd'), odd);
  assert.deepEqual(await ids(client, 'tag:portage:plan', 'other'), [web]);
  assert.deepEqual(await ids(client, 'tag:portage:plan', 'payroll'), []);
  await client.send(
    new DeleteTagsCommand({
      Resources: [web],
      Tags: [{ Key: 'odd', Value: 'not this' }, { Key: 'portage:plan' }],
    }),
  );
  assert.deepEqual(
    (await describe(client, web)).Tags?.map(({ Key }) => Key),
    ['Name', 'odd'],
  );
  const reserved = new CreateTagsCommand({ Resources: [web], Tags: [{ Key: 'aws:mine', Value: '' }] });
  assert.equal((await refusal(client.send(reserved))).name, 'InvalidParameterValue');
  const many = Array.from({ length: 49 }, (_, at) => ({ Key: `key-${at}`, Value: '' }));
  const tooMany = new CreateTagsCommand({ Resources: [web], Tags: many });
  assert.equal((await refusal(client.send(tooMany))).name, 'TagLimitExceeded');
});

test('tags are listed for every kind of resource, in pages, and for one resource alone', async (t) => {
  const { client } = await startAccount(t, { instances: two });
  const all: string[] = [];
  for await (const { Tags = [] } of paginateDescribeTags({ client, pageSize: 5 }, {})) {
    all.push(...Tags.map(({ ResourceType, Value }) => `${ResourceType ?? ''} ${Value ?? ''}`));
  }
  assert.deepEqual(all, [
    'instance web-01',
    'instance db-01',
    'instance payroll',
    'volume web-01-0',
    'volume db-01-0',
    'volume db-01-1',
  ]);
  const { Tags } = await client.send(
    new DescribeTagsCommand({
      Filters: [
        { Name: 'resource-id', Values: [db] },
        { Name: 'key', Values: ['team'] },
      ],
    }),
  );
  assert.deepEqual(Tags, [{ Key: 'team', ResourceId: db, ResourceType: 'instance', Value: 'payroll' }]);
});

test('snapshots of all volumes begin pending with their tags, and are found complete later', async (t) => {
  const { client, skip } = await startAccount(t, { instances: two, snapshotMinutes: 10 });
  const begun = await client.send(
    new CreateSnapshotsCommand({
      InstanceSpecification: { InstanceId: db },
      Description: 'before the end',
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'portage:plan', Value: 'payroll' }] }],
    }),
  );
  assert.deepEqual(
    begun.Snapshots?.map(({ State, VolumeSize }) => [State, VolumeSize]),
    [
      ['pending', 60],
      ['pending', 200],
    ],
  );
  const find = new DescribeSnapshotsCommand({
    OwnerIds: ['self'],
    Filters: [{ Name: 'tag:portage:plan', Values: ['payroll'] }],
  });
  assert.deepEqual(
    (await client.send(find)).Snapshots?.map(({ State }) => State),
    ['pending', 'pending'],
  );
  await skip(10);
  assert.deepEqual(
    (await client.send(find)).Snapshots?.map(({ State, Progress }) => [State, Progress]),
    [
      ['completed', '100%'],
      ['completed', '100%'],
    ],
  );
  const others = new DescribeSnapshotsCommand({ OwnerIds: ['999999999999'] });
  assert.deepEqual((await client.send(others)).Snapshots, []);
});

test('networks are described, those that only an instance names too', async (t) => {
  const { client } = await startAccount(t, {
    vpcs: [{ vpcId: 'vpc-0a1b2c3d4e5f60001', cidr: '10.0.0.0/16', tags: { Name: 'prod' } }],
    subnets: [{ subnetId: 'subnet-0a1b2c3d4e5f60001', vpcId: 'vpc-0a1b2c3d4e5f60001', cidr: '10.0.1.0/24' }],
    instances: [
      ...two,
      {
        name: 'far',
        instanceId: 'i-00000000000000009',
        vpcId: 'vpc-far',
        subnetId: 'subnet-far',
        privateIp: '172.31.17.4',
      },
    ],
  });
  assert.equal((await describe(client, web)).SubnetId, 'subnet-0a1b2c3d4e5f60001');
  const { Subnets } = await client.send(new DescribeSubnetsCommand({}));
  assert.deepEqual(
    Subnets?.map(({ SubnetId, CidrBlock }) => [SubnetId, CidrBlock]),
    [
      ['subnet-0a1b2c3d4e5f60001', '10.0.1.0/24'],
      ['subnet-far', '172.31.16.0/20'],
    ],
  );
  const { Vpcs } = await client.send(
    new DescribeVpcsCommand({ Filters: [{ Name: 'tag:Name', Values: ['prod'] }] }),
  );
  assert.equal(Vpcs?.[0]?.CidrBlock, '10.0.0.0/16');
  const { SecurityGroups } = await client.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: ['vpc-far'] }] }),
  );
  assert.equal(SecurityGroups?.[0]?.GroupName, 'default');
});

test('an instance without an address gets the next free one, never one that another names', async (t) => {
  const { machines } = await startAccount(t, {
    subnets: [{ subnetId: 'subnet-0a1b2c3d4e5f60001', vpcId: 'vpc-0a1b2c3d4e5f60001', cidr: '10.0.1.0/24' }],
    instances: [{ name: 'first' }, { name: 'second' }, { name: 'named', privateIp: '10.0.1.5' }],
  });
  assert.deepEqual(
    (await machines()).map(({ privateIp }) => privateIp),
    ['10.0.1.4', '10.0.1.6', '10.0.1.5'],
  );
});

test('the source machines are what the agents see: names, addresses, disks and sizes', async (t) => {
  const { client, skip, machine } = await startAccount(t, {
    instances: [
      ...two,
      {
        name: 'scratch',
        instanceId: 'i-00000000000000005',
        quirks: { instanceStore: 'data' },
        firmware: 'UEFI',
      },
    ],
  });
  const payroll = await machine(db);
  assert.equal(payroll?.hostName, 'db-01');
  assert.equal(payroll.privateIp, '10.0.1.12');
  assert.equal(payroll.osName, 'Microsoft Windows Server 2019 Datacenter');
  assert.deepEqual([payroll.vcpus, payroll.memoryMiB], [4, 16384]);
  assert.deepEqual(
    payroll.disks.map(({ deviceName, sizeGiB, isRoot }) => [deviceName, sizeGiB, isRoot]),
    [
      ['/dev/sda1', 60, true],
      ['xvdb', 200, false],
    ],
  );
  const scratch = async () => (await machine('i-00000000000000005'))?.disks[1]?.volumeId;
  const before = await scratch();
  await client.send(new StopInstancesCommand({ InstanceIds: ['i-00000000000000005'] }));
  await skip(3);
  await client.send(new StartInstancesCommand({ InstanceIds: ['i-00000000000000005'] }));
  assert.ok(before);
  assert.notEqual(await scratch(), before, 'an instance-store disk is another one after a stop');
});
