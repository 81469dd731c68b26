import assert from 'node:assert/strict';
import { test } from 'node:test';
import { group, protectedItem, startGuests } from './simulator-azure-guest.ts';
import { failoverBody, Item, network, property, values } from './simulator-item.ts';
import { all, refusal, startWorld, withAzure, type World } from './simulator-world.ts';

const quick = { updateIntervalInMs: 5 };

async function testOnce(item: Item): Promise<void> {
  const networkId = `${network}/vnet-test`;
  await item.begin('POST', '/testFailover', {
    properties: {
      ...{ failoverDirection: 'PrimaryToRecovery', networkType: 'VmNetworkAsInput', networkId },
      providerSpecificDetails: { instanceType: 'InMageRcm', networkId },
    },
  });
  await item.world.skip(30);
  await item.begin('POST', '/testFailoverCleanup', { properties: { comments: 'it booted' } });
  await item.world.skip(5);
  assert.equal((await item.get()).properties?.testFailoverState, 'MarkedForDeletion');
}

/** What of a test stands in the target's group: names of VMs, how many interfaces and disks. */
async function leftIn({ compute, network: networks }: World): Promise<readonly unknown[]> {
  const machines = (await all(compute.virtualMachines.list(group))).map(({ name }) => name);
  const nics = await all(networks.networkInterfaces.list(group));
  const disks = (await all(compute.disks.listByResourceGroup(group))).filter(
    ({ name }) => name?.endsWith('-test') === true,
  );
  return [machines, nics.length, disks.length];
}

test('a clean-up may leave the VM, its interface or its disks, which can be deleted then', async (t) => {
  const expected = {
    nothing: [[], 0, 0],
    vm: [['db-01-test'], 1, 2],
    nic: [[], 1, 0],
    disk: [[], 0, 2],
  } as const;
  for (const testCleanupLeaves of ['nothing', 'vm', 'nic', 'disk'] as const) {
    const world = await startWorld(t, { scenario: await withAzure({ quirks: { testCleanupLeaves } }) });
    const item = await Item.named(world, 'db-01');
    await item.becomeProtected('10.0.1.11');
    await testOnce(item);
    assert.deepEqual(await leftIn(world), expected[testCleanupLeaves], testCleanupLeaves);
  }
});

test('a hydration VM that stays is seen, and can be deleted with what it has', async (t) => {
  const scenario = await withAzure({ quirks: { hydrationLeaves: 'vm' } });
  const world = await startWorld(t, { scenario, speed: 20_000 });
  const item = await Item.named(world, 'db-01');
  await item.becomeProtected('10.0.1.11');
  await item.failOver();
  await world.skip(40);
  const { virtualMachines, disks } = world.compute;
  const stray = (await all(virtualMachines.list(group))).find(({ name }) =>
    name?.startsWith('asrhydration-'),
  );
  const [name = '', disk = ''] = [stray?.name, stray?.storageProfile?.osDisk?.name];
  assert.equal((await refusal(Promise.resolve(disks.delete(group, disk)))).code, 'OperationNotAllowed');
  await virtualMachines.delete(group, name, quick);
  await disks.delete(group, disk, quick);
  assert.ok((await all(virtualMachines.list(group))).every((each) => each.name !== name));
});

test('disabling may leave seed disks behind, or fail for good so that only a purge is left', async (t) => {
  const scenario = await withAzure({
    quirks: { disableLeaves: 'seed-disks', disableFails: ['i-0000000000000db02'] },
  });
  const world = await startWorld(t, { scenario });
  const [left, stuck] = [await Item.named(world, 'item-1'), await Item.named(world, 'item-2')];
  await left.becomeProtected('10.0.1.11');
  await stuck.becomeProtected('10.0.1.12', { targetVmName: 'db-02' });
  await left.begin('POST', '/remove', { properties: {} });
  const failing = await stuck.begin('POST', '/remove', { properties: {} });
  await world.skip(2);
  const disks = (await all(world.compute.disks.listByResourceGroup(group))).map(({ name = '' }) => name);
  assert.equal(disks.filter((name) => name.startsWith('asrseeddisk-db-01-')).length, 2);
  assert.equal((await stuck.job(failing)).properties?.state, 'Failed');
  assert.deepEqual((await stuck.get()).properties?.allowedOperations, [
    'UnplannedFailover',
    'DisableProtection',
    'TestFailover',
  ]);
  await stuck.begin('DELETE', '');
  await world.skip(2);
  assert.equal((await world.arm('GET', `${stuck.path}?api-version=2023-06-01`)).status, 404);
});

test('replication can be disabled at every stage that allows it', async (t) => {
  const world = await startWorld(t);
  const remove = async (item: Item): Promise<void> => {
    assert.ok((await item.get()).properties?.allowedOperations?.includes('DisableProtection'));
    await item.begin('POST', '/remove', { properties: {} });
    await world.skip(2);
    assert.equal((await world.arm('GET', `${item.path}?api-version=2023-06-01`)).status, 404);
  };
  const item = await Item.named(world, 'item-1');
  for (const minutes of [30, 65, 180]) {
    await item.enable('10.0.1.11');
    await world.skip(minutes);
    await remove(item);
  }
  await item.becomeProtected('10.0.1.11');
  await item.failOver();
  await world.skip(40);
  await remove(item);
  assert.deepEqual(
    (await all(world.compute.virtualMachines.list(group))).map(({ name }) => name),
    ['db-01'],
  );
});

test('another recovery point makes the VM anew: what was changed on it is gone', async (t) => {
  const { world, told } = await startGuests(t);
  const item = await protectedItem(world, '10.0.1.11', 'db-01');
  await world.skip(30);
  const { body } = await world.arm('GET', `${item.path}/recoveryPoints?api-version=2023-06-01`);
  await item.begin('POST', '/unplannedFailover', failoverBody());
  await world.skip(40);
  const first = await world.compute.virtualMachines.get(group, 'db-01');
  await told('db-01', 'Set-StorageSetting -NewDiskPolicy OnlineAll');
  await item.begin('POST', '/applyRecoveryPoint', {
    properties: {
      providerSpecificDetails: {
        instanceType: 'InMageRcm',
        recoveryPointId: String(property(values(body)[3], 'id')),
      },
    },
  });
  await world.skip(20);
  const second = await world.compute.virtualMachines.get(group, 'db-01');
  assert.equal(second.id, first.id);
  assert.notEqual(second.vmId, first.vmId);
  assert.deepEqual(await told('db-01', '(Get-StorageSetting).NewDiskPolicy'), ['OfflineShared']);
});

test('a size that is sold out comes back after its time', async (t) => {
  const scenario = await withAzure({ exhaustedSizes: [{ size: 'Standard_D2s_v5', untilMinutes: 240 }] });
  const world = await startWorld(t, { scenario });
  const item = await Item.named(world, 'db-01');
  await item.becomeProtected('10.0.1.11');
  const early = await item.failOver();
  await world.skip(40);
  assert.equal((await item.job(early)).properties?.state, 'Failed');
  await world.skip(30);
  const later = await item.failOver();
  await world.skip(40);
  assert.equal((await item.job(later)).properties?.state, 'Succeeded');
});
