import { roleVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { ok, get, type Route } from '../route.ts';
import type { AccessControl } from './access-control.ts';
import { requireScope } from './scope.ts';

/** What the caller may do at a resource group or resource: `Permissions_ListForResourceGroup`, `Permissions_ListForResource`. */
export function permissionRoutes(access: AccessControl, world: ArmWorld): readonly Route[] {
  const permission = {
    actions: access.actions,
    notActions: access.notActions,
    dataActions: [],
    notDataActions: [],
  };
  const group = '/subscriptions/{subscription}/resourceGroups/{group}';
  const tail = 'providers/Microsoft.Authorization/permissions';
  return [
    get(`${group}/${tail}`, 'Permissions_ListForResourceGroup', roleVersions, (call) => {
      world.groups.existing(call.param('group'));
      return ok({ value: [permission] });
    }),
    get(`/{scope}/${tail}`, 'Permissions_ListForResource', roleVersions, (call) => {
      requireScope(call.param('scope'), world);
      return ok({ value: [permission] });
    }),
  ];
}
