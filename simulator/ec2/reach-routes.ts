import type { Estate } from './estate.ts';
import type { End } from './reach.ts';
import { routeOf } from './route-tables.ts';

const isPrivate = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;

/** True where one end's subnet has a route to the other. What a host does that the account does not know is its own affair. */
export function isRouted(estate: Estate, from: End, to: End): boolean {
  if (from.row === undefined) return true;
  const { VpcId = '', SubnetId = '' } = from.row.answer;
  if (to.row?.answer.VpcId === VpcId) return true;
  const route = routeOf(estate, SubnetId, VpcId, to.address);
  if (route?.State !== 'active') return false;
  if (route.VpcPeeringConnectionId !== undefined) {
    return isPeered(estate, route.VpcPeeringConnectionId, VpcId, to.row?.answer.VpcId);
  }
  if (route.GatewayId === 'local') return to.row === undefined;
  const isInternet = route.NatGatewayId !== undefined || route.GatewayId?.startsWith('igw-') === true;
  return !isInternet || !isPrivate.test(to.address);
}

function isPeered(
  { section }: Estate,
  id: string,
  ownVpcId: string,
  otherVpcId: string | undefined,
): boolean {
  const peering = section.vpcPeerings.find(({ vpcPeeringConnectionId }) => vpcPeeringConnectionId === id);
  if (peering?.status !== 'active') return false;
  const ends = [peering.requesterVpcId, peering.accepterVpcId];
  return ends.includes(ownVpcId) && (otherVpcId === undefined || ends.includes(otherVpcId));
}
