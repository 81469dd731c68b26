import { CreateTags$, DeleteTags$, DescribeTags$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import type { Tag } from '../answers.ts';
import type { Estate } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filters, isPattern, rowTest } from '../filters.ts';
import { pageRequest, paging, takePage } from '../pages.ts';
import type { Placed } from '../table.ts';
import { addTags, removeTags, requestedTags, taggedKinds, taggedResources } from '../tags.ts';

const resources = { Resources: z.array(z.string()).min(1) };

const createTags = action({
  operation: CreateTags$,
  kind: 'write',
  input: z.strictObject({ ...dryRun, ...resources, Tags: requestedTags }),
  targets: ({ Resources }) => Resources,
  perform: ({ Resources, Tags }, estate) => {
    for (const resource of taggedResources(estate, Resources)) addTags(resource, Tags);
  },
});

const deleteTags = action({
  operation: DeleteTags$,
  kind: 'delete',
  input: z.strictObject({
    ...dryRun,
    ...resources,
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string().optional() })).default([]),
  }),
  targets: ({ Resources }) => Resources,
  perform: ({ Resources, Tags }, estate) => {
    for (const resource of taggedResources(estate, Resources)) removeTags(resource, Tags);
  },
});

/** One line of DescribeTags: a tag, and what carries it. */
interface TagRow {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly tag: Tag;
  readonly answer: { readonly Tags: readonly Tag[] };
}

const tagFilters: Filterable<TagRow> = {
  key: ({ tag }) => [tag.Key],
  'resource-id': ({ resourceId }) => [resourceId],
  'resource-type': ({ resourceType }) => [resourceType],
  value: ({ tag }) => [tag.Value],
};

const describeTags = action({
  operation: DescribeTags$,
  kind: 'read',
  input: z.strictObject({ ...dryRun, ...filters, ...paging }),
  targets: () => [],
  perform: ({ Filters, ...paged }, estate) => {
    const page = pageRequest(paged);
    const passes = rowTest(Filters, tagFilters);
    const ids = Filters.find(({ Name, Values }) => Name === 'resource-id' && !Values.some(isPattern));
    const { rows, ...next } = takePage(tagRows(estate, ids?.Values, page.from, passes), page);
    const tags = rows.map(({ resourceId, resourceType, tag }) => ({
      ResourceId: resourceId,
      ResourceType: resourceType,
      Key: tag.Key,
      Value: tag.Value,
    }));
    return { Tags: tags, ...next };
  },
});

/** A line's position is made of those of its kind, its resource and its tag. A resource has at most 50 tags. */
const tagsOfOne = 64;
const resourcesOfOneKind = 2 ** 30;

function* tagRows(
  estate: Estate,
  ids: readonly string[] | undefined,
  from: number,
  passes: (row: TagRow) => boolean,
): Iterable<Placed<TagRow>> {
  const first = Math.floor(from / tagsOfOne);
  for (const [kindAt, kind] of taggedKinds.entries()) {
    const start = Math.max(0, first - kindAt * resourcesOfOneKind);
    const found = ids === undefined ? kind.scan(estate, start) : kind.pick(estate, ids, start);
    for (const [at, { id, type, tags }] of found) {
      for (const [tagAt, tag] of tags.entries()) {
        const position = (kindAt * resourcesOfOneKind + at) * tagsOfOne + tagAt;
        const row = { resourceId: id, resourceType: type, tag, answer: { Tags: [tag] } };
        if (position >= from && passes(row)) yield [position, row];
      }
    }
  }
}

export const tagActions = [createTags, deleteTags, describeTags];
