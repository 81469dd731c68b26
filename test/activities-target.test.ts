import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkInterface } from '@azure/arm-network';
import type { MigratedVm } from '../activities/index.ts';
import { nameOf, resourceGroupOf } from '../activities/arm-id.ts';
import { describeInstance } from '../activities/instances.ts';
import { argumentsOf } from '../activities/site-recovery/items.ts';
import { providerOf } from '../activities/site-recovery/providers/providers.ts';
import {
  accepted,
  beginReplication,
  connectedTo,
  detailsOf,
  instanceIdOf,
  machine,
  preflight,
  privateIpOf,
  protectedMachines,
  startClouds,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';
import { cleanUpTest, testFailover } from './cloud-portal.ts';

const policy = { name: 'portage-24h' };
const configurationServer = {
  name: 'cs-1',
  ipAddress: '10.0.0.20',
  mapping: { name: 'm', policy: policy.name },
};
const classic = {
  name: 'cs',
  provider: 'classic',
  vault: 'vault-cs',
  appliances: undefined,
  configurationServer: { name: 'CS-1' },
};
const providers = { modernized: {}, classic };

/** Everything that a plan can say of a target. */
const target = {
  resourceGroup: 'rg-target',
  vmName: 'payroll-01',
  network: 'rg-network/vnet-prod',
  subnet: 'servers',
  testNetwork: 'rg-network/vnet-test',
  testSubnet: 'isolated',
  diskType: 'StandardSSD_LRS',
  size: 'Standard_D4s_v5',
  privateIp: '10.20.1.44',
  testPrivateIp: '10.99.1.44',
  interfaces: ['10.0.1.101', '10.0.1.202'],
  tags: { 'cost-centre': '4711' },
  networkSecurityGroup: 'rg-network/nsg-servers',
  licence: { type: 'WindowsServer', confirmedBy: 'Ada Lovelace' },
};

/** As little of it as there is. */
const usual = {
  resourceGroup: 'rg-target',
  network: 'rg-network/vnet-prod',
  subnet: 'servers',
  diskType: 'Premium_LRS',
};

for (const [provider, environment] of Object.entries(providers)) {
  test(`${provider}: what the plan says of a target`, async (t) => {
    const world = await startWorld(t);
    const vm = machine('m-01', { environment, target, accept: ['CLASSIC_RETIRED'] });
    const found = await enabled(world, vm);

    await t.test('is set once the item shows its interfaces, and not again', () => isSet(world, found));
    await t.test('is looked at again before the source is stopped', () => isLookedAt(world, found));
    await t.test('arrives on the VM of a test failover, in the test network', () => isTested(world, found));
    const migrated = await failedOver(world, found);
    await t.test('arrives on the Azure VM, each value', () => arrives(world, found, migrated));
  });

  test(`${provider}: of a machine's interfaces`, async (t) => {
    const world = await startWorld(t);
    const options = { environment, accept: ['CLASSIC_RETIRED'] };
    await t.test('all go along where the plan does not say which, and the primary one stays it', async () => {
      const { interfaces, ...others } = target;
      assert.equal(interfaces.length, 2);
      const found = await enabled(world, machine('m-01', { ...options, target: others }));
      assert.deepEqual(await chosen(world, found), ['10.0.1.101 primary', '10.0.1.201', '10.0.1.202']);
    });
    await t.test('another becomes the primary one where that is left out', async () => {
      const found = await enabled(
        world,
        machine('m-03', { ...options, target: { ...target, interfaces: ['10.0.1.203'] } }),
      );
      assert.deepEqual(await chosen(world, found), ['10.0.1.203 primary']);
    });
  });
}

test('a Linux subscription that is brought along arrives on the Azure VM as Azure names it', async (t) => {
  const licences = { 'm-04': 'RHEL_BYOS', 'm-05': 'SLES_BYOS' };
  const names = Object.keys(licences);
  const world = await startClouds(t, {
    machines: 0,
    instances: names.map((name) => ({
      ...instance(name, []),
      platform: 'linux',
      osName: 'Ubuntu 22.04.4 LTS',
    })),
  });
  for (const [name, type] of Object.entries(licences))
    await t.test(type, async () => {
      const licence = { type, confirmedBy: 'Ada Lovelace' };
      const vm = machine(name, { target: { ...usual, licence } });
      const [found] = await protectedMachines(world, vm);
      assert.ok(found);
      const migrated = await failedOver(world, found);
      await world.failure((a) => a.applyVmSettings(vm, migrated));
      await world.skip(5);
      await world.run((a) => a.applyVmSettings(vm, migrated));
      const shown = await world.azure.compute.virtualMachines.get('rg-target', migrated.name);
      assert.equal(shown.licenseType, type);
    });
});

test('a machine becomes known to a configuration server by a call', async (t) => {
  const world = await startWorld(t);
  const vm = machine('m-02', { environment: classic, accept: ['CLASSIC_RETIRED'] });
  const found = await preflight(world, vm);
  const discover = () => world.run((a) => a.beginDiscovery(vm, found.source, found.setting));

  await t.test('which is found again where its answer is lost', async () => {
    const operation = 'ReplicationProtectionContainers_DiscoverProtectableItem';
    await world.fault({ operation, drop: 'after', count: 1 });
    await world.failure((a) => a.beginDiscovery(vm, found.source, found.setting));
    const job = await discover();
    assert.ok(job !== undefined);
    await world.skip(5);
    await world.run((a) => a.awaitJob(found.item, job));
    assert.equal(accepted(await world.ledger(operation)).length, 1);
  });
  await t.test('and is known by its address then, with its disks', async () => {
    assert.equal(await discover(), undefined);
    const known = await world.run((a) => a.awaitDiscovered(vm, found.source, found.setting));
    assert.equal(known.displayName, 'move-m-02');
    assert.equal(known.osName.toLowerCase(), 'windows');
    assert.ok(
      known.disks.every(({ id }) => /^\{.+\}$/.test(id)),
      JSON.stringify(known.disks),
    );
  });
});

test('an interface that the machine does not have is refused by its address', async (t) => {
  const world = await startWorld(t);
  const found = await enabled(world, machine('m-01', { target: { ...target, interfaces: ['10.0.1.250'] } }));
  const failure = await world.failure((a) => a.beginTargetSettings(found.vm, found.item));
  assert.equal(detailsOf(failure).code, 'INTERFACE_UNKNOWN');
  assert.match(
    failure.message,
    /no interface with address 10\.0\.1\.250; it shows 10\.0\.1\.101, 10\.0\.1\.201, 10\.0\.1\.202/,
  );
});

/** Sets the target; then the interfaces that go along, by their addresses at the source. */
async function chosen(world: CloudWorld, { vm, item }: Found): Promise<string[]> {
  const job = await world.run((a) => a.beginTargetSettings(vm, item));
  assert.ok(job !== undefined);
  await world.skip(5);
  await world.run((a) => a.checkTargetSettings(vm, item));
  const read = await world.azure.siteRecovery.replicationProtectedItems.get(...argumentsOf(item));
  const { interfaces } = providerOf(vm.environment).targetSettings(read);
  const { clouds } = connectedTo(new URL(world.url));
  const source = await describeInstance(clouds.ec2(vm.source.region), instanceIdOf(vm.name));
  return interfaces
    .filter(({ isSelected }) => isSelected)
    .map(({ id, isPrimary }) => {
      const of = source.NetworkInterfaces?.find(({ MacAddress }) => MacAddress === id.toLowerCase());
      return `${of?.PrivateIpAddress ?? id}${isPrimary ? ' primary' : ''}`;
    });
}

async function isSet(world: CloudWorld, { vm, item }: Found): Promise<void> {
  const job = await world.run((a) => a.beginTargetSettings(vm, item));
  assert.ok(job !== undefined);
  await world.skip(5);
  await world.run((a) => a.awaitJob(item, job));
  await world.run((a) => a.checkTargetSettings(vm, item));
  assert.equal(await world.run((a) => a.beginTargetSettings(vm, item)), undefined);
  assert.equal(accepted(await world.ledger('ReplicationProtectedItems_Update', item.name)).length, 1);
}

/** Somebody changes the size in the portal. */
async function isLookedAt(world: CloudWorld, { vm, item }: Found): Promise<void> {
  await world.skip(300);
  await world.run((a) => a.awaitProtected(item));
  await world.run((a) => a.checkBeforeStop(vm, item, true));
  const other = { ...vm, target: { ...vm.target, size: 'Standard_D8s_v5', privateIp: '10.20.1.45' } };
  const failure = await world.failure((a) => a.checkBeforeStop(other, item, true), { attempt: 3 });
  assert.match(failure.message, /the size is Standard_D4s_v5, the plan says Standard_D8s_v5/);
  assert.match(
    failure.message,
    /the address of interface 10\.0\.1\.101 is 10\.20\.1\.44, the plan says 10\.20\.1\.45/,
  );
  const differs = await world.failure((a) => a.checkTargetSettings(other, item));
  assert.equal(detailsOf(differs).code, 'TARGET_SETTINGS_DIFFER');
}

/** A person tests it in the portal. */
async function isTested(world: CloudWorld, found: Found): Promise<void> {
  await testFailover(world, found);
  await world.skip(120);
  const tested = await world.azure.compute.virtualMachines.get('rg-target', 'payroll-01-test');
  const nics = await interfacesOf(world, tested.networkProfile?.networkInterfaces ?? []);
  const [primary] = nics.flatMap(({ ipConfigurations = [] }) => ipConfigurations);
  assert.equal(primary?.privateIPAddress, '10.99.1.44');
  for (const { ipConfigurations = [] } of nics)
    assert.match(ipConfigurations[0]?.subnet?.id ?? '', /vnet-test\/subnets\/isolated$/);
  await cleanUpTest(world, found);
  await world.skip(120);
}

async function arrives(world: CloudWorld, { vm }: Found, migrated: MigratedVm): Promise<void> {
  const { compute } = world.azure;
  const apply = () => world.run((a) => a.applyVmSettings(vm, migrated));
  assert.equal((await world.failure((a) => a.applyVmSettings(vm, migrated))).type, 'NotYet');
  await world.skip(5);
  await apply();
  await apply();
  assert.equal(accepted(await world.ledger('VirtualMachines_Update')).length, 1);

  const [group, name] = [resourceGroupOf(migrated.id), migrated.name];
  const shown = await compute.virtualMachines.get(group, name);
  assert.deepEqual([name, group.toLowerCase()], ['payroll-01', 'rg-target']);
  assert.equal(shown.hardwareProfile?.vmSize, 'Standard_D4s_v5');
  assert.equal(shown.licenseType, 'Windows_Server');
  assert.deepEqual(
    [shown.tags?.['cost-centre'], shown.tags?.['portage:plan'], shown.tags?.['portage:vm']],
    ['4711', 'move', 'm-01'],
  );
  for (const id of migrated.diskIds) {
    const disk = await compute.disks.get(resourceGroupOf(id), nameOf(id));
    assert.equal(disk.sku?.name, 'StandardSSD_LRS');
  }
  const nics = await interfacesOf(world, shown.networkProfile?.networkInterfaces ?? []);
  assert.equal(nics.length, 2, 'the interface that was not chosen stays behind');
  for (const { networkSecurityGroup } of nics)
    assert.equal(nameOf(networkSecurityGroup?.id ?? ''), 'nsg-servers');
  const [address] = nics[0]?.ipConfigurations ?? [];
  assert.equal(address?.privateIPAddress, '10.20.1.44');
  assert.match(address.subnet?.id ?? '', /vnet-prod\/subnets\/servers$/);
}

async function interfacesOf(
  { azure }: CloudWorld,
  references: readonly { readonly id?: string }[],
): Promise<NetworkInterface[]> {
  const get = ({ id = '' }) => azure.network.networkInterfaces.get(resourceGroupOf(id), nameOf(id));
  return Promise.all(references.map(get));
}

/** A machine whose replication is being enabled, as far as its item shows its interfaces. */
async function enabled(world: CloudWorld, vm: Found['vm']): Promise<Found> {
  const found = await preflight(world, vm);
  const begun = await world.run((a) => a.beginDiscovery(vm, found.source, found.setting));
  if (begun !== undefined) await world.skip(5);
  await world.prepare((a) => beginReplication(a, found));
  await world.skip(60);
  await world.run((a) => a.awaitInterfaces(found.item));
  return found;
}

async function failedOver(world: CloudWorld, { vm, item }: Found): Promise<MigratedVm> {
  await world.person({ action: 'stop-instance', instanceId: instanceIdOf(vm.name) });
  await world.skip(5);
  const mark = await world.run((a) => a.markItemJobs(item));
  await world.run((a) => a.beginFailover(item, mark));
  await world.skip(120);
  return world.run((a) => a.findMigratedVm(item));
}

function startWorld(t: Parameters<typeof startClouds>[0]): Promise<CloudWorld> {
  const securityGroup = { name: 'nsg-servers', resourceGroup: 'rg-network' };
  return startClouds(t, {
    machines: 0,
    instances: [
      instance('m-01', ['10.0.1.201', '10.0.1.202']),
      instance('m-02', []),
      instance('m-03', ['10.0.1.203']),
    ],
    azure: { networkSecurityGroups: [securityGroup] },
    vaults: [
      {
        name: 'vault-cs',
        resourceGroup: 'rg-migration',
        policies: [{ name: policy.name, provider: 'classic' }],
        configurationServers: [configurationServer],
      },
    ],
  });
}

function instance(name: string, interfaces: readonly string[]): object {
  return {
    name,
    instanceId: instanceIdOf(name),
    type: 't3.large',
    vpcId: 'vpc-00000000000000001',
    subnetId: 'subnet-00000000000000001',
    privateIp: privateIpOf(name),
    interfaces,
    guest: { agent: {} },
    volumes: [
      { device: '/dev/sda1', sizeGiB: 30 },
      { device: 'xvdb', sizeGiB: 10 },
    ],
  };
}
