import { addressRange, contains } from './cidr.ts';
import type { Estate, PlainRow } from './estate.ts';

/** One route; which field names its target depends on what it is. */
export interface RouteAnswer {
  readonly DestinationCidrBlock: string;
  readonly State: 'active' | 'blackhole';
  readonly Origin: 'CreateRouteTable' | 'CreateRoute';
  readonly GatewayId?: string;
  readonly NatGatewayId?: string;
  readonly TransitGatewayId?: string;
  readonly VpcPeeringConnectionId?: string;
}

export interface RouteTableAnswer {
  readonly RouteTableId: string;
  readonly VpcId: string;
  readonly OwnerId: string;
  readonly Associations: readonly {
    readonly Main: boolean;
    readonly RouteTableAssociationId: string;
    readonly RouteTableId: string;
    readonly SubnetId?: string;
    readonly AssociationState: { readonly State: 'associated' };
  }[];
  readonly Routes: readonly RouteAnswer[];
  readonly PropagatingVgws: readonly never[];
  readonly Tags: readonly never[];
}

export interface PeeringAnswer {
  readonly VpcPeeringConnectionId: string;
  readonly RequesterVpcInfo: PeerInfo;
  readonly AccepterVpcInfo: PeerInfo;
  readonly Status: { readonly Code: string; readonly Message: string };
  readonly Tags: readonly never[];
}

interface PeerInfo {
  readonly VpcId: string;
  readonly CidrBlock: string | undefined;
  readonly OwnerId: string;
  readonly Region: string;
}

/** The tables of the section, and a main one for each VPC that has none. As AWS makes it, that of the default VPC leads to the internet. */
export function routeTables({ section, vpcs }: Estate): PlainRow<RouteTableAnswer>[] {
  const described = section.routeTables.map(({ routeTableId, vpcId, subnetIds, routes }) => ({
    id: routeTableId,
    vpcId,
    subnetIds,
    routes: routes.map(({ cidr, target }) => routeTo(cidr, target)),
  }));
  const withMain = new Set(
    described.filter(({ subnetIds }) => subnetIds.length === 0).map(({ vpcId }) => vpcId),
  );
  const mains = vpcs
    .all()
    .filter(({ id }) => !withMain.has(id))
    .map(({ id, answer }) => ({
      id: `rtb-${id.slice('vpc-'.length)}`,
      vpcId: id,
      subnetIds: [],
      routes: answer.IsDefault ? [routeTo('0.0.0.0/0', `igw-${id.slice('vpc-'.length)}`)] : [],
    }));
  return [...described, ...mains].map((table) => {
    const cidr = vpcs.get(table.vpcId)?.answer.CidrBlock ?? '0.0.0.0/32';
    const local = {
      DestinationCidrBlock: cidr,
      GatewayId: 'local',
      State: 'active',
      Origin: 'CreateRouteTable',
    } as const;
    return { id: table.id, answer: answerOf(section.account, table, [local, ...table.routes]) };
  });
}

function answerOf(
  account: string,
  {
    id,
    vpcId,
    subnetIds,
  }: { readonly id: string; readonly vpcId: string; readonly subnetIds: readonly string[] },
  routes: readonly RouteAnswer[],
): RouteTableAnswer {
  const shared = { RouteTableId: id, AssociationState: { State: 'associated' } } as const;
  const ofSubnets = subnetIds.map((SubnetId) => ({
    ...shared,
    Main: false,
    RouteTableAssociationId: `rtbassoc-${SubnetId.slice('subnet-'.length)}`,
    SubnetId,
  }));
  const main = { ...shared, Main: true, RouteTableAssociationId: `rtbassoc-${id.slice('rtb-'.length)}` };
  return {
    RouteTableId: id,
    VpcId: vpcId,
    OwnerId: account,
    Associations: subnetIds.length === 0 ? [main] : ofSubnets,
    Routes: routes,
    PropagatingVgws: [],
    Tags: [],
  };
}

function routeTo(cidr: string, target: string): RouteAnswer {
  const route = { DestinationCidrBlock: cidr, State: 'active', Origin: 'CreateRoute' } as const;
  if (target === 'blackhole') return { ...route, State: 'blackhole' };
  if (target.startsWith('pcx-')) return { ...route, VpcPeeringConnectionId: target };
  if (target.startsWith('tgw-')) return { ...route, TransitGatewayId: target };
  return target.startsWith('nat-') ? { ...route, NatGatewayId: target } : { ...route, GatewayId: target };
}

/** The peerings of the section. */
export function vpcPeerings({ section, vpcs }: Estate): PlainRow<PeeringAnswer>[] {
  const info = (VpcId: string) => ({
    VpcId,
    CidrBlock: vpcs.get(VpcId)?.answer.CidrBlock,
    OwnerId: section.account,
    Region: section.region,
  });
  return section.vpcPeerings.map(({ vpcPeeringConnectionId: id, requesterVpcId, accepterVpcId, status }) => ({
    id,
    answer: {
      VpcPeeringConnectionId: id,
      RequesterVpcInfo: info(requesterVpcId),
      AccepterVpcInfo: info(accepterVpcId),
      Status: { Code: status, Message: status === 'active' ? 'Active' : status },
      Tags: [],
    },
  }));
}

/** The narrowest route of a subnet's table that leads to an address. */
export function routeOf(
  estate: Estate,
  subnetId: string,
  vpcId: string,
  address: string,
): RouteAnswer | undefined {
  const tables = routeTables(estate)
    .map(({ answer }) => answer)
    .filter((table) => table.VpcId === vpcId);
  const own = tables.find(({ Associations }) => Associations.some((one) => one.SubnetId === subnetId));
  const main = tables.find(({ Associations }) => Associations.some((one) => one.Main));
  return [...((own ?? main)?.Routes ?? [])]
    .filter(({ DestinationCidrBlock }) => contains(DestinationCidrBlock, address))
    .sort((a, b) => addressRange(a.DestinationCidrBlock).size - addressRange(b.DestinationCidrBlock).size)[0];
}
