import { z } from 'zod';
import type { Tag } from './answers.ts';
import { AwsError, invalidValue } from './aws-error.ts';
import type { Estate, PlainRow } from './estate.ts';
import {
  groupIds,
  imageIds,
  instanceIds,
  requireRows,
  snapshotIds,
  subnetIds,
  volumeIds,
  vpcIds,
} from './named-rows.ts';
import type { IdWords } from './named-rows.ts';
import type { Placed, Table } from './table.ts';

/** Tags that a request puts on something. */
export const requestedTags = z.array(
  z.strictObject({ Key: z.string().min(1).max(128), Value: z.string().max(256).default('') }),
);

/** EC2 allows this many tags on one resource. */
const mostTags = 50;

/** A resource that carries tags. */
export interface TaggedResource {
  readonly id: string;
  readonly type: string;
  readonly tags: readonly Tag[];
  readonly retag: (tags: Tag[]) => void;
}

/** One kind of resource that carries tags. */
interface TaggedKind {
  readonly prefix: string;
  /** @throws AwsError the resource's own `….NotFound`. */
  readonly require: (estate: Estate, id: string) => void;
  readonly pick: (estate: Estate, ids: readonly string[], from: number) => Iterable<Placed<TaggedResource>>;
  readonly scan: (estate: Estate, from: number) => Iterable<Placed<TaggedResource>>;
}

/** The kinds of resources that carry tags, in the order in which DescribeTags lists them. */
export const taggedKinds: readonly TaggedKind[] = [
  kind('instance', instanceIds, ({ instances }) => instances),
  kind('volume', volumeIds, ({ volumes }) => volumes),
  kind('snapshot', snapshotIds, ({ snapshots }) => snapshots),
  kind('security-group', groupIds, ({ securityGroups }) => securityGroups),
  kind('subnet', subnetIds, ({ subnets }) => subnets),
  kind('vpc', vpcIds, ({ vpcs }) => vpcs),
  kind('image', imageIds, ({ images }) => images),
];

/**
 * The resources with these ids, each once.
 * @throws AwsError `InvalidID` for an id of no such kind, and the resource's own `….NotFound`.
 */
export function taggedResources(estate: Estate, ids: readonly string[]): TaggedResource[] {
  return [...new Set(ids)].flatMap((id) => {
    const found = taggedKinds.find(({ prefix }) => id.startsWith(`${prefix}-`));
    if (found === undefined) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
    found.require(estate, id);
    return [...found.pick(estate, [id], 0)].map(([, resource]) => resource);
  });
}

/**
 * Puts tags on a resource; a tag of the same key is replaced.
 * @throws AwsError `InvalidParameterValue` for keys that AWS keeps for itself, `TagLimitExceeded`.
 */
export function addTags({ id, tags, retag }: TaggedResource, added: readonly Tag[]): void {
  if (added.some(({ Key }) => Key.startsWith('aws:'))) {
    throw invalidValue("Tag keys starting with 'aws:' are reserved for internal use");
  }
  const merged = new Map([...tags, ...added].map((tag) => [tag.Key, tag]));
  if (merged.size > mostTags) {
    throw new AwsError('TagLimitExceeded', `${id} already has the maximum number of tags.`);
  }
  retag([...merged.values()]);
}

/** Takes tags off: one without a value whatever it says, one with a value only where it says that. Of none named, all go. */
export function removeTags(
  { tags, retag }: TaggedResource,
  removed: readonly { readonly Key: string; readonly Value?: string | undefined }[],
): void {
  const goes = ({ Key, Value }: Tag) =>
    removed.length === 0 ||
    removed.some((tag) => tag.Key === Key && (tag.Value === undefined || tag.Value === Value));
  retag(tags.filter((tag) => tag.Key.startsWith('aws:') || !goes(tag)));
}

function kind<A extends { readonly Tags?: readonly Tag[] | undefined }, R extends PlainRow<A>>(
  type: string,
  words: IdWords,
  table: (estate: Estate) => Table<R>,
): TaggedKind {
  const resource = (rows: Table<R>, row: R): TaggedResource => ({
    id: row.id,
    type,
    tags: row.answer.Tags ?? [],
    retag: (tags) => {
      row.answer = { ...row.answer, Tags: tags };
      rows.reindex(row);
    },
  });
  return {
    prefix: words.prefix,
    require: (estate, id) => requireRows(table(estate), [id], words),
    pick: (estate, ids, from) => mapped(table(estate).pick(ids, from), (row) => resource(table(estate), row)),
    scan: (estate, from) => mapped(table(estate).scan(from), (row) => resource(table(estate), row)),
  };
}

function* mapped<R>(
  rows: Iterable<Placed<R>>,
  resource: (row: R) => TaggedResource,
): Iterable<Placed<TaggedResource>> {
  for (const [position, row] of rows) yield [position, resource(row)];
}
