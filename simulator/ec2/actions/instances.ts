import { DescribeInstances$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import type { InstanceRow } from '../estate.ts';
import { present, privateAddresses } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filtered, filters, tagKeys } from '../filters.ts';
import { namedInstances } from '../instance-ids.ts';
import { forbidBoth, pageRequest, paging, takePage } from '../pages.ts';

/** The filters of DescribeInstances that a migration has a use for. */
const instanceFilters: Filterable<InstanceRow> = {
  architecture: ({ answer }) => present([answer.Architecture]),
  'availability-zone': ({ answer }) => present([answer.Placement?.AvailabilityZone]),
  'dns-name': ({ answer }) => present([answer.PublicDnsName]),
  'group-id': ({ answer }) => present((answer.SecurityGroups ?? []).map(({ GroupId }) => GroupId)),
  'image-id': ({ answer }) => present([answer.ImageId]),
  'instance-id': ({ id }) => [id],
  'instance-lifecycle': ({ answer }) => present([answer.InstanceLifecycle]),
  'instance-state-code': ({ answer }) => present([answer.State?.Code]).map(String),
  'instance-state-name': ({ answer }) => present([answer.State?.Name]),
  'instance-type': ({ answer }) => present([answer.InstanceType]),
  'ip-address': ({ answer }) => present([answer.PublicIpAddress]),
  'network-interface.addresses.private-ip-address': ({ answer }) => privateAddresses(answer),
  platform: ({ answer }) => present([answer.Platform]),
  'private-dns-name': ({ answer }) => present([answer.PrivateDnsName]),
  'private-ip-address': ({ answer }) => present([answer.PrivateIpAddress]),
  'reservation-id': ({ reservation }) => present([reservation.ReservationId]),
  'root-device-type': ({ answer }) => present([answer.RootDeviceType]),
  'subnet-id': ({ answer }) => present([answer.SubnetId]),
  'tag-key': tagKeys,
  'vpc-id': ({ answer }) => present([answer.VpcId]),
};

export const describeInstances = action({
  operation: DescribeInstances$,
  kind: 'read',
  input: z.strictObject({
    ...dryRun,
    ...filters,
    ...paging,
    InstanceIds: z.array(z.string()).default([]),
  }),
  targets: ({ InstanceIds }) => InstanceIds,
  perform: ({ InstanceIds, Filters, ...paged }, { instances, ...estate }) => {
    forbidBoth(InstanceIds, 'instancesSet', paged.MaxResults);
    const request = pageRequest(paged);
    const named = namedInstances({ instances, ...estate }, InstanceIds).map(({ id }) => id);
    const ids = named.length === 0 ? [] : [{ Name: 'instance-id', Values: named }];
    const { rows, ...next } = takePage(
      filtered(instances, [...ids, ...Filters], instanceFilters, request.from),
      request,
    );
    return { Reservations: reservationsOf(rows), ...next };
  },
});

/** Instances of one reservation that follow each other stand in one reservation again. */
function reservationsOf(rows: readonly InstanceRow[]): { readonly Instances: unknown[] }[] {
  const reservations: { readonly of: InstanceRow['reservation']; readonly Instances: unknown[] }[] = [];
  for (const { reservation, answer } of rows) {
    const last = reservations.at(-1);
    if (last?.of === reservation) last.Instances.push(answer);
    else reservations.push({ of: reservation, Instances: [answer] });
  }
  return reservations.map(({ of, Instances }) => ({ ...of, Instances }));
}
