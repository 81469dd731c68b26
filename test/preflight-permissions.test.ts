import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../activities/index.ts';
import { machine, planFile, startClouds, usualEnvironment, vaultSection } from './cloud-world.ts';
import { assertRead } from './provoked.ts';

const container = 'vaults/replicationFabrics/replicationProtectionContainers';
const inVault = [
  'replicationProtectedItems/write',
  'replicationProtectedItems/unplannedFailover/action',
  'replicationProtectedItems/failoverCommit/action',
  'replicationProtectedItems/remove/action',
].map((action) => `Microsoft.RecoveryServices/${container}/${action}`);
const discovery = `Microsoft.RecoveryServices/${container}/discoverProtectableItem/action`;
const recoveryPlans = [
  'replicationRecoveryPlans/write',
  'replicationRecoveryPlans/delete',
  'replicationRecoveryPlans/unplannedFailover/action',
  'replicationJobs/resume/action',
].map((action) => `Microsoft.RecoveryServices/vaults/${action}`);
const keys = 'Microsoft.Storage/storageAccounts/listkeys/action';
const vm = 'Microsoft.Compute/virtualMachines/write';
const subnet = 'Microsoft.Network/virtualNetworks/subnets/join/action';

const classic = {
  provider: 'classic',
  vault: 'vault-cs',
  appliances: undefined,
  configurationServer: { name: 'cs-1' },
};
const networkSecurityGroup = 'rg-guard/nsg-servers';
const cacheStorageAccount = `/subscriptions/${usualEnvironment.subscriptionId}/resourceGroups/rg-cache/providers/Microsoft.Storage/storageAccounts/stother`;

/** What a machine's migration needs beyond looking, by the resource group in which it is needed. */
const needed: readonly (readonly [
  what: string,
  vm: ReturnType<typeof machine>,
  groups: Readonly<Record<string, readonly string[]>>,
])[] = [
  [
    'a machine',
    machine('m-01'),
    { 'rg-migration': [...inVault, keys], 'rg-target': [vm], 'rg-network': [subnet] },
  ],
  [
    'a machine whose cache account is elsewhere',
    machine('m-01', { environment: { cacheStorageAccount } }),
    { 'rg-migration': inVault, 'rg-cache': [keys], 'rg-target': [vm], 'rg-network': [subnet] },
  ],
  [
    'one that a configuration server replicates',
    machine('m-01', { environment: classic }),
    { 'rg-migration': [...inVault, discovery, keys], 'rg-target': [vm], 'rg-network': [subnet] },
  ],
  [
    'one that fails over by a recovery plan',
    { ...machine('m-01'), engine: 'site-recovery' },
    { 'rg-migration': [...inVault, ...recoveryPlans, keys], 'rg-target': [vm], 'rg-network': [subnet] },
  ],
  [
    'one with a network security group',
    machine('m-01', { target: { networkSecurityGroup } }),
    {
      'rg-migration': [...inVault, keys],
      'rg-target': [vm, 'Microsoft.Network/networkInterfaces/write'],
      'rg-network': [subnet],
      'rg-guard': ['Microsoft.Network/networkSecurityGroups/join/action'],
    },
  ],
];

const toMake = {
  vault: 'Microsoft.RecoveryServices/vaults/write',
  policy: 'Microsoft.RecoveryServices/vaults/replicationPolicies/write',
  mapping: `Microsoft.RecoveryServices/${container}/replicationProtectionContainerMappings/write`,
  roles: 'Microsoft.Authorization/roleAssignments/write',
  account: 'Microsoft.Storage/storageAccounts/write',
  network: 'Microsoft.Network/virtualNetworks/write',
  subnet: 'Microsoft.Network/virtualNetworks/subnets/write',
};
const planned = (name: string) => ({
  name,
  addressSpace: '10.20.0.0/16',
  subnets: [{ name: 'more', prefix: '10.20.2.0/24' }],
});

/** What an environment needs to be prepared, likewise. */
const prepared: readonly (readonly [
  what: string,
  environment: object,
  groups: Readonly<Record<string, readonly string[]>>,
])[] = [
  ['a vault that is whole', {}, { 'rg-migration': [toMake.roles] }],
  [
    'a vault that is not there',
    { vault: 'vault-none', cacheStorageAccount },
    { 'rg-migration': [toMake.vault, toMake.policy, toMake.mapping], 'rg-cache': [toMake.roles] },
  ],
  ['one without an identity', { vault: 'vault-bare' }, { 'rg-migration': [toMake.vault, toMake.roles] }],
  [
    'a policy that is not there',
    { policy: { name: 'other' } },
    { 'rg-migration': [toMake.policy, toMake.mapping, toMake.roles] },
  ],
  [
    'a policy that is not associated',
    { vault: 'vault-unmapped' },
    { 'rg-migration': [toMake.mapping, toMake.roles] },
  ],
  [
    'a cache account that is to be made',
    { create: true, cacheStorageAccount: 'stnew' },
    { 'rg-migration': [toMake.roles, toMake.account] },
  ],
  [
    'networks that are to be made',
    { create: true, networks: [planned('rg-network/vnet-prod'), planned('rg-guard/vnet-new')] },
    { 'rg-migration': [toMake.roles], 'rg-network': [toMake.subnet], 'rg-guard': [toMake.network] },
  ],
];

test('AZURE_PERMISSION_MISSING: all that the plan needs of an identity that may only look', async (t) => {
  const policies = [{ name: 'portage-24h', provider: 'classic' }];
  const mapping = { name: 'm', policy: 'portage-24h' };
  const world = await startClouds(t, {
    azure: {
      deny: ['*/write', '*/delete', '*/action'],
      resourceGroups: ['rg-migration', 'rg-network', 'rg-target', 'rg-cache', 'rg-guard'].map((name) => ({
        name,
      })),
      networkSecurityGroups: [{ name: 'nsg-servers', resourceGroup: 'rg-guard' }],
      storageAccounts: [
        { name: 'stcacheweu', resourceGroup: 'rg-migration' },
        { name: 'stother', resourceGroup: 'rg-cache' },
      ],
      vaults: [
        vaultSection('vault-weu'),
        { ...vaultSection('vault-bare'), identity: false },
        { ...vaultSection('vault-unmapped'), mapping: undefined },
        {
          ...{ name: 'vault-cs', resourceGroup: 'rg-migration', policies },
          configurationServers: [{ name: 'cs-1', ipAddress: '10.0.0.20', mapping }],
        },
      ],
    },
  });

  for (const [what, vm, groups] of needed)
    await t.test(`for ${what}`, async () => {
      const { findings } = await world.run((a) => a.checkMachine(vm));
      assertMissing(findings, groups);
    });

  for (const [what, environment, groups] of prepared)
    await t.test(`for ${what}`, async () => {
      const environments = [{ ...usualEnvironment, ...environment }];
      const file = planFile([{ name: 'm-01', privateIp: '10.0.1.101' }], { environments });
      assertMissing(await world.run((a) => a.checkWholePlan(file)), groups);
    });
});

/** As a person reads it: a finding for each resource group, with these actions and no other. */
function assertMissing(findings: readonly Finding[], groups: Readonly<Record<string, readonly string[]>>) {
  const found = findings.filter(({ code }) => code === 'AZURE_PERMISSION_MISSING');
  assert.equal(found.length, Object.keys(groups).length, JSON.stringify(found));
  for (const [group, actions] of Object.entries(groups))
    assertRead(
      found,
      'AZURE_PERMISSION_MISSING',
      'blocker',
      new RegExp(`may not do this in resource group ${group}: ${actions.join(', ')}$`),
    );
}
