import type { VaultSection } from '../azure-section.ts';
import type { ServerSite } from '../off-azure.ts';
import { Registry } from '../registry.ts';
import { Jobs } from './jobs.ts';
import type { Policy } from './policies.ts';
import type { ProtectedItem } from './protected-item.ts';
import { itemBody, listedItemBody, type ItemView } from './protected-item-body.ts';
import { leavePlan, type RecoveryPlan } from './recovery-plans/recovery-plan.ts';
import { watchSource } from './source-watch.ts';
import { VaultIds } from './vault-ids.ts';
import type { VaultWorld } from './vault-world.ts';

/** A container's association with a policy. */
export interface Mapping {
  readonly name: string;
  readonly policy: Policy;
}

/** An appliance with the GUID that all its components share. */
export interface Appliance {
  readonly id: string;
  readonly section: VaultSection['appliances'][number];
}

/** What reads show of something while a change of it is held back. */
interface HeldBack {
  readonly untilMs: number;
  /** Its bodies from before the change; absent when it did not exist. */
  readonly before: { readonly full: unknown; readonly listed: unknown } | undefined;
}

/** One Recovery Services vault with its one modernized fabric, and everything in it. */
export class Vault {
  readonly section: VaultSection;
  readonly world: VaultWorld;
  readonly site: ServerSite;
  readonly ids: VaultIds;
  readonly location: string;
  readonly fabricName: string;
  readonly containerName: string;
  readonly fabricIdentifier: string;
  readonly appliances: readonly Appliance[];
  readonly policies = new Registry<Policy>();
  readonly mappings = new Registry<Mapping>();
  readonly items = new Registry<ProtectedItem>();
  readonly recoveryPlans = new Registry<RecoveryPlan>();
  readonly jobs: Jobs;
  readonly #itemByMachine = new Map<string, ProtectedItem>();
  readonly #itemByInstance = new Map<string, ProtectedItem>();
  readonly #itemsOfPolicy = new Map<Policy, number>();
  readonly #heldBack = new Map<string, HeldBack>();

  constructor(section: VaultSection, site: ServerSite, world: VaultWorld) {
    const random = world.random.fork(`vault/${section.name}`);
    this.section = section;
    this.world = world;
    this.site = site;
    this.location = section.location ?? world.section.location;
    this.fabricName = section.fabric ?? `${section.name}-vmwarefabric`;
    this.containerName = section.container ?? `${section.name}${random.hex(4)}replicationcontainer`;
    this.fabricIdentifier = random.guid();
    this.ids = new VaultIds({
      subscriptionId: world.section.subscriptionId,
      group: section.resourceGroup,
      vault: section.name,
      fabric: this.fabricName,
      container: this.containerName,
      fabricIdentifier: this.fabricIdentifier,
    });
    this.appliances = section.appliances.map((each) => ({
      id: each.id ?? random.fork(each.name).guid(),
      section: each,
    }));
    this.jobs = new Jobs(world.clock, random.fork('jobs'));
    this.#addConfigured();
  }

  /** The item that protects a machine, if one does. */
  itemOfMachine(machineId: string): ProtectedItem | undefined {
    return this.#itemByMachine.get(machineId.toLowerCase());
  }

  addItem(item: ProtectedItem): void {
    this.items.add(item.name, item);
    this.#itemByMachine.set(item.machine.id.toLowerCase(), item);
    this.#itemByInstance.set(item.source.instanceId, item);
    this.#itemsOfPolicy.set(item.policy, this.itemsOfPolicy(item.policy) + 1);
  }

  /** Forgets an item; a plan that has it loses it too (inferred). */
  removeItem(item: ProtectedItem): void {
    for (const plan of this.recoveryPlans) leavePlan(plan, item);
    this.items.remove(item.name);
    this.#itemByMachine.delete(item.machine.id.toLowerCase());
    this.#itemByInstance.delete(item.source.instanceId);
    this.#itemsOfPolicy.set(item.policy, this.itemsOfPolicy(item.policy) - 1);
  }

  /** The item that protects an instance, if one does. */
  itemOfInstance(instanceId: string): ProtectedItem | undefined {
    return this.#itemByInstance.get(instanceId);
  }

  /** Why the vault can't be deleted now: what is in it. Undefined when it is empty. */
  get contents(): string | undefined {
    if (this.items.size > 0) return `${this.items.size} protected items`;
    return this.appliances.length > 0 ? `${this.appliances.length} registered servers` : undefined;
  }

  /** The policy with this ARM id. */
  policyById(id: string): Policy | undefined {
    return [...this.policies].find(({ name }) => this.ids.policy(name).toLowerCase() === id.toLowerCase());
  }

  /** How many items a policy serves. */
  itemsOfPolicy(policy: Policy): number {
    return this.#itemsOfPolicy.get(policy) ?? 0;
  }

  /** What a GET answers for an item; undefined while there is nothing to see. */
  shown(item: ProtectedItem): unknown {
    const held = this.#held(item.id);
    if (held !== undefined) return held.before?.full;
    return item.readable ? itemBody(item, this.#view(item)) : undefined;
  }

  /** What a LIST answers for an item; undefined while there is nothing to see. */
  shownInList(item: ProtectedItem): unknown {
    const held = this.#held(item.id);
    if (held !== undefined) return held.before?.listed;
    return item.readable ? listedItemBody(item, this.#view(item)) : undefined;
  }

  /** An item with what no read shows, for people and tests. */
  stateOf(item: ProtectedItem): object {
    const { name, id, stage, test, operation, machineId, testMachineId, source, readable } = item;
    return {
      name,
      id,
      instanceId: source.instanceId,
      stage: stage.is,
      test,
      readable,
      operation: operation?.plan.scenarioName,
      machineId,
      testMachineId,
      resyncRequired: item.resyncRequired,
    };
  }

  /** Until then, reads show the item with this id as it is now, and none of the jobs that start for it. */
  holdBack(id: string, untilMs: number): void {
    const item = this.items.get(id.slice(id.lastIndexOf('/') + 1));
    const before =
      item?.readable !== true
        ? undefined
        : { full: itemBody(item, this.#view(item)), listed: listedItemBody(item, this.#view(item)) };
    this.#heldBack.set(id.toLowerCase(), { untilMs, before });
  }

  /** When reads may show what happens to the item with this id now. */
  visibleFromMs(id: string): number {
    return this.#held(id)?.untilMs ?? 0;
  }

  #addConfigured(): void {
    for (const { name, multiVmSync, ...minutes } of this.section.policies) {
      this.policies.add(name, { name, multiVmSync, ...minutes });
    }
    const { mapping } = this.section;
    const policy = mapping === undefined ? undefined : this.policies.get(mapping.policy);
    if (mapping !== undefined && policy !== undefined)
      this.mappings.add(mapping.name, { name: mapping.name, policy });
  }

  #held(id: string): HeldBack | undefined {
    const key = id.toLowerCase();
    const held = this.#heldBack.get(key);
    if (held === undefined || held.untilMs > this.world.clock.nowMs) return held;
    this.#heldBack.delete(key);
    return undefined;
  }

  #view(item: ProtectedItem): ItemView {
    const nowMs = this.world.clock.nowMs;
    watchSource(item, this.world.sources, nowMs);
    const appliance = this.appliances.find(
      ({ id }) => id.toLowerCase() === item.settings.processServerId.toLowerCase(),
    );
    return {
      ids: this.ids,
      nowMs,
      fabricName: this.fabricName,
      containerName: this.containerName,
      location: this.location,
      applianceName: appliance?.section.name ?? '',
    };
  }
}
