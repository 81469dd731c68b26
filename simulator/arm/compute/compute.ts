import type { Random } from '../../random.ts';
import type { SourceMachines } from '../../source-machines.ts';
import type { ArmError } from '../arm-error.ts';
import type { ArmWorld } from '../arm-world.ts';
import type { Network } from '../network/network.ts';
import { policyDenial } from '../policy/policy-denials.ts';
import type { Route } from '../route.ts';
import { Shelf } from '../shelf.ts';
import { bootGuest } from './azure-guest.ts';
import { diskBody, virtualMachineBody } from './compute-bodies.ts';
import { computeOperationRoutes } from './compute-operations.ts';
import { diskRoutes } from './disk-routes.ts';
import { configuredMachine } from './configured-machine.ts';
import { Quota } from './quota.ts';
import { Reach } from './reach.ts';
import { runCommandRoutes } from './run-command-routes.ts';
import { RunCommands } from './run-commands.ts';
import { sizeRoutes } from './size-routes.ts';
import { unavailability, unfitness } from './size-refusal.ts';
import type {
  ManagedDisk,
  NewDisk,
  NewMachineInterface,
  NewVirtualMachine,
  VirtualMachine,
} from './virtual-machine.ts';
import { virtualMachineRoutes } from './virtual-machine-routes.ts';
import type { VmSize } from './vm-sizes.ts';

/** Virtual machines and managed disks of the subscription. They come only by what Site Recovery does. */
export class Compute {
  readonly world: ArmWorld;
  readonly machines: Shelf<VirtualMachine>;
  readonly disks: Shelf<ManagedDisk>;
  readonly quota: Quota;
  readonly reach: Reach;
  readonly #runCommands: RunCommands;
  readonly #network: Network;
  readonly #random: Random;

  constructor(world: ArmWorld, network: Network, sources: Pick<SourceMachines, 'reaches'>) {
    this.world = world;
    this.#network = network;
    this.#random = world.random.fork('compute');
    this.machines = new Shelf(world.catalog);
    this.disks = new Shelf(world.catalog);
    this.quota = new Quota(world.section, this.machines.all);
    this.#runCommands = new RunCommands(this);
    this.reach = new Reach(this.machines.all, network, world.section, sources);
    for (const each of world.section.virtualMachines) {
      this.createMachine(configuredMachine(each, world.section)).power = each.powerState;
    }
  }

  get routes(): readonly Route[] {
    return [
      ...virtualMachineRoutes(this),
      ...runCommandRoutes(this, this.#runCommands),
      ...diskRoutes(this),
      ...sizeRoutes(this),
      ...computeOperationRoutes(this.world),
    ];
  }

  /** Sizes of which the region has no machine now. */
  get exhaustedSizes(): readonly string[] {
    const { clock, section } = this.world;
    return section.exhaustedSizes.flatMap((each) => {
      if (typeof each === 'string') return [each];
      return clock.nowMs - clock.startMs < each.untilMinutes * 60_000 ? [each.size] : [];
    });
  }

  /** Is this name taken in its resource group? */
  hasMachine(group: string, name: string): boolean {
    return this.machines.get(this.id('virtualMachines', group, name)) !== undefined;
  }

  /** Is this disk's name taken in its resource group? */
  hasDisk(group: string, name: string): boolean {
    return this.disks.get(this.diskId(group, name)) !== undefined;
  }

  /** The id that a disk of this name has, or will have. */
  diskId(group: string, name: string): string {
    return this.id('disks', group, name);
  }

  /** The id of something of the compute provider. */
  id(type: string, group: string, name: string): string {
    return `/subscriptions/${this.world.section.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Compute/${type}/${name}`;
  }

  /**
   * Why a VM like this one can't be made now: a policy, a size that the subscription can't have, that the machine does not
   * boot from or that is sold out, quota, addresses. To be asked before `createMachine`, which refuses nothing but addresses.
   * @returns the first refusal, in the words of the service, or undefined.
   */
  refusal(
    machine: Pick<NewVirtualMachine, 'name' | 'group' | 'location' | 'disks' | 'generation' | 'zone'> & {
      readonly size: VmSize;
      readonly interfaces?: readonly NewMachineInterface[];
      readonly tags?: VirtualMachine['tags'];
    },
  ): ArmError | undefined {
    const { name, group, size, location, zone, tags = {}, interfaces = [], disks } = machine;
    const { section } = this.world;
    const subject = { type: 'Microsoft.Compute/virtualMachines', name, group, tags };
    const capacity = { restrictions: section.sizeRestrictions, exhausted: this.exhaustedSizes };
    const { generation = 'V1' } = machine;
    const shape = { name, generation, dataDisks: disks.length - 1, interfaces: interfaces.length };
    return (
      policyDenial(section.policyDenials, section.subscriptionId, subject) ??
      unavailability(size, location, zone, capacity) ??
      unfitness(size, shape) ??
      this.quota.refusalOf(size, location) ??
      interfaces
        .map((each) => this.#network.interfaces.refusalOf(this.#subnetId(each), each.privateIp))
        .find((refusal) => refusal !== undefined)
    );
  }

  /** Makes a VM with its disks and interfaces, and starts it. @throws ArmError for an address that it can't have. */
  createMachine({ disks, interfaces = [], generation = 'V1', ...rest }: NewVirtualMachine): VirtualMachine {
    const { name, group, location } = rest;
    const { nowMs } = this.world.clock;
    const id = this.id('virtualMachines', group, name);
    const vmId = this.#random.guid();
    const machine: VirtualMachine = {
      licenseType: undefined,
      zone: undefined,
      guest: undefined,
      isStuck: false,
      ...rest,
      id,
      type: 'Microsoft.Compute/virtualMachines',
      vmId,
      generation,
      power: 'running',
      state: 'Succeeded',
      createdMs: nowMs,
      agentReadyMs: nowMs + rest.agentReadyAfterMs,
      networkInterfaceIds: this.#interfacesOf(rest, id, interfaces),
      disks: disks.map((disk) => this.createDisk({ ...disk, group, location, generation }, id)),
    };
    this.machines.add(machine, () => this.#released(machine));
    bootGuest(this, machine);
    return machine;
  }

  /** Takes a VM away, with its disks and interfaces, as Site Recovery cleans up. @param left what stays behind. */
  deleteMachine(id: string, left?: 'nic' | 'disk'): void {
    const machine = this.machines.get(id);
    if (machine === undefined) return;
    this.machines.remove(id);
    if (left !== 'disk') for (const disk of machine.disks) this.disks.remove(disk.id);
    if (left !== 'nic') for (const nic of machine.networkInterfaceIds) this.#network.interfaces.remove(nic);
  }

  createDisk(disk: NewDisk, managedBy?: string): ManagedDisk {
    const created: ManagedDisk = {
      generation: 'V1',
      ...disk,
      id: this.diskId(disk.group, disk.name),
      type: 'Microsoft.Compute/disks',
      tags: {},
      createdMs: this.world.clock.nowMs,
      managedBy,
      listed: () => ({
        sku: { name: disk.sku, tier: disk.sku.split('_')[0] },
        ...(created.managedBy === undefined ? {} : { managedBy: created.managedBy }),
      }),
    };
    this.disks.add(created);
    return created;
  }

  deleteDisk(id: string): void {
    this.disks.remove(id);
  }

  /** Every VM and disk, for people and tests. */
  state(): { readonly virtualMachines: readonly object[]; readonly disks: readonly object[] } {
    return {
      virtualMachines: [...this.machines.all].map((machine) => virtualMachineBody(machine)),
      disks: [...this.disks.all].map((disk) => diskBody(disk)),
    };
  }

  /** What a VM had stays, and is free (`deleteOption` is Detach). */
  #released(machine: VirtualMachine): void {
    const { disks, networkInterfaceIds } = machine;
    for (const disk of disks) disk.managedBy = undefined;
    for (const command of this.#runCommands.of(machine)) {
      this.#runCommands.stop(command);
      this.#runCommands.shelf.remove(command.id);
    }
    for (const id of networkInterfaceIds) {
      const nic = this.#network.interfaces.byId(id);
      if (nic !== undefined) nic.virtualMachineId = undefined;
    }
  }

  /** Interfaces are named by the VM and a GUID, in upper case (recorded). */
  #interfacesOf(
    { name, group, location }: Pick<NewVirtualMachine, 'name' | 'group' | 'location'>,
    virtualMachineId: string,
    interfaces: readonly NewMachineInterface[],
  ): string[] {
    const made = interfaces.map((each, at) => {
      const nic = this.#network.interfaces.create({
        name: `${name}${this.#random.guid()}`.toUpperCase(),
        group,
        location,
        subnetId: this.#subnetId(each),
        privateIp: each.privateIp,
        isPrimary: at === 0,
        virtualMachineId,
      });
      return nic.id;
    });
    if (made.length > 0) return made;
    const nic = `${name}${this.#random.guid()}`.toUpperCase();
    const { subscriptionId } = this.world.section;
    return [
      `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/networkInterfaces/${nic}`,
    ];
  }

  #subnetId({ networkId, subnet }: NewMachineInterface): string {
    const first = this.#network.networks.byId(networkId)?.subnets[0]?.name;
    return `${networkId}/subnets/${subnet ?? first ?? ''}`;
  }
}
