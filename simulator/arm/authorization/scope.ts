import { resourceNotFound } from '../arm-error.ts';
import type { ArmWorld } from '../arm-world.ts';
import { same } from '../resource.ts';

/**
 * The id of a scope, as it was made: the subscription, a resource group, a resource or something in one.
 * @param path without the slash in front. @throws ArmError 404 for what is not there.
 */
export function requireScope(path: string, { section, groups, catalog }: ArmWorld): string {
  const scope = `/${path}`;
  const subscription = `/subscriptions/${section.subscriptionId}`;
  if (same(scope, subscription)) return subscription;
  const [, group = '', inGroup] =
    /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)(\/.+)?$/i.exec(scope) ?? [];
  const found = groups.existing(group);
  if (inGroup === undefined) return groups.idOf(found);
  const [, id = '', namespace = '', type = '', name = '', inside = ''] =
    /^(\/.+?\/providers\/([^/]+)\/([^/]+)\/([^/]+))(\/.*)?$/i.exec(scope) ?? [];
  const resource = catalog.get(id);
  if (resource === undefined) throw resourceNotFound(`${namespace}/${type}`, name, found.name);
  return `${resource.id}${inside}`;
}
