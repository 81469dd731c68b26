import type { ServerSite } from '../off-azure.ts';
import { ClassicFabric } from './classic/fabric.ts';
import { ModernizedFabric } from './modernized/fabric.ts';
import { policyOfSection } from './policies.ts';
import type { VaultSection } from './vault-section.ts';
import { Vault, type VaultPlace } from './vault.ts';
import type { VaultWorld } from './vault-world.ts';

/** The Recovery Services vaults of the subscription, as far as Site Recovery is concerned: they come and go while it runs. */
export class Vaults {
  readonly #world: VaultWorld;
  readonly #vaults: Vault[];

  constructor(world: VaultWorld) {
    this.#world = world;
    this.#vaults = world.section.vaults.map((section) => vaultOf(section, world));
  }

  *[Symbol.iterator](): Iterator<Vault> {
    yield* this.#vaults;
  }

  /** The vault with this name, in any case. */
  find(group: string, name: string): Vault | undefined {
    return this.#vaults.find((vault) => same(vault.name, name) && same(vault.resourceGroup, group));
  }

  /** Makes an empty vault: no server is registered in it yet. */
  create(place: VaultPlace): Vault {
    const vault = new Vault(place, this.#world);
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
    return this.#vaults.flatMap((vault) =>
      [...vault.fabrics].flatMap((fabric) => (fabric instanceof ModernizedFabric ? [fabric.site] : [])),
    );
  }
}

function vaultOf(section: VaultSection, world: VaultWorld): Vault {
  const { name, resourceGroup, location = world.section.location, policies, site, mapping } = section;
  const vault = new Vault({ name, resourceGroup, location }, world);
  for (const policy of policies) vault.policies.add(policy.name, policyOfSection(policy));
  if (site !== undefined) {
    const fabric = new ModernizedFabric(vault, { ...section, site });
    vault.fabrics.add(fabric.name, fabric);
    associate(fabric, mapping);
  }
  for (const server of section.configurationServers) {
    const fabric = new ClassicFabric(vault, server);
    vault.fabrics.add(fabric.name, fabric);
    associate(fabric, server.mapping);
  }
  return vault;
}

function associate(fabric: ModernizedFabric | ClassicFabric, mapping: VaultSection['mapping']): void {
  const policy = mapping === undefined ? undefined : fabric.vault.policies.get(mapping.policy);
  if (mapping !== undefined && policy !== undefined) fabric.addMapping(mapping.name, policy);
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
