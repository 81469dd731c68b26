import { networkVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import type { AzureSection } from '../azure-section.ts';
import { same } from '../resource.ts';
import { get, ok, type Route } from '../route.ts';
import { NetworkInterfaces } from './network-interfaces.ts';
import type { NetworkSection } from './network-section.ts';
import { networkOperationRoutes } from './network-world.ts';
import {
  natGatewayProperties,
  networkGatewayProperties,
  publicAddressProperties,
  routeTableProperties,
} from './plain-properties.ts';
import { PlainResources } from './plain-resources.ts';
import { referencedId } from './referenced-id.ts';
import { SecurityGroups, type GroupUse } from './security-groups.ts';
import { VirtualNetworks } from './virtual-networks.ts';

/** `Microsoft.Network`: everything of the subscription that machines are connected by. */
export class Network {
  readonly networks: VirtualNetworks;
  readonly interfaces: NetworkInterfaces;
  readonly securityGroups: SecurityGroups;
  readonly #world: ArmWorld;
  readonly #routeTables: PlainResources;
  readonly #natGateways: PlainResources;
  readonly #addresses: PlainResources;
  readonly #gateways: PlainResources;

  constructor(world: ArmWorld) {
    this.#world = world;
    this.networks = new VirtualNetworks(world);
    this.interfaces = new NetworkInterfaces(world, this.networks);
    this.securityGroups = new SecurityGroups(world, (id) => this.#useOf(id));
    this.#routeTables = new PlainResources(world, 'routeTables', 'RouteTables');
    this.#natGateways = new PlainResources(world, 'natGateways', 'NatGateways');
    this.#addresses = new PlainResources(world, 'publicIPAddresses', 'PublicIPAddresses');
    this.#gateways = new PlainResources(world, 'virtualNetworkGateways', 'VirtualNetworkGateways');
    this.#addConfigured();
  }

  get routes(): readonly Route[] {
    const usages = '/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/usages';
    const plain = [this.#routeTables, this.#natGateways, this.#addresses, this.#gateways];
    return [
      ...this.networks.routes,
      ...this.interfaces.routes,
      ...this.securityGroups.routes,
      ...plain.flatMap(({ routes }) => routes),
      ...networkOperationRoutes(this.#world),
      get(usages, 'Usages_List', networkVersions, (call) => ok({ value: this.#usages(call.request.path) })),
    ];
  }

  #addConfigured(): void {
    const { section } = this.#world;
    for (const each of section.networkSecurityGroups) this.securityGroups.add(each);
    for (const each of section.routeTables) {
      this.#routeTables.add(each, (id) => routeTableProperties(each, id));
    }
    for (const each of section.publicIpAddresses) {
      const sku = { name: each.sku, tier: 'Regional' };
      this.#addresses.add(each, () => publicAddressProperties(each), { sku });
    }
    for (const each of section.natGateways) {
      this.#natGateways.add(each, () => natGatewayProperties(each, section), { sku: { name: 'Standard' } });
    }
    for (const each of section.networks) this.networks.add(each);
    for (const each of section.networkGateways) {
      this.#gateways.add(each, (id) => {
        this.#takeGatewayAddress(each.network, `${id}/ipConfigurations/default`);
        return networkGatewayProperties(each, id, section);
      });
    }
    for (const each of section.networkInterfaces) this.#addInterface(each);
    for (const each of section.networks) this.#fillSubnets(each);
  }

  #addInterface({
    network,
    subnet,
    resourceGroup,
    ...parts
  }: AzureSection['networkInterfaces'][number]): void {
    const { section } = this.#world;
    this.interfaces.create({
      ...parts,
      group: resourceGroup,
      location: parts.location ?? section.location,
      subnetId: `${referencedId(section, 'virtualNetworks', network)}/subnets/${subnet}`,
      isPrimary: true,
      virtualMachineId: undefined,
    });
  }

  /** A gateway has an address of its network's `GatewaySubnet`, as anything else of its subnet. */
  #takeGatewayAddress(network: string, holder: string): void {
    const id = referencedId(this.#world.section, 'virtualNetworks', network);
    const addresses = this.networks.subnetById(`${id}/subnets/GatewaySubnet`)?.addresses;
    for (const address of addresses?.free(1) ?? []) addresses?.take(address, holder);
  }

  /** Interfaces of somebody else's, in the subnets that a scenario calls used. */
  #fillSubnets({ name: network, resourceGroup, location, subnets }: NetworkSection): void {
    for (const { name: subnet, used } of subnets) {
      for (let at = 1; at <= used; at += 1) {
        const name = `${network}-${subnet}-nic-${at}`;
        this.#addInterface({ name, resourceGroup, location, tags: {}, network, subnet });
      }
    }
  }

  #useOf(groupId: string): GroupUse {
    const isOn = (id: string | undefined): boolean => id !== undefined && same(id, groupId);
    return {
      subnets: [...this.networks.shelf.all].flatMap(({ subnets }) =>
        subnets.filter(({ networkSecurityGroupId }) => isOn(networkSecurityGroupId)).map(({ id }) => id),
      ),
      networkInterfaces: [...this.interfaces.shelf.all]
        .filter(({ networkSecurityGroupId }) => isOn(networkSecurityGroupId))
        .map(({ id }) => id),
    };
  }

  /** What the subscription has of each kind in a region, and may have (documented default limits). */
  #usages(path: string): unknown[] {
    const counted = [
      ['VirtualNetworks', 'Virtual Networks', this.networks.shelf.all.size, 1000],
      ['NetworkSecurityGroups', 'Network Security Groups', this.securityGroups.shelf.all.size, 5000],
      ['NetworkInterfaces', 'Network Interfaces', this.interfaces.shelf.all.size, 65536],
      ['PublicIPAddresses', 'Public IP Addresses', this.#addresses.shelf.all.size, 1000],
      ['RouteTables', 'Route Tables', this.#routeTables.shelf.all.size, 200],
    ] as const;
    return counted.map(([value, localizedValue, currentValue, limit]) => ({
      id: `${path}/${value}`,
      currentValue,
      limit,
      unit: 'Count',
      name: { localizedValue, value },
    }));
  }
}
