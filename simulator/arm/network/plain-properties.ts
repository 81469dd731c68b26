import type { AzureSection } from '../azure-section.ts';
import { referencedId } from './referenced-id.ts';

/** The routes of a route table. */
export function routeTableProperties({ routes }: AzureSection['routeTables'][number], id: string): object {
  return {
    disableBgpRoutePropagation: false,
    routes: routes.map(({ name, prefix, nextHopType, nextHopIpAddress }) => ({
      name,
      id: `${id}/routes/${name}`,
      type: 'Microsoft.Network/routeTables/routes',
      properties: {
        provisioningState: 'Succeeded',
        addressPrefix: prefix,
        nextHopType,
        ...(nextHopIpAddress === undefined ? {} : { nextHopIpAddress }),
        hasBgpOverride: false,
      },
    })),
  };
}

export function publicAddressProperties({
  ipAddress,
  sku,
}: AzureSection['publicIpAddresses'][number]): object {
  return {
    ...(ipAddress === undefined ? {} : { ipAddress }),
    publicIPAddressVersion: 'IPv4',
    publicIPAllocationMethod: sku === 'Standard' ? 'Static' : 'Dynamic',
    idleTimeoutInMinutes: 4,
    ipTags: [],
  };
}

export function natGatewayProperties(
  { publicIpAddresses }: AzureSection['natGateways'][number],
  section: AzureSection,
): object {
  return {
    idleTimeoutInMinutes: 4,
    publicIpAddresses: publicIpAddresses.map((each) => ({
      id: referencedId(section, 'publicIPAddresses', each),
    })),
  };
}

/** A VPN or ExpressRoute gateway, in the `GatewaySubnet` of its network. */
export function networkGatewayProperties(
  { network, type }: AzureSection['networkGateways'][number],
  id: string,
  section: AzureSection,
): object {
  const subnet = `${referencedId(section, 'virtualNetworks', network)}/subnets/GatewaySubnet`;
  return {
    ipConfigurations: [
      {
        name: 'default',
        id: `${id}/ipConfigurations/default`,
        properties: {
          provisioningState: 'Succeeded',
          privateIPAllocationMethod: 'Dynamic',
          subnet: { id: subnet },
        },
      },
    ],
    gatewayType: type,
    vpnType: 'RouteBased',
    enableBgp: false,
    activeActive: false,
  };
}
