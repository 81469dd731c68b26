import type { VirtualNetwork } from '@azure/arm-network';
import { isRestError } from '@azure/core-rest-pipeline';
import { resourceGroupId, type Environment, type PlannedNetwork } from '../../plan/index.ts';
import { nameOf, resourceGroupOf, sameId, subscriptionOf } from '../arm-id.ts';
import { ifThere } from '../cloud-errors.ts';
import type { ActivityDeps, AzureClients, Clouds } from '../clouds.ts';
import { finalFailure, notYet } from '../failures.ts';
import { howItCame, tagsFor } from './made-for.ts';
import { ensureResourceGroup } from './resource-groups.ts';

/** What machines go to, made where a plan says `create: true`. */
export const targetActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /** Makes the resource groups that machines go to, and those of the networks and the cache account; that of the vault is there. @returns how they came. */
  async ensureTargetGroups(
    plan: string,
    environment: Environment,
    resourceGroupIds: readonly string[],
  ): Promise<string[]> {
    const others = [environment.cacheStorageAccountId, ...environment.networks.map(({ id }) => id)];
    const vaultGroup = resourceGroupId(environment.subscriptionId, environment.resourceGroup);
    const groups = distinct([...resourceGroupIds, ...others.map(groupIdOf)]);
    const notes: string[] = [];
    for (const id of groups.filter((one) => !sameId(one, vaultGroup))) {
      const { tags } = await ensureResourceGroup(clouds, id, environment.location, plan);
      notes.push(howItCame(`Resource group ${nameOf(id)}`, tags));
    }
    return notes;
  },

  /**
   * Makes one of the environment's networks with its subnets, or adds the subnets that it lacks. Nothing that is there is
   * changed: its address blocks are other people's.
   * @returns how it came, in words.
   */
  async ensureNetwork(plan: string, environment: Environment, network: PlannedNetwork): Promise<string> {
    const azure = clouds.azure(subscriptionOf(network.id));
    const there = await readNetwork(azure, network.id);
    if (there === undefined) await createNetwork(azure, plan, environment, network);
    else if (there.provisioningState === 'Succeeded') {
      const [missing] = network.subnets.filter((subnet) => !hasSubnet(there, subnet.name));
      if (missing === undefined) return howItCame(`Network ${nameOf(network.id)}`, there.tags);
      await createSubnet(azure, network, missing);
    }
    throw notYet({ text: `Network ${nameOf(network.id)} is being made` }, pollIntervalMs);
  },

  /**
   * Makes the cache storage account, or finds it: general purpose v2, without hierarchical namespace and soft delete,
   * which Site Recovery does not take (documented).
   * @returns how it came, in words.
   * @throws `StorageAccountNameTaken` (final): the name belongs to somebody else in the world.
   */
  async ensureCacheAccount(plan: string, environment: Environment): Promise<string> {
    const { cacheStorageAccountId: id } = environment;
    const there = await readAccount(clouds, id);
    if (there === undefined) await createAccount(clouds, plan, environment);
    if (there?.provisioningState === 'Succeeded')
      return howItCame(`Cache storage account ${nameOf(id)}`, there.tags);
    throw notYet({ text: `Cache storage account ${nameOf(id)} is being made` }, pollIntervalMs);
  },
});

/** A network with its subnets; `undefined` where there is none. */
export async function readNetwork(azure: AzureClients, id: string): Promise<VirtualNetwork | undefined> {
  return ifThere(() => azure.network.virtualNetworks.get(resourceGroupOf(id), nameOf(id)));
}

function hasSubnet({ subnets = [] }: VirtualNetwork, wanted: string): boolean {
  return subnets.some(({ name = '' }) => name.toLowerCase() === wanted.toLowerCase());
}

async function createNetwork(
  azure: AzureClients,
  plan: string,
  { location }: Environment,
  { id, addressSpace, subnets }: PlannedNetwork,
): Promise<void> {
  await azure.network.virtualNetworks
    .createOrUpdate(resourceGroupOf(id), nameOf(id), {
      location,
      addressSpace: { addressPrefixes: [addressSpace] },
      subnets: subnets.map(({ name, prefix }) => ({ name, addressPrefix: prefix })),
      tags: tagsFor(plan),
    })
    .submitted();
}

async function createSubnet(
  azure: AzureClients,
  { id }: PlannedNetwork,
  { name, prefix }: PlannedNetwork['subnets'][number],
): Promise<void> {
  await azure.network.subnets
    .createOrUpdate(resourceGroupOf(id), nameOf(id), name, { addressPrefix: prefix })
    .submitted();
}

async function readAccount(clouds: Clouds, id: string) {
  const { storageAccounts } = clouds.azure(subscriptionOf(id)).storage;
  return ifThere(() => storageAccounts.getProperties(resourceGroupOf(id), nameOf(id)));
}

async function createAccount(clouds: Clouds, plan: string, environment: Environment): Promise<void> {
  const { cacheStorageAccountId: id, location } = environment;
  const { storageAccounts } = clouds.azure(subscriptionOf(id)).storage;
  try {
    await storageAccounts
      .create(resourceGroupOf(id), nameOf(id), {
        location,
        kind: 'StorageV2',
        sku: { name: 'Standard_LRS' },
        enableHttpsTrafficOnly: true,
        minimumTlsVersion: 'TLS1_2',
        allowBlobPublicAccess: false,
        tags: tagsFor(plan),
      })
      .submitted();
  } catch (error) {
    if (!isRestError(error) || error.code !== 'StorageAccountAlreadyTaken') throw error;
    throw finalFailure('StorageAccountNameTaken', `Somebody else has a storage account ${nameOf(id)}`, {
      code: 'STORAGE_ACCOUNT_NAME_TAKEN',
      suggestion: 'Choose another `cacheStorageAccount` in the plan: its name must be free in all of Azure',
    });
  }
}

function groupIdOf(id: string): string {
  return id.slice(0, id.toLowerCase().indexOf('/providers/'));
}

function distinct(ids: readonly string[]): string[] {
  return ids.filter((id, at) => ids.findIndex((other) => sameId(id, other)) === at);
}
