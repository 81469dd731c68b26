import type { Usage } from '@azure/arm-compute';
import { nameOf, resourceGroupOf, subscriptionOf } from '../arm-id.ts';
import { isNotFound } from '../cloud-errors.ts';
import type { Clouds } from '../clouds.ts';
import { readCacheAccount } from './read-cache-account.ts';
import { readPermissions } from './read-permissions.ts';
import { asSize, type Size } from './vm-size.ts';

/** What machines of a plan have in common in Azure. */
export type AzureFacts = ReturnType<typeof azureFacts>;

/** Reads in Azure what machines have in common: each thing once for one look, however many machines ask. */
export function azureFacts(clouds: Clouds) {
  const clientsFor = (id: string) => clouds.azure(subscriptionOf(id));
  return {
    clientsFor,

    /** A resource group by its id; `undefined` where there is none. */
    group: once((id: string) => found(clientsFor(id).resources.resourceGroups.get(nameOf(id)))),

    /** The names of the VMs in a resource group, in small letters; none where there is no such group. */
    machineNames: once(async (groupId: string) => {
      const names = new Set<string>();
      const { virtualMachines } = clientsFor(groupId).compute;
      try {
        for await (const { name } of virtualMachines.list(nameOf(groupId)))
          if (name !== undefined) names.add(name.toLowerCase());
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      return names;
    }),

    /** A virtual network with its subnets and what has their addresses; `undefined` where there is none. */
    network: once((id: string) =>
      found(
        clientsFor(id).network.virtualNetworks.get(resourceGroupOf(id), nameOf(id), {
          expand: 'subnets/ipConfigurations',
        }),
      ),
    ),

    /** A network security group by its id; `undefined` where there is none. */
    securityGroup: once((id: string) =>
      found(clientsFor(id).network.networkSecurityGroups.get(resourceGroupOf(id), nameOf(id))),
    ),

    routeTable: once((id: string) =>
      found(clientsFor(id).network.routeTables.get(resourceGroupOf(id), nameOf(id))),
    ),

    /** A storage account as a cache; `undefined` where there is none. */
    cacheAccount: once((id: string) => found(readCacheAccount(clientsFor(id), id))),

    /** The VM sizes of a region, by name in small letters. */
    sizes: once(async (subscriptionId: string, location: string) => {
      const sizes = new Map<string, Size>();
      const { resourceSkus } = clouds.azure(subscriptionId).compute;
      for await (const sku of resourceSkus.list({ filter: `location eq '${location}'` })) {
        if (sku.resourceType === 'virtualMachines' && sku.name !== undefined)
          sizes.set(sku.name.toLowerCase(), asSize(sku, location));
      }
      return sizes;
    }),

    /** What a subscription uses of its vCPU quotas in a region: `cores`, and each family's. */
    usages: once(async (subscriptionId: string, location: string) => {
      const usages: Usage[] = [];
      const { usage } = clouds.azure(subscriptionId).compute;
      for await (const each of usage.list(location)) usages.push(each);
      return usages;
    }),

    /** The names of all protected items of a vault, in small letters; none where there is no such vault. */
    protectedItems: once(async (subscriptionId: string, resourceGroup: string, vault: string) => {
      const names = new Set<string>();
      const { replicationProtectedItems } = clouds.azure(subscriptionId).siteRecovery;
      try {
        for await (const { name } of replicationProtectedItems.list(vault, resourceGroup))
          if (name !== undefined) names.add(name.toLowerCase());
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      return names;
    }),

    /** What the worker's identity may do in a resource group. */
    permissions: once((groupId: string) => readPermissions(clientsFor(groupId), groupId)),
  };
}

/** Reads once for each key; capitals are the same. */
function once<Key extends string[], T>(read: (...key: Key) => Promise<T>): (...key: Key) => Promise<T> {
  const reading = new Map<string, Promise<T>>();
  return (...key) => {
    const name = key.join(' ').toLowerCase();
    const value = reading.get(name) ?? read(...key);
    reading.set(name, value);
    return value;
  };
}

async function found<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
