import { z } from 'zod';
import type { ArmCall } from '../arm-call.ts';
import { ArmError } from '../arm-error.ts';
import { resourceVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { same, type Tags } from '../resource.ts';
import { get, ok, patch, put, remove, type ArmAnswer, type Route } from '../route.ts';
import { checkTags, tagsInput } from './tag-rules.ts';

const properties = z.object({ tags: tagsInput.default({}) }).default({ tags: {} });
const putInput = z.object({ properties });
const patchInput = z.object({ operation: z.enum(['Merge', 'Replace', 'Delete']), properties });

/** Anything that has tags. */
interface Tagged {
  readonly id: string;
  tags: Tags | undefined;
}

/** Tags of a resource or group, whatever its provider: `PATCH {scope}/providers/Microsoft.Resources/tags/default`. */
export function tagRoutes(world: ArmWorld): readonly Route[] {
  const path = '/{scope}/providers/Microsoft.Resources/tags/default';
  const tagged = (call: ArmCall): Tagged => taggedAt(call.param('scope'), world);
  const versions = resourceVersions;
  return [
    get(path, 'Tags_GetAtScope', versions, (call) => ok(bodyOf(tagged(call)))),
    put(path, 'Tags_CreateOrUpdateAtScope', versions, (call) =>
      setTags(tagged(call), call.body(putInput).properties.tags),
    ),
    patch(path, 'Tags_UpdateAtScope', versions, (call) => updateTags(call, tagged(call))),
    remove(path, 'Tags_DeleteAtScope', versions, (call) => {
      tagged(call).tags = {};
      return { status: 200 };
    }),
  ];
}

function updateTags(call: ArmCall, target: Tagged): ArmAnswer {
  const { operation, properties: given } = call.body(patchInput);
  const before = target.tags ?? {};
  switch (operation) {
    case 'Replace':
      return setTags(target, given.tags);
    case 'Merge':
      return setTags(target, { ...without(before, ([name]) => isIn(given.tags, name)), ...given.tags });
    case 'Delete': {
      const isGiven = ([name, value]: readonly [string, string]): boolean =>
        Object.entries(given.tags).some(
          ([wanted, wantedValue]) => same(wanted, name) && (wantedValue === '' || wantedValue === value),
        );
      return setTags(target, without(before, isGiven));
    }
  }
}

function setTags(target: Tagged, tags: Tags): ArmAnswer {
  checkTags(tags);
  target.tags = tags;
  return ok(bodyOf(target));
}

function bodyOf({ id, tags }: Tagged): unknown {
  return {
    id: `${id}/providers/Microsoft.Resources/tags/default`,
    name: 'default',
    type: 'Microsoft.Resources/tags',
    properties: { tags: tags ?? {} },
  };
}

function taggedAt(scope: string, { groups, catalog }: ArmWorld): Tagged {
  const id = `/${scope}`;
  const group = groups.byId(id);
  if (group !== undefined) {
    const found = groups.open(group);
    return {
      id: groups.idOf(found),
      get tags() {
        return found.tags;
      },
      set tags(tags) {
        found.tags = tags;
      },
    };
  }
  const resource = catalog.get(id);
  if (resource !== undefined) return resource;
  throw new ArmError(404, 'ResourceNotFound', `The resource '${id}' could not be found.`); // inferred wording
}

function without(tags: Tags, isGone: (tag: readonly [string, string]) => boolean): Tags {
  return Object.fromEntries(Object.entries(tags).filter((tag) => !isGone(tag)));
}

function isIn(tags: Tags, name: string): boolean {
  return Object.keys(tags).some((each) => same(each, name));
}
