import { z } from 'zod';
import { secondsOf } from '../../durations.ts';
import type { ArmCall } from '../arm-call.ts';
import { ArmError } from '../arm-error.ts';
import { resourceVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { same, shortLocation } from '../resource.ts';
import { get, head, ok, patch, put, remove, type ArmAnswer, type Route } from '../route.ts';
import { regionOf, regions } from './regions.ts';
import type { ResourceGroup, ResourceGroups } from './resource-groups.ts';
import { pageOf, readFilter, tagsMeet } from './resource-filter.ts';
import { checkTags, tagsInput } from './tag-rules.ts';

const groupInput = z.object({ location: z.string().optional(), tags: tagsInput.optional() });

/** What a deletion needs: the resources that are in a group, and those that will not go. */
export interface GroupContents {
  /** Ids of what can't be deleted now. */
  readonly blocked: (group: string) => readonly string[];
  readonly clear: (group: string) => void;
}

/** Resource groups: made and changed at once, deleted in their time. */
export function resourceGroupRoutes(
  groups: ResourceGroups,
  contents: GroupContents,
  world: ArmWorld,
): readonly Route[] {
  const all = '/subscriptions/{subscription}/resourceGroups';
  const one = `${all}/{group}`;
  const versions = resourceVersions;
  return [
    get(all, 'ResourceGroups_List', versions, (call) => listGroups(call, groups, world.section.pageSize)),
    get(one, 'ResourceGroups_Get', versions, (call) =>
      ok(bodyOf(groups, groups.existing(call.param('group')))),
    ),
    head(one, 'ResourceGroups_CheckExistence', versions, (call) => ({
      status: groups.has(call.param('group')) ? 204 : 404,
    })),
    put(one, 'ResourceGroups_CreateOrUpdate', versions, (call) => putGroup(call, groups)),
    patch(one, 'ResourceGroups_Update', versions, (call) => patchGroup(call, groups)),
    remove(one, 'ResourceGroups_Delete', versions, (call) => deleteGroup(call, groups, contents, world)),
    get(
      '/subscriptions/{subscription}/operationresults/{operation}',
      'Operations_GetResult',
      versions,
      (call) => world.operations.answerResult(call, 15),
    ),
  ];
}

function listGroups(call: ArmCall, groups: ResourceGroups, pageSize: number): ArmAnswer {
  const { tag } = readFilter(call);
  const page = groups.all.page(pageOf(call, pageSize), call.request.query.get('$skipToken'), ({ tags }) =>
    tagsMeet(tags ?? {}, tag),
  );
  return ok({
    value: page.elements.map((group) => bodyOf(groups, group)),
    ...(page.next === undefined ? {} : { nextLink: call.linkTo(page.next) }),
  });
}

function putGroup(call: ArmCall, groups: ResourceGroups): ArmAnswer {
  const name = checkedName(call.param('group'));
  const { location, tags } = call.body(groupInput);
  if (tags !== undefined) checkTags(tags);
  if (location === undefined || location === '') {
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  const region = availableRegion(location);
  if (!groups.has(name)) return { status: 201, body: bodyOf(groups, groups.add(name, region, tags)) };
  const group = groups.open(name);
  if (!same(shortLocation(group.location), region)) {
    const message = `Invalid resource group location '${region}'. The Resource group already exists in location '${group.location}'.`;
    throw new ArmError(409, 'InvalidResourceGroupLocation', message);
  }
  group.tags = tags;
  return ok(bodyOf(groups, group));
}

function patchGroup(call: ArmCall, groups: ResourceGroups): ArmAnswer {
  const group = groups.open(call.param('group'));
  const { tags } = call.body(groupInput);
  if (tags !== undefined) {
    checkTags(tags);
    group.tags = tags;
  }
  return ok(bodyOf(groups, group));
}

function deleteGroup(
  call: ArmCall,
  groups: ResourceGroups,
  contents: GroupContents,
  { operations, durations, random }: ArmWorld,
): ArmAnswer {
  const group = groups.open(call.param('group'));
  group.state = 'Deleting';
  let left: readonly string[] = [];
  const operation = operations.start(
    secondsOf(durations.resourceGroupDeletionSeconds, random.fork(`delete/${group.name}`)),
    () => {
      left = contents.blocked(group.name);
      group.state = 'Succeeded';
      if (left.length > 0) return;
      contents.clear(group.name);
      groups.all.remove(group.name);
    },
    () => {
      if (left.length > 0) throw deletionBlocked(group, left);
      return { status: 200 };
    },
  );
  const result = `/subscriptions/${call.param('subscription')}/operationresults/${operation.id}`;
  return { status: 202, headers: operations.headers(call, { result, retryAfterSeconds: 15 }) };
}

function bodyOf(groups: ResourceGroups, group: ResourceGroup): unknown {
  const { name, location, tags, state } = group;
  return {
    id: groups.idOf(group),
    name,
    type: 'Microsoft.Resources/resourceGroups',
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: { provisioningState: state },
  };
}

function checkedName(name: string): string {
  if (name.length > 90) {
    const message = `The provided resource group name '${name}' has a length '${name.length}', which exceeds the maximum length of '90'.`;
    throw new ArmError(400, 'ResourceGroupNameTooLong', message); // inferred
  }
  if (/^[\w().-]*[\w()-]$/u.test(name)) return name;
  const invalid = [...new Set(name.replaceAll(/[\w().-]/gu, ''))].join('') || '.';
  const message = `The provided resource group name '${name}' has these invalid characters: '${invalid}'. The name can only be a letter, digit, '-', '.', '(', ')' or '_'.`;
  throw new ArmError(400, 'InvalidResourceGroup', message);
}

function availableRegion(location: string): string {
  const region = regionOf(location);
  if (region !== undefined) return region.name;
  const names = regions.map(({ name }) => name).join(',');
  const message = `The provided location '${location}' is not available for resource group. List of available regions is '${names}'.`;
  throw new ArmError(400, 'LocationNotAvailableForResourceGroup', message);
}

function deletionBlocked({ name }: ResourceGroup, left: readonly string[]): ArmError {
  const message = `Deletion of resource group '${name}' did not complete since the following resources could not be deleted: '${left.join(', ')}'. Please note that deletion of other resources in the resource group may have been completed.`; // inferred
  return new ArmError(409, 'ResourceGroupDeletionBlocked', message);
}
