import { EC2Client, paginateDescribeInstances, paginateDescribeVolumes } from '@aws-sdk/client-ec2';
import type { Instance } from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loadScenario, startSimulator } from '../simulator/index.ts';
import { startAccount } from './simulator-ec2-account.ts';

const data = fileURLToPath(new URL('../../shared/data', import.meta.url));
const recording = join(data, 'ec2-describe-instances.json');
const absent = existsSync(recording)
  ? false
  : 'the recorded inventory ../shared/data/ec2-describe-instances.json is absent';

const recordedSchema = z.looseObject({
  Reservations: z.array(z.looseObject({ Instances: z.array(z.looseObject({ InstanceId: z.string() })) })),
});

/** The file's instances with the types that the SDK gives them: the CLI writes times as text. */
function recorded(path: string): Record<string, unknown>[] {
  const times = /(Time|^LaunchTime)$/;
  const json: unknown = JSON.parse(readFileSync(path, 'utf8'), (key, value: unknown) =>
    times.test(key) && typeof value === 'string' ? new Date(value) : value,
  );
  return recordedSchema.parse(json).Reservations.flatMap(({ Instances }) => Instances);
}

async function allInstances(client: EC2Client): Promise<Instance[]> {
  const instances: Instance[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances({ client, pageSize: 20 }, {})) {
    instances.push(...Reservations.flatMap(({ Instances = [] }) => Instances));
  }
  return instances;
}

test(
  'a recorded inventory is answered as it was recorded, instance by instance and field by field',
  { skip: absent },
  async (t) => {
    const { client } = await startAccount(t, { inventory: 'ec2-describe-instances.json' }, data);
    const answered = await allInstances(client);
    const expected = recorded(recording);
    assert.equal(answered.length, 90);
    for (const [at, instance] of answered.entries()) assert.deepEqual({ ...instance }, expected[at]);
  },
);

test(
  'recorded instances without a state, a type or an address are there, as far as they can be',
  { skip: absent },
  async (t) => {
    const { machines } = await startAccount(t, { inventory: 'ec2-describe-instances.json' }, data);
    const all = await machines();
    const count = (wanted: (machine: (typeof all)[number]) => boolean) => all.filter(wanted).length;
    assert.equal(all.length, 90);
    assert.equal(
      count(({ state }) => state === 'unknown'),
      2,
    );
    assert.equal(
      count(({ state }) => state === 'terminated'),
      13,
    );
    assert.equal(
      count(({ privateIp }) => privateIp === ''),
      15,
    );
    assert.equal(
      count(({ privateIp }) => privateIp === '172.31.26.53'),
      4,
    );
    assert.equal(
      count(({ osType }) => osType === 'Windows'),
      3,
    );
  },
);

test('recorded instances that were stopping are stopped after a while', { skip: absent }, async (t) => {
  const { machines, skip } = await startAccount(t, { inventory: 'ec2-describe-instances.json' }, data);
  const stopping = (await machines())
    .filter(({ state }) => state === 'stopping')
    .map(({ instanceId }) => instanceId);
  assert.equal(stopping.length, 3);
  await skip(3);
  const later = (await machines()).filter(({ instanceId }) => stopping.includes(instanceId));
  assert.deepEqual(
    later.map(({ state }) => state),
    ['stopped', 'stopped', 'stopped'],
  );
});

test('the example inventory loads, its volumes from their own file and the missing one by default', async (t) => {
  const path = fileURLToPath(new URL('../examples/inventory.scenario.yaml', import.meta.url));
  const simulator = await startSimulator({ scenario: await loadScenario(path), speed: 0 });
  const credentials = { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-a-secret' };
  const client = new EC2Client({ endpoint: simulator.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
  t.after(async () => {
    client.destroy();
    await simulator.close();
  });
  const instances = await allInstances(client);
  assert.equal(instances.length, 13);
  const sizes = new Map<string, number>();
  for await (const { Volumes = [] } of paginateDescribeVolumes({ client, pageSize: 10 }, {})) {
    for (const { VolumeId = '', Size = 0 } of Volumes) sizes.set(VolumeId, Size);
  }
  const disks = instances.flatMap(({ BlockDeviceMappings = [] }) => BlockDeviceMappings);
  assert.ok(
    disks.every(({ Ebs }) => sizes.has(Ebs?.VolumeId ?? '')),
    'every disk has its volume',
  );
  const twin = instances.find(({ Tags }) => Tags?.some(({ Value }) => Value === 'twin'));
  assert.equal(sizes.get(twin?.BlockDeviceMappings?.[0]?.Ebs?.VolumeId ?? ''), 60);
});

async function folderWith(t: TestContext, files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portage-inventory-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const oneInstance = (...ids: readonly string[]) => ({
  Reservations: ids.map((InstanceId) => ({ Instances: [{ InstanceId, NewField: 'kept' }] })),
});

test('what only the guest knows may be told beside an inventory', async (t) => {
  const folder = await folderWith(t, { 'i.json': oneInstance('i-0123456789abcdef0') });
  const guests = {
    'i-0123456789abcdef0': {
      hostName: 'LEGACY',
      osName: 'Microsoft Windows Server 2008 R2',
      firmware: 'BIOS' as const,
    },
  };
  const { machine } = await startAccount(t, { inventory: 'i.json', guests }, folder);
  const legacy = await machine('i-0123456789abcdef0');
  assert.deepEqual([legacy?.hostName, legacy?.osName], ['LEGACY', 'Microsoft Windows Server 2008 R2']);
});

test('a scenario or inventory that contradicts itself is refused with the place and the reason', async (t) => {
  const folder = await folderWith(t, {
    'twice.json': oneInstance('i-0123456789abcdef0', 'i-0123456789abcdef0'),
    'once.json': oneInstance('i-0123456789abcdef0'),
    'broken.json': '{ "Reservations": [',
    'wrong.json': { Reservations: [{ Instances: [{ InstanceId: 'i-1', State: { Name: 'asleep' } }] }] },
    'volumes.json': { Volumes: [{ VolumeId: 'vol-1' }, { VolumeId: 'vol-1' }] },
  });
  const one = { name: 'a', instanceId: 'i-0123456789abcdef0' };
  const cases: readonly (readonly [section: Parameters<typeof startAccount>[1], reason: RegExp])[] = [
    [{ inventory: 'twice.json' }, /twice\.json holds the instance i-0123456789abcdef0 twice/],
    [{ inventory: 'once.json', instances: [one] }, /two instances have the id i-0123456789abcdef0/],
    [{ inventory: 'absent.json' }, /absent\.json can't be read/],
    [{ inventory: 'broken.json' }, /broken\.json can't be read as JSON/],
    [{ inventory: 'wrong.json' }, /wrong\.json: [^]*Reservations\[0\]\.Instances\[0\]\.State\.Name/],
    [{ volumes: 'volumes.json' }, /volumes\.json holds the volume vol-1 twice/],
    [{ inventory: 'once.json', guests: { 'i-2': {} } }, /guests names i-2/],
    [{ guests: { 'i-3': {} } }, /guests names i-3/],
    [{ instances: [{ name: 'a', type: 'm5.gigantic' }] }, /unknown instance type m5\.gigantic/],
    [{ instances: [{ name: 'a', subnetId: 'subnet-x' }] }, /a has no privateIp and stands in subnet-x/],
    [
      { subnets: [{ subnetId: 'subnet-s', vpcId: 'vpc-s', cidr: '10.1.0.0/29' }], generate: { count: 4 } },
      /no free address for vm-00004 in subnet-s/,
    ],
  ];
  for (const [section, reason] of cases) await assert.rejects(startAccount(t, section, folder), reason);
});

test('the same seed makes the same account', async (t) => {
  const [one, other] = await Promise.all([1, 2].map(() => startAccount(t, { generate: { count: 3 } })));
  assert.deepEqual(await one?.machines(), await other?.machines());
});
