import type { ArmCall } from '../arm-call.ts';
import { resourceNotFound } from '../arm-error.ts';
import { networkVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { listPage } from '../paged-list.ts';
import { get, ok, type Route } from '../route.ts';
import type { Shelf } from '../shelf.ts';
import { networkId, type NetworkResource } from './network-world.ts';

/** One type of resources of the network provider. */
export interface NetworkType<Resource extends NetworkResource> {
  /** As in `Microsoft.Network/<type>`. */
  readonly type: string;
  /** `<Resource>` of `<Resource>_<Method>`. */
  readonly resource: string;
  readonly shelf: Shelf<Resource>;
  readonly body: (resource: Resource) => object;
}

/** Where a resource of a type is found; its name is `{name}`. */
export function pathOf({ type }: Pick<NetworkType<NetworkResource>, 'type'>): string {
  return `/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/${type}/{name}`;
}

/** GET of one, and lists of a group and of the subscription. */
export function readRoutes<Resource extends NetworkResource>(
  kind: NetworkType<Resource>,
  world: ArmWorld,
): readonly Route[] {
  const { type, resource, shelf, body } = kind;
  const { pageSize } = world.section;
  const ofGroup = pathOf(kind).replace('/{name}', '');
  return [
    get(pathOf(kind), `${resource}_Get`, networkVersions, (call) => ok(body(existing(call, kind, world)))),
    get(ofGroup, `${resource}_List`, networkVersions, (call) =>
      listPage(call, shelf.inGroup(call.param('group')), pageSize, body),
    ),
    get(
      `/subscriptions/{subscription}/providers/Microsoft.Network/${type}`,
      `${resource}_ListAll`,
      networkVersions,
      (call) => listPage(call, shelf.all, pageSize, body),
    ),
  ];
}

/** The resource that a path names. @throws ArmError 404. */
export function existing<Resource extends NetworkResource>(
  call: ArmCall,
  { type, shelf }: Pick<NetworkType<Resource>, 'type' | 'shelf'>,
  world: ArmWorld,
): Resource {
  const [group, name] = [call.param('group'), call.param('name')];
  const resource = shelf.get(networkId(world, group, type, name));
  if (resource === undefined) throw resourceNotFound(`Microsoft.Network/${type}`, name, group);
  return resource;
}
