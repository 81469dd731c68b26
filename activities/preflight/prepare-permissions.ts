import { resourceGroupId, type Environment } from '../../plan/index.ts';
import { isNotFound } from '../cloud-errors.ts';
import type { AzureClients, Clouds } from '../clouds.ts';
import { missingCacheRoles } from '../environment/cache-roles.ts';
import { hasOwnIdentity, readVault } from '../environment/vault.ts';
import { readFabrics } from '../site-recovery/fabric.ts';
import { pairedMapping } from '../site-recovery/survey.ts';
import type { AzureFacts } from './azure-facts.ts';
import { askFor, groupIdOf, type Needed } from './azure-permissions.ts';
import type { Findings } from './findings.ts';

/**
 * Whether the worker's identity may make what an environment lacks: vault, policy, association, the roles of the vault's
 * identity; with `create` also networks and the cache account. What is there already asks for nothing.
 */
export async function checkPreparation(
  clouds: Clouds,
  facts: AzureFacts,
  environment: Environment,
  findings: Findings,
): Promise<void> {
  const azure = clouds.azure(environment.subscriptionId);
  const needed = await Promise.all([
    toMakeVault(azure, environment),
    toGiveRoles(azure, facts, environment),
    toMakeCacheAccount(facts, environment),
    ...(environment.create ? environment.networks : []).map((network) => toMakeNetwork(facts, network)),
  ]);
  await askFor(facts, needed.flat(), findings);
}

/** The vault, and what belongs into it. */
async function toMakeVault(azure: AzureClients, environment: Environment): Promise<readonly Needed[]> {
  const vault = await readVault(azure, environment);
  const isThere = vault !== undefined;
  const missing = [
    ...(isThere && hasOwnIdentity(vault) ? [] : ['Microsoft.RecoveryServices/vaults/write']),
    ...(isThere && (await hasPolicy(azure, environment))
      ? []
      : ['Microsoft.RecoveryServices/vaults/replicationPolicies/write']),
    ...(isThere && (await isAssociated(azure, environment))
      ? []
      : [
          'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectionContainerMappings/write',
        ]),
  ];
  return [[resourceGroupId(environment.subscriptionId, environment.resourceGroup), missing]];
}

/** What the vault's identity must be on the cache account. */
async function toGiveRoles(
  azure: AzureClients,
  facts: AzureFacts,
  environment: Environment,
): Promise<readonly Needed[]> {
  const { cacheStorageAccountId: id } = environment;
  const [vault, account] = await Promise.all([readVault(azure, environment), facts.cacheAccount(id)]);
  const principalId = vault?.identity?.principalId;
  const canHaveRoles = account !== undefined && principalId !== undefined;
  if (canHaveRoles && (await missingCacheRoles(azure, id, principalId)).length === 0) return [];
  return [[groupIdOf(id), ['Microsoft.Authorization/roleAssignments/write']]];
}

async function hasPolicy(azure: AzureClients, environment: Environment): Promise<boolean> {
  const { vault, resourceGroup, policy } = environment;
  try {
    await azure.siteRecovery.replicationPolicies.get(vault, resourceGroup, policy.name);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function isAssociated(azure: AzureClients, environment: Environment): Promise<boolean> {
  const fabrics = (await readFabrics(azure, environment)) ?? [];
  const mappings = await Promise.all(fabrics.map(({ name }) => pairedMapping(azure, environment, name)));
  return mappings.some((mapping) => mapping !== undefined);
}

async function toMakeCacheAccount(
  facts: AzureFacts,
  { create, cacheStorageAccountId: id }: Environment,
): Promise<readonly Needed[]> {
  if (!create || (await facts.cacheAccount(id)) !== undefined) return [];
  return [[groupIdOf(id), ['Microsoft.Storage/storageAccounts/write']]];
}

/** A network, or the subnets that it lacks. */
async function toMakeNetwork(
  facts: AzureFacts,
  { id, subnets }: Environment['networks'][number],
): Promise<readonly Needed[]> {
  const network = await facts.network(id);
  if (network === undefined) return [[groupIdOf(id), ['Microsoft.Network/virtualNetworks/write']]];
  const there = (network.subnets ?? []).map(({ name = '' }) => name.toLowerCase());
  const isWhole = subnets.every(({ name }) => there.includes(name.toLowerCase()));
  return isWhole ? [] : [[groupIdOf(id), ['Microsoft.Network/virtualNetworks/subnets/write']]];
}
