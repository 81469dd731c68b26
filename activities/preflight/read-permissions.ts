import type { Permission } from '@azure/arm-authorization';
import { nameOf } from '../arm-id.ts';
import type { AzureClients } from '../clouds.ts';

/**
 * What the worker's identity may do in a resource group and all that is in it.
 * @see learn.microsoft.com, rest/api/authorization/permissions/list-for-resource-group
 */
export async function readPermissions(
  { authorization }: AzureClients,
  groupId: string,
): Promise<readonly Permission[]> {
  const permissions: Permission[] = [];
  for await (const each of authorization.permissions.listForResourceGroup(nameOf(groupId)))
    permissions.push(each);
  return permissions;
}
