import type { VaultSection } from '../azure-section.ts';
import { ServerSite } from '../off-azure.ts';
import { Vault } from './vault.ts';
import type { VaultWorld } from './vault-world.ts';

/** Where a new vault is. */
export interface NewVault {
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
}

/** The Recovery Services vaults of the subscription, as far as Site Recovery is concerned: they come and go while it runs. */
export class Vaults {
  readonly #world: VaultWorld;
  readonly #vaults: Vault[];

  constructor(world: VaultWorld) {
    this.#world = world;
    this.#vaults = world.section.vaults.map((section) => this.#vaultOf(section));
  }

  *[Symbol.iterator](): Iterator<Vault> {
    yield* this.#vaults;
  }

  /** The vault with this name, in any case. */
  find(group: string, name: string): Vault | undefined {
    return this.#vaults.find(({ section }) => same(section.name, name) && same(section.resourceGroup, group));
  }

  /** Makes an empty vault: nothing is registered in it yet. */
  create({ name, resourceGroup, location }: NewVault): Vault {
    const vault = this.#vaultOf({
      name,
      resourceGroup,
      location,
      fabricHealth: 'Normal',
      policies: [],
      tags: {},
      identity: false,
      appliances: [],
      site: { name: `${name}-site`, discovered: [], runAsAccounts: [] },
    });
    this.#vaults.push(vault);
    return vault;
  }

  /** Takes a vault away; whoever deletes it looks at `vault.contents` first. */
  remove(vault: Vault): void {
    const at = this.#vaults.indexOf(vault);
    if (at !== -1) this.#vaults.splice(at, 1);
  }

  /** Everything that the appliances have discovered. */
  get sites(): readonly ServerSite[] {
    return this.#vaults.map(({ site }) => site);
  }

  #vaultOf(section: VaultSection): Vault {
    const { section: azure, durations, clock, random, sources } = this.#world;
    const { subscriptionId, location, pageSize } = azure;
    const site = new ServerSite(section, {
      subscriptionId,
      location,
      pageSize,
      durations,
      clock,
      random,
      sources,
    });
    return new Vault(section, site, this.#world);
  }
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
