import { Registry } from '../registry.ts';
import type { Fabric, Mapping } from './fabric.ts';
import { Jobs } from './jobs.ts';
import type { Policy } from './policies.ts';
import { itemBody, listedItemBody } from './protected-item-body.ts';
import type { ProtectedItem } from './protected-item.ts';
import { leavePlan, type RecoveryPlan } from './recovery-plans/recovery-plan.ts';
import { watchSource } from './source-watch.ts';
import { VaultIds } from './vault-ids.ts';
import type { VaultWorld } from './vault-world.ts';

/** What reads show of something while a change of it is held back. */
interface HeldBack {
  readonly untilMs: number;
  /** Its bodies from before the change; absent when it did not exist. */
  readonly before: { readonly full: unknown; readonly listed: unknown } | undefined;
}

/** Where a vault is. */
export interface VaultPlace {
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
}

/** One Recovery Services vault, as far as Site Recovery is concerned: its fabrics, of either provider, and everything in it. */
export class Vault {
  readonly world: VaultWorld;
  readonly ids: VaultIds;
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly fabrics = new Registry<Fabric>();
  readonly policies = new Registry<Policy>();
  /** Mappings of all containers, by id. */
  readonly mappings = new Registry<Mapping>();
  /** Items of all containers, by id. */
  readonly items = new Registry<ProtectedItem>();
  readonly recoveryPlans = new Registry<RecoveryPlan>();
  readonly jobs: Jobs;
  readonly #itemByInstance = new Map<string, ProtectedItem>();
  readonly #itemsOfPolicy = new Map<Policy, number>();
  readonly #heldBack = new Map<string, HeldBack>();

  constructor({ name, resourceGroup, location }: VaultPlace, world: VaultWorld) {
    this.world = world;
    this.name = name;
    this.resourceGroup = resourceGroup;
    this.location = location;
    this.ids = new VaultIds(world.section.subscriptionId, resourceGroup, name);
    this.jobs = new Jobs(world.clock, world.random.fork(`vault/${name}`).fork('jobs'));
  }

  keepItem(item: ProtectedItem): void {
    this.items.add(item.id, item);
    this.#itemByInstance.set(item.source.instanceId, item);
    this.#itemsOfPolicy.set(item.policy, this.itemsOfPolicy(item.policy) + 1);
  }

  /** Forgets an item; a plan that has it loses it too (inferred). */
  forgetItem(item: ProtectedItem): void {
    for (const plan of this.recoveryPlans) leavePlan(plan, item);
    this.items.remove(item.id);
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
    const servers = [...this.fabrics].flatMap((fabric) => fabric.servers);
    return servers.length > 0 ? `${servers.length} registered servers` : undefined;
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
    return item.readable ? itemBody(item, this.#look(item)) : undefined;
  }

  /** What a LIST answers for an item; undefined while there is nothing to see. */
  shownInList(item: ProtectedItem): unknown {
    const held = this.#held(item.id);
    if (held !== undefined) return held.before?.listed;
    return item.readable ? listedItemBody(item, this.#look(item)) : undefined;
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
    const item = this.items.get(id);
    const before =
      item?.readable !== true
        ? undefined
        : { full: itemBody(item, this.#look(item)), listed: listedItemBody(item, this.#look(item)) };
    this.#heldBack.set(id.toLowerCase(), { untilMs, before });
  }

  /** When reads may show what happens to the item with this id now. */
  visibleFromMs(id: string): number {
    return this.#held(id)?.untilMs ?? 0;
  }

  #held(id: string): HeldBack | undefined {
    const key = id.toLowerCase();
    const held = this.#heldBack.get(key);
    if (held === undefined || held.untilMs > this.world.clock.nowMs) return held;
    this.#heldBack.delete(key);
    return undefined;
  }

  /** Looks at an item's source, as its agent would report. @returns simulated time. */
  #look(item: ProtectedItem): number {
    const { clock } = this.world;
    watchSource(item, clock.nowMs);
    return clock.nowMs;
  }
}
