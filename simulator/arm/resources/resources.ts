import type { ArmWorld } from '../arm-world.ts';
import { Network } from '../network/network.ts';
import type { VirtualNetwork } from '../network/virtual-network.ts';
import type { Route } from '../route.ts';
import type { StorageAccount } from '../storage/storage-account.ts';
import { StorageAccounts } from '../storage/storage-accounts.ts';
import type { ResourceGroups } from './resource-groups.ts';

/** What a migrated machine needs of the subscription, looked up by ARM id. */
export class Resources {
  readonly network: Network;
  readonly accounts: StorageAccounts;
  readonly #groups: ResourceGroups;

  constructor(world: ArmWorld) {
    this.#groups = world.groups;
    this.network = new Network(world);
    this.accounts = new StorageAccounts(world);
  }

  get routes(): readonly Route[] {
    return [...this.network.routes, ...this.accounts.routes];
  }

  /** The name of the resource group with this id, when it is one of this subscription. */
  groupById(id: string): string | undefined {
    return this.#groups.byId(id);
  }

  /** The virtual network with this id. */
  networkById(id: string): VirtualNetwork | undefined {
    return this.network.networks.byId(id);
  }

  /** The storage account with this id. */
  storageAccountById(id: string): StorageAccount | undefined {
    return this.accounts.byId(id);
  }
}
