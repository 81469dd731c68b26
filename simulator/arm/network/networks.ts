import type { AzureSection } from '../azure-section.ts';
import type { ArmCall } from '../arm-call.ts';
import { resourceNotFound } from '../arm-error.ts';
import { networkVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import type { ArmResource } from '../resource.ts';
import { get, ok, type Route } from '../route.ts';
import { Shelf } from '../shelf.ts';

const type = 'Microsoft.Network/virtualNetworks';

/** A virtual network. */
export interface Network extends ArmResource {
  readonly addressSpace: readonly string[];
  readonly subnets: AzureSection['networks'][number]['subnets'];
}

/** The virtual networks of the subscription. */
export class Networks {
  readonly #world: ArmWorld;
  readonly #networks: Shelf<Network>;

  constructor(world: ArmWorld) {
    this.#world = world;
    this.#networks = new Shelf(world.catalog);
    for (const { name, resourceGroup: group, location, addressSpace, subnets } of world.section.networks) {
      this.#networks.add({
        id: this.#id(group, name),
        name,
        group,
        type,
        location: location ?? world.section.location,
        createdMs: world.clock.nowMs,
        tags: {},
        addressSpace,
        subnets,
      });
    }
  }

  get routes(): readonly Route[] {
    const network = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${type}/{network}`;
    return [
      get(network, 'VirtualNetworks_Get', networkVersions, (call) =>
        ok(this.#networkBody(this.#networkOf(call))),
      ),
      get(`${network}/subnets`, 'Subnets_List', networkVersions, (call) =>
        ok({ value: this.#subnetBodies(this.#networkOf(call)) }),
      ),
    ];
  }

  /** The virtual network with this id. */
  byId(id: string): Network | undefined {
    return this.#networks.get(id);
  }

  #id(group: string, name: string): string {
    return `/subscriptions/${this.#world.section.subscriptionId}/resourceGroups/${group}/providers/${type}/${name}`;
  }

  #networkOf(call: ArmCall): Network {
    const [group, name] = [call.param('group'), call.param('network')];
    const network = this.byId(this.#id(group, name));
    if (network === undefined) throw resourceNotFound(type, name, group);
    return network;
  }

  #networkBody(network: Network): unknown {
    return {
      name: network.name,
      id: network.id,
      etag: 'W/"00000000-0000-0000-0000-000000000001"',
      type,
      location: network.location,
      properties: {
        provisioningState: 'Succeeded',
        addressSpace: { addressPrefixes: network.addressSpace },
        subnets: this.#subnetBodies(network),
        virtualNetworkPeerings: [],
        enableDdosProtection: false,
      },
    };
  }

  #subnetBodies(network: Network): unknown[] {
    return network.subnets.map(({ name, prefix }) => ({
      name,
      id: `${network.id}/subnets/${name}`,
      type: `${type}/subnets`,
      properties: {
        provisioningState: 'Succeeded',
        addressPrefix: prefix,
        delegations: [],
        privateEndpointNetworkPolicies: 'Disabled',
        privateLinkServiceNetworkPolicies: 'Enabled',
      },
    }));
  }
}
