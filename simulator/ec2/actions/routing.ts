import {
  DescribeNetworkAcls$,
  DescribeRouteTables$,
  DescribeVpcPeeringConnections$,
  GetManagedPrefixListEntries$,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import { AwsError } from '../aws-error.ts';
import { present } from '../estate.ts';
import type { PlainRow } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filters } from '../filters.ts';
import { listRows } from '../list-rows.ts';
import { aclIds, peeringIds, routeTableIds } from '../named-rows.ts';
import { networkAcls } from '../network-acls.ts';
import type { NetworkAclAnswer } from '../network-acls.ts';
import { paging } from '../pages.ts';
import { routeTables, vpcPeerings } from '../route-tables.ts';
import type { PeeringAnswer, RouteTableAnswer } from '../route-tables.ts';
import { Table } from '../table.ts';

const list = { ...dryRun, ...filters, ...paging };

function tableOf<A>(rows: readonly PlainRow<A>[]): Table<PlainRow<A>> {
  const table = new Table<PlainRow<A>>();
  for (const row of rows) table.add(row);
  return table;
}

const aclFilters: Filterable<PlainRow<NetworkAclAnswer>> = {
  'association.subnet-id': ({ answer }) => answer.Associations.map(({ SubnetId }) => SubnetId),
  default: ({ answer }) => [String(answer.IsDefault)],
  'network-acl-id': ({ id }) => [id],
  'vpc-id': ({ answer }) => [answer.VpcId],
};

const describeNetworkAcls = action({
  operation: DescribeNetworkAcls$,
  kind: 'read',
  input: z.strictObject({ ...list, NetworkAclIds: z.array(z.string()).default([]) }),
  targets: ({ NetworkAclIds }) => NetworkAclIds,
  perform: ({ NetworkAclIds: ids, Filters, ...paged }, estate) => {
    const table = tableOf(networkAcls(estate));
    const { answers, next } = listRows({
      table,
      ids,
      words: aclIds,
      filters: Filters,
      known: aclFilters,
      paged,
    });
    return { NetworkAcls: answers, ...next };
  },
});

const tableFilters: Filterable<PlainRow<RouteTableAnswer>> = {
  'association.main': ({ answer }) => answer.Associations.map(({ Main }) => String(Main)),
  'association.subnet-id': ({ answer }) => present(answer.Associations.map(({ SubnetId }) => SubnetId)),
  'route-table-id': ({ id }) => [id],
  'vpc-id': ({ answer }) => [answer.VpcId],
};

const describeRouteTables = action({
  operation: DescribeRouteTables$,
  kind: 'read',
  input: z.strictObject({ ...list, RouteTableIds: z.array(z.string()).default([]) }),
  targets: ({ RouteTableIds }) => RouteTableIds,
  perform: ({ RouteTableIds: ids, Filters, ...paged }, estate) => {
    const table = tableOf(routeTables(estate));
    const { answers, next } = listRows({
      table,
      ids,
      words: routeTableIds,
      filters: Filters,
      known: tableFilters,
      paged,
    });
    return { RouteTables: answers, ...next };
  },
});

const peeringFilters: Filterable<PlainRow<PeeringAnswer>> = {
  'accepter-vpc-info.vpc-id': ({ answer }) => [answer.AccepterVpcInfo.VpcId],
  'requester-vpc-info.vpc-id': ({ answer }) => [answer.RequesterVpcInfo.VpcId],
  'status-code': ({ answer }) => [answer.Status.Code],
  'vpc-peering-connection-id': ({ id }) => [id],
};

const describeVpcPeeringConnections = action({
  operation: DescribeVpcPeeringConnections$,
  kind: 'read',
  input: z.strictObject({ ...list, VpcPeeringConnectionIds: z.array(z.string()).default([]) }),
  targets: ({ VpcPeeringConnectionIds }) => VpcPeeringConnectionIds,
  perform: ({ VpcPeeringConnectionIds: ids, Filters, ...paged }, estate) => {
    const table = tableOf(vpcPeerings(estate));
    const { answers, next } = listRows({
      table,
      ids,
      words: peeringIds,
      filters: Filters,
      known: peeringFilters,
      paged,
    });
    return { VpcPeeringConnections: answers, ...next };
  },
});

const getManagedPrefixListEntries = action({
  operation: GetManagedPrefixListEntries$,
  kind: 'read',
  input: z.strictObject({ ...dryRun, ...paging, PrefixListId: z.string() }),
  targets: ({ PrefixListId }) => [PrefixListId],
  perform: ({ PrefixListId }, { section }) => {
    const list = section.prefixLists.find(({ prefixListId }) => prefixListId === PrefixListId);
    if (list === undefined) {
      throw new AwsError(
        'InvalidPrefixListID.NotFound',
        `The prefix list ID '${PrefixListId}' does not exist`,
      );
    }
    return { Entries: list.cidrs.map((Cidr) => ({ Cidr })) };
  },
});

export const routingActions = [
  describeNetworkAcls,
  describeRouteTables,
  describeVpcPeeringConnections,
  getManagedPrefixListEntries,
];
