import { DescribeNetworkInterfaces$, ModifyNetworkInterfaceAttribute$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import type { Estate, InstanceRow } from '../estate.ts';
import { present } from '../estate.ts';
import type { Filter, Filterable } from '../filters.ts';
import { filters, isPattern } from '../filters.ts';
import { listRows } from '../list-rows.ts';
import { interfaceIds } from '../named-rows.ts';
import { interfacesOf, namedInterface, setGroups } from '../network-interfaces.ts';
import type { InterfaceRow } from '../network-interfaces.ts';
import { paging } from '../pages.ts';

const interfaceFilters: Filterable<InterfaceRow> = {
  'addresses.private-ip-address': ({ answer }) =>
    present((answer.PrivateIpAddresses ?? []).map(({ PrivateIpAddress }) => PrivateIpAddress)),
  'attachment.instance-id': ({ instance }) => [instance.id],
  'group-id': ({ answer }) => present((answer.Groups ?? []).map(({ GroupId }) => GroupId)),
  'group-name': ({ answer }) => present((answer.Groups ?? []).map(({ GroupName }) => GroupName)),
  'network-interface-id': ({ id }) => [id],
  'private-ip-address': ({ answer }) => present([answer.PrivateIpAddress]),
  'subnet-id': ({ answer }) => present([answer.SubnetId]),
  'vpc-id': ({ answer }) => present([answer.VpcId]),
};

const describeNetworkInterfaces = action({
  operation: DescribeNetworkInterfaces$,
  kind: 'read',
  input: z.strictObject({
    ...dryRun,
    ...filters,
    ...paging,
    NetworkInterfaceIds: z.array(z.string()).default([]),
  }),
  targets: ({ NetworkInterfaceIds }) => NetworkInterfaceIds,
  perform: ({ NetworkInterfaceIds, Filters, ...paged }, estate) => {
    const { answers, next } = listRows({
      table: interfacesOf(estate, candidates(estate, Filters)),
      ids: NetworkInterfaceIds,
      words: interfaceIds,
      filters: Filters,
      known: interfaceFilters,
      paged,
    });
    return { NetworkInterfaces: answers, ...next };
  },
});

/** The filter by instance saves looking at the others. */
function candidates({ instances }: Estate, wanted: readonly Filter[]): InstanceRow[] {
  const byInstance = wanted.find(
    ({ Name, Values }) => Name === 'attachment.instance-id' && !Values.some(isPattern),
  );
  if (byInstance === undefined) return instances.all();
  return [...instances.pick(byInstance.Values, 0)].map(([, row]) => row);
}

const modifyNetworkInterfaceAttribute = action({
  operation: ModifyNetworkInterfaceAttribute$,
  kind: 'write',
  input: z.strictObject({ ...dryRun, NetworkInterfaceId: z.string(), Groups: z.array(z.string()) }),
  targets: ({ NetworkInterfaceId }) => [NetworkInterfaceId],
  perform: ({ NetworkInterfaceId, Groups }, estate) =>
    setGroups(estate, namedInterface(estate, NetworkInterfaceId), Groups),
});

export const interfaceActions = [describeNetworkInterfaces, modifyNetworkInterfaceAttribute];
