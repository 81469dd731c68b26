import { DescribeAddresses$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import { AwsError } from '../aws-error.ts';
import type { InstanceRow } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filtered, filters } from '../filters.ts';
import { Table } from '../table.ts';

/** An Elastic IP; the ones that the account has are those on its instances. */
interface AddressRow {
  readonly id: string;
  readonly instanceId: string;
  readonly answer: { readonly PublicIp: string; readonly Tags: readonly never[] };
}

const addressFilters: Filterable<AddressRow> = {
  'allocation-id': ({ id }) => [id],
  'instance-id': ({ instanceId }) => [instanceId],
  'public-ip': ({ answer }) => [answer.PublicIp],
};

/** Comes whole: EC2 has no pages here. */
export const describeAddresses = action({
  operation: DescribeAddresses$,
  kind: 'read',
  input: z.strictObject({
    ...dryRun,
    ...filters,
    PublicIps: z.array(z.string()).default([]),
    AllocationIds: z.array(z.string()).default([]),
  }),
  targets: ({ PublicIps, AllocationIds }) => [...PublicIps, ...AllocationIds],
  perform: ({ PublicIps, AllocationIds, Filters }, { instances, section }) => {
    const table = new Table<AddressRow>();
    for (const row of instances.all().flatMap((instance) => elasticAddresses(instance, section.account))) {
      table.add(row);
    }
    const missing = AllocationIds.find((id) => table.get(id) === undefined);
    if (missing !== undefined) {
      throw new AwsError('InvalidAllocationID.NotFound', `The allocation ID '${missing}' does not exist`);
    }
    const byAddress = PublicIps.length === 0 ? [] : [{ Name: 'public-ip', Values: PublicIps }];
    const found = filtered({
      table,
      ids: AllocationIds,
      filters: [...Filters, ...byAddress],
      known: addressFilters,
      from: 0,
    });
    return { Addresses: [...found].map(([, { answer }]) => answer) };
  },
});

/** An address that EC2 assigned by itself belongs to `amazon` and is not listed. */
function elasticAddresses({ id, answer }: InstanceRow, account: string): AddressRow[] {
  return (answer.NetworkInterfaces ?? []).flatMap((own) => {
    const { PublicIp, IpOwnerId } = own.Association ?? {};
    if (PublicIp === undefined || IpOwnerId !== account) return [];
    const digits = own.NetworkInterfaceId?.slice('eni-'.length) ?? id.slice('i-'.length);
    const address = {
      PublicIp,
      AllocationId: `eipalloc-${digits}`,
      AssociationId: `eipassoc-${digits}`,
      Domain: 'vpc',
      InstanceId: id,
      NetworkInterfaceId: own.NetworkInterfaceId,
      NetworkInterfaceOwnerId: account,
      PrivateIpAddress: own.PrivateIpAddress,
      Tags: [],
    };
    return [{ id: address.AllocationId, instanceId: id, answer: address }];
  });
}
