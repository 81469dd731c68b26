import { CreateSnapshots$, DescribeSnapshots$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import type { SnapshotRow } from '../estate.ts';
import { present } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filters, ownedBy, tagKeys } from '../filters.ts';
import { listRows } from '../list-rows.ts';
import { namedInstances } from '../instance-ids.ts';
import { snapshotIds } from '../named-rows.ts';
import { paging } from '../pages.ts';
import { takeSnapshots } from '../snapshots.ts';
import { requestedTags } from '../tags.ts';
import { visibleSnapshot } from '../visibility.ts';

export const createSnapshots = action({
  operation: CreateSnapshots$,
  kind: 'write',
  input: z.strictObject({
    ...dryRun,
    InstanceSpecification: z.strictObject({
      InstanceId: z.string(),
      ExcludeBootVolume: z.boolean().default(false),
      ExcludeDataVolumeIds: z.array(z.string()).default([]),
    }),
    Description: z.string().default(''),
    TagSpecifications: z
      .array(z.strictObject({ ResourceType: z.literal('snapshot'), Tags: requestedTags.default([]) }))
      .default([]),
    CopyTagsFromSource: z.literal('volume').optional(),
  }),
  targets: ({ InstanceSpecification }) => [InstanceSpecification.InstanceId],
  perform: ({ InstanceSpecification, Description, TagSpecifications, CopyTagsFromSource }, estate) => {
    const { InstanceId, ExcludeBootVolume, ExcludeDataVolumeIds } = InstanceSpecification;
    const rows = namedInstances(estate, [InstanceId]).flatMap((instance) =>
      takeSnapshots(estate, instance, {
        withBootVolume: !ExcludeBootVolume,
        excludedVolumeIds: ExcludeDataVolumeIds,
        description: Description,
        tags: TagSpecifications.flatMap(({ Tags }) => Tags),
        copyVolumeTags: CopyTagsFromSource === 'volume',
      }),
    );
    return { Snapshots: rows.map(({ answer }) => answer) };
  },
});

const snapshotFilters: Filterable<SnapshotRow> = {
  description: ({ answer }) => [answer.Description],
  encrypted: ({ answer }) => [String(answer.Encrypted)],
  'owner-id': ({ answer }) => [answer.OwnerId],
  progress: ({ answer }) => [answer.Progress],
  'snapshot-id': ({ id }) => [id],
  status: ({ answer }) => [answer.State],
  'tag-key': tagKeys,
  'volume-id': ({ answer }) => [answer.VolumeId],
  'volume-size': ({ answer }) => present([answer.VolumeSize]).map(String),
};

export const describeSnapshots = action({
  operation: DescribeSnapshots$,
  kind: 'read',
  input: z.strictObject({
    ...dryRun,
    ...filters,
    ...paging,
    OwnerIds: z.array(z.string()).default([]),
    SnapshotIds: z.array(z.string()).default([]),
  }),
  targets: ({ SnapshotIds }) => SnapshotIds,
  perform: ({ OwnerIds, SnapshotIds, Filters, ...paged }, estate) => {
    const { answers, next } = listRows({
      table: estate.snapshots,
      ids: SnapshotIds,
      words: snapshotIds,
      filters: [...Filters, ...ownedBy(OwnerIds, estate.section.account)],
      known: snapshotFilters,
      paged,
      view: (row) => visibleSnapshot(estate, row),
    });
    return { Snapshots: answers, ...next };
  },
});
