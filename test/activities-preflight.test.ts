import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Finding } from '../activities/index.ts';
import type { VmPlan } from '../plan/index.ts';
import {
  beginReplication,
  instanceIdOf,
  machine,
  preflight,
  privateIpOf,
  startClouds,
  vaultSection,
  writes,
  type CloudWorld,
} from './cloud-world.ts';
import { assertProvoked, assertRead, weighing } from './provoked.ts';

const sharedIp = '10.0.1.50';
const azureVm = '/subscriptions/s/resourceGroups/rg-target/providers/Microsoft.Compute/virtualMachines/db-01';

/** Instances that something speaks against, each for a reason of its own. */
const oddInstances = [
  { name: 'm-11', privateIp: sharedIp, vpcId: 'vpc-00000000000000001' },
  { name: 'm-12', privateIp: sharedIp, vpcId: 'vpc-00000000000000002' },
  { name: 'm-13', state: 'terminated' },
  { name: 'm-14', state: 'stopped' },
  { name: 'm-15', lifecycle: 'spot' },
  { name: 'm-16', type: 'm6g.large', platform: 'linux' },
  { name: 'm-17', quirks: { instanceStore: 'root' } },
  { name: 'm-18', tags: { 'portage:plan': 'other', 'portage:vm': 'db-01' } },
  { name: 'm-19', type: 'm5d.large' },
  { name: 'm-20', platform: 'linux' },
  { name: 'm-21', type: 'm4.large', platform: 'linux' },
  { name: 'm-22', quirks: { disableApiStop: true } },
  { name: 'm-23', state: 'stopped', lifecycle: 'spot', platform: 'linux', quirks: { disableApiStop: true } },
  { name: 'm-24', tags: { 'portage:plan': 'move', 'portage:vm': 'm-24', 'portage:completed': azureVm } },
  { name: 'm-25', tags: { 'portage:plan': 'other', 'portage:vm': 'm-25', 'portage:completed': azureVm } },
  { name: 'm-26', tags: { 'portage:plan': 'move', 'portage:vm': 'm-26' } },
].map((odd) => ({ type: 't3.large', instanceId: instanceIdOf(odd.name), ...odd }));

/** What only an account of long ago has, or an answer in the middle of a change: in an inventory, as EC2 wrote it. */
const inventory = {
  Reservations: [
    {
      ReservationId: 'r-00000000000000001',
      OwnerId: '111122223333',
      Instances: [
        {
          InstanceId: instanceIdOf('m-31'),
          InstanceType: 't3.large',
          Platform: 'windows',
          State: { Code: 16, Name: 'running' },
          PrivateIpAddress: '10.200.0.31',
        },
        {
          InstanceId: instanceIdOf('m-32'),
          InstanceType: 't3.large',
          Platform: 'windows',
          State: { Code: 16, Name: 'running' },
          VpcId: 'vpc-00000000000000001',
        },
        {
          InstanceId: instanceIdOf('m-33'),
          InstanceType: 't3.large',
          Platform: 'windows',
          VpcId: 'vpc-00000000000000001',
          PrivateIpAddress: '10.0.1.33',
        },
      ],
    },
  ],
};

const sickVault = {
  ...vaultSection('vault-sick'),
  fabricHealth: 'Critical',
  appliances: [{ name: 'appl-1', components: { processServers: { health: 'Critical' } } }],
};
const unmappedVault = { ...vaultSection('vault-unmapped'), mapping: undefined };

/** One machine for each finding that there is, and a part of what is said about it. */
const provoked: readonly (readonly [code: string, vm: VmPlan, says: RegExp])[] = [
  [
    'INSTANCE_NOT_FOUND',
    machine('m-01', { instanceId: 'i-0000000000000beef' }),
    /i-0000000000000beef in eu-west-1/,
  ],
  [
    'INSTANCE_AMBIGUOUS',
    byAddress('m-11', sharedIp),
    /10\.0\.1\.50 .* 2 instances .*: i-\d+1[12], i-\d+1[12]$/,
  ],
  ['ADDRESS_SHARED', machine('m-11'), /10\.0\.1\.50 is also the address of i-\d+12:/],
  ['INSTANCE_TERMINATED', machine('m-13'), /terminated/],
  ['INSTANCE_NOT_RUNNING', machine('m-14'), /is stopped/],
  ['INSTANCE_NOT_RUNNING', machine('m-33'), /is unknown/],
  ['NO_VPC', machine('m-31'), /no VPC/],
  ['NO_PRIVATE_IP', machine('m-32'), /no private address/],
  ['SPOT_INSTANCE', machine('m-15'), /spot/],
  ['ARCHITECTURE', machine('m-16'), /arm64/],
  ['ROOT_ON_INSTANCE_STORE', machine('m-17'), /cannot be stopped/],
  ['CLAIMED_BY_ANOTHER_PLAN', machine('m-18'), /plan other, machine db-01/],
  ['CLAIMED_BY_ANOTHER_PLAN', machine('m-25'), /plan other, machine m-25/],
  [
    'CLAIMED_BY_ANOTHER_PLAN',
    machine('renamed', { instanceId: instanceIdOf('m-26') }),
    /plan move, machine m-26/,
  ],
  ['INSTANCE_STORE', machine('m-19'), /m5d\.large has instance-store disks \(75 GB in all\)/],
  ['LINUX_NVME', machine('m-20'), /NVMe/],
  ['LINUX_XEN_BLOCK', machine('m-21'), /paravirtualized/],
  ['STOP_PROTECTED', machine('m-22'), /Stop protection is on/],
  ['VAULT_MISSING', inVault({ vault: 'vault-none' }), /vault-none does not exist in rg-migration/],
  ['APPLIANCE_MISSING', inVault({ appliances: [{ name: 'appl-9' }] }), /no appliance appl-9; it has appl-1/],
  ['APPLIANCE_UNHEALTHY', inVault({ vault: 'vault-sick' }), /its health is Critical/],
  [
    'RUN_AS_ACCOUNT_MISSING',
    inVault({ account: 'admin' }),
    /appliance of vault vault-weu has no account admin/,
  ],
  [
    'CLASSIC_RETIRED',
    inVault({ provider: 'classic', appliances: undefined, configurationServer: { name: 'cs-1' } }),
    /retired the configuration server/,
  ],
  ['POLICY_NOT_ASSOCIATED', inVault({ vault: 'vault-unmapped' }), /portage-24h is not associated/],
  ['POLICY_NOT_ASSOCIATED', inVault({ policy: { name: 'other' } }), /Policy other is not associated/],
  [
    'POLICY_DRIFT',
    inVault({ policy: { name: 'portage-24h', recoveryPointHours: 72 } }),
    /1440 minutes, the plan says 4320/,
  ],
  ['RESOURCE_GROUP_MISSING', to({ resourceGroup: 'rg-none' }), /rg-none does not exist/],
  ['NETWORK_MISSING', to({ network: 'rg-network/vnet-none' }), /vnet-none does not exist/],
  [
    'NETWORK_MISSING',
    to({ testNetwork: 'rg-network/vnet-no-test', testSubnet: 'isolated' }),
    /vnet-no-test does not/,
  ],
  ['SUBNET_MISSING', to({ subnet: 'none' }), /no subnet none; it has servers/],
  [
    'SUBNET_MISSING',
    to({ testNetwork: 'rg-network/vnet-test', testSubnet: 'none' }),
    /no subnet none; it has isolated/,
  ],
  ['NAME_TAKEN', to({ vmName: 'taken' }), /A VM taken exists/],
  ['CACHE_ACCOUNT_MISSING', inVault({ cacheStorageAccount: 'stnone' }), /stnone does not exist/],
];
/** Findings that never stop a machine. */
const warnings = new Set(['INSTANCE_STORE', 'POLICY_DRIFT', 'NAME_TAKEN']);

test('preflight', async (t) => {
  const world = await oddClouds(t);

  await assertProvoked(
    t,
    world,
    provoked.map(([code, vm, says]) => [code, warnings.has(code) ? 'warning' : 'blocker', vm, says]),
  );

  await t.test('says nothing about a machine that nothing speaks against, and finds its place', async () => {
    const { findings, instance, setting, item } = await world.run((a) => a.checkMachine(machine('m-01')));
    assert.deepEqual(weighing(findings), []);
    assert.deepEqual(instance, {
      instanceId: instanceIdOf('m-01'),
      privateIp: privateIpOf('m-01'),
      osType: 'Windows',
      instanceType: 't3.large',
      powerState: 'running',
      interfaces: 1,
      bootMode: 'BIOS',
      vcpus: 2,
      memoryMiB: 8192,
      disks: [
        { sizeGiB: 30, isRoot: true },
        { sizeGiB: 10, isRoot: false },
      ],
    });
    assert.equal(setting?.fabric, 'vault-weu-vmwarefabric');
    assert.deepEqual(
      setting.servers.map(({ name }) => name),
      ['appl-1'],
    );
    assert.equal(item?.name, 'portage-move-m-01');
  });

  await t.test('finds a machine by the address that its VPC tells apart', async () => {
    const vm = byAddress('m-12', sharedIp, { vpcId: 'vpc-00000000000000002' });
    const { instance } = await world.run((a) => a.checkMachine(vm));
    assert.equal(instance?.instanceId, instanceIdOf('m-12'));
    assert.equal(instance.privateIp, sharedIp);
  });

  await t.test('does not find an instance whose id and address disagree', async () => {
    const vm = machine('m-01', { privateIp: privateIpOf('m-02') });
    assert.deepEqual(weighing(await findingsOf(world, vm)), ['INSTANCE_NOT_FOUND']);
    const agreeing = machine('m-01', { privateIp: privateIpOf('m-01') });
    assert.deepEqual(weighing(await findingsOf(world, agreeing)), []);
  });

  await t.test('says everything at once, of the source, the environment and the target', async () => {
    const vm = machine('m-23', {
      environment: { appliances: [{ name: 'appl-9' }], cacheStorageAccount: 'stnone' },
      target: { resourceGroup: 'rg-none', network: 'rg-network/vnet-none' },
    });
    assert.deepEqual(weighing(await findingsOf(world, vm)), [
      'APPLIANCE_MISSING',
      'CACHE_ACCOUNT_MISSING',
      'INSTANCE_NOT_RUNNING',
      'LINUX_NVME',
      'NETWORK_MISSING',
      'RESOURCE_GROUP_MISSING',
      'SPOT_INSTANCE',
      'STOP_PROTECTED',
    ]);
  });

  await t.test('says of a terminated instance only that: what it has lost is no news', async () => {
    assert.deepEqual(weighing(await findingsOf(world, machine('m-13'))), ['INSTANCE_TERMINATED']);
  });

  await t.test('makes a blocker that the plan accepts a warning, which says so; no other', async () => {
    const vm = machine('m-23', { accept: ['LINUX_NVME', 'STOP_PROTECTED'] });
    const findings = await findingsOf(world, vm);
    const weighed = findings
      .filter(({ severity }) => severity !== 'info')
      .map(({ code, severity, accepted }) => [code, severity, accepted])
      .sort();
    assert.deepEqual(weighed, [
      ['INSTANCE_NOT_RUNNING', 'blocker', undefined],
      ['LINUX_NVME', 'warning', true],
      ['SPOT_INSTANCE', 'blocker', undefined],
      ['STOP_PROTECTED', 'warning', true],
    ]);
  });

  await t.test(
    'knows by its tag a machine that this very plan has migrated, and looks no further',
    async () => {
      const done = await world.run((a) => a.checkMachine(machine('m-24')));
      assert.deepEqual(done, { findings: [], migratedAs: azureVm });
    },
  );

  await t.test('does not mind that its own plan has claimed the machine already', async () => {
    assert.deepEqual(weighing(await findingsOf(world, machine('m-26'))), []);
  });

  await t.test('has changed nothing in either cloud', async () => {
    const ledger = await world.ledger();
    assert.ok(ledger.length > 300);
    const changing = writes(ledger).filter(({ operation }) => operation !== 'SendCommand');
    assert.deepEqual(changing, []);
  });
});

test('ITEM_OF_ANOTHER_MACHINE: the names of two plans that run together are told before anything is taken for one’s own', async (t) => {
  const world = await startClouds(t, { machines: 2 });
  const taken = await preflight(world, machine('x-m-01', { plan: 'a', instanceId: instanceIdOf('m-01') }));
  await world.prepare((a) => beginReplication(a, taken));
  await world.skip(30);
  const other = machine('m-01', { plan: 'a-x', instanceId: instanceIdOf('m-02') });
  const says = /portage-a-x-m-01 replicates the machine at 10\.0\.1\.101, and this one is at 10\.0\.1\.102/;
  assertRead(await findingsOf(world, other), 'ITEM_OF_ANOTHER_MACHINE', 'blocker', says);
  const own = await findingsOf(world, taken.vm);
  assert.ok(!own.some(({ code }) => code === 'ITEM_OF_ANOTHER_MACHINE'));
});

function byAddress(name: string, privateIp: string, more: object = {}): VmPlan {
  return machine(name, { instanceId: undefined, privateIp, ...more });
}

function inVault(environment: object): VmPlan {
  return machine('m-01', { environment });
}

function to(target: object): VmPlan {
  return machine('m-01', { target });
}

async function oddClouds(t: TestContext): Promise<CloudWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'portage-test-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'inventory.json'), JSON.stringify(inventory));
  return startClouds(t, {
    machines: 2,
    instances: oddInstances,
    folder,
    aws: { inventory: 'inventory.json' },
    vaults: [sickVault, unmappedVault],
    azure: { virtualMachines: [{ name: 'taken', resourceGroup: 'rg-target' }] },
  });
}

async function findingsOf(world: CloudWorld, vm: VmPlan): Promise<readonly Finding[]> {
  const { findings } = await world.run((a) => a.checkMachine(vm));
  return findings;
}
