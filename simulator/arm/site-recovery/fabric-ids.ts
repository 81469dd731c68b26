import type { VaultIds } from './vault-ids.ts';

/** ARM ids below one fabric and its one container. */
export class FabricIds {
  readonly vault: VaultIds;
  readonly fabric: string;
  readonly container: string;
  readonly #cloud: string;

  /** @param identifier the fabric's internal identifier. */
  constructor(vault: VaultIds, fabric: string, container: string, identifier: string) {
    this.vault = vault;
    this.fabric = vault.fabric(fabric);
    this.container = `${this.fabric}/replicationProtectionContainers/${container}`;
    this.#cloud = `${this.fabric}/replicationProtectionContainers/cloud_${identifier}`;
  }

  mapping(name: string): string {
    return `${this.container}/replicationProtectionContainerMappings/${name}`;
  }

  item(name: string): string {
    return `${this.container}/replicationProtectedItems/${name}`;
  }

  protectableItem(name: string): string {
    return `${this.container}/replicationProtectableItems/${name}`;
  }

  provider(name: string): string {
    return `${this.fabric}/replicationRecoveryServicesProviders/${name}`;
  }

  /** A recovery point as its list names it. */
  recoveryPoint(item: string, point: string): string {
    return `${this.item(item)}/recoveryPoints/${point}`;
  }

  /**
   * A recovery point as the item itself names it: below `cloud_<fabric>`. That is the classic fabric's container; the
   * modernized one's has another name, and no list has `cloud_…` (recorded).
   */
  recoveryPointOfCloud(item: string, point: string): string {
    return `${this.#cloud}/replicationProtectedItems/${item}/recoveryPoints/${point}`;
  }
}
