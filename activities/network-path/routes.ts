import type { Route, RouteTable, RouteTableAssociation } from '@aws-sdk/client-ec2';
import { blockContains, isPrivate, prefixLength } from './ipv4.ts';
import type { Network, NetworkEnd } from './network.ts';
import type { Found } from './obstacle.ts';

/**
 * Why packets of one end do not find to the other by their route table: the longest destination that holds the address
 * decides. What lies behind a transit gateway, a VPN or an appliance is not seen, and taken for good.
 */
export function routeObstacle(network: Network, own: NetworkEnd, other: NetworkEnd): Found | undefined {
  const table = tableOf(network, own);
  if (table === undefined) return undefined;
  const id = table.RouteTableId ?? '';
  const route = routeTo(network, table, other.address);
  const why =
    route === undefined
      ? `has no route to ${other.address}`
      : deadEnd(network, route, own, other, destinationOf(route));
  return why === undefined
    ? undefined
    : { layer: 'route', id, message: `Route table ${id} of ${own.attachedTo?.subnetId ?? ''} ${why}` };
}

/** A subnet without a table of its own has its VPC's main one. */
function tableOf({ routeTables }: Network, { attachedTo }: NetworkEnd): RouteTable | undefined {
  if (attachedTo === undefined) return undefined;
  const { subnetId, vpcId } = attachedTo;
  const has = (wanted: (association: RouteTableAssociation) => boolean) =>
    routeTables.find((table) => table.VpcId === vpcId && table.Associations?.some(wanted));
  return has(({ SubnetId }) => SubnetId === subnetId) ?? has(({ Main }) => Main === true);
}

function routeTo(network: Network, { Routes = [] }: RouteTable, address: string): Route | undefined {
  const found = Routes.flatMap((route) =>
    blocksOf(network, route)
      .filter((block) => blockContains(block, address))
      .map((block) => ({ route, length: prefixLength(block) })),
  );
  return found.sort((one, other) => other.length - one.length)[0]?.route;
}

function blocksOf({ prefixLists }: Network, route: Route): readonly string[] {
  const { DestinationCidrBlock, DestinationPrefixListId } = route;
  if (DestinationCidrBlock !== undefined) return [DestinationCidrBlock];
  return prefixLists.get(DestinationPrefixListId ?? '') ?? [];
}

function destinationOf({ DestinationCidrBlock, DestinationPrefixListId }: Route): string {
  return DestinationCidrBlock ?? DestinationPrefixListId ?? '';
}

function deadEnd(
  network: Network,
  route: Route,
  own: NetworkEnd,
  other: NetworkEnd,
  destination: string,
): string | undefined {
  const { State, GatewayId = '', VpcPeeringConnectionId } = route;
  if (State === 'blackhole') return `leads ${destination} into a black hole: its target is gone`;
  if (GatewayId.startsWith('igw-') && isPrivate(other.address))
    return `leads ${destination} to internet gateway ${GatewayId}, which carries no private address such as ${other.address}`;
  const theirs = other.attachedTo?.vpcId;
  if (GatewayId === 'local')
    return theirs === undefined || theirs === own.attachedTo?.vpcId
      ? undefined
      : `keeps ${destination} in ${own.attachedTo?.vpcId ?? ''}, but ${other.address} is in ${theirs}: the networks overlap`;
  return VpcPeeringConnectionId === undefined
    ? undefined
    : badPeering(network, VpcPeeringConnectionId, destination, theirs);
}

function badPeering(
  { peerings }: Network,
  id: string,
  destination: string,
  theirs: string | undefined,
): string | undefined {
  const peering = peerings.find(({ VpcPeeringConnectionId }) => VpcPeeringConnectionId === id);
  if (peering === undefined) return undefined;
  const { Status, AccepterVpcInfo, RequesterVpcInfo } = peering;
  if (Status?.Code !== 'active')
    return `leads ${destination} through peering ${id}, which is ${Status?.Code ?? 'not active'}`;
  if (theirs === undefined || [AccepterVpcInfo?.VpcId, RequesterVpcInfo?.VpcId].includes(theirs))
    return undefined;
  return `leads ${destination} through peering ${id}, which does not reach ${theirs}`;
}
