import { createHash } from 'node:crypto';
import { isRestError } from '@azure/core-rest-pipeline';
import type { Environment } from '../../plan/index.ts';
import { nameOf, subscriptionOf } from '../arm-id.ts';
import type { ActivityDeps, AzureClients } from '../clouds.ts';
import { notYet } from '../failures.ts';

/** What the vault's identity must be on the cache storage account (documented: private endpoints and replication by appliances). */
const roles = {
  Contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  'Storage Blob Data Contributor': 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
} as const;

/** What the vault's own identity may do. */
export const cacheRoleActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Gives the vault's identity its two roles on the cache storage account, or finds that it has them, there or further up.
   * An identity that was just made takes a while to be known to Entra ID: that is waited out.
   * @returns what was done, in words.
   * @see PUT {account}/providers/Microsoft.Authorization/roleAssignments/{GUID}
   */
  async ensureCacheRoles(environment: Environment, principalId: string): Promise<string> {
    const { cacheStorageAccountId: scope } = environment;
    const azure = clouds.azure(subscriptionOf(scope));
    const missing = await missingCacheRoles(azure, scope, principalId);
    for (const [, role] of missing) await assign(azure, scope, principalId, role, pollIntervalMs);
    const names = missing.map(([name]) => name).join(', ');
    return names === ''
      ? `The vault’s identity may use ${nameOf(scope)}`
      : `The vault’s identity got on ${nameOf(scope)}: ${names}`;
  },
});

/** The name of the role assignment that Portage makes: the same for the same vault, account and role. */
export function assignmentName(scope: string, principalId: string, role: string): string {
  const hash = createHash('sha256').update(`${scope} ${principalId} ${role}`.toLowerCase()).digest('hex');
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `5${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20, 32)].join('-');
}

/** The names of all role assignments that Portage may have made for a vault's identity. */
export function assignmentNames(scope: string, principalId: string): string[] {
  return Object.values(roles).map((role) => assignmentName(scope, principalId, role));
}

/** The roles that a vault's identity does not have on the cache storage account yet, by name, with their ids. */
export async function missingCacheRoles(azure: AzureClients, scope: string, principalId: string) {
  const there = await rolesOf(azure, scope, principalId);
  return Object.entries(roles).filter(([, id]) => !there.has(id));
}

/** Ids of the roles that a principal has on a resource, there or inherited. The list also has what is below it. */
async function rolesOf({ authorization }: AzureClients, scope: string, principalId: string) {
  const found = new Set<string>();
  const filter = `principalId eq '${principalId}'`;
  for await (const one of authorization.roleAssignments.listForScope(asArgument(scope), { filter }))
    if (scope.toLowerCase().startsWith((one.scope ?? '').toLowerCase()))
      found.add(nameOf(one.roleDefinitionId ?? ''));
  return found;
}

async function assign(
  { authorization }: AzureClients,
  scope: string,
  principalId: string,
  role: string,
  pollIntervalMs: number,
): Promise<void> {
  const definitions = `/subscriptions/${subscriptionOf(scope)}/providers/Microsoft.Authorization/roleDefinitions`;
  try {
    await authorization.roleAssignments.create(asArgument(scope), assignmentName(scope, principalId, role), {
      roleDefinitionId: `${definitions}/${role}`,
      principalId,
      principalType: 'ServicePrincipal',
      description: 'Portage: Site Recovery writes to its cache storage account',
    });
  } catch (error) {
    if (!isRestError(error) || error.code !== 'PrincipalNotFound') throw error;
    throw notYet({ text: 'Entra ID does not know the vault’s identity yet' }, pollIntervalMs);
  }
}

/** The SDK puts a slash before the scope: a second one would make the subscription a host. */
function asArgument(scope: string): string {
  return scope.slice(1);
}
