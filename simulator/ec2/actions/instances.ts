import { DescribeInstances$, DescribeInstanceStatus$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import type { Estate, InstanceRow } from '../estate.ts';
import { groupsOf, present, privateAddresses } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filtered, filters, tagKeys } from '../filters.ts';
import { instanceHealth } from '../instance-health.ts';
import { namedInstances } from '../instance-ids.ts';
import { forbidBoth, pageRequest, paging, takePage } from '../pages.ts';
import { visibleInstance } from '../visibility.ts';

const instanceIds = { InstanceIds: z.array(z.string()).default([]) };

/** Filters that DescribeInstances and DescribeInstanceStatus share. */
const stateFilters: Filterable<InstanceRow> = {
  'availability-zone': ({ answer }) => present([answer.Placement?.AvailabilityZone]),
  'instance-state-code': ({ answer }) => present([answer.State?.Code]).map(String),
  'instance-state-name': ({ answer }) => present([answer.State?.Name]),
};

/** The filters of DescribeInstances that a migration has a use for. */
const instanceFilters: Filterable<InstanceRow> = {
  ...stateFilters,
  architecture: ({ answer }) => present([answer.Architecture]),
  'block-device-mapping.volume-id': ({ answer }) =>
    present((answer.BlockDeviceMappings ?? []).map(({ Ebs }) => Ebs?.VolumeId)),
  'client-token': ({ answer }) => present([answer.ClientToken]),
  'dns-name': ({ answer }) => present([answer.PublicDnsName]),
  'image-id': ({ answer }) => present([answer.ImageId]),
  'iam-instance-profile.arn': ({ answer }) => present([answer.IamInstanceProfile?.Arn]),
  'instance-id': ({ id }) => [id],
  'instance-lifecycle': ({ answer }) => present([answer.InstanceLifecycle]),
  'instance-type': ({ answer }) => present([answer.InstanceType]),
  'instance.group-id': groupsOf,
  'ip-address': ({ answer }) => present([answer.PublicIpAddress]),
  'network-interface.addresses.private-ip-address': ({ answer }) => privateAddresses(answer),
  platform: ({ answer }) => present([answer.Platform]),
  'platform-details': ({ answer }) => present([answer.PlatformDetails]),
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
  input: z.strictObject({ ...dryRun, ...filters, ...paging, ...instanceIds }),
  targets: ({ InstanceIds }) => InstanceIds,
  perform: ({ InstanceIds, Filters, ...paged }, estate) => {
    forbidBoth(InstanceIds, 'instancesSet', paged.MaxResults);
    const page = pageRequest(paged);
    const known = instanceFilters;
    const { rows, ...next } = takePage(
      found(estate, { ids: InstanceIds, filters: Filters, known, from: page.from }),
      page,
    );
    return { Reservations: reservationsOf(rows), ...next };
  },
});

export const describeInstanceStatus = action({
  operation: DescribeInstanceStatus$,
  kind: 'read',
  input: z.strictObject({
    ...dryRun,
    ...filters,
    ...paging,
    ...instanceIds,
    IncludeAllInstances: z.boolean().default(false),
  }),
  targets: ({ InstanceIds }) => InstanceIds,
  perform: ({ InstanceIds, Filters, IncludeAllInstances, ...paged }, estate) => {
    forbidBoth(InstanceIds, 'instancesSet', paged.MaxResults);
    const page = pageRequest(paged);
    const running = IncludeAllInstances ? [] : [{ Name: 'instance-state-name', Values: ['running'] }];
    const wanted = {
      ids: InstanceIds,
      filters: [...running, ...Filters],
      known: stateFilters,
      from: page.from,
    };
    const { rows, ...next } = takePage(found(estate, wanted), page);
    return { InstanceStatuses: rows.map((row) => instanceHealth(estate, row)), ...next };
  },
});

function found(
  estate: Estate,
  wanted: Pick<Parameters<typeof filtered<InstanceRow>>[0], 'filters' | 'known' | 'from'> & {
    readonly ids: readonly string[];
  },
) {
  const ids = namedInstances(estate, wanted.ids).map(({ id }) => id);
  return filtered({ ...wanted, ids, table: estate.instances, view: (row) => visibleInstance(estate, row) });
}

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
