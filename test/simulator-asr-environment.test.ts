import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scenario } from '../simulator/index.ts';
import { vaultSchema } from '../simulator/arm/site-recovery/vault-section.ts';
import { enableBody, fabric, inVault, Item, network, property } from './simulator-item.ts';
import { demoScenario, refusal, startWorld, vault, type World } from './simulator-world.ts';

const quick = { updateIntervalInMs: 5 };
const speed = 20_000;

test('a policy of either provider is made, changed and deleted, each in its own words', async (t) => {
  const { siteRecovery } = await startWorld(t, { speed });
  const { replicationPolicies: policies } = siteRecovery;
  await policies.beginCreateAndWait(
    ...inVault,
    'classic',
    {
      properties: {
        providerSpecificInput: {
          instanceType: 'InMageAzureV2',
          recoveryPointThresholdInMinutes: 5,
          recoveryPointHistory: 2400,
          crashConsistentFrequencyInMinutes: 5,
          appConsistentFrequencyInMinutes: 900,
          multiVmSyncStatus: 'Enable',
        },
      },
    },
    quick,
  );
  const made = (await policies.get(...inVault, 'classic')).properties?.providerSpecificDetails;
  assert.ok(made !== undefined && 'recoveryPointHistory' in made && 'multiVmSyncStatus' in made);
  assert.deepEqual([made.recoveryPointHistory, made.multiVmSyncStatus], [2400, 'Enabled']);
  await policies.beginUpdateAndWait(
    ...inVault,
    'portage-24h',
    {
      properties: {
        replicationProviderSettings: {
          instanceType: 'InMageRcm',
          recoveryPointHistoryInMinutes: 4320,
          enableMultiVmSync: 'false',
        },
      },
    },
    quick,
  );
  const changed = (await policies.get(...inVault, 'portage-24h')).properties?.providerSpecificDetails;
  assert.ok(changed !== undefined && 'recoveryPointHistoryInMinutes' in changed);
  assert.equal(changed.recoveryPointHistoryInMinutes, 4320);
  await policies.beginDeleteAndWait(...inVault, 'classic', quick);
  assert.equal((await refusal(policies.get(...inVault, 'classic'))).statusCode, 404);
});

test('a policy beyond the limits, of no provider, of another provider or in use is refused', async (t) => {
  const world = await startWorld(t);
  const { replicationPolicies: policies } = world.siteRecovery;
  const create = (input: Record<string, unknown>): Promise<unknown> =>
    policies.beginCreate(...inVault, 'p', {
      properties: {
        providerSpecificInput: { instanceType: 'InMageRcm', enableMultiVmSync: 'true', ...input },
      },
    });
  assert.match(
    (await refusal(create({ recoveryPointHistoryInMinutes: 30_000 }))).message,
    /history of 30000 minutes is beyond the limit of 21600/,
  );
  assert.match(
    (await refusal(create({ recoveryPointHistoryInMinutes: 60, appConsistentFrequencyInMinutes: 120 })))
      .message,
    /app-consistent frequency of 120 minutes is longer than the recovery point history of 60/,
  );
  const wrongCase = await world.arm('PUT', `${vault}/replicationPolicies/p?api-version=2023-06-01`, {
    properties: { providerSpecificInput: { instanceType: 'inmagercm' } },
  });
  assert.equal(wrongCase.status, 400);
  const other = policies.beginUpdate(...inVault, 'portage-24h', {
    properties: {
      replicationProviderSettings: { instanceType: 'InMageAzureV2', multiVmSyncStatus: 'Enable' },
    },
  });
  assert.match((await refusal(other)).message, /instance type 'InMageAzureV2' is not supported here/);
  const used = await refusal(policies.beginDelete(...inVault, 'portage-24h'));
  assert.equal(used.statusCode, 409);
  assert.match(used.message, /cannot be deleted while it is associated with the protection container/);
});

test('a mapping is changed by PATCH, kept while it is in use, and purged without asking', async (t) => {
  const world = await startWorld(t, { speed });
  const { replicationProtectionContainerMappings: mappings } = world.siteRecovery;
  const item = await Item.named(world, 'portage-payroll-db-01');
  const [, , , container] = item.address;
  const one = [...inVault, fabric, container, 'portage-24h'] as const;
  const input = { instanceType: 'InMageRcm' as const, enableAgentAutoUpgrade: 'true' };
  await mappings.beginUpdateAndWait(...one, { properties: { providerSpecificInput: input } }, quick);
  const details = (await mappings.get(...one)).properties?.providerSpecificDetails;
  assert.ok(details !== undefined && 'enableAgentAutoUpgrade' in details);
  assert.equal(details.enableAgentAutoUpgrade, 'true');
  await item.enable('10.0.1.11');
  const used = await refusal(mappings.beginDelete(...one, {}));
  assert.match(used.message, /cannot be removed while machines are protected with its policy/);
  await mappings.beginPurgeAndWait(...one, quick);
  assert.equal((await refusal(mappings.get(...one))).statusCode, 404);
});

test('a mapping of an unknown policy, target or provider is refused; the portal’s alone where it is so', async (t) => {
  const scenario = await withQuirks({ mappingRefused: true });
  const world = await startWorld(t, { scenario });
  const [, , , container] = (await Item.named(world, 'unused')).address;
  const create = (properties: object): Promise<unknown> =>
    world.siteRecovery.replicationProtectionContainerMappings.beginCreate(
      ...inVault,
      fabric,
      container,
      'm',
      {
        properties: {
          policyId: `${vault}/replicationPolicies/portage-24h`,
          targetProtectionContainerId: 'Microsoft Azure',
          ...properties,
        },
      },
    );
  assert.match(
    (await refusal(create({ policyId: `${vault}/replicationPolicies/none` }))).message,
    /does not exist/,
  );
  assert.match(
    (await refusal(create({ targetProtectionContainerId: 'AWS' }))).message,
    /target 'AWS' is not supported/,
  );
  assert.match(
    (await refusal(create({}))).message,
    /cannot be associated with a replication policy by this request/,
  );
});

test('an appliance that is full, expired or silent shows it in its fabric and its components', async (t) => {
  const scenario = await demoScenario();
  const [section] = scenario.azure.vaults;
  const odd = vaultSchema.parse({
    ...section,
    appliances: [
      { name: 'full', machineCount: 200 },
      { name: 'expired', certificateDays: -1 },
      { name: 'silent', components: { dras: { heartbeatStopsAfterMinutes: 5 } } },
    ],
  });
  const world = await startWorld(t, {
    scenario: { ...scenario, azure: { ...scenario.azure, vaults: [odd] } },
  });
  await world.skip(60);
  const body = await world.siteRecovery.replicationFabrics.get(...inVault, fabric);
  assert.equal(body.properties?.health, 'Critical');
  const details = body.properties.customDetails;
  assert.ok(
    details !== undefined && 'rcmProxies' in details && 'dras' in details && 'processServers' in details,
  );
  const { processServers, rcmProxies, dras } = details;
  assert.equal(property(processServers, 0, 'health'), 'Warning');
  assert.equal(property(processServers, 0, 'protectedItemCount'), 200);
  assert.match(
    String(property(rcmProxies, 1, 'healthErrors', 0, 'errorMessage')),
    /certificate of the appliance 'expired' has expired/,
  );
  assert.equal(property(dras, 2, 'health'), 'Critical');
  assert.match(
    String(property(dras, 2, 'healthErrors', 0, 'errorMessage')),
    /The component 'dras' of the appliance 'silent' is not healthy/,
  );
});

test('an address is static only in its subnet, where Azure has not taken it for itself', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  const [nic] = (await item.details()).vmNics ?? [];
  const patch = (change: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<unknown> =>
    world.siteRecovery.replicationProtectedItems.beginUpdate(...item.address, {
      properties: {
        providerSpecificDetails: {
          instanceType: 'InMageRcm',
          vmNics: [{ nicId: nic?.nicId ?? '', isPrimaryNic: 'true', targetSubnetName: 'servers', ...change }],
          ...more,
        },
      },
    });
  for (const [change, text, more] of [
    [
      { targetStaticIPAddress: '10.99.1.4' },
      /'10\.99\.1\.4' is not in the subnet 'servers' \(10\.20\.1\.0\/24\)/,
      {},
    ],
    [{ targetStaticIPAddress: '10.20.1.3' }, /'10\.20\.1\.3' is reserved by Azure/, {}],
    [{ targetSubnetName: 'nowhere' }, /has no subnet 'nowhere'/, {}],
    [
      { testSubnetName: 'isolated', testStaticIPAddress: '10.20.1.9' },
      /'10\.20\.1\.9' is not in the subnet 'isolated'/,
      {},
    ],
    [{ nicId: '00:00' }, /The machine has no network interface '00:00'/, {}],
    [{ isSelectedForFailover: 'false' }, /primary network interface of the machine must be selected/, {}],
    [{}, /size 'Standard_X1' is not available/, { targetVmSize: 'Standard_X1' }],
    [{}, /name '-db' is not valid/, { targetVmName: '-db' }],
    [
      {},
      /target resource group '.*nowhere' does not exist/,
      { targetResourceGroupId: '/subscriptions/x/resourceGroups/nowhere' },
    ],
    [{}, /virtual network '.*vnet-none' does not exist/, { targetNetworkId: `${network}/vnet-none` }],
  ] as const) {
    assert.match((await refusal(patch(change, more))).message, text);
  }
  await patch({
    targetStaticIPAddress: '10.20.1.4',
    testSubnetName: 'isolated',
    testStaticIPAddress: '10.99.1.9',
  });
  await world.skip(2);
  const [kept] = (await item.details()).vmNics ?? [];
  assert.deepEqual(
    [kept?.targetIPAddress, kept?.targetIPAddressType, kept?.testIPAddress],
    ['10.20.1.4', 'Static', '10.99.1.9'],
  );
});

test('a size that hydration cannot have, or a machine that cannot be made to boot, fails the failover and leaves it possible', async (t) => {
  const cases: readonly [Parameters<typeof withQuirks>[0], string, string][] = [
    [{ hydrationRefuses: ['Standard_D2s_v5'] }, 'SkuNotAvailableForHydrationVM', 'VmUfoPrerequisitesCheck'],
    [{ hydrationFails: ['i-0000000000000db01'] }, '170010', 'VmFailover'],
  ];
  for (const [quirks, code, task] of cases) {
    const world = await startWorld(t, { scenario: await withQuirks(quirks) });
    const item = await Item.named(world, 'portage-payroll-db-01');
    await item.becomeProtected('10.0.1.11');
    const name = await item.failOver();
    await world.skip(30);
    const job = await item.job(name);
    assert.equal(job.properties?.state, 'Failed');
    assert.equal(job.properties.errors?.[0]?.serviceErrorDetails?.code, code);
    assert.equal(job.properties.tasks?.find(({ state }) => state === 'Failed')?.name, task);
    const { properties } = await item.get();
    assert.equal(properties?.protectionState, 'UnplannedFailoverFailed');
    assert.ok(properties.allowedOperations?.includes('UnplannedFailover'));
    assert.deepEqual(await machineNames(world), [], 'nothing is left behind');
  }
});

test('address, subnet and size of the settings are those of the VM that a failover makes', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  const [nic] = (await item.details()).vmNics ?? [];
  await world.siteRecovery.replicationProtectedItems.beginUpdate(...item.address, {
    properties: {
      providerSpecificDetails: {
        instanceType: 'InMageRcm',
        targetVmSize: 'Standard_E4ds_v5',
        vmNics: [
          {
            nicId: nic?.nicId ?? '',
            isPrimaryNic: 'true',
            targetSubnetName: 'servers',
            targetStaticIPAddress: '10.20.1.4',
          },
        ],
      },
    },
  });
  await world.skip(2);
  await item.failOver();
  await world.skip(30);
  const machine = await world.compute.virtualMachines.get('rg-payroll', 'db-01');
  assert.equal(machine.hardwareProfile?.vmSize, 'Standard_E4ds_v5');
  const id = machine.networkProfile?.networkInterfaces?.[0]?.id ?? '';
  const { body } = await world.arm('GET', `${id}?api-version=2024-05-01`);
  const address = property(body, 'properties', 'ipConfigurations', 0, 'properties');
  assert.equal(property(address, 'privateIPAddress'), '10.20.1.4');
  assert.match(String(property(address, 'subnet', 'id')), /vnet-prod\/subnets\/servers$/);
});

test('without quota, or capacity for the size, the failover fails and stays possible', async (t) => {
  const { azure, ...scenario } = await demoScenario();
  const cases: readonly [Partial<Scenario['azure']>, string, RegExp][] = [
    [
      { vcpuQuota: 1 },
      'ComputeRpVmAllocationFailed',
      /The temporary virtual machine of the failover could not be created/,
    ],
    [
      { familyQuotas: { standardDSv5Family: 0 } },
      '28031',
      /was not able to create a failed over virtual machine/,
    ],
    [{ exhaustedSizes: ['Standard_D2s_v5'] }, 'ComputeRpVmAllocationFailed', /Allocation failed/],
  ];
  for (const [change, code, text] of cases) {
    const world = await startWorld(t, { scenario: { ...scenario, azure: { ...azure, ...change } } });
    const item = await Item.named(world, 'portage-payroll-db-01');
    await item.becomeProtected('10.0.1.11');
    const name = await item.failOver();
    await world.skip(30);
    const error = (await item.job(name)).properties?.errors?.[0]?.serviceErrorDetails;
    assert.equal(error?.code, code);
    assert.match(error.message ?? '', text);
    assert.ok((await item.get()).properties?.allowedOperations?.includes('UnplannedFailover'));
  }
});

test('a disk that Site Recovery cannot take fails the enable job before anything is installed', async (t) => {
  const scenario = await demoScenario();
  const instances = scenario.aws.instances.map((each) =>
    each.name === 'db-01'
      ? { ...each, volumes: each.volumes?.map((volume) => ({ ...volume, sizeGiB: 2100 })) }
      : each,
  );
  const world = await startWorld(t, { scenario: { ...scenario, aws: { ...scenario.aws, instances } } });
  const item = await Item.named(world, 'portage-payroll-db-01');
  const name = await item.begin('PUT', '', await enableBody(world, '10.0.1.11'));
  await world.skip(60);
  const { properties } = await item.job(name);
  assert.match(
    properties?.errors?.[0]?.serviceErrorDetails?.message ?? '',
    /The disk '.*PHYSICALDRIVE0' of the machine 'db-01' has 2100 GB, more than the supported 2048 GB/,
  );
  assert.equal(
    properties?.tasks?.find(({ state }) => state === 'Failed')?.name,
    'EnableProtectionPrerequisitesCheck',
  );
});

async function withQuirks(change: Partial<Scenario['azure']['quirks']>): Promise<Scenario> {
  const scenario = await demoScenario();
  const quirks = { ...scenario.azure.quirks, ...change };
  return { ...scenario, azure: { ...scenario.azure, quirks } };
}

async function machineNames(world: World): Promise<string[]> {
  const names = [];
  for await (const { name } of world.compute.virtualMachines.list('rg-payroll')) names.push(name ?? '');
  return names;
}
