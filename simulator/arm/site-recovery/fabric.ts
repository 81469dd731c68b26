import { Registry } from '../registry.ts';
import type { ArmCall } from '../arm-call.ts';
import { FabricIds } from './fabric-ids.ts';
import type { Job } from './job.ts';
import type { Policy } from './policies.ts';
import type { ProtectedItem } from './protected-item.ts';
import type { Vault } from './vault.ts';

/** How a provider calls itself on the wire: in this case and no other. */
export type InstanceType = 'InMageRcm' | 'InMageAzureV2';

/** A container's association with a policy. */
export interface Mapping {
  readonly name: string;
  readonly fabric: Fabric;
  readonly policy: Policy;
  /** The modernized provider's: settable by PATCH alone. */
  autoUpgrade: boolean;
}

/** A server on the source's side that machines replicate through. */
export interface ReplicationServer {
  readonly id: string;
  readonly name: string;
  readonly ipAddress: string;
  /** Machines beside those of this vault's items, and all that it can carry. */
  readonly machineCount: number;
  readonly capacity: number;
}

/** A provider of a fabric, as the service shows it: below `replicationRecoveryServicesProviders`. */
export interface NamedBody {
  readonly name: string;
  readonly body: unknown;
}

/** How a fabric is called. */
export interface FabricNames {
  readonly name: string;
  readonly container: string;
  /** Its internal identifier, a GUID. */
  readonly identifier: string;
}

/** A fabric with its one container. What the two providers do differently is theirs to say. */
export abstract class Fabric {
  abstract readonly provider: InstanceType;
  /** As people know it. */
  abstract readonly friendlyName: string;
  abstract readonly containerFriendlyName: string;
  /** `fabricType` of its container and providers. */
  abstract readonly fabricType: string;
  readonly vault: Vault;
  readonly name: string;
  readonly containerName: string;
  readonly identifier: string;
  readonly ids: FabricIds;
  readonly mappings = new Registry<Mapping>();
  readonly items = new Registry<ProtectedItem>();
  readonly #itemByMachine = new Map<string, ProtectedItem>();

  constructor(vault: Vault, { name, container, identifier }: FabricNames) {
    this.vault = vault;
    this.name = name;
    this.containerName = container;
    this.identifier = identifier;
    this.ids = new FabricIds(vault.ids, name, container, identifier);
  }

  /** What GET answers, or what a LIST does. */
  abstract body(full: boolean): unknown;
  abstract providers(): readonly NamedBody[];
  /** The servers that an item can replicate through. */
  abstract get servers(): readonly ReplicationServer[];
  /** Enables replication of a machine: `PUT replicationProtectedItems/{name}`. */
  abstract enable(call: ArmCall, name: string): Job;
  /** Changes what a failover will make: `PATCH replicationProtectedItems/{name}`. */
  abstract update(call: ArmCall, item: ProtectedItem): Job;

  /** The item that protects a machine, if one does. */
  itemOfMachine(machineId: string): ProtectedItem | undefined {
    return this.#itemByMachine.get(machineId.toLowerCase());
  }

  /** The server with this id, in any case. */
  serverById(id: string): ReplicationServer | undefined {
    return this.servers.find((server) => server.id.toLowerCase() === id.toLowerCase());
  }

  addItem(item: ProtectedItem): void {
    this.items.add(item.name, item);
    this.#itemByMachine.set(item.machine.id.toLowerCase(), item);
    this.vault.keepItem(item);
  }

  removeItem(item: ProtectedItem): void {
    this.items.remove(item.name);
    this.#itemByMachine.delete(item.machine.id.toLowerCase());
    this.vault.forgetItem(item);
  }

  addMapping(name: string, policy: Policy): void {
    if (this.mappings.get(name) !== undefined) return;
    const mapping = { name, fabric: this, policy, autoUpgrade: false };
    this.mappings.add(name, mapping);
    this.vault.mappings.add(this.ids.mapping(name), mapping);
  }

  removeMapping(name: string): void {
    this.mappings.remove(name);
    this.vault.mappings.remove(this.ids.mapping(name));
  }
}

/** The fabric's provider with this name, in any case. */
export function providerNamed(fabric: Fabric, name: string): NamedBody | undefined {
  return fabric.providers().find((provider) => provider.name.toLowerCase() === name.toLowerCase());
}
