import type {
  InMageRcmNicInput,
  UpdateReplicationProtectedItemInputProperties,
  VMNicInputDetails,
} from '@azure/arm-recoveryservices-siterecovery';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { awsSectionSchema } from '../simulator/ec2/section.ts';
import type { Scenario } from '../simulator/index.ts';
import { ClassicVault, classicFailover } from './simulator-classic-vault.ts';
import { Item, network } from './simulator-item.ts';
import { demoScenario, refusal, site, startWorld, type World } from './simulator-world.ts';

const addresses = ['10.0.1.11', '10.0.1.201', '10.0.1.202'];

test('an appliance sees every interface of a machine, and so does its protected item', async (t) => {
  const { item, world } = await modernized(t);
  const nics = (await item.details()).vmNics ?? [];
  assert.deepEqual(
    nics.map(({ sourceIPAddress, isPrimaryNic, isSelectedForFailover }) => [
      sourceIPAddress,
      isPrimaryNic,
      isSelectedForFailover,
    ]),
    addresses.map((address, at) => [address, String(at === 0), 'true']),
  );
  const macs = nics.map(({ nicId = '' }) => nicId);
  assert.equal(new Set(macs).size, 3);
  for (const mac of macs) assert.match(mac, /^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/);
  const { body } = await world.arm('GET', `${site}/machines?api-version=2020-01-01`);
  for (const seen of [...addresses, ...macs]) assert.ok(JSON.stringify(body).includes(`"${seen}"`), seen);
});

test('a change of interfaces is refused where no VM could have them', async (t) => {
  const { item, patch, nics } = await modernized(t);
  const [first, second] = nics;
  const refused: readonly [Partial<InMageRcmNicInput>[], RegExp][] = [
    [[{ ...second, isPrimaryNic: 'true' }], /Exactly one network interface .* must be the primary/],
    [[{ ...first, isPrimaryNic: 'false' }], /Exactly one network interface .* must be the primary/],
    [[{ ...first, isSelectedForFailover: 'false' }], /primary network interface .* must be selected/],
    [
      [first, second].map((nic) => ({ ...nic, targetStaticIPAddress: '10.20.1.44' })),
      /Two network interfaces of the machine have the static IP address '10\.20\.1\.44'/,
    ],
    [[{ ...second, nicId: '02:00:00:00:00:00' }], /no network interface '02:00:00:00:00:00'/],
  ];
  for (const [change, text] of refused) assert.match((await refusal(patch(change))).message, text);
  assert.deepEqual(
    (await item.details()).vmNics?.map(({ isSelectedForFailover }) => isSelectedForFailover),
    ['true', 'true', 'true'],
  );
});

test('a VM gets the interfaces that are selected, the primary one first, where they were wanted', async (t) => {
  const { world, item, patch, nics } = await modernized(t);
  const [first, second, third] = nics;
  await patch([
    { ...first, isPrimaryNic: 'false', isSelectedForFailover: 'false' },
    { ...second, testSubnetName: 'isolated' },
    {
      ...third,
      isPrimaryNic: 'true',
      targetSubnetName: 'servers',
      targetStaticIPAddress: '10.20.1.44',
      testSubnetName: 'isolated',
      testStaticIPAddress: '10.99.1.44',
    },
  ]);
  await item.begin('POST', '/testFailover', {
    properties: { providerSpecificDetails: { instanceType: 'InMageRcm', networkId: `${network}/vnet-test` } },
  });
  await world.skip(30);
  assert.deepEqual(await interfacesOf(world, 'db-01-test'), [
    'vnet-test/isolated Static 10.99.1.44',
    'vnet-test/isolated Dynamic 10.99.1.4',
  ]);
  await item.begin('POST', '/testFailoverCleanup', { properties: {} });
  await world.skip(5);
  await item.failOver();
  await world.skip(30);
  assert.deepEqual(await interfacesOf(world, 'db-01'), [
    'vnet-prod/servers Static 10.20.1.44',
    'vnet-prod/servers Dynamic 10.20.1.4',
  ]);
});

test('of more interfaces than the size takes the last ones are left out', async (t) => {
  const { world, item } = await modernized(t, 'Standard_D2s_v5');
  await item.failOver();
  await world.skip(30);
  assert.equal((await interfacesOf(world, 'db-01')).length, 2);
});

test('a configuration server tells the primary interface beside the interfaces, and no address that DHCP gave', async (t) => {
  const classic = await ClassicVault.start(t, { change: withInterfaces });
  await classic.becomeProtected('db-01', { targetVmSize: 'Standard_D8s_v5' });
  const details = await classic.itemDetails('db-01');
  const ids = (details.vmNics ?? []).map(({ nicId = '' }) => nicId);
  assert.equal(ids.length, 3);
  assert.equal(details.selectedSourceNicId, ids[0]);
  const configs = (details.vmNics ?? []).flatMap(({ ipConfigs = [] }) => ipConfigs);
  assert.deepEqual(
    configs.map(({ isPrimary, staticIPAddress, isSeletedForFailover }) => [
      isPrimary,
      staticIPAddress,
      isSeletedForFailover,
    ]),
    ids.map(() => [true, null, true]),
  );
});

test('the interfaces of a classic item are chosen, and make the VM’s', async (t) => {
  const classic = await ClassicVault.start(t, { change: withInterfaces });
  await classic.becomeProtected('db-01', { targetVmSize: 'Standard_D8s_v5' });
  const ids = ((await classic.itemDetails('db-01')).vmNics ?? []).map(({ nicId = '' }) => nicId);
  const [first = '', second = '', third = ''] = ids;
  const patch = (properties: UpdateReplicationProtectedItemInputProperties): Promise<unknown> =>
    classic.world.siteRecovery.replicationProtectedItems.beginUpdate(...classic.container, 'db-01', {
      properties: { ...properties, providerSpecificDetails: { instanceType: 'InMageAzureV2' } },
    });
  const left = (nicId: string): VMNicInputDetails => ({ nicId, selectionType: 'NotSelected' });
  assert.match((await refusal(patch({ vmNics: [left(first)] }))).message, /primary .* must be selected/);
  assert.match(
    (await refusal(patch({ selectedSourceNicId: '02:00' }))).message,
    /no network interface '02:00'/,
  );

  const config = { isPrimary: true, isSeletedForFailover: true, recoverySubnetName: 'servers' };
  await patch({
    selectedSourceNicId: third.toLowerCase(),
    vmNics: [
      left(first),
      { nicId: second, selectionType: 'SelectedByUser', ipConfigs: [config] },
      { nicId: third, ipConfigs: [{ ...config, recoveryStaticIPAddress: '10.20.1.44' }] },
    ],
  });
  await classic.world.skip(5);
  assert.equal((await classic.itemDetails('db-01')).selectedSourceNicId, third);
  await classic.begin('db-01', 'unplannedFailover', classicFailover);
  await classic.world.skip(30);
  assert.deepEqual(await interfacesOf(classic.world, 'db-01'), [
    'vnet-prod/servers Static 10.20.1.44',
    'vnet-prod/servers Dynamic 10.20.1.4',
  ]);
});

/** The demo's first machine with two more interfaces. */
function withInterfaces({ aws, ...scenario }: Scenario): Scenario {
  const instances = aws.instances.map((instance) =>
    instance.privateIp === addresses[0] ? { ...instance, interfaces: addresses.slice(1) } : instance,
  );
  return { ...scenario, aws: awsSectionSchema.parse({ ...aws, instances }) };
}

async function modernized(t: TestContext, targetVmSize = 'Standard_D8s_v5') {
  const world = await startWorld(t, { scenario: withInterfaces(await demoScenario()) });
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11', { targetVmSize });
  const shown = (await item.details()).vmNics ?? [];
  const nics = shown.map(({ nicId = '', isPrimaryNic = '', isSelectedForFailover = '' }) => ({
    ...{ nicId, isPrimaryNic, isSelectedForFailover },
  }));
  const patch = async (vmNics: readonly Partial<InMageRcmNicInput>[]): Promise<void> => {
    const given = vmNics.map((nic) => ({ nicId: '', isPrimaryNic: 'false', ...nic }));
    await world.siteRecovery.replicationProtectedItems.beginUpdate(...item.address, {
      properties: { providerSpecificDetails: { instanceType: 'InMageRcm', vmNics: given } },
    });
    await world.skip(5);
  };
  return { world, item, nics, patch };
}

/** Network, subnet, way and address of each of a VM's interfaces, the primary one first. */
async function interfacesOf({ compute, network: client }: World, name: string): Promise<string[]> {
  const { networkProfile } = await compute.virtualMachines.get('rg-payroll', name);
  return Promise.all(
    (networkProfile?.networkInterfaces ?? []).map(async ({ id = '' }) => {
      const nic = await client.networkInterfaces.get('rg-payroll', id.slice(id.lastIndexOf('/') + 1));
      const [address] = nic.ipConfigurations ?? [];
      const [, net, subnet] = /\/([^/]+)\/subnets\/([^/]+)$/.exec(address?.subnet?.id ?? '') ?? [];
      return `${net}/${subnet} ${address?.privateIPAllocationMethod} ${address?.privateIPAddress}`;
    }),
  );
}
