import type { RecoveryPlanGroup } from '@azure/arm-recoveryservices-siterecovery';
import { z } from 'zod';
import { site, subscription, vault } from '../simulator-world.ts';
import { all, refused, type Clients } from './walk-clients.ts';

const quick = { updateIntervalInMs: 5 };
const inVault = ['vault-weu', 'rg-migration'] as const;
const fabric = 'vault-weu-vmwarefabric';
const networks = `${subscription}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks`;
const cache = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.Storage/storageAccounts/stcacheweu`;

/** A vault's environment, and two machines all the way: by themselves and in a recovery plan. */
export async function walkSiteRecovery(clients: Clients): Promise<void> {
  const { siteRecovery: asr } = clients;
  const container = await walkFabric(clients);
  await walkPolicies(clients, container);
  const one = await walkItem(clients, container, 'walk-db-01', '10.0.1.11');
  await walkPlan(clients, one);
  await walkJobs(clients);
  const address = [...inVault, fabric, container, 'walk-db-01'] as const;
  await asr.replicationProtectedItems.beginDeleteAndWait(
    ...address,
    { properties: { disableProtectionReason: 'MigrationComplete' } },
    quick,
  );
  const other = await beginEnable(clients, container, 'walk-db-02', '10.0.1.12');
  await clients.skip(240);
  await walkFailover(clients, other);
  await asr.replicationProtectedItems.beginPurgeAndWait(...other, quick);
}

/** Where an item is, as the SDK takes it. */
type Address = readonly [string, string, string, string, string];

/** Reads the fabric and what it has discovered. @returns the container's name. */
export async function walkFabric({ siteRecovery: asr, get }: Clients): Promise<string> {
  await all(asr.replicationFabrics.list(...inVault));
  await asr.replicationFabrics.get(...inVault, fabric);
  await all(asr.replicationAppliances.list(...inVault));
  await all(asr.replicationProtectionContainers.list(...inVault));
  const [container] = await all(
    asr.replicationProtectionContainers.listByReplicationFabrics(...inVault, fabric),
  );
  const name = container?.name ?? '';
  await asr.replicationProtectionContainers.get(...inVault, fabric, name);
  const offAzure = 'api-version=2023-06-06';
  await get(`${site}?${offAzure}`);
  await get(`${site}/machines?${offAzure}`);
  await get(`${await machineAt(get, '10.0.1.11')}?${offAzure}`);
  const [account] = pageSchema.parse(await get(`${site}/runasaccounts?${offAzure}`)).value;
  await get(`${account?.id ?? ''}?${offAzure}`);
  return name;
}

async function walkPolicies({ siteRecovery: asr }: Clients, container: string): Promise<void> {
  const { replicationPolicies: policies, replicationProtectionContainerMappings: mappings } = asr;
  await policies.beginCreateAndWait(
    ...inVault,
    'walk-12h',
    {
      properties: {
        providerSpecificInput: {
          instanceType: 'InMageRcm',
          recoveryPointHistoryInMinutes: 720,
          crashConsistentFrequencyInMinutes: 5,
          appConsistentFrequencyInMinutes: 0,
          enableMultiVmSync: 'true',
        },
      },
    },
    quick,
  );
  await policies.get(...inVault, 'walk-12h');
  await all(policies.list(...inVault));
  const mapping = [...inVault, fabric, container, 'walk-12h'] as const;
  const policyId = `${vault}/replicationPolicies/walk-12h`;
  await mappings.beginCreateAndWait(
    ...mapping,
    { properties: { policyId, targetProtectionContainerId: 'Microsoft Azure' } },
    quick,
  );
  await mappings.get(...mapping);
  await all(mappings.list(...inVault));
  await all(mappings.listByReplicationProtectionContainers(...inVault, fabric, container));
  await mappings.beginUpdateAndWait(
    ...mapping,
    {
      properties: {
        providerSpecificInput: { instanceType: 'InMageRcm', enableAgentAutoUpgrade: 'true' },
      },
    },
    quick,
  );
  await mappings.beginDeleteAndWait(...mapping, {}, quick);
}

/** Begins to enable replication of a machine of the demo. */
export async function beginEnable(
  { siteRecovery: asr, get }: Clients,
  container: string,
  name: string,
  privateIp: string,
): Promise<Address> {
  const { customDetails } = (await asr.replicationFabrics.get(...inVault, fabric)).properties ?? {};
  if (customDetails?.instanceType !== 'InMageRcm') throw new Error('no modernized fabric');
  const address: Address = [...inVault, fabric, container, name];
  await asr.replicationProtectedItems.beginCreate(...address, {
    properties: {
      policyId: `${vault}/replicationPolicies/portage-24h`,
      providerSpecificDetails: {
        instanceType: 'InMageRcm',
        fabricDiscoveryMachineId: await machineAt(get, privateIp),
        processServerId: processServerOf(customDetails),
        targetResourceGroupId: `${subscription}/resourceGroups/rg-payroll`,
        targetNetworkId: `${networks}/vnet-prod`,
        targetSubnetName: 'servers',
        testNetworkId: `${networks}/vnet-test`,
        testSubnetName: 'isolated',
        targetVmName: name,
        targetVmSize: 'Standard_D2s_v5',
        licenseType: 'NoLicenseType',
        disksDefault: { diskType: 'Premium_LRS', logStorageAccountId: cache },
      },
    },
  });
  return address;
}

async function walkItem(
  clients: Clients,
  container: string,
  name: string,
  privateIp: string,
): Promise<Address> {
  const { siteRecovery: asr, skip } = clients;
  const items = asr.replicationProtectedItems;
  const address = await beginEnable(clients, container, name, privateIp);
  await skip(5);
  await items.get(...address);
  await skip(240);
  await items.get(...address);
  await all(items.list(...inVault));
  await all(items.listByReplicationProtectionContainers(...inVault, fabric, container));
  const [point] = await all(asr.recoveryPoints.listByReplicationProtectedItems(...address));
  await asr.recoveryPoints.get(...address, point?.name ?? '');
  await items.beginUpdateAndWait(
    ...address,
    {
      properties: {
        providerSpecificDetails: { instanceType: 'InMageRcm', targetVmSize: 'Standard_D4s_v5' },
      },
    },
    quick,
  );
  const test = { instanceType: 'InMageRcm' as const, networkId: `${networks}/vnet-test` };
  await items.beginTestFailoverAndWait(
    ...address,
    {
      properties: {
        failoverDirection: 'PrimaryToRecovery',
        networkType: 'VmNetworkAsInput',
        providerSpecificDetails: test,
      },
    },
    quick,
  );
  await items.get(...address);
  await items.beginTestFailoverCleanupAndWait(...address, { properties: { comments: 'walked' } }, quick);
  return address;
}

async function walkFailover({ siteRecovery: asr }: Clients, address: Address): Promise<void> {
  const items = asr.replicationProtectedItems;
  const provider = { instanceType: 'InMageRcm' as const, performShutdown: 'false' };
  await items.beginUnplannedFailoverAndWait(
    ...address,
    {
      properties: {
        failoverDirection: 'PrimaryToRecovery',
        sourceSiteOperations: 'NotRequired',
        providerSpecificDetails: provider,
      },
    },
    quick,
  );
  const [point] = await all(asr.recoveryPoints.listByReplicationProtectedItems(...address));
  await items.beginApplyRecoveryPointAndWait(
    ...address,
    {
      properties: {
        recoveryPointId: point?.id ?? '',
        providerSpecificDetails: { instanceType: 'InMageRcm', recoveryPointId: point?.id ?? '' },
      },
    },
    quick,
  );
  await refused(items.beginFailoverCancel(...address));
  await refused(items.beginReprotect(...address, { properties: {} }));
  await items.beginFailoverCommitAndWait(...address, quick);
}

async function walkPlan({ siteRecovery: asr }: Clients, item: Address): Promise<void> {
  const plans = asr.replicationRecoveryPlans;
  const group: RecoveryPlanGroup = {
    groupType: 'Boot',
    replicationProtectedItems: [{ id: (await asr.replicationProtectedItems.get(...item)).id ?? '' }],
    startGroupActions: [
      {
        actionName: 'Say that it begins',
        failoverTypes: ['UnplannedFailover', 'TestFailover'],
        failoverDirections: ['PrimaryToRecovery'],
        customDetails: { instanceType: 'AutomationRunbookActionDetails', fabricLocation: 'Recovery' },
      },
    ],
    endGroupActions: [],
  };
  const plan = {
    primaryFabricId: `${vault}/replicationFabrics/${fabric}`,
    recoveryFabricId: 'Microsoft Azure',
    failoverDeploymentModel: 'ResourceManager',
  };
  await plans.beginCreateAndWait(...inVault, 'walk', { properties: { ...plan, groups: [group] } }, quick);
  await plans.get(...inVault, 'walk');
  await all(plans.list(...inVault));
  const manual: RecoveryPlanGroup = {
    ...group,
    endGroupActions: [
      {
        actionName: 'Look at it',
        failoverTypes: ['UnplannedFailover'],
        failoverDirections: ['PrimaryToRecovery'],
        customDetails: { instanceType: 'ManualActionDetails', description: 'Does it answer?' },
      },
    ],
  };
  await plans.beginUpdateAndWait(...inVault, 'walk', { properties: { groups: [manual] } }, quick);
  const provider = { instanceType: 'InMageRcm' as const, recoveryPointType: 'Latest' };
  const failoverDirection = 'PrimaryToRecovery';
  await plans.beginTestFailoverAndWait(
    ...inVault,
    'walk',
    {
      properties: { failoverDirection, networkType: 'VmNetworkAsInput', providerSpecificDetails: [provider] },
    },
    quick,
  );
  await plans.beginTestFailoverCleanupAndWait(...inVault, 'walk', { properties: {} }, quick);
  await refused(plans.beginPlannedFailover(...inVault, 'walk', { properties: { failoverDirection } }));
  await refused(plans.beginFailoverCancel(...inVault, 'walk'));
  await refused(plans.beginReprotect(...inVault, 'walk'));
  await walkPlanFailover(asr);
  await plans.beginFailoverCommitAndWait(...inVault, 'walk', quick);
  await plans.beginDeleteAndWait(...inVault, 'walk', quick);
}

/** A failover that waits for a person, who resumes it. */
async function walkPlanFailover(asr: Clients['siteRecovery']): Promise<void> {
  const { replicationRecoveryPlans: plans, replicationJobs: jobs } = asr;
  const provider = { instanceType: 'InMageRcm' as const, recoveryPointType: 'Latest' };
  await plans.beginUnplannedFailover(...inVault, 'walk', {
    properties: {
      failoverDirection: 'PrimaryToRecovery',
      sourceSiteOperations: 'NotRequired',
      providerSpecificDetails: [provider],
    },
  });
  for (;;) {
    const { currentScenario } = (await plans.get(...inVault, 'walk')).properties ?? {};
    const name = currentScenario?.jobId?.split('/').at(-1) ?? '';
    const { state } = (await jobs.get(...inVault, name)).properties ?? {};
    if (state === 'Suspended')
      await jobs.beginResumeAndWait(...inVault, name, { properties: { comments: 'It does.' } }, quick);
    if (state === 'Succeeded') return;
  }
}

async function walkJobs({ siteRecovery: asr }: Clients): Promise<void> {
  const { replicationJobs: jobs } = asr;
  const [last] = await all(jobs.list(...inVault));
  const name = last?.name ?? '';
  await jobs.get(...inVault, name);
  await refused(jobs.beginRestart(...inVault, name));
  await refused(jobs.beginCancel(...inVault, name));
}

/** The id of the discovered machine with an address, looked for on every page. */
async function machineAt(get: Clients['get'], privateIp: string): Promise<string> {
  for (let next = `${site}/machines?api-version=2023-06-06`; next !== '';) {
    const page = pageSchema.parse(await get(next));
    const found = page.value.find((machine) => JSON.stringify(machine).includes(`"${privateIp}"`));
    if (found !== undefined) return found.id;
    next = page.nextLink?.replace('https://management.azure.com', '') ?? '';
  }
  throw new Error(`no machine at ${privateIp}`);
}

const pageSchema = z.object({
  value: z.array(z.looseObject({ id: z.string() })),
  nextLink: z.string().nullish(),
});

function processServerOf(details: unknown): string {
  const { processServers } = z
    .looseObject({ processServers: z.array(z.looseObject({ id: z.string() })) })
    .parse(details);
  return processServers[0]?.id ?? '';
}
