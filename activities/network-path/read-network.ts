import {
  paginateDescribeNetworkAcls,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeVpcPeeringConnections,
  paginateGetManagedPrefixListEntries,
  type EC2Client,
  type Filter,
  type NetworkAcl,
  type RouteTable,
  type SecurityGroup,
  type VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import type { Clouds } from '../clouds.ts';
import type { Network, NetworkEnd, NetworkInterface } from './network.ts';

/** Reads what decides about connections between these ends, each in its own region; by id, whatever the account holds. */
export async function readNetwork(
  clouds: Pick<Clouds, 'ec2'>,
  ends: readonly NetworkEnd[],
): Promise<Network> {
  const interfaces = ends.flatMap(({ attachedTo }) => attachedTo ?? []);
  const regions = [...new Set(interfaces.map(({ region }) => region))];
  const read = await Promise.all(
    regions.map((region) =>
      readRegion(
        clouds.ec2(region),
        interfaces.filter((one) => one.region === region),
      ),
    ),
  );
  return {
    securityGroups: read.flatMap(({ securityGroups }) => securityGroups),
    acls: read.flatMap(({ acls }) => acls),
    routeTables: read.flatMap(({ routeTables }) => routeTables),
    peerings: read.flatMap(({ peerings }) => peerings),
    prefixLists: new Map(read.flatMap(({ prefixLists }) => [...prefixLists])),
  };
}

async function readRegion(ec2: EC2Client, interfaces: readonly NetworkInterface[]): Promise<Network> {
  const [securityGroups, acls, routeTables] = await Promise.all([
    readGroups(ec2, distinct(interfaces.flatMap(({ groupIds }) => groupIds))),
    readAcls(ec2, distinct(interfaces.map(({ subnetId }) => subnetId))),
    readRouteTables(ec2, distinct(interfaces.map(({ vpcId }) => vpcId))),
  ]);
  const [peerings, prefixLists] = await Promise.all([
    readPeerings(ec2, peeringsNamed(routeTables)),
    readPrefixLists(ec2, prefixListsNamed(securityGroups, routeTables)),
  ]);
  return { securityGroups, acls, routeTables, peerings, prefixLists };
}

async function readGroups(ec2: EC2Client, ids: readonly string[]): Promise<SecurityGroup[]> {
  const found: SecurityGroup[] = [];
  if (ids.length === 0) return found;
  for await (const page of paginateDescribeSecurityGroups({ client: ec2 }, filtered('group-id', ids)))
    found.push(...(page.SecurityGroups ?? []));
  return found;
}

async function readAcls(ec2: EC2Client, subnetIds: readonly string[]): Promise<NetworkAcl[]> {
  const found: NetworkAcl[] = [];
  for await (const page of paginateDescribeNetworkAcls(
    { client: ec2 },
    filtered('association.subnet-id', subnetIds),
  ))
    found.push(...(page.NetworkAcls ?? []));
  return found;
}

async function readRouteTables(ec2: EC2Client, vpcIds: readonly string[]): Promise<RouteTable[]> {
  const found: RouteTable[] = [];
  for await (const page of paginateDescribeRouteTables({ client: ec2 }, filtered('vpc-id', vpcIds)))
    found.push(...(page.RouteTables ?? []));
  return found;
}

async function readPeerings(ec2: EC2Client, ids: readonly string[]): Promise<VpcPeeringConnection[]> {
  const found: VpcPeeringConnection[] = [];
  if (ids.length === 0) return found;
  for await (const page of paginateDescribeVpcPeeringConnections(
    { client: ec2 },
    filtered('vpc-peering-connection-id', ids),
  ))
    found.push(...(page.VpcPeeringConnections ?? []));
  return found;
}

async function readPrefixLists(ec2: EC2Client, ids: readonly string[]): Promise<Network['prefixLists']> {
  const found = new Map<string, string[]>();
  for (const id of ids) {
    const blocks: string[] = [];
    for await (const page of paginateGetManagedPrefixListEntries({ client: ec2 }, { PrefixListId: id }))
      blocks.push(...(page.Entries ?? []).flatMap(({ Cidr }) => Cidr ?? []));
    found.set(id, blocks);
  }
  return found;
}

function peeringsNamed(tables: readonly RouteTable[]): string[] {
  const routes = tables.flatMap(({ Routes = [] }) => Routes);
  return distinct(routes.flatMap(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId ?? []));
}

/** Those of gateway endpoints hold addresses of S3 and DynamoDB, which no machine has. */
function prefixListsNamed(groups: readonly SecurityGroup[], tables: readonly RouteTable[]): string[] {
  const rules = groups.flatMap(({ IpPermissions = [], IpPermissionsEgress = [] }) => [
    ...IpPermissions,
    ...IpPermissionsEgress,
  ]);
  const routes = tables
    .flatMap(({ Routes = [] }) => Routes)
    .filter(({ GatewayId }) => !GatewayId?.startsWith('vpce-'));
  return distinct([
    ...rules.flatMap(({ PrefixListIds = [] }) =>
      PrefixListIds.flatMap(({ PrefixListId }) => PrefixListId ?? []),
    ),
    ...routes.flatMap(({ DestinationPrefixListId }) => DestinationPrefixListId ?? []),
  ]);
}

function filtered(name: string, values: readonly string[]): { Filters: Filter[] } {
  return { Filters: [{ Name: name, Values: [...values] }] };
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
