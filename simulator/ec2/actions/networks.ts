import { DescribeSubnets$, DescribeVpcs$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import type { InstanceRow, PlainRow, SubnetAnswer, VpcAnswer } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filters, tagKeys } from '../filters.ts';
import { listRows } from '../list-rows.ts';
import { subnetIds, vpcIds } from '../named-rows.ts';
import { paging } from '../pages.ts';

const list = { ...dryRun, ...filters, ...paging };

const subnetFilters: Filterable<PlainRow<SubnetAnswer>> = {
  'availability-zone': ({ answer }) => [answer.AvailabilityZone],
  'cidr-block': ({ answer }) => [answer.CidrBlock],
  state: ({ answer }) => [answer.State],
  'subnet-id': ({ id }) => [id],
  'tag-key': tagKeys,
  'vpc-id': ({ answer }) => [answer.VpcId],
};

const describeSubnets = action({
  operation: DescribeSubnets$,
  kind: 'read',
  input: z.strictObject({ ...list, SubnetIds: z.array(z.string()).default([]) }),
  targets: ({ SubnetIds }) => SubnetIds,
  perform: ({ SubnetIds, Filters, ...paged }, { instances, subnets }) => {
    const used = addressesInUse(instances.all());
    const wanted = {
      table: subnets,
      ids: SubnetIds,
      words: subnetIds,
      filters: Filters,
      known: subnetFilters,
      paged,
    };
    const { answers, next } = listRows(wanted);
    const counted = answers.map((answer) => ({
      ...answer,
      AvailableIpAddressCount: answer.AvailableIpAddressCount - (used.get(answer.SubnetId) ?? 0),
    }));
    return { Subnets: counted, ...next };
  },
});

/** How many addresses of each subnet interfaces have. */
function addressesInUse(rows: readonly InstanceRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { SubnetId = '', PrivateIpAddresses = [] } of rows.flatMap(
    ({ answer }) => answer.NetworkInterfaces ?? [],
  )) {
    counts.set(SubnetId, (counts.get(SubnetId) ?? 0) + PrivateIpAddresses.length);
  }
  return counts;
}

const vpcFilters: Filterable<PlainRow<VpcAnswer>> = {
  cidr: ({ answer }) => [answer.CidrBlock],
  'is-default': ({ answer }) => [String(answer.IsDefault)],
  state: ({ answer }) => [answer.State],
  'tag-key': tagKeys,
  'vpc-id': ({ id }) => [id],
};

const describeVpcs = action({
  operation: DescribeVpcs$,
  kind: 'read',
  input: z.strictObject({ ...list, VpcIds: z.array(z.string()).default([]) }),
  targets: ({ VpcIds }) => VpcIds,
  perform: ({ VpcIds, Filters, ...paged }, { vpcs }) => {
    const wanted = { table: vpcs, ids: VpcIds, words: vpcIds, filters: Filters, known: vpcFilters, paged };
    const { answers, next } = listRows(wanted);
    return { Vpcs: answers, ...next };
  },
});

export const networkActions = [describeSubnets, describeVpcs];
