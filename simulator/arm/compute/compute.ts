import type { Random } from '../../random.ts';
import type { ArmWorld } from '../arm-world.ts';
import type { ArmCall } from '../arm-call.ts';
import { resourceNotFound } from '../arm-error.ts';
import { diskVersions, skuVersions, virtualMachineVersions } from '../api-versions.ts';
import type { AzureSection } from '../azure-section.ts';
import {
  diskBody,
  instanceViewBody,
  listedVirtualMachineBody,
  virtualMachineBody,
} from './compute-bodies.ts';
import { pagedList } from '../paged-list.ts';
import type { Registry } from '../registry.ts';
import type { ArmResource } from '../resource.ts';
import { Shelf } from '../shelf.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';
import { vmSize, vmSizes } from './vm-sizes.ts';
import { skuBodies } from './sku-bodies.ts';

/** A managed disk. */
export interface ManagedDisk extends ArmResource {
  readonly sizeGiB: number;
  readonly sku: string;
  readonly osType: 'Windows' | 'Linux' | undefined;
  /** Id of the VM it is attached to. */
  readonly managedBy: string | undefined;
}

/** A virtual machine; all of the simulator's run. */
export interface VirtualMachine extends ArmResource {
  readonly vmId: string;
  readonly size: string;
  readonly osType: 'Windows' | 'Linux';
  /** The guest's own name: a clone keeps its source's. */
  readonly computerName: string;
  readonly osName: string;
  /** From then on the VM agent reports Ready. */
  readonly agentReadyMs: number;
  readonly networkInterfaceId: string;
  /** Address of the storage account for boot diagnostics. */
  readonly bootDiagnostics: string | undefined;
  /** The operating system's disk first. */
  readonly disks: readonly ManagedDisk[];
}

/** What a managed disk is made of. */
export type NewDisk = Pick<ManagedDisk, 'name' | 'group' | 'location' | 'sizeGiB' | 'sku' | 'osType'>;

/** What a virtual machine is made of; its disks are made with it. */
export interface NewVirtualMachine extends Pick<
  VirtualMachine,
  'name' | 'group' | 'location' | 'size' | 'osType' | 'computerName' | 'osName' | 'bootDiagnostics' | 'tags'
> {
  /** Simulated time until the agent reports. */
  readonly agentReadyAfterMs: number;
  readonly disks: readonly Omit<NewDisk, 'group' | 'location'>[];
}

/** Virtual machines and managed disks of the subscription. They come and go only by what Site Recovery does. */
export class Compute {
  readonly #world: ArmWorld;
  readonly #random: Random;
  readonly #machines: Shelf<VirtualMachine>;
  readonly #disks: Shelf<ManagedDisk>;

  constructor(world: ArmWorld) {
    this.#world = world;
    this.#random = world.random.fork('compute');
    this.#machines = new Shelf(world.catalog);
    this.#disks = new Shelf(world.catalog);
    const { section } = world;
    for (const existing of section.virtualMachines)
      this.createMachine(existingMachine(existing, section.location));
  }

  get routes(): readonly Route[] {
    const all = '/subscriptions/{subscription}/providers/Microsoft.Compute';
    const group = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute';
    const [machines, disks] = [virtualMachineVersions, diskVersions];
    const one = `${group}/virtualMachines/{vm}`;
    return [
      get(`${all}/virtualMachines`, 'VirtualMachines_ListAll', machines, (call) =>
        this.#listMachines(call, this.#machines.all),
      ),
      get(`${group}/virtualMachines`, 'VirtualMachines_List', machines, (call) =>
        this.#listMachines(call, this.#machines.inGroup(call.param('group'))),
      ),
      get(one, 'VirtualMachines_Get', machines, (call) => ok(this.#machineBody(call))),
      get(`${one}/instanceView`, 'VirtualMachines_InstanceView', machines, (call) =>
        ok(this.#instanceView(this.#machineOf(call))),
      ),
      get(`${all}/disks`, 'Disks_List', disks, (call) => this.#listDisks(call, this.#disks.all)),
      get(`${group}/disks`, 'Disks_ListByResourceGroup', disks, (call) =>
        this.#listDisks(call, this.#disks.inGroup(call.param('group'))),
      ),
      get(`${group}/disks/{disk}`, 'Disks_Get', disks, (call) => ok(diskBody(this.#diskOf(call)))),
      get(`${all}/locations/{location}/usages`, 'Usage_List', machines, () => ok({ value: this.#usages() })),
      get(`${all}/skus`, 'ResourceSkus_List', skuVersions, (call) =>
        ok({ value: skuBodies(call.request.query.get('$filter')) }),
      ),
    ];
  }

  /** Is this name taken in its resource group? */
  hasMachine(group: string, name: string): boolean {
    return this.#machines.get(this.#id('virtualMachines', group, name)) !== undefined;
  }

  /** Is this disk's name taken in its resource group? */
  hasDisk(group: string, name: string): boolean {
    return this.#disks.get(this.#id('disks', group, name)) !== undefined;
  }

  /** The id that a disk of this name has, or will have. */
  diskId(group: string, name: string): string {
    return this.#id('disks', group, name);
  }

  /** Makes a VM with its disks and starts it. */
  createMachine({ agentReadyAfterMs, disks, ...rest }: NewVirtualMachine): VirtualMachine {
    const { name, group, location } = rest;
    const id = this.#id('virtualMachines', group, name);
    const machine: VirtualMachine = {
      ...rest,
      id,
      type: 'Microsoft.Compute/virtualMachines',
      vmId: this.#random.guid(),
      createdMs: this.#world.clock.nowMs,
      agentReadyMs: this.#world.clock.nowMs + agentReadyAfterMs,
      networkInterfaceId: this.#interfaceId(group, name),
      disks: disks.map((disk) => this.createDisk({ ...disk, group, location }, id)),
    };
    this.#machines.add(machine);
    return machine;
  }

  /** Takes a VM away, with its disks. */
  deleteMachine(id: string): void {
    const machine = this.#machines.get(id);
    if (machine === undefined) return;
    for (const disk of machine.disks) this.#disks.remove(disk.id);
    this.#machines.remove(id);
  }

  createDisk(disk: NewDisk, managedBy?: string): ManagedDisk {
    const id = this.#id('disks', disk.group, disk.name);
    const created: ManagedDisk = {
      ...disk,
      id,
      type: 'Microsoft.Compute/disks',
      tags: {},
      createdMs: this.#world.clock.nowMs,
      managedBy,
    };
    this.#disks.add(created);
    return created;
  }

  deleteDisk(id: string): void {
    this.#disks.remove(id);
  }

  /** Every VM and disk, for people and tests. */
  state(): { readonly virtualMachines: readonly object[]; readonly disks: readonly object[] } {
    return {
      virtualMachines: [...this.#machines.all].map((machine) => virtualMachineBody(machine)),
      disks: [...this.#disks.all].map((disk) => diskBody(disk)),
    };
  }

  #id(type: string, group: string, name: string): string {
    return `/subscriptions/${this.#world.section.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Compute/${type}/${name}`;
  }

  #interfaceId(group: string, name: string): string {
    const nic = `${name}${this.#random.guid()}`.toUpperCase();
    return `/subscriptions/${this.#world.section.subscriptionId}/resourceGroups/${group.toUpperCase()}/providers/Microsoft.Network/networkInterfaces/${nic}`;
  }

  #machineOf(call: ArmCall): VirtualMachine {
    const [group, name] = [call.param('group'), call.param('vm')];
    const machine = this.#machines.get(this.#id('virtualMachines', group, name));
    if (machine === undefined) throw resourceNotFound('Microsoft.Compute/virtualMachines', name, group);
    return machine;
  }

  #diskOf(call: ArmCall): ManagedDisk {
    const [group, name] = [call.param('group'), call.param('disk')];
    const disk = this.#disks.get(this.#id('disks', group, name));
    if (disk === undefined) throw resourceNotFound('Microsoft.Compute/disks', name, group);
    return disk;
  }

  #machineBody(call: ArmCall): object {
    const machine = this.#machineOf(call);
    const body = virtualMachineBody(machine);
    if (call.request.query.get('$expand')?.toLowerCase() !== 'instanceview') return body;
    const properties = 'properties' in body && typeof body.properties === 'object' ? body.properties : {};
    return { ...body, properties: { ...properties, instanceView: this.#instanceView(machine) } };
  }

  #instanceView(machine: VirtualMachine): object {
    return instanceViewBody(machine, this.#world.clock.nowMs);
  }

  #listMachines(call: ArmCall, machines: Registry<VirtualMachine>): ArmAnswer {
    return pagedList(call, machines, this.#world.section.pageSize, listedVirtualMachineBody);
  }

  #listDisks(call: ArmCall, disks: Registry<ManagedDisk>): ArmAnswer {
    return pagedList(call, disks, this.#world.section.pageSize, diskBody);
  }

  /** vCPUs in use, over the whole region and for each family; one quota stands for all of them. */
  #usages(): unknown[] {
    const used = new Map<string, number>([['cores', 0]]);
    for (const { size } of this.#machines.all) {
      const { cores = 2, family = 'standardFamily' } = vmSize(size) ?? {};
      for (const name of ['cores', family]) used.set(name, (used.get(name) ?? 0) + cores);
    }
    for (const { family } of vmSizes) used.set(family, used.get(family) ?? 0);
    return [...used].map(([value, currentValue]) => ({
      limit: this.#world.section.vcpuQuota,
      unit: 'Count',
      currentValue,
      name: { value, localizedValue: value === 'cores' ? 'Total Regional vCPUs' : value },
    }));
  }
}

function existingMachine(
  machine: AzureSection['virtualMachines'][number],
  location: string,
): NewVirtualMachine {
  const { name, resourceGroup: group, size, osType } = machine;
  const osName = osType === 'Windows' ? 'Windows Server 2022 Datacenter' : 'ubuntu';
  const disks = [{ name: `${name}_OsDisk_1`, sizeGiB: 127, sku: 'Premium_LRS', osType }];
  return {
    name,
    group,
    location,
    size,
    osType,
    computerName: name,
    osName,
    bootDiagnostics: undefined,
    tags: {},
    agentReadyAfterMs: 0,
    disks,
  };
}
