import type { ArmCall } from '../arm-call.ts';
import { resourceVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { same, type ArmResource } from '../resource.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';
import { meets, pageOf, readFilter } from './resource-filter.ts';

/** Lists of resources of every kind, by tag or by property. They are poorer than a GET: no properties. */
export function resourceListRoutes(world: ArmWorld): readonly Route[] {
  const all = '/subscriptions/{subscription}/resources';
  const ofGroup = '/subscriptions/{subscription}/resourceGroups/{group}/resources';
  return [
    get(all, 'Resources_List', resourceVersions, (call) => list(call, world, () => true)),
    get(ofGroup, 'Resources_ListByResourceGroup', resourceVersions, (call) => {
      const { name } = world.groups.existing(call.param('group'));
      return list(call, world, ({ group }) => same(group, name));
    }),
  ];
}

function list(
  call: ArmCall,
  { catalog, section }: ArmWorld,
  isWanted: (resource: ArmResource) => boolean,
): ArmAnswer {
  const filter = readFilter(call);
  const { query } = call.request;
  const page = catalog.page(
    pageOf(call, section.pageSize),
    query.get('$skipToken'),
    (resource) => isWanted(resource) && meets(resource, filter, query.get('$filter') ?? ''),
  );
  const expand = (query.get('$expand') ?? '').toLowerCase().split(',');
  return ok({
    value: page.elements.map((resource) => listedBody(resource, expand)),
    ...(page.next === undefined ? {} : { nextLink: call.linkTo(page.next) }),
  });
}

function listedBody(resource: ArmResource, expand: readonly string[]): unknown {
  const { id, name, type, location, tags, createdMs, listed } = resource;
  return {
    id,
    name,
    type,
    location,
    ...listed?.(),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(expand.includes('createdtime') ? { createdTime: new Date(createdMs).toISOString() } : {}),
    ...(expand.includes('provisioningstate') ? { provisioningState: 'Succeeded' } : {}),
  };
}
