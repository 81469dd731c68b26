import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ClassicVault,
  classicFailover,
  isAzureV2,
  isAzureV2Input,
  isVmware,
  isVmwareMachine,
  quick,
} from './simulator-classic-vault.ts';
import { AzureTypes, typesAreAbsent } from './simulator-azure-types.ts';
import { inVault, network, property } from './simulator-item.ts';
import { refusal, vault, type World } from './simulator-world.ts';

test('a configuration server is a fabric with the recorded shape, in LIST as in GET', async (t) => {
  const classic = await ClassicVault.start(t);
  const { fabric } = classic;
  assert.match(fabric.name ?? '', /^[0-9a-f]{64}$/);
  assert.equal(fabric.properties?.friendlyName, 'CS01');
  const listed = fabric.properties.customDetails;
  assert.ok(listed !== undefined && isVmware(listed));
  assert.equal(listed.processServers?.[0]?.friendlyName, 'CS01');
  const { processServers, masterTargetServers, runAsAccounts, protectedServers } = await classic.details();
  const [own] = processServers ?? [];
  assert.match(own?.id ?? '', /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{16}$/);
  assert.equal(own?.machineCount, '0');
  assert.equal(masterTargetServers?.[0]?.diskCount, 0);
  assert.equal(protectedServers, '0');
  assert.deepEqual(
    runAsAccounts?.map(({ accountId, accountName }) => [accountId, accountName]),
    [
      ['1', 'root'],
      ['2', 'windows-admin'],
    ],
  );
  const containers = [];
  for await (const { name, properties } of classic.world.siteRecovery.replicationProtectionContainers.list(
    ...inVault,
  ))
    containers.push([name, properties?.fabricType, properties?.pairingStatus]);
  assert.deepEqual(containers.at(-1), [classic.container[3], 'VMware', 'Paired']);
  assert.equal(containers.length, 2, 'beside the appliance’s');
});

test('a machine becomes a protectable item by its address, in a job of 35 seconds', async (t) => {
  const classic = await ClassicVault.start(t, { speed: 20_000 });
  assert.deepEqual(await classic.protectableItems(), []);
  const { replicationProtectionContainers, replicationJobs } = classic.world.siteRecovery;
  await replicationProtectionContainers.beginDiscoverProtectableItemAndWait(
    ...classic.container,
    { properties: { friendlyName: 'payroll database', ipAddress: '10.0.1.11', osType: 'Windows' } },
    quick,
  );
  const [item] = await classic.protectableItems();
  assert.equal(item?.properties?.friendlyName, 'payroll database');
  assert.equal(item.properties.protectionStatus, 'Unprotected');
  const machine = item.properties.customDetails;
  assert.ok(machine !== undefined && isVmwareMachine(machine));
  assert.equal(machine.ipAddress, '10.0.1.11');
  assert.equal(machine.osType, 'WINDOWS');
  assert.equal(machine.agentInstalled, 'Installed');
  assert.deepEqual(
    machine.diskDetails?.map(({ diskSizeInMB, diskType }) => [diskSizeInMB, diskType]),
    [
      ['51200', 'OperatingSystem'],
      ['40960', 'Data'],
    ],
  );
  assert.match(machine.diskDetails[0]?.diskId ?? '', /^\{[0-9A-F-]{36}\}$/);
  for await (const { name = '' } of replicationJobs.list(...inVault)) {
    const { properties } = await replicationJobs.get(...inVault, name);
    assert.equal(properties?.scenarioName, 'DiscoverPhysicalMachine');
    assert.equal(properties.targetObjectId, item.name);
    const lengthMs = (properties.endTime?.getTime() ?? 0) - (properties.startTime?.getTime() ?? 0);
    assert.ok(lengthMs > 33_000 && lengthMs <= 35_000, `${lengthMs} ms`);
  }
});

test('a machine that does not answer at its address is told by the job', async (t) => {
  const classic = await ClassicVault.start(t, { speed: 20_000 });
  await assert.rejects(
    classic.world.siteRecovery.replicationProtectionContainers.beginDiscoverProtectableItemAndWait(
      ...classic.container,
      { properties: { friendlyName: 'ghost', ipAddress: '10.0.1.99', osType: 'Windows' } },
      quick,
    ),
    /The machine 'ghost' was not found at 10\.0\.1\.99/,
  );
});

test('a classic item lives from enable to completed migration', async (t) => {
  const classic = await ClassicVault.start(t);
  const { world } = classic;
  await classic.enable('db-01', await classic.discover('db-01', '10.0.1.11'));
  await world.skip(2);
  const copying = await classic.itemDetails('db-01');
  assert.equal((await classic.item('db-01')).properties?.protectionState, 'InitialReplicationInProgress');
  await world.skip(15);
  const later = await classic.itemDetails('db-01');
  assert.ok((later.resyncProgressPercentage ?? 0) > (copying.resyncProgressPercentage ?? 0));
  await world.skip(160);

  const ready = await classic.item('db-01');
  assert.deepEqual(ready.properties?.allowedOperations, [
    'UnplannedFailover',
    'DisableProtection',
    'TestFailover',
  ]);
  const details = await classic.itemDetails('db-01');
  assert.equal(details.protectionStage, 'DifferentialSync');
  assert.equal(details.resyncProgressPercentage, 0);
  assert.equal(details.multiVmGroupName, details.multiVmGroupId);
  assert.match(details.multiVmGroupId ?? '', /^[0-9a-f-]{36}$/);
  assert.match(details.targetVmId ?? '', /\/virtualMachines\/$/);
  assert.deepEqual(details.azureVMDiskDetails, []);
  const [protectable] = await classic.protectableItems();
  assert.equal(protectable?.properties?.replicationProtectedItemId, ready.id);
  assert.equal(details.vmId, protectable?.name);

  await classic.begin('db-01', 'unplannedFailover', classicFailover);
  await world.skip(30);
  const over = await classic.itemDetails('db-01');
  assert.match(over.targetVmId ?? '', /\/virtualMachines\/db-01$/);
  const names = (over.azureVMDiskDetails ?? []).map(({ targetDiskName }) => targetDiskName ?? '');
  assert.deepEqual(names.toSorted(), (await vmDiskNames(world, 'db-01')).toSorted());

  await classic.begin('db-01', 'failoverCommit');
  await world.skip(1);
  assert.equal((await classic.item('db-01')).properties?.protectionState, 'UnplannedFailoverCommitted');
  await classic.begin('db-01', 'remove', { properties: { disableProtectionReason: 'MigrationComplete' } });
  await world.skip(2);
  assert.equal((await refusal(classic.item('db-01'))).statusCode, 404);
});

test('a LIST of classic items shows interfaces but no disks', async (t) => {
  const classic = await ClassicVault.start(t);
  await classic.becomeProtected('db-01');
  for await (const { properties } of classic.world.siteRecovery.replicationProtectedItems.list(...inVault)) {
    const listed = properties?.providerSpecificDetails;
    assert.ok(listed !== undefined && isAzureV2(listed));
    assert.deepEqual(listed.protectedDisks, []);
    assert.deepEqual(listed.protectedManagedDisks, []);
    assert.equal(listed.azureVMDiskDetails ?? null, null);
    assert.equal(listed.vmNics?.length, 1);
  }
  assert.equal((await classic.itemDetails('db-01')).protectedManagedDisks?.length, 2);
});

test('a disk can be left out of a classic replication, but not that of the operating system', async (t) => {
  const classic = await ClassicVault.start(t);
  const item = await classic.discover('db-01', '10.0.1.11');
  const body = await classic.enableBody(item);
  const input = body.properties?.providerSpecificDetails;
  assert.ok(input !== undefined && isAzureV2Input(input));
  const [os, data] = input.disksToInclude ?? [];
  const refused = await refusal(classic.enable('db-01', item, { disksToInclude: [data] }));
  assert.match(refused.message, /The disk of the operating system must be among the disks to include/);
  await classic.enable('db-01', item, { disksToInclude: [os] });
  await classic.world.skip(5);
  assert.equal((await classic.itemDetails('db-01')).protectedDisks?.length, 1);
});

test('since the classic experience is retired nothing new is protected with it', async (t) => {
  const classic = await ClassicVault.start(t, {
    change: (scenario) => ({ ...scenario, start: new Date('2026-03-30T22:00:00Z') }),
  });
  const item = await classic.discover('db-01', '10.0.1.11');
  await classic.world.skip(180);
  const refused = await refusal(classic.enable('db-01', item));
  assert.equal(refused.statusCode, 400);
  assert.match(
    refused.message,
    /was retired on 30 March 2026: replication of no more machines can be enabled/,
  );
});

test('what a classic server, account or group is not is refused', async (t) => {
  const classic = await ClassicVault.start(t);
  const item = await classic.discover('db-01', '10.0.1.11');
  const texts = [
    [
      { processServerId: 'X' },
      /The process server 'X' is not registered with the configuration server 'CS01'/,
    ],
    [{ masterTargetId: 'Y' }, /The master target server 'Y' is not registered/],
    [{ runAsAccountId: '9' }, /The run-as account '9' does not exist on the configuration server 'CS01'/],
    [{ multiVmGroupName: 'a', multiVmGroupId: 'b' }, /The multi-VM group 'a' does not have the id 'b'/],
    [{ targetAzureSubnetId: 'nowhere' }, /has no subnet 'nowhere'/],
    [{ disksToInclude: [{ diskId: '{0}' }] }, /The machine has no disk '\{0\}'/],
  ] as const;
  for (const [change, text] of texts) {
    const refused = await refusal(classic.enable('db-01', item, change));
    assert.equal(refused.statusCode, 400);
    assert.match(refused.message, text);
  }
  await classic.enable('db-01', item);
  assert.equal((await refusal(classic.enable('other', item))).statusCode, 409);
});

test('a PATCH of a classic item is read back: size, name, network, interface', async (t) => {
  const classic = await ClassicVault.start(t, { speed: 20_000 });
  await classic.becomeProtected('db-01');
  const [nic] = (await classic.itemDetails('db-01')).vmNics ?? [];
  const { replicationProtectedItems } = classic.world.siteRecovery;
  await replicationProtectedItems.beginUpdateAndWait(
    ...classic.container,
    'db-01',
    {
      properties: {
        recoveryAzureVMName: 'payroll-db',
        recoveryAzureVMSize: 'Standard_E4ds_v5',
        selectedRecoveryAzureNetworkId: `${network}/vnet-prod`,
        vmNics: [
          {
            nicId: nic?.nicId ?? '',
            selectionType: 'SelectedByUser',
            ipConfigs: [
              {
                isPrimary: true,
                isSeletedForFailover: true,
                recoverySubnetName: 'servers',
                recoveryStaticIPAddress: '10.20.1.44',
              },
            ],
          },
        ],
        providerSpecificDetails: { instanceType: 'InMageAzureV2' },
      },
    },
    quick,
  );
  const details = await classic.itemDetails('db-01');
  assert.equal(details.recoveryAzureVMName, 'payroll-db');
  assert.equal(details.recoveryAzureVMSize, 'Standard_E4ds_v5');
  assert.equal(details.vmNics?.[0]?.ipConfigs?.[0]?.recoveryStaticIPAddress, '10.20.1.44');
  assert.equal(details.vmNics[0].ipConfigs[0].recoveryIPAddressType, 'Static');
});

test('a full, silent, expired or loaded server shows it in its fabric', async (t) => {
  const classic = await ClassicVault.start(t, {
    server: {
      certificateDays: -3,
      machineCount: 200,
      processServers: [
        { name: 'PS02', ipAddress: '10.0.1.21', heartbeatStopsAfterMinutes: 10 },
        { name: 'PS03', ipAddress: '10.0.1.22', load: 'Red' },
      ],
    },
  });
  await classic.world.skip(60);
  const [own, silent, loaded] = (await classic.details()).processServers ?? [];
  assert.equal(own?.sslCertExpiryRemainingDays, -4);
  assert.equal(own.machineCount, '200');
  assert.deepEqual(
    own.healthErrors?.map(({ errorMessage }) => errorMessage),
    [
      "The certificate of the server 'CS01' has expired.",
      "The process server 'CS01' carries as many machines as it can.",
    ],
  );
  assert.equal(silent?.health, 'Critical');
  assert.equal(silent.lastHeartbeat?.toISOString(), '2026-03-01T20:10:00.000Z');
  assert.match(silent.healthErrors?.[0]?.errorMessage ?? '', /The process server 'PS02' is not healthy/);
  assert.equal(loaded?.systemLoadStatus, 'Red');
  const { replicationFabrics } = classic.world.siteRecovery;
  assert.equal(
    (await replicationFabrics.get(...inVault, classic.container[2])).properties?.health,
    'Critical',
  );
});

test('a full process server fails the enable job, and says so', async (t) => {
  const classic = await ClassicVault.start(t, { server: { machineCount: 200 } });
  await classic.enable('db-01', await classic.discover('db-01', '10.0.1.11'));
  await classic.world.skip(5);
  const { properties } = await classic.item('db-01');
  assert.equal(properties?.protectionState, 'EnablingFailed');
  const jobs = [];
  for await (const job of classic.world.siteRecovery.replicationJobs.list(...inVault)) jobs.push(job);
  const failed = jobs.find((job) => job.properties?.state === 'Failed');
  assert.match(
    String(property(failed, 'properties', 'errors', 0, 'serviceErrorDetails', 'message')),
    /The process server 'CS01' protects 200 machines already, as many as it can/,
  );
});

test('the provider of a configuration server can be refreshed', async (t) => {
  const classic = await ClassicVault.start(t, { speed: 20_000 });
  const { replicationRecoveryServicesProviders: providers } = classic.world.siteRecovery;
  const names = [];
  for await (const { name, properties } of providers.list(...inVault))
    names.push([name, properties?.fabricType]);
  assert.deepEqual(names.at(-1), [classic.fabric.properties?.internalIdentifier, 'VMware']);
  const [, , fabric] = classic.container;
  const refreshed = await providers.beginRefreshProviderAndWait(
    ...inVault,
    fabric,
    names.at(-1)?.[0] ?? '',
    quick,
  );
  assert.equal(refreshed.properties?.connectionStatus, 'Connected');
});

/** In recordings, in no published type. */
const recordedExtra = 'properties.customDetails.processServers[].historicHealth: unknown';

test('classic bodies have the published shapes', { skip: typesAreAbsent }, async (t) => {
  const types = new AzureTypes('siterecovery');
  const classic = await ClassicVault.start(t);
  await classic.becomeProtected('db-01');
  await classic.begin('db-01', 'unplannedFailover', classicFailover);
  await classic.world.skip(30);
  const [, , fabric, container] = classic.container;
  const inFabric = `${vault}/replicationFabrics/${fabric}`;
  const inContainer = `${inFabric}/replicationProtectionContainers/${container}`;
  const [protectable] = await classic.protectableItems();
  const type = 'Microsoft.RecoveryServices/vaults/replicationFabrics';
  const containers = `${type}/replicationProtectionContainers`;
  for (const [path, of] of [
    [inFabric, type],
    [inContainer, containers],
    [`${inContainer}/replicationProtectedItems/db-01`, `${containers}/replicationProtectedItems`],
    [
      `${inContainer}/replicationProtectableItems/${protectable?.name ?? ''}`,
      `${containers}/replicationProtectableItems`,
    ],
    [
      `${inContainer}/replicationProtectionContainerMappings/classic-24h`,
      `${containers}/replicationProtectionContainerMappings`,
    ],
    [`${vault}/replicationPolicies/classic-24h`, 'Microsoft.RecoveryServices/vaults/replicationPolicies'],
  ] as const) {
    const { status, body } = await classic.world.arm('GET', `${path}?api-version=2023-06-01`);
    assert.equal(status, 200, path);
    assert.deepEqual(
      types.complaints(of, body).filter((complaint) => complaint !== recordedExtra),
      [],
      path,
    );
  }
});

async function vmDiskNames(world: World, name: string): Promise<string[]> {
  const { storageProfile } = await world.compute.virtualMachines.get('rg-payroll', name);
  return [storageProfile?.osDisk, ...(storageProfile?.dataDisks ?? [])].map((disk) => disk?.name ?? '');
}
