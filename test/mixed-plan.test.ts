import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf, startWorld, instanceIdOf } from './world.ts';

const classicVault = {
  name: 'vault-classic',
  resourceGroup: 'rg-migration',
  policies: [{ name: 'portage-classic', provider: 'classic' }],
  configurationServers: [
    {
      name: 'cs-1',
      ipAddress: '10.0.1.20',
      runAsAccounts: ['migrate-admin'],
      mapping: { name: 'portage-classic', policy: 'portage-classic' },
    },
  ],
};

const classicEnvironment = {
  name: 'old',
  provider: 'classic',
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  resourceGroup: 'rg-migration',
  location: 'westeurope',
  vault: 'vault-classic',
  configurationServer: { name: 'cs-1' },
  account: 'migrate-admin',
  cacheStorageAccount: 'stcacheweu',
  policy: { name: 'portage-classic' },
} as const;

test('one plan moves machines through both providers, in one group', async (t) => {
  const world = await startWorld(t, {
    machines: 2,
    scenario: ({ azure }) => {
      Object.assign(azure, { vaults: [...azure.vaults, classicVault] });
    },
  });
  const plan = planOf('mixed', { all: ['m-01'] });
  await world.portage.start({
    ...plan,
    accept: ['CLASSIC_RETIRED'],
    environments: [...plan.environments, classicEnvironment],
    groups: [
      {
        name: 'all',
        vms: [
          { name: 'm-01', instanceId: instanceIdOf('m-01'), environment: 'weu' },
          { name: 'm-02', instanceId: instanceIdOf('m-02'), environment: 'old' },
        ],
      },
    ],
  });
  await world.portage.requestFailover({ plan: 'mixed' });
  const status = await world.portage.untilEnded('mixed');

  assert.deepEqual(
    status.environments.map(({ name, state }) => [name, state]),
    [
      ['weu', 'complete'],
      ['old', 'complete'],
    ],
  );
  const machines = status.groups.flatMap((group) => group.machines);
  assert.deepEqual(
    machines.map(({ vm, phase, azureVm }) => [vm, phase, azureVm?.replace(/^.*\//, '')]),
    [
      ['m-01', 'completed', 'm-01'],
      ['m-02', 'completed', 'm-02'],
    ],
  );
  const { findings } = await world.portage.machineStatus('mixed', 'm-02');
  const retired = findings.find(({ code }) => code === 'CLASSIC_RETIRED');
  assert.deepEqual([retired?.severity, retired?.accepted], ['warning', true]);
  const discovered = await world.ledger('DiscoverProtectableItem', '');
  assert.equal(discovered.length, 1, 'only the configuration server is told its machine by a call');
});
