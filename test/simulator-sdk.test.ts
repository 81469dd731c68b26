import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enableBody, fabric, inVault, Item, network } from './simulator-item.ts';
import { demoScenario, startWorld, subscription, vault } from './simulator-world.ts';

/** Simulated seconds for each real one: the SDK's pollers wait in real time. */
const speed = 20_000;
const quick = { updateIntervalInMs: 5 };

test('the SDK waits operations out by itself: enable, fail over, commit, complete the migration', async (t) => {
  const world = await startWorld(t, { speed });
  const items = world.siteRecovery.replicationProtectedItems;
  const item = await Item.named(world, 'portage-payroll-db-01');
  const enabled = await items.beginCreateAndWait(
    ...item.address,
    await enableBody(world, '10.0.1.11'),
    quick,
  );
  assert.equal(enabled.name, item.name);
  await world.skip(120);
  const over = await items.beginUnplannedFailoverAndWait(
    ...item.address,
    {
      properties: {
        failoverDirection: 'PrimaryToRecovery',
        sourceSiteOperations: 'NotRequired',
        providerSpecificDetails: { instanceType: 'InMageRcm', performShutdown: 'false' },
      },
    },
    quick,
  );
  assert.equal(over.properties?.activeLocation, 'Recovery');
  const committed = await items.beginFailoverCommitAndWait(...item.address, quick);
  assert.equal(committed.properties?.protectionState, 'UnplannedFailoverCommitted');
  const complete = { properties: { disableProtectionReason: 'MigrationComplete' } };
  await items.beginDeleteAndWait(...item.address, complete, quick);
  const left = [];
  for await (const each of items.list(...inVault)) left.push(each.name);
  assert.deepEqual(left, []);
});

test('the environment is made and found through the SDK', async (t) => {
  const world = await startWorld(t, { speed });
  const {
    replicationPolicies,
    replicationProtectionContainerMappings: mappings,
    replicationFabrics,
  } = world.siteRecovery;
  const policy = await replicationPolicies.beginCreateAndWait(
    ...inVault,
    'portage-72h',
    {
      properties: {
        providerSpecificInput: {
          instanceType: 'InMageRcm',
          recoveryPointHistoryInMinutes: 4320,
          crashConsistentFrequencyInMinutes: 10,
          appConsistentFrequencyInMinutes: 0,
          enableMultiVmSync: 'false',
        },
      },
    },
    quick,
  );
  assert.equal(
    policy.id,
    `${vault.replace('/subscriptions/', '/Subscriptions/')}/replicationPolicies/portage-72h`,
  );
  const item = await Item.named(world, 'unused');
  const [, , , container] = item.address;
  const mapping = await mappings.beginCreateAndWait(
    ...inVault,
    fabric,
    container,
    'portage-72h',
    {
      properties: {
        policyId: policy.id ?? '',
        targetProtectionContainerId: 'Microsoft Azure',
      },
    },
    quick,
  );
  assert.equal(mapping.properties?.state, 'Paired');
  await mappings.beginDeleteAndWait(...inVault, fabric, container, 'portage-72h', {}, quick);
  const names = [];
  for await (const each of mappings.list(...inVault)) names.push(each.name);
  assert.deepEqual(names, ['portage-24h']);
  assert.equal((await replicationFabrics.get(...inVault, fabric)).properties?.health, 'Normal');
});

test('a change of the target is read back, and the failover keeps it', async (t) => {
  const world = await startWorld(t, { speed });
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  const [nic] = (await item.details()).vmNics ?? [];
  await world.siteRecovery.replicationProtectedItems.beginUpdateAndWait(
    ...item.address,
    {
      properties: {
        providerSpecificDetails: {
          instanceType: 'InMageRcm',
          targetVmSize: 'Standard_E4ds_v5',
          targetNetworkId: `${network}/vnet-prod`,
          vmNics: [
            {
              nicId: nic?.nicId ?? '',
              isPrimaryNic: 'true',
              targetStaticIPAddress: '10.20.1.4',
              targetSubnetName: 'servers',
            },
          ],
        },
      },
    },
    quick,
  );
  assert.equal((await item.details()).vmNics?.[0]?.targetIPAddress, '10.20.1.4');
  await item.failOver();
  await world.skip(30);
  const { hardwareProfile } = await world.compute.virtualMachines.get('rg-payroll', 'db-01');
  assert.equal(hardwareProfile?.vmSize, 'Standard_E4ds_v5');
});

test('jobs are listed by when they started, newest first', async (t) => {
  const world = await startWorld(t);
  const [first, second] = [
    await Item.named(world, 'portage-payroll-db-01'),
    await Item.named(world, 'portage-payroll-db-02'),
  ];
  const early = await first.enable('10.0.1.11');
  await world.skip(60);
  const late = await second.enable('10.0.1.12', { targetVmName: 'db-02' });
  assert.deepEqual(await jobs(), [late, early]);
  assert.deepEqual(await jobs(`StartTime eq '2026-03-01T20:30:00Z'`), [late]);
  assert.deepEqual(await jobs(`StartTime eq '2026-03-01T20:00:00Z' and EndTime eq '2026-03-01T20:30:00Z'`), [
    early,
  ]);
  assert.deepEqual(await jobs(`JobStatus eq 'InProgress'`), [late]);
  assert.deepEqual(await jobs(`AffectedObjectTypes eq 'ProtectionEntity' and JobStatus eq 'Succeeded'`), [
    early,
  ]);

  async function jobs(filter?: string): Promise<string[]> {
    const names = [];
    const found = world.siteRecovery.replicationJobs.list(...inVault, filter === undefined ? {} : { filter });
    for await (const { name } of found) names.push(name ?? '');
    return names;
  }
});

test('lists come in pages, and a page keeps its place while things come and go', async (t) => {
  const scenario = await demoScenario();
  const world = await startWorld(t, { scenario: { ...scenario, azure: { ...scenario.azure, pageSize: 2 } } });
  const addresses = ['10.0.1.11', '10.0.1.12', '10.0.2.21', '10.0.2.22', '10.0.2.23'];
  for (const [at, address] of addresses.entries()) {
    const item = await Item.named(world, `item-${at}`);
    await item.enable(address, { targetVmName: `vm-${at}` });
  }
  await world.skip(180);
  const pages = world.siteRecovery.replicationProtectedItems.list(...inVault).byPage();
  const sizes: string[][] = [];
  for await (const page of pages) {
    sizes.push(page.map(({ name }) => name ?? ''));
    if (sizes.length > 1) continue;
    const first = await Item.named(world, 'item-0');
    await first.begin('POST', '/remove', { properties: {} });
    await world.skip(2);
  }
  assert.deepEqual(sizes, [['item-0', 'item-1'], ['item-2', 'item-3'], ['item-4']]);
});

test('a LIST of items is poorer than a GET', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  assert.equal((await item.details()).protectedDisks?.length, 2);
  for await (const { properties } of world.siteRecovery.replicationProtectedItems.list(...inVault)) {
    const details = properties?.providerSpecificDetails;
    assert.ok(details !== undefined && 'protectedDisks' in details);
    assert.deepEqual(details.protectedDisks, []);
  }
});

test('what is there before a migration is found through the resource SDK', async (t) => {
  const world = await startWorld(t);
  const { resources, resourceGroups } = world.resources;
  const network = `${subscription}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-test`;
  assert.equal((await resources.getById(network, '2024-05-01')).name, 'vnet-test');
  const cache = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.Storage/storageAccounts/stcacheweu`;
  assert.equal((await resources.getById(cache, '2024-01-01')).kind, 'StorageV2');
  assert.equal((await resourceGroups.checkExistence('rg-payroll')).body, true);
  assert.equal((await resourceGroups.checkExistence('rg-nowhere')).body, false);
});
