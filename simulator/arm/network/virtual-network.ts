import { blockOf, type Block } from './cidr.ts';
import type { NetworkSection } from './network-section.ts';
import type { NetworkResource } from './network-world.ts';
import { SubnetAddresses } from './subnet-addresses.ts';

/** One subnet of a virtual network. */
export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly addresses: SubnetAddresses;
  readonly networkSecurityGroupId: string | undefined;
  readonly routeTableId: string | undefined;
  readonly natGatewayId: string | undefined;
  /** False where machines have no way out unless one is made for them. */
  readonly defaultOutboundAccess: boolean | undefined;
  readonly delegations: readonly string[];
}

/** A connection of two networks, seen from one of them. */
export interface Peering {
  readonly name: string;
  readonly remoteNetworkId: string;
  readonly state: NetworkSection['peerings'][number]['state'];
  readonly useRemoteGateways: boolean;
}

/** A virtual network. */
export interface VirtualNetwork extends NetworkResource {
  addressSpace: readonly string[];
  dnsServers: readonly string[];
  subnets: readonly Subnet[];
  readonly peerings: readonly Peering[];
}

/** The subnet with this name, in any case. */
export function subnetOf({ subnets }: VirtualNetwork, name: string): Subnet | undefined {
  return subnets.find((subnet) => subnet.name.toLowerCase() === name.toLowerCase());
}

/** A subnet without addresses given away yet. @param prefix in CIDR notation, checked before. */
export function newSubnet(
  network: Pick<VirtualNetwork, 'id'>,
  parts: Omit<Subnet, 'id' | 'addresses'>,
): Subnet {
  const nothing: Block = { first: 0, last: -1, bits: 32 };
  return {
    ...parts,
    id: `${network.id}/subnets/${parts.name}`,
    addresses: new SubnetAddresses(blockOf(parts.prefix) ?? nothing),
  };
}
