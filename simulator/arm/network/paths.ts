import { isPrivate } from '../../guest/http-request.ts';
import type { AzureSection } from '../azure-section.ts';
import { same } from '../resource.ts';
import { addressOf, addressText, blockOf } from './cidr.ts';
import type { Network } from './network.ts';
import type { NetworkInterface } from './network-interface.ts';
import { referencedId } from './referenced-id.ts';
import { rulesLet, type Packet } from './rule-matching.ts';
import type { Subnet, VirtualNetwork } from './virtual-network.ts';

/** Where a packet from an interface comes to. */
export type PathEnd =
  /** At an interface of these networks. */
  | { readonly is: 'inside'; readonly interface: NetworkInterface }
  /** On the internet; behind a gateway. */
  | { readonly is: 'outside' | 'on-premises' }
  | { readonly is: 'lost' };

type NextHop =
  | { readonly type: 'Local' | 'Internet' | 'VirtualNetworkGateway' | 'None' }
  | { readonly type: 'VirtualAppliance'; readonly address: string };

const lost: PathEnd = { is: 'lost' };
/** Blocks that have no way out of their own (documented: system routes). */
const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** Ways through the virtual networks, by their routes, peerings and security groups, as they are right now. */
export class Paths {
  readonly #network: Network;
  readonly #section: AzureSection;

  constructor(network: Network, section: AzureSection) {
    this.#network = network;
    this.#section = section;
  }

  /** Where a packet comes to. @param forwards whether the appliance at an address is up and passes it on. */
  follow(
    from: NetworkInterface,
    to: string,
    port: number,
    forwards: (next: NetworkInterface) => boolean,
  ): PathEnd {
    const place = this.#placeOf(from);
    if (place === undefined) return lost;
    const { network, subnet, address } = place;
    const packet: Packet = { from: address, to, port, isVirtual: (each) => this.#isVirtual(network, each) };
    if (!this.#groupsLet(from, subnet, 'Outbound', packet)) return lost;
    const hop = this.#nextHop(network, subnet, to);
    if (hop.type === 'None') return lost;
    if (hop.type === 'VirtualAppliance' && !this.#passes(network, hop.address, forwards)) return lost;
    const target = this.#interfaceAt(network, to);
    if (target !== undefined && hop.type !== 'Internet' && hop.type !== 'VirtualNetworkGateway')
      return this.#arrival(target, packet);
    if (hop.type === 'VirtualNetworkGateway') return { is: 'on-premises' };
    if (isPrivate(to)) return lost;
    if (hop.type === 'VirtualAppliance') return { is: 'outside' };
    return hasWayOut(from, subnet) ? { is: 'outside' } : lost;
  }

  /** The network that an interface is in. */
  networkOf(nic: NetworkInterface): VirtualNetwork | undefined {
    return this.#placeOf(nic)?.network;
  }

  #arrival(target: NetworkInterface, packet: Packet): PathEnd {
    const place = this.#placeOf(target);
    if (place === undefined) return lost;
    const seen = { ...packet, isVirtual: (each: string) => this.#isVirtual(place.network, each) };
    const passes = this.#groupsLet(target, place.subnet, 'Inbound', seen);
    return passes ? { is: 'inside', interface: target } : lost;
  }

  #passes(network: VirtualNetwork, address: string, forwards: (next: NetworkInterface) => boolean): boolean {
    const appliance = this.#interfaceAt(network, address);
    return appliance !== undefined && forwards(appliance);
  }

  /** Both the interface's group and the subnet's must let it; where there is none, nothing refuses (documented). */
  #groupsLet(
    nic: NetworkInterface,
    subnet: Subnet,
    direction: 'Inbound' | 'Outbound',
    packet: Packet,
  ): boolean {
    const groups = [nic.networkSecurityGroupId, subnet.networkSecurityGroupId];
    return groups.every((id) => {
      const rules = id === undefined ? undefined : this.#network.securityGroups.rulesOf(id);
      return rules === undefined || rulesLet(rules, direction, packet);
    });
  }

  /** The longest prefix wins, and of two alike the route table's own (documented). */
  #nextHop(network: VirtualNetwork, subnet: Subnet, to: string): NextHop {
    const routes = [...this.#ownRoutes(subnet), ...this.#systemRoutes(network)];
    const number = addressOf(to) ?? -1;
    let best: { readonly bits: number; readonly hop: NextHop } | undefined;
    for (const { prefix, hop } of routes) {
      const block = blockOf(prefix);
      if (block === undefined || number < block.first || number > block.last) continue;
      if (best === undefined || block.bits > best.bits) best = { bits: block.bits, hop };
    }
    return best?.hop ?? { type: 'None' };
  }

  #ownRoutes({ routeTableId }: Subnet): { readonly prefix: string; readonly hop: NextHop }[] {
    const table = this.#section.routeTables.find(
      ({ name }) =>
        routeTableId !== undefined && same(referencedId(this.#section, 'routeTables', name), routeTableId),
    );
    return (table?.routes ?? []).map(({ prefix, nextHopType, nextHopIpAddress = '' }) => ({
      prefix,
      hop:
        nextHopType === 'VirtualAppliance'
          ? { type: nextHopType, address: nextHopIpAddress }
          : { type: nextHopType === 'VnetLocal' ? 'Local' : nextHopType },
    }));
  }

  /** Its own space and that of its peers; what is behind a gateway; the internet for all else but private blocks (documented). */
  #systemRoutes(network: VirtualNetwork): { readonly prefix: string; readonly hop: NextHop }[] {
    const near = this.#near(network).flatMap(({ addressSpace }) => addressSpace);
    const privateHop: NextHop = { type: this.#hasGateway(network) ? 'VirtualNetworkGateway' : 'None' };
    return [
      ...near.map((prefix) => ({ prefix, hop: { type: 'Local' } as const })),
      ...privateBlocks.map((prefix) => ({ prefix, hop: privateHop })),
      { prefix: '0.0.0.0/0', hop: { type: 'Internet' } },
    ];
  }

  #near(network: VirtualNetwork): VirtualNetwork[] {
    const peers = network.peerings
      .filter(({ state }) => state === 'Connected')
      .flatMap(({ remoteNetworkId }) => this.#network.networks.byId(remoteNetworkId) ?? []);
    return [network, ...peers];
  }

  #hasGateway(network: VirtualNetwork): boolean {
    const remotes = network.peerings
      .filter(({ state, useRemoteGateways }) => state === 'Connected' && useRemoteGateways)
      .map(({ remoteNetworkId }) => remoteNetworkId);
    const ids = [network.id, ...remotes];
    return this.#section.networkGateways.some((gateway) =>
      ids.some((id) => same(id, referencedId(this.#section, 'virtualNetworks', gateway.network))),
    );
  }

  #isVirtual(network: VirtualNetwork, address: string): boolean {
    const number = addressOf(address) ?? -1;
    const isNear = this.#near(network)
      .flatMap(({ addressSpace }) => addressSpace)
      .some((prefix) => {
        const block = blockOf(prefix);
        return block !== undefined && number >= block.first && number <= block.last;
      });
    return isNear || (this.#hasGateway(network) && isPrivate(address));
  }

  #interfaceAt(network: VirtualNetwork, address: string): NetworkInterface | undefined {
    const number = addressOf(address);
    const subnets = new Set(
      this.#near(network).flatMap((each) => each.subnets.map(({ id }) => id.toLowerCase())),
    );
    return [...this.#network.interfaces.shelf.all].find(({ ipConfigurations }) =>
      ipConfigurations.some((each) => each.address === number && subnets.has(each.subnetId.toLowerCase())),
    );
  }

  #placeOf({ ipConfigurations }: NetworkInterface) {
    const first = ipConfigurations.find(({ isPrimary }) => isPrimary) ?? ipConfigurations[0];
    if (first === undefined) return undefined;
    const subnet = this.#network.networks.subnetById(first.subnetId);
    const network = this.#network.networks.byId(first.subnetId.replace(/\/subnets\/[^/]+$/i, ''));
    if (subnet === undefined || network === undefined) return undefined;
    return { network, subnet, address: addressText(first.address) };
  }
}

/** An address of its own, a NAT gateway, or what subnets had by default before late 2025 (documented). */
function hasWayOut({ ipConfigurations }: NetworkInterface, subnet: Subnet): boolean {
  return (
    ipConfigurations.some(({ publicAddressId }) => publicAddressId !== undefined) ||
    subnet.natGatewayId !== undefined ||
    subnet.defaultOutboundAccess !== false
  );
}
