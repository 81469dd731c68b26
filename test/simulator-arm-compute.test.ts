import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, refusal, startWorld, withAzure } from './simulator-world.ts';

const speed = 20_000;
const quick = { updateIntervalInMs: 5 };
const group = 'rg-payroll';
const machine = { name: 'jump-01', resourceGroup: group, network: 'vnet-prod', subnet: 'servers' };

test('a VM has an interface with an address of its subnet, and keeps tags, licence and size that it is given', async (t) => {
  const scenario = await withAzure({ virtualMachines: [{ ...machine, privateIp: '10.20.1.9' }] });
  const { compute, network } = await startWorld(t, { scenario, speed });
  const { virtualMachines } = compute;
  const before = await virtualMachines.get(group, 'jump-01');
  const nicName = before.networkProfile?.networkInterfaces?.[0]?.id?.split('/').at(-1) ?? '';
  const nic = await network.networkInterfaces.get(group, nicName);
  assert.equal(nic.ipConfigurations?.[0]?.privateIPAddress, '10.20.1.9');
  assert.equal(nic.virtualMachine?.id, before.id);
  const change = {
    tags: { app: 'payroll' },
    licenseType: 'Windows_Server',
    hardwareProfile: { vmSize: 'Standard_E4ds_v5' },
  };
  await virtualMachines.update(group, 'jump-01', change, quick);
  const after = await virtualMachines.get(group, 'jump-01');
  assert.deepEqual(
    [after.tags, after.licenseType, after.hardwareProfile?.vmSize],
    [change.tags, change.licenseType, 'Standard_E4ds_v5'],
  );
});

test('a VM is stopped, deallocated and started; its view and its agent say so', async (t) => {
  const scenario = await withAzure({ virtualMachines: [machine] });
  const { compute } = await startWorld(t, { scenario, speed });
  const { virtualMachines } = compute;
  const view = async (): Promise<unknown[]> => {
    const { statuses, vmAgent } = await virtualMachines.instanceView(group, 'jump-01');
    return [statuses?.at(-1)?.displayStatus, vmAgent?.statuses?.[0]?.displayStatus];
  };
  assert.deepEqual(await view(), ['VM running', 'Ready']);
  await virtualMachines.powerOff(group, 'jump-01', quick);
  assert.deepEqual(await view(), ['VM stopped', 'Not Ready']);
  await virtualMachines.deallocate(group, 'jump-01', quick);
  assert.deepEqual(await view(), ['VM deallocated', undefined]);
  await virtualMachines.start(group, 'jump-01', quick);
  assert.deepEqual(await view(), ['VM running', 'Ready']);
});

test('what a VM had stays when it is deleted, and can be deleted then', async (t) => {
  const scenario = await withAzure({ virtualMachines: [machine] });
  const { compute, network } = await startWorld(t, { scenario, speed });
  const { id, networkProfile } = await compute.virtualMachines.get(group, 'jump-01');
  const nic = networkProfile?.networkInterfaces?.[0]?.id?.split('/').at(-1) ?? '';
  const attached = await refusal(Promise.resolve(compute.disks.delete(group, 'jump-01_OsDisk_1')));
  assert.deepEqual(
    [attached.code, attached.message],
    ['OperationNotAllowed', `Disk jump-01_OsDisk_1 is attached to VM ${id ?? ''}.`],
  );
  const used = await refusal(Promise.resolve(network.networkInterfaces.delete(group, nic)));
  assert.equal(used.code, 'NicInUse');
  await compute.virtualMachines.delete(group, 'jump-01', quick);
  assert.equal((await compute.disks.get(group, 'jump-01_OsDisk_1')).diskState, 'Unattached');
  await compute.disks.delete(group, 'jump-01_OsDisk_1', quick);
  await network.networkInterfaces.delete(group, nic, quick);
  assert.deepEqual(await all(compute.disks.listByResourceGroup(group)), []);
  assert.deepEqual(await all(network.networkInterfaces.list(group)), []);
});

test('a region says of its sizes what they can, and which of them the subscription cannot have', async (t) => {
  const { compute } = await startWorld(t);
  const skus = await all(compute.resourceSkus.list({ filter: "location eq 'westeurope'" }));
  const facts = (name: string, ...capabilities: readonly string[]): (string | undefined)[] => {
    const sku = skus.find((each) => each.name === name && each.resourceType === 'virtualMachines');
    return capabilities.map(
      (capability) => sku?.capabilities?.find((each) => each.name === capability)?.value,
    );
  };
  const wanted = [
    'vCPUs',
    'MemoryGB',
    'HyperVGenerations',
    'MaxResourceVolumeMB',
    'MaxDataDiskCount',
    'PremiumIO',
  ];
  assert.deepEqual(facts('Standard_D2s_v5', ...wanted), ['2', '8', 'V1,V2', '0', '4', 'True']);
  assert.deepEqual(facts('Standard_D2ds_v5', ...wanted), ['2', '8', 'V1,V2', '76800', '4', 'True']);
  assert.deepEqual(facts('Standard_D3_v2', ...wanted), ['4', '14', 'V1', '204800', '16', 'False']);
  assert.deepEqual(facts('Standard_D4s_v6', ...wanted), ['4', '16', 'V2', '0', '8', 'True']);
  const restricted = skus.find(({ name }) => name === 'Standard_M64ms');
  assert.deepEqual(
    restricted?.restrictions?.map(({ type, reasonCode }) => [type, reasonCode]),
    [['Location', 'NotAvailableForSubscription']],
  );
  const sizes = await all(compute.virtualMachineSizes.list('westeurope'));
  assert.equal(sizes.find(({ name }) => name === 'Standard_D2s_v5')?.numberOfCores, 2);
});

test('every VM counts against the quota of its region and its family, also a deallocated one', async (t) => {
  const scenario = await withAzure({
    virtualMachines: [{ ...machine, size: 'Standard_D8s_v5', powerState: 'deallocated' }],
    familyQuotas: { standardDSv5Family: 10 },
  });
  const { compute } = await startWorld(t, { scenario });
  const usages = await all(compute.usage.list('westeurope'));
  const figure = (name: string): unknown[] => {
    const usage = usages.find((each) => each.name.value === name);
    return [usage?.currentValue, usage?.limit];
  };
  assert.deepEqual(figure('cores'), [8, 350]);
  assert.deepEqual(figure('standardDSv5Family'), [8, 10]);
  assert.deepEqual(figure('standardESv5Family'), [0, 350]);
  const [elsewhere] = (await all(compute.usage.list('eastus'))).filter(({ name }) => name.value === 'cores');
  assert.equal(elsewhere?.currentValue, 0);
});

test('a size that a VM cannot become is refused in the words of the service', async (t) => {
  const scenario = await withAzure({
    virtualMachines: [{ ...machine, size: 'Standard_D2s_v5' }],
    vcpuQuota: 40,
    familyQuotas: { standardESv5Family: 4 },
    exhaustedSizes: ['Standard_F4s_v2'],
  });
  const { compute } = await startWorld(t, { scenario });
  const resize = (vmSize: string): Promise<unknown> =>
    Promise.resolve(compute.virtualMachines.update(group, 'jump-01', { hardwareProfile: { vmSize } }));
  const refusals: readonly (readonly [string, number, string, RegExp])[] = [
    [
      'Standard_Nothing',
      400,
      'InvalidParameter',
      /^The value Standard_Nothing provided for the VM size is not valid\./,
    ],
    [
      'Standard_M64ms',
      409,
      'SkuNotAvailable',
      /Standard_M64ms' is currently not available in location 'westeurope'/,
    ],
    ['Standard_F4s_v2', 409, 'AllocationFailed', /^Allocation failed\. We do not have sufficient capacity/],
    ['Standard_D4s_v6', 400, 'BadRequest', /'Standard_D4s_v6' cannot boot Hypervisor Generation '1'/],
    [
      'Standard_E8s_v5',
      409,
      'QuotaExceeded',
      /exceeding approved standardESv5Family Cores quota\. .+ Location: westeurope, Current Limit: 4, Current Usage: 0, Additional Required: 8, \(Minimum\) New Limit Required: 8\./,
    ],
    [
      'Standard_D48s_v5',
      409,
      'QuotaExceeded',
      /exceeding approved Total Regional Cores quota\. .+ Current Limit: 40, Current Usage: 2, Additional Required: 46, \(Minimum\) New Limit Required: 48\./,
    ],
  ];
  for (const [size, status, code, message] of refusals) {
    const error = await refusal(resize(size));
    assert.deepEqual([error.statusCode, error.code], [status, code], error.message);
    assert.match(error.message, message);
  }
  const licence = await refusal(
    Promise.resolve(compute.virtualMachines.update(group, 'jump-01', { licenseType: 'RHEL_BYOS' })),
  );
  assert.equal(licence.code, 'InvalidParameter');
});

test('a policy that denies is named in the refusal, with its assignment', async (t) => {
  const scenario = await withAzure({
    policyDenials: [
      {
        name: 'Require a cost centre',
        resourceType: 'Microsoft.Storage/storageAccounts',
        withoutTag: 'costCentre',
      },
    ],
  });
  const { storage } = await startWorld(t, { scenario, speed });
  const account = { location: 'westeurope', sku: { name: 'Standard_LRS' }, kind: 'StorageV2' };
  const error = await refusal(
    Promise.resolve(storage.storageAccounts.create('rg-migration', 'stplain', account)),
  );
  assert.deepEqual([error.statusCode, error.code], [403, 'RequestDisallowedByPolicy']);
  assert.match(
    error.message,
    /^Resource 'stplain' was disallowed by policy\. Policy identifiers: '\[\{"policyAssignment":\{"name":"Require a cost centre","id":"\/subscriptions\/.+\/policyAssignments\/require-a-cost-centre"/,
  );
  const tagged = { ...account, tags: { costCentre: '42' } };
  const made = await storage.storageAccounts.create('rg-migration', 'sttagged', tagged, quick);
  assert.equal(made.provisioningState, 'Succeeded');
});
