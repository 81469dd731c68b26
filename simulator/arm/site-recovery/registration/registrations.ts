import type { SiteRecoveryServer } from '../../../source-machines.ts';
import { minutesOf } from '../../../durations.ts';
import { ClassicFabric } from '../classic/fabric.ts';
import { isRetired } from '../classic/retirement.ts';
import { ModernizedFabric } from '../modernized/fabric.ts';
import type { Vaults } from '../vaults.ts';
import type { Vault } from '../vault.ts';
import { configurationServerSchema } from '../vault-section.ts';
import type { VaultWorld } from '../vault-world.ts';
import { readVaultCredentials } from './vault-credentials.ts';

/** How often the service hears of new servers and agents. */
const lookMs = 5 * 60_000;

/** An agent whose configuration an appliance has made, and who has not reported yet. */
interface ExpectedAgent {
  readonly fabric: ModernizedFabric;
  readonly instanceId: string;
}

/**
 * What registers with the service by itself: a configuration server that was set up with a vault's credentials, some
 * minutes later, and a Mobility agent with an appliance's configuration. An appliance is registered by a person.
 */
export class Registrations {
  readonly #vaults: Vaults;
  readonly #world: VaultWorld;
  /** What became of each server, by instance. */
  readonly #outcomes = new Map<string, string>();
  /** Credentials that have been used already. */
  readonly #used = new Set<string>();
  #expected: readonly ExpectedAgent[] = [];

  constructor(vaults: Vaults, world: VaultWorld) {
    this.#vaults = vaults;
    this.#world = world;
    this.#lookLater();
  }

  /** From now on the agent of a machine may report to the fabric's appliance. */
  expectAgent(fabric: ModernizedFabric, instanceId: string): void {
    this.#expected = [...this.#expected, { fabric, instanceId }];
  }

  /**
   * Registers an appliance, as a person does in its configuration manager: that takes up to half an hour (documented).
   * @throws Error that says why it can't be done.
   */
  registerAppliance(vault: Vault, name: string, instanceId: string): void {
    const { sources, clock, durations, random } = this.#world;
    const server = sources.servers().find((each) => each.instanceId === instanceId);
    if (server?.kind !== 'appliance') throw new Error(`the appliance is not installed on ${instanceId}`);
    if (sources.byInstanceId(instanceId)?.state !== 'running') throw new Error(`${instanceId} does not run`);
    if (this.#outcomes.has(instanceId)) throw new Error(`${instanceId} is registered already`);
    if ([...this.#outcomes.values()].includes(`registering with ${vault.name}`))
      throw new Error(`another appliance is being registered with ${vault.name}`); // documented: one at a time
    this.#outcomes.set(instanceId, `registering with ${vault.name}`);
    const delayMs = minutesOf(durations.registerApplianceMinutes, random.fork(`register/${instanceId}`));
    clock.after(delayMs, () => {
      this.#outcomes.set(instanceId, `registered with ${vault.name}`);
      addAppliance(vault, name, server);
    });
  }

  /** What became of each server, for people and tests. */
  state(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#outcomes);
  }

  #lookLater(): void {
    this.#world.clock.after(lookMs, () => {
      for (const server of this.#world.sources.servers()) this.#hear(server);
      this.#hearAgents();
      this.#lookLater();
    });
  }

  #hear(server: SiteRecoveryServer): void {
    const { instanceId, kind, vaultCredentials } = server;
    if (kind !== 'configuration-server' || vaultCredentials === undefined) return;
    const use = `${instanceId}/${vaultCredentials}`;
    if (this.#used.has(use)) return;
    this.#used.add(use);
    const { clock, durations, random } = this.#world;
    const [vault, refusal] = this.#vaultFor(vaultCredentials);
    if (vault === undefined) {
      this.#outcomes.set(instanceId, refusal);
      return;
    }
    this.#outcomes.set(instanceId, `registering with ${vault.name}`);
    const delayMs = minutesOf(durations.registerServerMinutes, random.fork(`register/${instanceId}`));
    clock.after(delayMs, () => {
      this.#outcomes.set(instanceId, `registered with ${vault.name}`);
      addConfigurationServer(vault, server);
    });
  }

  /** The vault that a server registers with, or why it can't. */
  #vaultFor(text: string): readonly [Vault, ''] | readonly [undefined, string] {
    const { nowMs } = this.#world.clock;
    const credentials = readVaultCredentials(text);
    if (credentials === undefined) return [undefined, 'refused: the vault credentials are not valid'];
    if (credentials.validUntilMs < nowMs) return [undefined, 'refused: the vault credentials have expired'];
    if (isRetired(nowMs)) return [undefined, 'refused: the classic experience has been retired'];
    const vault = this.#vaults.find(credentials.resourceGroup, credentials.vault);
    return vault === undefined ? [undefined, 'refused: there is no such vault'] : [vault, ''];
  }

  #hearAgents(): void {
    this.#expected = this.#expected.filter(({ fabric, instanceId }) => {
      const { agent } = this.#world.sources.byInstanceId(instanceId) ?? {};
      const hasReported =
        agent?.registered === true &&
        fabric.servers.some(({ ipAddress }) => agent.server === undefined || agent.server === ipAddress);
      if (hasReported) fabric.site.addRegistered(instanceId);
      return !hasReported;
    });
  }
}

/** Its name is the server's host name (recorded); nobody has given it an account yet. */
function addConfigurationServer(vault: Vault, { hostName, privateIp }: SiteRecoveryServer): void {
  const section = configurationServerSchema.parse({ name: hostName, ipAddress: privateIp });
  const fabric = new ClassicFabric(vault, section);
  vault.fabrics.add(fabric.name, fabric);
}

/** The first appliance of a vault brings fabric, site and container; another one joins them. */
function addAppliance(vault: Vault, name: string, { hostName, privateIp }: SiteRecoveryServer): void {
  const existing = [...vault.fabrics].find((fabric) => fabric instanceof ModernizedFabric);
  const fabric = existing ?? newFabric(vault);
  fabric.addAppliance({
    name,
    fqdn: hostName,
    ipAddress: privateIp,
    health: 'Normal',
    components: {},
    machineCount: 0,
    capacity: 200,
    certificateDays: 1080,
    throughputInBytes: 0,
  });
}

/** The site's name is inferred. */
function newFabric(vault: Vault): ModernizedFabric {
  const fabric = new ModernizedFabric(vault, {
    fabricHealth: 'Normal',
    appliances: [],
    site: { name: `${vault.name}-physicalsite`, discovered: [], runAsAccounts: [] },
  });
  vault.fabrics.add(fabric.name, fabric);
  return fabric;
}
