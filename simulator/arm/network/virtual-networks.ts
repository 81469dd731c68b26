import type { ArmCall } from '../arm-call.ts';
import { ArmError } from '../arm-error.ts';
import { networkVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { requiredLocation, requireSamePlace } from '../placement.ts';
import { same } from '../resource.ts';
import { checkTags } from '../resources/tag-rules.ts';
import { get, ok, put, remove, type ArmAnswer, type Route } from '../route.ts';
import { Shelf } from '../shelf.ts';
import { addressOf } from './cidr.ts';
import { networkError } from './network-error.ts';
import type { NetworkSection } from './network-section.ts';
import { changing, deleting, networkId, newNetworkResource } from './network-world.ts';
import { existing, pathOf, readRoutes } from './read-routes.ts';
import { referencedId } from './referenced-id.ts';
import { newSubnet, subnetOf, type Subnet, type VirtualNetwork } from './virtual-network.ts';
import { peeringBody, subnetBody, usageBody, virtualNetworkBody } from './virtual-network-body.ts';
import {
  checkSubnets,
  requireUnused,
  subnetAfter,
  subnetInput,
  virtualNetworkInput,
} from './virtual-network-input.ts';

const type = 'virtualNetworks';

/** The virtual networks of the subscription, with their subnets. */
export class VirtualNetworks {
  readonly shelf: Shelf<VirtualNetwork>;
  readonly #world: ArmWorld;

  constructor(world: ArmWorld) {
    this.#world = world;
    this.shelf = new Shelf(world.catalog);
  }

  get routes(): readonly Route[] {
    const kind = { type, resource: 'VirtualNetworks', shelf: this.shelf, body: virtualNetworkBody };
    const one = pathOf(kind);
    const find = (call: ArmCall): VirtualNetwork => existing(call, kind, this.#world);
    const versions = networkVersions;
    return [
      ...readRoutes(kind, this.#world),
      put(one, 'VirtualNetworks_CreateOrUpdate', versions, (call) => this.#put(call)),
      remove(one, 'VirtualNetworks_Delete', versions, (call) => this.#delete(call)),
      get(
        `${one}/CheckIPAddressAvailability`,
        'VirtualNetworks_CheckIPAddressAvailability',
        versions,
        (call) => ok(availability(find(call), call.request.query.get('ipAddress') ?? '')),
      ),
      get(`${one}/usages`, 'VirtualNetworks_ListUsage', versions, (call) =>
        ok({ value: find(call).subnets.map(usageBody) }),
      ),
      get(`${one}/virtualNetworkPeerings`, 'VirtualNetworkPeerings_List', versions, (call) => {
        const network = find(call);
        return ok({ value: network.peerings.map((peering) => peeringBody(peering, network)) });
      }),
      get(`${one}/subnets`, 'Subnets_List', versions, (call) => {
        const network = find(call);
        return ok({ value: network.subnets.map((subnet) => subnetBody(subnet, network)) });
      }),
      get(`${one}/subnets/{subnet}`, 'Subnets_Get', versions, (call) => {
        const network = find(call);
        return ok(subnetBody(existingSubnet(call, network), network));
      }),
      put(`${one}/subnets/{subnet}`, 'Subnets_CreateOrUpdate', versions, (call) =>
        this.#putSubnet(call, find(call)),
      ),
      remove(`${one}/subnets/{subnet}`, 'Subnets_Delete', versions, (call) =>
        this.#deleteSubnet(call, find(call)),
      ),
    ];
  }

  byId(id: string): VirtualNetwork | undefined {
    return this.shelf.get(id);
  }

  /** The subnet with this id. */
  subnetById(id: string): Subnet | undefined {
    const [, network = '', subnet = ''] = /^(.+)\/subnets\/([^/]+)$/i.exec(id) ?? [];
    const found = this.shelf.get(network);
    return found === undefined ? undefined : subnetOf(found, subnet);
  }

  /** Makes a network that nobody has asked for by its route. */
  add(section: NetworkSection): VirtualNetwork {
    const { name, resourceGroup: group, location = this.#world.section.location, tags } = section;
    const network: VirtualNetwork = {
      ...newNetworkResource(this.#world, type, { group, name, location, tags }),
      addressSpace: section.addressSpace,
      dnsServers: section.dnsServers,
      subnets: [],
      peerings: section.peerings.map(({ remoteNetwork, ...peering }) => ({
        ...peering,
        remoteNetworkId: referencedId(this.#world.section, type, remoteNetwork),
      })),
    };
    network.subnets = section.subnets.map((subnet) => this.#configuredSubnet(network, subnet));
    this.shelf.add(network);
    return network;
  }

  #configuredSubnet(network: VirtualNetwork, section: NetworkSection['subnets'][number]): Subnet {
    const { name, prefix, networkSecurityGroup, routeTable, natGateway } = section;
    const linked = (kind: Parameters<typeof referencedId>[1], reference: string | undefined) =>
      reference === undefined ? undefined : referencedId(this.#world.section, kind, reference);
    return newSubnet(network, {
      name,
      prefix,
      networkSecurityGroupId: linked('networkSecurityGroups', networkSecurityGroup),
      routeTableId: linked('routeTables', routeTable),
      natGatewayId: linked('natGateways', natGateway),
      defaultOutboundAccess: section.defaultOutboundAccess,
      delegations: section.delegations,
    });
  }

  #put(call: ArmCall): ArmAnswer {
    const name = call.param('name');
    const group = this.#world.groups.open(call.param('group')).name;
    const input = call.body(virtualNetworkInput);
    const location = requiredLocation(input.location, `Microsoft.Network/${type}`);
    checkTags(input.tags ?? {});
    const before = this.shelf.get(networkId(this.#world, group, type, name));
    if (before !== undefined) requireSamePlace(before, location);
    const network = before ?? this.#empty({ group, name, location });
    const { addressSpace, dhcpOptions, subnets: wanted } = input.properties;
    const subnets = wanted.map((each) => subnetAfter(network, each.name, each.properties, this.#world));
    checkSubnets(name, addressSpace.addressPrefixes, subnets);
    for (const subnet of network.subnets) {
      if (!subnets.some((each) => same(each.name, subnet.name))) requireUnused(subnet);
    }
    network.addressSpace = addressSpace.addressPrefixes;
    network.dnsServers = dhcpOptions?.dnsServers ?? [];
    network.subnets = subnets;
    network.tags = input.tags ?? {};
    if (before === undefined) this.shelf.add(network);
    const body = (): object => virtualNetworkBody(network);
    return changing(call, this.#world, network, { isNew: before === undefined, body });
  }

  #delete(call: ArmCall): ArmAnswer {
    const network = this.shelf.get(networkId(this.#world, call.param('group'), type, call.param('name')));
    if (network === undefined) return { status: 204 };
    for (const subnet of network.subnets) requireUnused(subnet);
    return deleting(call, this.#world, network, () => this.shelf.remove(network.id));
  }

  #putSubnet(call: ArmCall, network: VirtualNetwork): ArmAnswer {
    const name = call.param('subnet');
    const isNew = subnetOf(network, name) === undefined;
    const subnet = subnetAfter(network, name, call.body(subnetInput).properties, this.#world);
    const others = network.subnets.filter((each) => !same(each.name, name));
    checkSubnets(network.name, network.addressSpace, [...others, subnet]);
    network.subnets = isNew
      ? [...network.subnets, subnet]
      : network.subnets.map((each) => (same(each.name, name) ? subnet : each));
    return changing(call, this.#world, network, { isNew, body: () => subnetBody(subnet, network) });
  }

  #deleteSubnet(call: ArmCall, network: VirtualNetwork): ArmAnswer {
    const subnet = subnetOf(network, call.param('subnet'));
    if (subnet === undefined) return { status: 204 };
    requireUnused(subnet);
    return deleting(call, this.#world, network, () => {
      network.subnets = network.subnets.filter((each) => each !== subnet);
      network.state = 'Succeeded';
    });
  }

  #empty(parts: Pick<VirtualNetwork, 'group' | 'name' | 'location'>): VirtualNetwork {
    const resource = newNetworkResource(this.#world, type, { ...parts, tags: {} });
    return { ...resource, addressSpace: [], dnsServers: [], subnets: [], peerings: [] };
  }
}

function existingSubnet(call: ArmCall, network: VirtualNetwork): Subnet {
  const subnet = subnetOf(network, call.param('subnet'));
  if (subnet === undefined) {
    const id = `${network.id}/subnets/${call.param('subnet')}`;
    throw new ArmError(404, 'NotFound', `Resource ${id} not found.`);
  }
  return subnet;
}

/** `VirtualNetworks_CheckIPAddressAvailability`. @throws ArmError 400 for an address of none of the subnets. */
function availability({ subnets }: VirtualNetwork, text: string): object {
  const address = addressOf(text);
  const subnet = address === undefined ? undefined : subnets.find(({ addresses }) => addresses.has(address));
  if (address === undefined || subnet === undefined) {
    const message = `Private static IP address ${text} does not belong to any subnet of the virtual network.`; // inferred
    throw networkError('PrivateIPAddressNotInAnySubnet', message);
  }
  const { addresses } = subnet;
  if (addresses.isReserved(address)) {
    return { available: false, availableIPAddresses: addresses.suggestions(), isPlatformReserved: true };
  }
  if (addresses.holderOf(address) === undefined) return { available: true };
  return { available: false, availableIPAddresses: addresses.suggestions() };
}
