import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EnableProtectionInput } from '@azure/arm-recoveryservices-siterecovery';
import { providerOf } from '../activities/site-recovery/providers/providers.ts';
import { parsePlan, resolvePlan, type VmPlan } from '../plan/index.ts';

const servers = {
  modernized: { appliances: [{ name: 'appl-1' }] },
  classic: { configurationServer: { name: 'CS-1', passphrase: { parameter: '/portage/passphrase' } } },
} as const;

for (const provider of ['modernized', 'classic'] as const)
  test(`${provider}: the run-as account is sent for a push installation, and for nothing else`, () => {
    for (const [mobility, sent] of Object.entries({ push: ['account'], preinstalled: [], ssm: [] }))
      assert.deepEqual(accountsIn(inputOf(machine(provider, mobility))), sent, mobility);
  });

function inputOf(vm: VmPlan): EnableProtectionInput {
  const setting = { fabric: 'f', container: 'c', policyId: 'p', accountId: 'account', servers: [] };
  const server = { id: 's', name: 's', addresses: [], machines: 0, bytesPerDay: 0, complaints: [] };
  const found = { id: 'm', displayName: 'm-01', osName: 'Windows', seenBy: [], disks: [] };
  return providerOf(vm.environment).enableInput(vm, setting, found, server);
}

/** The run-as accounts that a body names, wherever it does. */
function accountsIn(input: EnableProtectionInput): string[] {
  return [...JSON.stringify(input).matchAll(/"runAsAccountId":"([^"]*)"/g)].flatMap(([, id]) => id ?? []);
}

function machine(provider: keyof typeof servers, mobility: string): VmPlan {
  const environment = {
    name: 'weu',
    provider,
    subscriptionId: '11111111-2222-3333-4444-555555555555',
    resourceGroup: 'rg-migration',
    location: 'westeurope',
    vault: 'vault-weu',
    ...servers[provider],
    account: 'migrate-admin',
    cacheStorageAccount: 'stcacheweu',
    policy: { name: 'portage-24h' },
  };
  const target = { resourceGroup: 'rg-payroll', network: 'rg-network/vnet-prod', subnet: 'servers' };
  const plan = {
    version: 1,
    name: 'move',
    source: { region: 'eu-west-1' },
    environments: [environment],
    defaults: { mobility, target, agentConfig: { parameter: '/portage/agent' } },
    groups: [{ name: 'all', vms: [{ name: 'm-01', instanceId: 'i-0000000000000001a' }] }],
  };
  const [vm] = resolvePlan(parsePlan(plan)).groups.flatMap(({ machines }) => machines);
  assert.ok(vm);
  return vm;
}
