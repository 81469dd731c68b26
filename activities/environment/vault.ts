import type { Vault } from '@azure/arm-recoveryservices';
import { resourceGroupId, type Environment } from '../../plan/index.ts';
import { ifThere } from '../cloud-errors.ts';
import type { ActivityDeps, AzureClients } from '../clouds.ts';
import { notYet } from '../failures.ts';
import { howItCame, tagsFor } from './made-for.ts';
import { ensureResourceGroup } from './resource-groups.ts';

/** A vault that can be used: its identity is what the cache storage account lets in. */
export interface ReadyVault {
  readonly principalId: string;
  /** How it came, in words. */
  readonly note: string;
}

/** The Recovery Services vault, the resource group that it is in, and the vault's own identity. */
export const vaultActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /** Makes the vault's resource group, or finds it. @returns how it came, in words. */
  async ensureVaultGroup(plan: string, environment: Environment): Promise<string> {
    const { subscriptionId, resourceGroup, location } = environment;
    const id = resourceGroupId(subscriptionId, resourceGroup);
    const { tags } = await ensureResourceGroup(clouds, id, location, plan);
    return howItCame(`Resource group ${resourceGroup}`, tags);
  },

  /**
   * Makes the vault with an identity of its own, or finds it; one without an identity is given one, and keeps those that
   * it was assigned. Nothing else of a vault that is there is changed. A new vault takes appliances: Azure makes no others
   * since March 2023 (documented).
   * @see PUT and PATCH …/vaults/{vault}: 202 and done within a minute
   */
  async ensureVault(plan: string, environment: Environment): Promise<ReadyVault> {
    const azure = clouds.azure(environment.subscriptionId);
    const vault = await readVault(azure, environment);
    if (vault === undefined) await createVault(azure, plan, environment);
    else if (hasSettled(vault) && !hasOwnIdentity(vault)) await giveIdentity(azure, environment, vault);
    const principalId = vault?.identity?.principalId;
    if (vault === undefined || principalId === undefined || !hasSettled(vault))
      throw notYet({ text: `Vault ${environment.vault} is being made` }, pollIntervalMs);
    return { principalId, note: howItCame(`Vault ${environment.vault}`, vault.tags) };
  },
});

/** The vault, or `undefined` where there is none. */
export async function readVault(
  azure: AzureClients,
  { resourceGroup, vault }: Environment,
): Promise<Vault | undefined> {
  return ifThere(() => azure.vaults.vaults.get(resourceGroup, vault));
}

async function createVault(
  azure: AzureClients,
  plan: string,
  { resourceGroup, vault, location }: Environment,
): Promise<void> {
  await azure.vaults.vaults
    .createOrUpdate(resourceGroup, vault, {
      location,
      sku: { name: 'RS0', tier: 'Standard' },
      properties: { publicNetworkAccess: 'Enabled' },
      identity: { type: 'SystemAssigned' },
      tags: tagsFor(plan),
    })
    .submitted();
}

async function giveIdentity(
  azure: AzureClients,
  { resourceGroup, vault }: Environment,
  { identity }: Vault,
): Promise<void> {
  const type = identity?.type === 'UserAssigned' ? 'SystemAssigned, UserAssigned' : 'SystemAssigned';
  await azure.vaults.vaults.update(resourceGroup, vault, { identity: { ...identity, type } }).submitted();
}

/** Whether it has an identity of its own, which can be given roles. */
export function hasOwnIdentity({ identity }: Vault): boolean {
  return identity?.type.includes('SystemAssigned') ?? false;
}

function hasSettled({ properties }: Vault): boolean {
  return properties?.provisioningState === 'Succeeded';
}
