import type { NetworkSecurityGroup, RouteTable, SecurityRule, Subnet } from '@azure/arm-network';
import type { AzureFacts } from './azure-facts.ts';

/** How a machine of a subnet would reach the internet, in words; `none` where it cannot. */
export type WayOut = 'none' | 'through a NAT gateway' | 'through a route' | 'by default outbound access';

/**
 * How a subnet leads out. A route to nowhere, or a rule that denies it, closes every way.
 * New networks' subnets have no default outbound access since 2026 (field notes); where the flag is absent they have it.
 * @see learn.microsoft.com, virtual-network/ip-services/default-outbound-access
 */
export async function wayOut(facts: AzureFacts, subnet: Subnet): Promise<WayOut> {
  const group = await whole(subnet.networkSecurityGroup, facts.securityGroup);
  if (group !== undefined && deniesInternet(group)) return 'none';
  const next = defaultRoute(await whole(subnet.routeTable, facts.routeTable));
  if (next === 'None') return 'none';
  if (next === 'VirtualAppliance' || next === 'VirtualNetworkGateway') return 'through a route';
  if (subnet.natGateway !== undefined) return 'through a NAT gateway';
  return subnet.defaultOutboundAccess === false ? 'none' : 'by default outbound access';
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

/** Whether the first rule that concerns traffic to the internet denies all of it. Azure's own default lets it out. */
function deniesInternet({ securityRules = [] }: NetworkSecurityGroup): boolean {
  const outbound = securityRules
    .filter(({ direction, protocol }) => direction === 'Outbound' && (protocol === '*' || protocol === 'Tcp'))
    .sort((one, other) => (one.priority ?? 0) - (other.priority ?? 0));
  const first = outbound.find((rule) => isForInternet(rule) || rule.access === 'Allow');
  return first?.access === 'Deny' && isForInternet(first);
}

function isForInternet({ destinationAddressPrefix, destinationPortRange }: SecurityRule): boolean {
  const everywhere = ['*', 'Internet', '0.0.0.0/0'];
  return everywhere.includes(destinationAddressPrefix ?? '') && destinationPortRange === '*';
}
