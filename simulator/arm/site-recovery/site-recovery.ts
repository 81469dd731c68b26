import { serverSiteRoutes } from '../off-azure.ts';
import type { Route } from '../route.ts';
import { Person } from './registration/person.ts';
import { Registrations } from './registration/registrations.ts';
import { siteRecoveryRoutes } from './site-recovery-routes.ts';
import { followSource, watchSource } from './source-watch.ts';
import { Vaults } from './vaults.ts';
import type { VaultWorld } from './vault-world.ts';

/** Site Recovery as a whole: its vaults, what registers with them, and the people who work with them. */
export class SiteRecovery {
  readonly vaults: Vaults;
  readonly #registrations: Registrations;
  readonly #person: Person;
  readonly #world: VaultWorld;

  constructor(world: VaultWorld) {
    this.#world = world;
    this.vaults = new Vaults(world);
    this.#registrations = new Registrations(this.vaults, world);
    this.#person = new Person(this.vaults, this.#registrations, world);
  }

  get routes(): readonly Route[] {
    return [...serverSiteRoutes(() => this.vaults.sites), ...siteRecoveryRoutes(this.vaults)];
  }

  /** Until then, reads show what has this id as it is now. */
  holdBack(id: string, untilMs: number): void {
    const vault = [...this.vaults].find(({ ids }) =>
      id.toLowerCase().startsWith(`${ids.vault.toLowerCase()}/`),
    );
    vault?.holdBack(id, untilMs);
  }

  /** To be called when something was asked of a source machine: its agent goes silent by itself if it stops. */
  sourceTouched(instanceId: string): void {
    for (const vault of this.vaults) {
      const item = vault.itemOfInstance(instanceId);
      if (item !== undefined) followSource(item);
    }
  }

  /**
   * Does what a person does in the portal or on a server of Site Recovery's.
   * @returns what the person sees; undefined for an action of somebody else's.
   * @throws Error that says why it can't be done.
   */
  person(action: { readonly action: string }): object | undefined {
    return this.#person.act(action);
  }

  /** Everything there is, for people and tests. */
  state(): object {
    for (const vault of this.vaults)
      for (const item of vault.items) watchSource(item, this.#world.clock.nowMs);
    return {
      ...this.#writes(),
      servers: this.#registrations.state(),
      vaults: [...this.vaults].map((vault) => ({
        id: vault.ids.vault,
        containers: [...vault.fabrics].map(({ ids }) => ids.container),
        protectedItems: [...vault.items].map((item) => vault.stateOf(item)),
        jobs: vault.jobs.all().map(({ name, plan, state }) => ({
          name,
          scenarioName: plan.scenarioName,
          target: plan.resourceId,
          state,
        })),
      })),
    };
  }

  /** What each source has written since its replication began, and up to which write each VM in Azure is. */
  #writes(): object {
    const { writes, clock, compute } = this.#world;
    return {
      writes: [...writes.values()].map((each) => each.state(clock.nowMs)),
      holds: [...compute.machines.all].flatMap(({ id, guest }) => {
        if (guest?.holds === undefined) return [];
        const { instanceId, write } = guest.holds;
        return [{ virtualMachineId: id, instanceId, write, at: writes.get(instanceId)?.timeOf(write) }];
      }),
    };
  }
}
