import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Item, network, property } from './simulator-item.ts';
import { all, startWorld, withAzure, type World } from './simulator-world.ts';

test('an item lives from enable to completed migration as the recordings tell it', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');

  const enabling = await item.enable('10.0.1.11');
  assert.equal((await item.job(enabling)).properties?.state, 'InProgress');
  await world.skip(2);
  assert.deepEqual((await item.get()).properties?.allowedOperations, []);
  await world.skip(26);
  assert.equal((await item.job(enabling)).properties?.state, 'Succeeded');

  const copying = await item.get();
  assert.equal(copying.properties?.protectionState, 'InitialReplicationInProgress');
  assert.deepEqual(copying.properties.allowedOperations, ['DisableProtection']);
  const percentages = await progress(item);
  assert.ok(percentages.length > 5, 'progress was seen');
  assert.ok(
    percentages.every((percentage) => percentage < 100),
    'it never shows 100',
  );
  assert.deepEqual(
    percentages,
    percentages.toSorted((one, other) => one - other),
  );

  const waiting = await item.get();
  assert.equal(waiting.properties?.protectionState, 'InitialReplicationRecoveryCompletionPending');
  assert.equal(waiting.properties.protectionStateDescription, 'Waiting for first recovery point');
  await world.skip(35);

  const ready = await item.get();
  assert.equal(ready.properties?.protectionState, 'Protected');
  assert.deepEqual(ready.properties.allowedOperations, [
    'UnplannedFailover',
    'DisableProtection',
    'TestFailover',
  ]);
  assert.equal(ready.properties.currentScenario?.scenarioName, 'None');

  await stopSource(world);
  const failingOver = await item.failOver();
  const names = await machineNamesWhile(world);
  assert.ok(
    names.some((name) => name.startsWith('asrhydration-')),
    'a hydration VM comes',
  );
  assert.ok(!(await machineNames(world)).some((name) => name.startsWith('asrhydration-')), 'and goes');
  assert.equal((await item.job(failingOver)).properties?.state, 'Succeeded');

  const over = await item.get();
  assert.equal(over.properties?.protectionState, 'UnplannedFailoverCommitPendingStatesBegin');
  assert.equal(over.properties.activeLocation, 'Recovery');
  assert.deepEqual(await vmDisks(world, 'db-01'), await targetDisks(item));

  await item.begin('POST', '/failoverCommit');
  await world.skip(1);
  assert.deepEqual((await item.get()).properties?.allowedOperations, [
    'CompleteMigration',
    'DisableProtection',
    'SwitchProtection',
  ]);
  assert.equal((await points(item)).length, 1);

  await item.begin('POST', '/remove', { properties: { disableProtectionReason: 'MigrationComplete' } });
  await world.skip(2);
  assert.equal((await world.arm('GET', `${item.path}?api-version=2023-06-01`)).status, 404);
  assert.ok((await machineNames(world)).includes('db-01'), 'what the failover made stays');
});

test('while a machine is hydrated a VM, its network and its security group stand in the target’s subscription', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  const before = await usedCores(world);
  const hydrated = async (): Promise<void> => {
    await world.skip(5);
    const during = (await resourceNames(world)).filter((name) => /asrhydration-/i.test(name));
    const types = during.map((name) => name.slice(0, name.indexOf(' '))).sort();
    assert.deepEqual(types, [
      'disks',
      'networkInterfaces',
      'networkSecurityGroups',
      'virtualMachines',
      'virtualNetworks',
    ]);
    assert.ok((await usedCores(world)) > before, 'the VM counts against the quota');
    await world.skip(25);
    assert.ok(!(await resourceNames(world)).some((name) => /asrhydration-/i.test(name)), 'all of it is gone');
  };
  await item.begin('POST', '/testFailover', {
    properties: { providerSpecificDetails: { instanceType: 'InMageRcm', networkId: `${network}/vnet-test` } },
  });
  await hydrated();
  await item.begin('POST', '/testFailoverCleanup', { properties: {} });
  await world.skip(5);
  await item.failOver();
  await hydrated();
});

test('where a policy denies networks, hydration uses that of the target', async (t) => {
  const policyDenials = [{ name: 'No networks', resourceType: 'Microsoft.Network/virtualNetworks' }];
  const world = await startWorld(t, { scenario: await withAzure({ policyDenials }) });
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  const failingOver = await item.failOver();
  await world.skip(5);
  const nics = await all(world.network.networkInterfaces.list('rg-payroll'));
  assert.match(nics[0]?.ipConfigurations?.[0]?.subnet?.id ?? '', /vnet-prod\/subnets\/servers$/);
  await world.skip(25);
  assert.equal((await item.job(failingOver)).properties?.state, 'Succeeded');
});

test('a VM agent becomes Ready only some time after its VM has started', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  await item.failOver();
  const seen = [];
  for (let minute = 0; minute < 25; minute += 1) {
    await world.skip(1);
    if (!(await machineNames(world)).includes('db-01')) continue;
    const { vmAgent } = await world.compute.virtualMachines.instanceView('rg-payroll', 'db-01');
    seen.push(vmAgent?.statuses?.[0]?.displayStatus);
  }
  assert.equal(seen.at(0), 'Not Ready');
  assert.equal(seen.at(-1), 'Ready');
});

test('a test failover leaves replication running and is all that must be cleaned up before anything else', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  const testing = await item.begin('POST', '/testFailover', {
    properties: {
      failoverDirection: 'PrimaryToRecovery',
      networkType: 'VmNetworkAsInput',
      networkId: `${network}/vnet-test`,
      providerSpecificDetails: { instanceType: 'InMageRcm', networkId: `${network}/vnet-test` },
    },
  });
  await world.skip(20);
  assert.equal((await item.job(testing)).properties?.state, 'Succeeded');
  const tested = (await item.get()).properties;
  assert.equal(tested?.testFailoverState, 'WaitingForCompletion');
  assert.equal(tested.currentScenario?.scenarioName, 'TestFailover');
  assert.deepEqual(tested.allowedOperations, ['TestFailoverCleanup']);
  assert.ok((await machineNames(world)).includes('db-01-test'));

  await item.begin('POST', '/testFailoverCleanup', { properties: { comments: 'done' } });
  await world.skip(2);
  const clean = (await item.get()).properties;
  assert.equal(clean?.testFailoverState, 'MarkedForDeletion');
  assert.deepEqual(clean.allowedOperations, ['UnplannedFailover', 'DisableProtection', 'TestFailover']);
  assert.deepEqual(await machineNames(world), []);
});

test('an agent goes silent when its machine has stopped, not before, also while nobody looks', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  await world.skip(60);
  await world.control('POST', 'person', { action: 'stop-instance', instanceId: 'i-0000000000000db01' });
  await world.skip(180);
  const { mobilityAgentDetails, lastRecoveryPointReceived } = await item.details();
  const stoppedMs = Date.parse('2026-03-02T00:02:00Z'); // three hours and one behind the start, two minutes to stop
  assert.ok(Math.abs(stoppedMs - (mobilityAgentDetails?.lastHeartbeatUtc?.getTime() ?? 0)) <= 60_000);
  const pointMs = lastRecoveryPointReceived?.getTime() ?? 0;
  assert.ok(pointMs <= stoppedMs && pointMs > stoppedMs - 5 * 60_000, 'no recovery point after the stop');
});

test('another recovery point can be put under a VM that has failed over, until the commit', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  await world.skip(60);
  const [, earlier] = await points(item);
  await item.failOver();
  await world.skip(30);
  const disks = await vmDisks(world, 'db-01');
  const recoveryPointId = String(property(earlier, 'id'));
  await item.begin('POST', '/applyRecoveryPoint', {
    properties: { providerSpecificDetails: { instanceType: 'InMageRcm', recoveryPointId } },
  });
  await world.skip(15);
  const { failoverRecoveryPointId } = await item.details();
  assert.equal(failoverRecoveryPointId?.split('/').at(-1), property(earlier, 'name'));
  assert.deepEqual(await vmDisks(world, 'db-01'), disks);
});

test('disabling replication takes its seed disks along, purging leaves them behind', async (t) => {
  const world = await startWorld(t);
  const [disabled, purged] = [await Item.named(world, 'item-1'), await Item.named(world, 'item-2')];
  await disabled.becomeProtected('10.0.1.11');
  await purged.becomeProtected('10.0.1.12', { targetVmName: 'db-02' });
  assert.equal((await diskNames(world)).length, 4);
  await disabled.begin('POST', '/remove', { properties: {} });
  await purged.begin('DELETE', '');
  await world.skip(2);
  for (const { path } of [disabled, purged]) {
    assert.equal((await world.arm('GET', `${path}?api-version=2023-06-01`)).status, 404);
  }
  const left = await diskNames(world);
  assert.equal(left.length, 2);
  assert.ok(
    left.every((name) => name.startsWith('asrseeddisk-db-02-')),
    left.join(),
  );
  await disabled.enable('10.0.1.11');
});

test('where the name is taken the failover chooses another one, and only the operation status tells', async (t) => {
  const world = await startWorld(t);
  const first = await Item.named(world, 'portage-payroll-db-01');
  const second = await Item.named(world, 'portage-payroll-db-02');
  await first.enable('10.0.1.11');
  await second.becomeProtected('10.0.1.12', { targetVmName: 'DB-01' });
  await first.failOver();
  await world.skip(30);
  const job = await second.failOver();
  await world.skip(30);

  const [version, status] = ['api-version=2023-06-01', 'replicationOperationStatus'];
  const vault = second.path.slice(0, second.path.indexOf('/replicationFabrics'));
  const { body } = await world.arm('GET', `${vault}/${status}/${job}?${version}`);
  assert.equal(property(body, 'status'), 'Succeeded');
  assert.equal(property(body, 'error', 'code'), '28175');
  const other = (await machineNames(world)).find((name) => name.startsWith('DB-01-'));
  assert.ok(other !== undefined);
  assert.deepEqual(await vmDisks(world, other), await targetDisks(second));
  assert.equal((await second.details()).targetVmName, 'DB-01');
});

async function progress(item: Item): Promise<number[]> {
  const percentages: number[] = [];
  for (let minute = 0; minute < 240; minute += 1) {
    const percentage = (await item.details()).initialReplicationProgressPercentage;
    if (typeof percentage !== 'number') return percentages;
    percentages.push(percentage);
    await item.world.skip(1);
  }
  throw new Error('Initial replication never ended');
}

async function stopSource(world: World): Promise<void> {
  await world.control('POST', 'person', { action: 'stop-instance', instanceId: 'i-0000000000000db01' });
  await world.skip(5);
}

async function diskNames(world: World): Promise<string[]> {
  const names = [];
  for await (const { name } of world.compute.disks.listByResourceGroup('rg-payroll')) names.push(name ?? '');
  return names;
}

/** What the subscription has, as `<type> <name>`. */
async function resourceNames({ resources }: World): Promise<string[]> {
  const listed = await all(resources.resources.list());
  return listed.map(({ type = '', name = '' }) => `${type.slice(type.indexOf('/') + 1)} ${name}`);
}

async function usedCores({ compute }: World): Promise<number> {
  const usages = await all(compute.usage.list('westeurope'));
  return usages.find(({ name }) => name.value === 'cores')?.currentValue ?? 0;
}

async function machineNames(world: World): Promise<string[]> {
  const names = [];
  for await (const { name } of world.compute.virtualMachines.list('rg-payroll')) names.push(name ?? '');
  return names;
}

/** Names of VMs that were there at any time in the next half hour. */
async function machineNamesWhile(world: World): Promise<string[]> {
  const names = new Set<string>();
  for (let minute = 0; minute < 30; minute += 1) {
    await world.skip(1);
    for (const name of await machineNames(world)) names.add(name);
  }
  return [...names];
}

async function vmDisks(world: World, name: string): Promise<string[]> {
  const { storageProfile } = await world.compute.virtualMachines.get('rg-payroll', name);
  const disks = [storageProfile?.osDisk, ...(storageProfile?.dataDisks ?? [])];
  return disks.map((disk) => disk?.managedDisk?.id?.toLowerCase() ?? '').sort();
}

async function targetDisks(item: Item): Promise<string[]> {
  const { protectedDisks } = await item.details();
  return (protectedDisks ?? [])
    .map(({ targetManagedDiskId }) => targetManagedDiskId?.toLowerCase() ?? '')
    .sort();
}

async function points(item: Item): Promise<unknown[]> {
  const found = [];
  for await (const point of item.world.siteRecovery.recoveryPoints.listByReplicationProtectedItems(
    ...item.address,
  ))
    found.push(point);
  return found;
}
