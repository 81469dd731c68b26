import { DescribeImages$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import type { ImageAnswer, PlainRow } from '../estate.ts';
import { present } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filters, ownedBy, tagKeys } from '../filters.ts';
import { listRows } from '../list-rows.ts';
import { imageIds } from '../named-rows.ts';
import { paging } from '../pages.ts';

const imageFilters: Filterable<PlainRow<ImageAnswer>> = {
  architecture: ({ answer }) => [answer.Architecture],
  'image-id': ({ id }) => [id],
  'is-public': ({ answer }) => [String(answer.Public)],
  name: ({ answer }) => [answer.Name],
  'owner-id': ({ answer }) => [answer.OwnerId],
  platform: ({ answer }) => present([answer.Platform]),
  state: ({ answer }) => [answer.State],
  'tag-key': tagKeys,
};

export const describeImages = action({
  operation: DescribeImages$,
  kind: 'read',
  input: z.strictObject({
    ...dryRun,
    ...filters,
    ...paging,
    ImageIds: z.array(z.string()).default([]),
    Owners: z.array(z.string()).default([]),
  }),
  targets: ({ ImageIds }) => ImageIds,
  perform: ({ ImageIds, Owners, Filters, ...paged }, { images, section }) => {
    const { answers, next } = listRows({
      table: images,
      ids: ImageIds,
      words: imageIds,
      filters: [...Filters, ...ownedBy(Owners, section.account)],
      known: imageFilters,
      paged,
    });
    return { Images: answers, ...next };
  },
});
