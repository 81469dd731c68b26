import type { NetworkSecurityGroup, RouteTable, Subnet } from '@azure/arm-network';
import type { AzureFacts } from './azure-facts.ts';
import { deniesInternet } from './security-rules.ts';

/** How a machine of a subnet would reach the internet, in words; `none` where it cannot. */
export type WayOut = 'none' | 'through a NAT gateway' | 'through a route' | 'by default outbound access';

/**
 * How a subnet leads out. A route to nowhere, or a rule that denies it, closes every way.
 * @see learn.microsoft.com, virtual-network/ip-services/default-outbound-access
 */
export async function wayOut(facts: AzureFacts, subnet: Subnet): Promise<WayOut> {
  const group = await securityGroupOf(facts, subnet);
  if (group !== undefined && deniesInternet(group)) return 'none';
  return wayOutByRoute(facts, subnet);
}

/**
 * How a subnet leads out, whatever its security group lets out. New networks' subnets have no default outbound access since
 * 2026 (field notes); where the flag is absent they have it.
 */
export async function wayOutByRoute(facts: AzureFacts, subnet: Subnet): Promise<WayOut> {
  const next = defaultRoute(await whole(subnet.routeTable, facts.routeTable));
  if (next === 'None') return 'none';
  if (next === 'VirtualAppliance' || next === 'VirtualNetworkGateway') return 'through a route';
  if (subnet.natGateway !== undefined) return 'through a NAT gateway';
  return subnet.defaultOutboundAccess === false ? 'none' : 'by default outbound access';
}

/** The security group of a subnet, where it has one. */
export async function securityGroupOf(
  facts: AzureFacts,
  subnet: Subnet,
): Promise<NetworkSecurityGroup | undefined> {
  return whole(subnet.networkSecurityGroup, facts.securityGroup);
}

/** A subnet names its group and table by id only. */
async function whole<T>(
  named: { readonly id?: string } | undefined,
  read: (id: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  return named?.id === undefined ? undefined : read(named.id);
}

function defaultRoute(table: RouteTable | undefined): string | undefined {
  return table?.routes?.find(({ addressPrefix }) => addressPrefix === '0.0.0.0/0')?.nextHopType;
}
