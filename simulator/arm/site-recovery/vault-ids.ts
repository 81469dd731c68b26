/**
 * ARM ids below one vault. Those that Site Recovery makes begin `/Subscriptions/`, with a capital S (recorded).
 */
export class VaultIds {
  readonly vault: string;
  readonly fabric: string;
  readonly container: string;
  readonly #cloud: string;

  constructor(names: {
    readonly subscriptionId: string;
    readonly group: string;
    readonly vault: string;
    readonly fabric: string;
    readonly container: string;
    readonly fabricIdentifier: string;
  }) {
    const { subscriptionId, group, vault, fabric, container, fabricIdentifier } = names;
    this.vault = `/Subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.RecoveryServices/vaults/${vault}`;
    this.fabric = `${this.vault}/replicationFabrics/${fabric}`;
    this.container = `${this.fabric}/replicationProtectionContainers/${container}`;
    this.#cloud = `${this.fabric}/replicationProtectionContainers/cloud_${fabricIdentifier}`;
  }

  policy(name: string): string {
    return `${this.vault}/replicationPolicies/${name}`;
  }

  mapping(name: string): string {
    return `${this.container}/replicationProtectionContainerMappings/${name}`;
  }

  item(name: string): string {
    return `${this.container}/replicationProtectedItems/${name}`;
  }

  job(name: string): string {
    return `${this.vault}/replicationJobs/${name}`;
  }

  recoveryPlan(name: string): string {
    return `${this.vault}/replicationRecoveryPlans/${name}`;
  }

  provider(name: string): string {
    return `${this.fabric}/replicationRecoveryServicesProviders/${name}`;
  }

  /** A recovery point as its list names it. */
  recoveryPoint(item: string, point: string): string {
    return `${this.item(item)}/recoveryPoints/${point}`;
  }

  /** A recovery point as the item itself names it: below a container that no list has, `cloud_<fabric>` (recorded). */
  recoveryPointOfCloud(item: string, point: string): string {
    return `${this.#cloud}/replicationProtectedItems/${item}/recoveryPoints/${point}`;
  }
}
