import type { ArmResource } from '../resource.ts';
import type { AzureGuest } from './azure-guest.ts';

/** A managed disk. */
export interface ManagedDisk extends ArmResource {
  readonly sizeGiB: number;
  readonly sku: string;
  readonly osType: 'Windows' | 'Linux' | undefined;
  readonly generation: 'V1' | 'V2';
  /** Id of the VM it is attached to. */
  managedBy: string | undefined;
}

/** What a VM does, as its power state names it. */
export type PowerState = 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated';

/** A virtual machine. */
export interface VirtualMachine extends ArmResource {
  readonly vmId: string;
  size: string;
  licenseType: string | undefined;
  power: PowerState;
  state: 'Succeeded' | 'Updating' | 'Deleting';
  readonly zone: string | undefined;
  readonly osType: 'Windows' | 'Linux';
  readonly generation: 'V1' | 'V2';
  /** The guest's own name: a clone keeps its source's. */
  readonly computerName: string;
  readonly osName: string;
  /** From then on the VM agent reports Ready, while the VM runs. */
  agentReadyMs: number;
  /** How long the agent takes from a start on. */
  readonly agentReadyAfterMs: number;
  /** Ids of its network interfaces, the primary one first. */
  readonly networkInterfaceIds: readonly string[];
  /** Address of the storage account for boot diagnostics. */
  readonly bootDiagnostics: string | undefined;
  /** The operating system's disk first. */
  readonly disks: readonly ManagedDisk[];
  /** What is on its disks; `undefined` where nobody knows. */
  readonly guest: AzureGuest | undefined;
  /** True where its system waits at the boot for what does not come. */
  isStuck: boolean;
}

/** What a managed disk is made of. */
export interface NewDisk extends Pick<
  ManagedDisk,
  'name' | 'group' | 'location' | 'sizeGiB' | 'sku' | 'osType'
> {
  readonly generation?: ManagedDisk['generation'];
}

/** A network interface to be made with its VM: where it has its address. */
export interface NewMachineInterface {
  readonly networkId: string;
  /** By name; the network's first one when absent. */
  readonly subnet?: string | undefined;
  /** A static address; any free one when absent. */
  readonly privateIp?: string | undefined;
}

/** What a virtual machine is made of; its disks and interfaces are made with it. */
export interface NewVirtualMachine extends Pick<
  VirtualMachine,
  | 'name'
  | 'group'
  | 'location'
  | 'size'
  | 'osType'
  | 'computerName'
  | 'osName'
  | 'bootDiagnostics'
  | 'tags'
  | 'agentReadyAfterMs'
> {
  readonly disks: readonly Omit<NewDisk, 'group' | 'location' | 'generation'>[];
  /** The primary one first. Without any, the VM has an interface that nobody can look at. */
  readonly interfaces?: readonly NewMachineInterface[];
  readonly generation?: VirtualMachine['generation'];
  readonly licenseType?: string | undefined;
  readonly zone?: string | undefined;
  readonly guest?: AzureGuest | undefined;
}

/** Does its agent report? */
export function isAgentReady({ power, agentReadyMs, isStuck }: VirtualMachine, nowMs: number): boolean {
  return power === 'running' && !isStuck && nowMs >= agentReadyMs;
}
