import type { ResourceGroup } from '@azure/arm-resources';
import { nameOf, resourceGroupOf, subscriptionOf } from '../arm-id.ts';
import { isNotFound } from '../cloud-errors.ts';
import type { Clouds } from '../clouds.ts';
import { tagsFor } from './made-for.ts';

/**
 * Makes a resource group, or finds it. One that is there stays as it is, wherever it is.
 * @param id ARM id.
 * @see PUT …/resourcegroups/{name}: answers at once, and the same group however often it is sent.
 */
export async function ensureResourceGroup(
  clouds: Clouds,
  id: string,
  location: string,
  plan: string,
): Promise<ResourceGroup> {
  const { resourceGroups } = clouds.azure(subscriptionOf(id)).resources;
  const name = resourceGroupOf(id) || nameOf(id);
  try {
    return await resourceGroups.get(name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return resourceGroups.createOrUpdate(name, { location, tags: tagsFor(plan) });
}
