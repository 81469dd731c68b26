import type { ArmCall } from '../arm-call.ts';
import { ArmError } from '../arm-error.ts';
import { roleVersions } from '../api-versions.ts';
import { same } from '../resource.ts';
import { get, ok, type Route } from '../route.ts';
import { builtInRoles, type BuiltInRole } from './built-in-roles.ts';

/** The built-in roles. */
export function roleDefinitionRoutes(subscriptionId: string): readonly Route[] {
  const path = '/{scope}/providers/Microsoft.Authorization/roleDefinitions';
  return [
    get(path, 'RoleDefinitions_List', roleVersions, (call) =>
      ok({ value: rolesOf(call).map((role) => roleBody(role, subscriptionId)) }),
    ),
    get(`${path}/{role}`, 'RoleDefinitions_Get', roleVersions, (call) =>
      ok(roleBody(existingRole(call.param('role')), subscriptionId)),
    ),
  ];
}

/** @param id a GUID, or an id that ends with one. @throws ArmError 404. */
export function existingRole(id: string): BuiltInRole {
  const name = id.slice(id.lastIndexOf('/') + 1);
  const role = builtInRoles.find((each) => same(each.id, name));
  if (role !== undefined) return role;
  const message = `The specified role definition with ID '${name}' does not exist.`;
  throw new ArmError(404, 'RoleDefinitionDoesNotExist', message);
}

/** The id that role assignments in a subscription carry. */
export function roleDefinitionId(role: BuiltInRole, subscriptionId: string): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role.id}`;
}

/** `$filter`: `roleName eq '…'`, `type eq 'BuiltInRole'`. */
function rolesOf(call: ArmCall): readonly BuiltInRole[] {
  const filter = call.request.query.get('$filter') ?? '';
  const name = /roleName eq '([^']*)'/i.exec(filter)?.[1];
  if (/type eq 'CustomRole'/i.test(filter)) return [];
  return builtInRoles.filter((role) => name === undefined || same(role.name, name));
}

function roleBody(role: BuiltInRole, subscriptionId: string): unknown {
  const { id, name, description, actions, notActions = [], dataActions = [] } = role;
  return {
    properties: {
      roleName: name,
      type: 'BuiltInRole',
      description,
      assignableScopes: ['/'],
      permissions: [{ actions, notActions, dataActions, notDataActions: [] }],
      createdOn: '2015-02-02T21:55:09.8806423Z',
      updatedOn: '2023-07-10T15:10:53.5225610Z',
      createdBy: null,
      updatedBy: null,
    },
    id: roleDefinitionId(role, subscriptionId),
    type: 'Microsoft.Authorization/roleDefinitions',
    name: id,
  };
}
