import { z } from 'zod';
import type { ArmCall } from '../arm-call.ts';
import type { ArmError } from '../arm-error.ts';
import { networkVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import { requiredLocation, requireSamePlace } from '../placement.ts';
import type { Tags } from '../resource.ts';
import { checkTags, tagsInput } from '../resources/tag-rules.ts';
import { put, remove, type ArmAnswer, type Route } from '../route.ts';
import { Shelf } from '../shelf.ts';
import { chooseAddress } from './address-choice.ts';
import { invalidReference, networkError } from './network-error.ts';
import { networkInterfaceBody, type IpConfiguration, type NetworkInterface } from './network-interface.ts';
import { changing, deleting, networkId, newNetworkResource } from './network-world.ts';
import { pathOf, readRoutes } from './read-routes.ts';
import type { Subnet } from './virtual-network.ts';
import type { VirtualNetworks } from './virtual-networks.ts';

const type = 'networkInterfaces';
const link = z.object({ id: z.string() }).nullish();

const configurationInput = z.object({
  name: z.string(),
  properties: z.object({
    subnet: z.object({ id: z.string() }),
    privateIPAddress: z.string().optional(),
    privateIPAllocationMethod: z.enum(['Dynamic', 'Static']).default('Dynamic'),
    publicIPAddress: link,
    primary: z.boolean().optional(),
  }),
});

const interfaceInput = z.object({
  location: z.string().optional(),
  tags: tagsInput.optional(),
  properties: z.object({
    networkSecurityGroup: link,
    ipConfigurations: z.array(configurationInput).min(1),
  }),
});

/** An interface to be made with its VM. */
export interface NewInterface {
  readonly name: string;
  readonly group: string;
  readonly location: string;
  readonly subnetId: string;
  /** A static address; any free one when absent. */
  readonly privateIp?: string | undefined;
  readonly isPrimary: boolean;
  readonly virtualMachineId: string | undefined;
  readonly tags?: Tags;
}

/** The network interfaces of the subscription: each has addresses of a subnet. */
export class NetworkInterfaces {
  readonly shelf: Shelf<NetworkInterface>;
  readonly #world: ArmWorld;
  readonly #networks: VirtualNetworks;

  constructor(world: ArmWorld, networks: VirtualNetworks) {
    this.#world = world;
    this.#networks = networks;
    this.shelf = new Shelf(world.catalog);
  }

  get routes(): readonly Route[] {
    const kind = { type, resource: 'NetworkInterfaces', shelf: this.shelf, body: networkInterfaceBody };
    return [
      ...readRoutes(kind, this.#world),
      put(pathOf(kind), 'NetworkInterfaces_CreateOrUpdate', networkVersions, (call) => this.#put(call)),
      remove(pathOf(kind), 'NetworkInterfaces_Delete', networkVersions, (call) => this.#delete(call)),
    ];
  }

  /** Why an interface can't have this address, or any one, of a subnet. */
  refusalOf(subnetId: string, privateIp?: string): ArmError | undefined {
    const holder = `${subnetId}/nobody`;
    const subnet = this.#networks.subnetById(subnetId);
    if (subnet === undefined) return invalidReference(subnetId, holder);
    const choice = chooseAddress(subnet, { holder, privateIp });
    return 'refusal' in choice ? choice.refusal : undefined;
  }

  /** Makes the interface of a VM. @throws ArmError as `refusalOf` says. */
  create(parts: NewInterface): NetworkInterface {
    const { name, group, location, subnetId, privateIp, isPrimary, virtualMachineId, tags = {} } = parts;
    const nic = this.#empty({ name, group, location, tags, isPrimary });
    nic.virtualMachineId = virtualMachineId;
    const privateIPAllocationMethod: IpConfiguration['allocation'] =
      privateIp === undefined ? 'Dynamic' : 'Static';
    const properties = { subnet: { id: subnetId }, privateIPAddress: privateIp, privateIPAllocationMethod };
    this.#address(nic, [{ name: `${name}-ipConfig`, properties: { ...properties, primary: true } }]);
    this.#add(nic);
    return nic;
  }

  /** The interface with this id. */
  byId(id: string): NetworkInterface | undefined {
    return this.shelf.get(id);
  }

  remove(id: string): void {
    this.shelf.remove(id);
  }

  #put(call: ArmCall): ArmAnswer {
    const name = call.param('name');
    const group = this.#world.groups.open(call.param('group')).name;
    const input = call.body(interfaceInput);
    const location = requiredLocation(input.location, `Microsoft.Network/${type}`);
    checkTags(input.tags ?? {});
    const before = this.shelf.get(networkId(this.#world, group, type, name));
    if (before !== undefined) requireSamePlace(before, location);
    const nic = before ?? this.#empty({ name, group, location, tags: {}, isPrimary: true });
    const { networkSecurityGroup, ipConfigurations } = input.properties;
    if (
      networkSecurityGroup?.id !== undefined &&
      this.#world.catalog.get(networkSecurityGroup.id) === undefined
    ) {
      throw invalidReference(networkSecurityGroup.id, nic.id);
    }
    this.#address(nic, ipConfigurations);
    nic.networkSecurityGroupId = networkSecurityGroup?.id;
    nic.tags = input.tags ?? {};
    if (before === undefined) this.#add(nic);
    const body = (): object => networkInterfaceBody(nic);
    return changing(call, this.#world, nic, { isNew: before === undefined, body });
  }

  #delete(call: ArmCall): ArmAnswer {
    const nic = this.shelf.get(networkId(this.#world, call.param('group'), type, call.param('name')));
    if (nic === undefined) return { status: 204 };
    if (nic.virtualMachineId !== undefined) {
      throw networkError(
        'NicInUse',
        `Network Interface ${nic.id} is used by existing resource ${nic.virtualMachineId}. In order to delete the network interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.`,
      );
    }
    return deleting(call, this.#world, nic, () => this.shelf.remove(nic.id));
  }

  /** Gives an interface its addresses, all or none. @throws ArmError 400. */
  #address(nic: NetworkInterface, wanted: readonly z.input<typeof configurationInput>[]): void {
    const chosen = wanted.map(({ name, properties }, at) => {
      const id = `${nic.id}/ipConfigurations/${name}`;
      const subnet = this.#subnet(properties.subnet.id, nic);
      const before = nic.ipConfigurations.find((each) => each.id === id && each.subnetId === subnet.id);
      const isStatic = properties.privateIPAllocationMethod === 'Static';
      const choice =
        !isStatic && before !== undefined
          ? { address: before.address }
          : chooseAddress(subnet, {
              holder: id,
              privateIp: isStatic ? properties.privateIPAddress : undefined,
            });
      if ('refusal' in choice) throw choice.refusal;
      const configuration: IpConfiguration = {
        id,
        name,
        subnetId: subnet.id,
        address: choice.address,
        allocation: isStatic ? 'Static' : 'Dynamic',
        publicAddressId: properties.publicIPAddress?.id,
        isPrimary: properties.primary ?? at === 0,
      };
      return { subnet, configuration };
    });
    this.#release(nic);
    for (const { subnet, configuration } of chosen)
      subnet.addresses.take(configuration.address, configuration.id);
    nic.ipConfigurations = chosen.map(({ configuration }) => configuration);
  }

  #release(nic: NetworkInterface): void {
    for (const { subnetId, id } of nic.ipConfigurations) {
      this.#networks.subnetById(subnetId)?.addresses.release(id);
    }
  }

  #subnet(id: string, nic: NetworkInterface): Subnet {
    const subnet = this.#networks.subnetById(id);
    if (subnet === undefined) throw invalidReference(id, nic.id);
    return subnet;
  }

  #empty(
    parts: Pick<NetworkInterface, 'name' | 'group' | 'location' | 'tags' | 'isPrimary'>,
  ): NetworkInterface {
    const { isPrimary, ...rest } = parts;
    const resource = newNetworkResource(this.#world, type, rest);
    const mac = this.#world.random.fork(`mac/${resource.id}`).hex(6).toUpperCase();
    return {
      ...resource,
      ipConfigurations: [],
      networkSecurityGroupId: undefined,
      virtualMachineId: undefined,
      isPrimary,
      macAddress: `60-45-BD-${mac.slice(0, 2)}-${mac.slice(2, 4)}-${mac.slice(4)}`,
    };
  }

  #add(nic: NetworkInterface): void {
    this.shelf.add(nic, () => this.#release(nic));
  }
}
