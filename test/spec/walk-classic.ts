import { subscription, vault } from '../simulator-world.ts';
import { all, type Clients } from './walk-clients.ts';

const quick = { updateIntervalInMs: 5 };
const inVault = ['vault-weu', 'rg-migration'] as const;
const networks = `${subscription}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks`;
const cache = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.Storage/storageAccounts/stcacheweu`;

/** A classic fabric, as the tutorial has it: policy, mapping, discovery by address, one machine all the way. */
export async function walkClassic(clients: Clients): Promise<void> {
  const { siteRecovery: asr, skip } = clients;
  const [fabric, container, server] = await walkServer(clients);
  await walkPolicy(clients, fabric, container);
  await asr.replicationProtectionContainers.beginDiscoverProtectableItemAndWait(
    ...inVault,
    fabric,
    container,
    { properties: { friendlyName: 'web-01', ipAddress: '10.0.2.21', osType: 'Windows' } },
    quick,
  );
  const listed = await all(
    asr.replicationProtectableItems.listByReplicationProtectionContainers(...inVault, fabric, container),
  );
  const machine = listed.find(({ properties }) => properties?.friendlyName === 'web-01');
  await asr.replicationProtectableItems.get(...inVault, fabric, container, machine?.name ?? '');
  const details = machine?.properties?.customDetails;
  const disks = details !== undefined && 'discoveryType' in details ? (details.diskDetails ?? []) : [];
  const address = [...inVault, fabric, container, 'walk-classic'] as const;
  const items = asr.replicationProtectedItems;
  await items.beginCreate(...address, {
    properties: {
      policyId: `${vault}/replicationPolicies/classic-24h`,
      protectableItemId: machine?.id ?? '',
      providerSpecificDetails: {
        instanceType: 'InMageAzureV2',
        masterTargetId: server,
        processServerId: server,
        runAsAccountId: '2',
        disksToInclude: disks.map(({ diskId }) => ({
          diskId: diskId ?? '',
          logStorageAccountId: cache,
          diskType: 'Premium_LRS',
        })),
        logStorageAccountId: cache,
        targetAzureNetworkId: `${networks}/vnet-prod`,
        targetAzureSubnetId: 'servers',
        enableRdpOnTargetOption: 'Never',
        targetAzureVmName: 'walk-classic',
        targetAzureV2ResourceGroupId: `${subscription}/resourceGroups/rg-payroll`,
      },
    },
  });
  await skip(5);
  await items.get(...address);
  await skip(240);
  await items.get(...address);
  await all(items.list(...inVault));
  await walkTurn(asr, address);
}

/** @returns fabric, container and the id of the server. */
async function walkServer({ siteRecovery: asr }: Clients): Promise<readonly [string, string, string]> {
  const fabrics = await all(asr.replicationFabrics.list(...inVault));
  const classic = fabrics.find(({ properties }) => properties?.customDetails?.instanceType === 'VMware');
  const fabric = classic?.name ?? '';
  const { properties } = await asr.replicationFabrics.get(...inVault, fabric);
  const details = properties?.customDetails;
  const servers =
    details !== undefined && 'masterTargetServers' in details ? (details.processServers ?? []) : [];
  const [container] = await all(
    asr.replicationProtectionContainers.listByReplicationFabrics(...inVault, fabric),
  );
  const providers = asr.replicationRecoveryServicesProviders;
  await all(providers.list(...inVault));
  const [provider] = await all(providers.listByReplicationFabrics(...inVault, fabric));
  await providers.get(...inVault, fabric, provider?.name ?? '');
  await providers.beginRefreshProviderAndWait(...inVault, fabric, provider?.name ?? '', quick);
  return [fabric, container?.name ?? '', servers[0]?.id ?? ''];
}

async function walkPolicy({ siteRecovery: asr }: Clients, fabric: string, container: string): Promise<void> {
  const { replicationPolicies: policies, replicationProtectionContainerMappings: mappings } = asr;
  const provider = {
    instanceType: 'InMageAzureV2' as const,
    recoveryPointThresholdInMinutes: 15,
    recoveryPointHistory: 720,
    crashConsistentFrequencyInMinutes: 5,
    appConsistentFrequencyInMinutes: 60,
    multiVmSyncStatus: 'Enable',
  };
  await policies.beginCreateAndWait(
    ...inVault,
    'walk-classic',
    { properties: { providerSpecificInput: provider } },
    quick,
  );
  await policies.get(...inVault, 'walk-classic');
  await policies.beginUpdateAndWait(
    ...inVault,
    'walk-classic',
    { properties: { replicationProviderSettings: { ...provider, recoveryPointHistory: 1440 } } },
    quick,
  );
  const mapping = [...inVault, fabric, container, 'walk-classic'] as const;
  const policyId = `${vault}/replicationPolicies/walk-classic`;
  const properties = { policyId, targetProtectionContainerId: 'Microsoft Azure' };
  await mappings.beginCreateAndWait(...mapping, { properties }, quick);
  await mappings.get(...mapping);
  await mappings.beginPurgeAndWait(...mapping, quick);
  await policies.beginDeleteAndWait(...inVault, 'walk-classic', quick);
}

async function walkTurn(
  asr: Clients['siteRecovery'],
  address: readonly [string, string, string, string, string],
): Promise<void> {
  const items = asr.replicationProtectedItems;
  const failoverDirection = 'PrimaryToRecovery';
  await items.beginUpdateAndWait(
    ...address,
    {
      properties: {
        recoveryAzureVMSize: 'Standard_D4s_v5',
        providerSpecificDetails: { instanceType: 'InMageAzureV2' },
      },
    },
    quick,
  );
  await items.beginTestFailoverAndWait(
    ...address,
    {
      properties: {
        failoverDirection,
        networkType: 'VmNetworkAsInput',
        networkId: `${networks}/vnet-test`,
        providerSpecificDetails: { instanceType: 'InMageAzureV2' },
      },
    },
    quick,
  );
  await items.beginTestFailoverCleanupAndWait(...address, { properties: {} }, quick);
  await items.beginUnplannedFailoverAndWait(
    ...address,
    {
      properties: {
        failoverDirection,
        sourceSiteOperations: 'NotRequired',
        providerSpecificDetails: { instanceType: 'InMageAzureV2' },
      },
    },
    quick,
  );
  await items.beginFailoverCommitAndWait(...address, quick);
  await items.get(...address);
  await items.beginDeleteAndWait(
    ...address,
    { properties: { disableProtectionReason: 'MigrationComplete' } },
    quick,
  );
}
