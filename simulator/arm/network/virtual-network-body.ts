import { networkHead } from './network-world.ts';
import type { Peering, Subnet, VirtualNetwork } from './virtual-network.ts';

/** A virtual network as GET and lists answer it. */
export function virtualNetworkBody(network: VirtualNetwork): object {
  const { addressSpace, dnsServers, subnets, peerings, state, resourceGuid } = network;
  return {
    ...networkHead(network),
    properties: {
      provisioningState: state,
      resourceGuid,
      addressSpace: { addressPrefixes: addressSpace },
      ...(dnsServers.length === 0 ? {} : { dhcpOptions: { dnsServers } }),
      subnets: subnets.map((subnet) => subnetBody(subnet, network)),
      virtualNetworkPeerings: peerings.map((peering) => peeringBody(peering, network)),
      enableDdosProtection: false,
    },
  };
}

/** A subnet. `ipConfigurations` has each address that is taken; it is not there while none is. */
export function subnetBody(subnet: Subnet, { etag, state }: VirtualNetwork): object {
  const { id, name, prefix, addresses, delegations, defaultOutboundAccess } = subnet;
  const { holders } = addresses;
  return {
    name,
    id,
    etag,
    type: 'Microsoft.Network/virtualNetworks/subnets',
    properties: {
      provisioningState: state,
      addressPrefix: prefix,
      ...linked('networkSecurityGroup', subnet.networkSecurityGroupId),
      ...linked('routeTable', subnet.routeTableId),
      ...linked('natGateway', subnet.natGatewayId),
      ...(holders.length === 0 ? {} : { ipConfigurations: holders.map((holder) => ({ id: holder })) }),
      delegations: delegations.map((serviceName, at) => ({
        name: String(at),
        id: `${id}/delegations/${at}`,
        etag,
        type: 'Microsoft.Network/virtualNetworks/subnets/delegations',
        properties: { provisioningState: 'Succeeded', serviceName },
      })),
      privateEndpointNetworkPolicies: 'Disabled',
      privateLinkServiceNetworkPolicies: 'Enabled',
      ...(defaultOutboundAccess === undefined ? {} : { defaultOutboundAccess }),
    },
  };
}

/** A peering, seen from this network. */
export function peeringBody(peering: Peering, { id, etag }: VirtualNetwork): object {
  const { name, remoteNetworkId, state, useRemoteGateways } = peering;
  return {
    name,
    id: `${id}/virtualNetworkPeerings/${name}`,
    etag,
    type: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings',
    properties: {
      provisioningState: 'Succeeded',
      peeringState: state,
      peeringSyncLevel: 'FullyInSync',
      remoteVirtualNetwork: { id: remoteNetworkId },
      allowVirtualNetworkAccess: true,
      allowForwardedTraffic: false,
      allowGatewayTransit: false,
      useRemoteGateways,
    },
  };
}

/** How full the subnets of a network are: `VirtualNetworks_ListUsage`. */
export function usageBody({ id, addresses }: Subnet): object {
  return {
    currentValue: addresses.used,
    id,
    limit: addresses.capacity,
    name: { localizedValue: 'Subnet size and usage', value: 'SubnetSpace' },
    unit: 'Count',
  };
}

function linked(property: string, id: string | undefined): object {
  return id === undefined ? {} : { [property]: { id } };
}
