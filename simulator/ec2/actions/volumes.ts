import { DescribeVolumes$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import type { VolumeAnswer } from '../answers.ts';
import type { PlainRow } from '../estate.ts';
import { present } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filters, tagKeys } from '../filters.ts';
import { listRows } from '../list-rows.ts';
import { volumeIds } from '../named-rows.ts';
import { paging } from '../pages.ts';

const volumeFilters: Filterable<PlainRow<VolumeAnswer>> = {
  'attachment.device': ({ answer }) => present((answer.Attachments ?? []).map(({ Device }) => Device)),
  'attachment.instance-id': ({ answer }) =>
    present((answer.Attachments ?? []).map(({ InstanceId }) => InstanceId)),
  'attachment.status': ({ answer }) => present((answer.Attachments ?? []).map(({ State }) => State)),
  'availability-zone': ({ answer }) => present([answer.AvailabilityZone]),
  encrypted: ({ answer }) => present([answer.Encrypted]).map(String),
  size: ({ answer }) => present([answer.Size]).map(String),
  'snapshot-id': ({ answer }) => present([answer.SnapshotId]),
  status: ({ answer }) => present([answer.State]),
  'tag-key': tagKeys,
  'volume-id': ({ id }) => [id],
  'volume-type': ({ answer }) => present([answer.VolumeType]),
};

export const describeVolumes = action({
  operation: DescribeVolumes$,
  kind: 'read',
  input: z.strictObject({ ...dryRun, ...filters, ...paging, VolumeIds: z.array(z.string()).default([]) }),
  targets: ({ VolumeIds }) => VolumeIds,
  perform: ({ VolumeIds, Filters, ...paged }, { volumes }) => {
    const wanted = {
      table: volumes,
      ids: VolumeIds,
      words: volumeIds,
      filters: Filters,
      known: volumeFilters,
      paged,
    };
    const { answers, next } = listRows(wanted);
    return { Volumes: answers, ...next };
  },
});
