import { z } from 'zod';
import { ClassicFabric } from '../classic/fabric.ts';
import { ModernizedFabric } from '../modernized/fabric.ts';
import type { Vault } from '../vault.ts';
import type { Vaults } from '../vaults.ts';
import type { VaultWorld } from '../vault-world.ts';
import { agentConfigText } from './agent-config.ts';
import type { Registrations } from './registrations.ts';
import { vaultCredentialsText } from './vault-credentials.ts';

/** What a person does in the portal, on a configuration server, or in an appliance's configuration manager. */
const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('download-vault-credentials'), vault: z.string() }),
  z.strictObject({
    action: z.literal('register-appliance'),
    instanceId: z.string(),
    vault: z.string(),
    name: z.string().min(1),
  }),
  z.strictObject({
    action: z.literal('add-to-appliance'),
    privateIp: z.ipv4(),
    /** The server site; the only one, when absent. */
    site: z.string().optional(),
  }),
  z.strictObject({
    action: z.literal('create-agent-config'),
    privateIp: z.ipv4(),
    /** The appliance; the first one, when absent. */
    appliance: z.string().optional(),
  }),
  z.strictObject({ action: z.literal('add-account'), vault: z.string(), name: z.string().min(1) }),
  /** What the portal does when somebody enables a vault's first replication there (documented). */
  z.strictObject({ action: z.literal('associate-policy'), vault: z.string(), policy: z.string() }),
]);
type Action = z.infer<typeof actionSchema>;

/** A person, as Site Recovery meets one. */
export class Person {
  readonly #vaults: Vaults;
  readonly #registrations: Registrations;
  readonly #world: VaultWorld;

  constructor(vaults: Vaults, registrations: Registrations, world: VaultWorld) {
    this.#vaults = vaults;
    this.#registrations = registrations;
    this.#world = world;
  }

  /**
   * Does it.
   * @returns what the person sees; undefined for an action of somebody else's.
   * @throws Error that says why it can't be done.
   */
  act(action: { readonly action: string }): object | undefined {
    if (!actionSchema.options.some(({ shape }) => shape.action.value === action.action)) return undefined;
    const read = actionSchema.safeParse(action);
    if (!read.success) throw new Error(z.prettifyError(read.error));
    return this.#do(read.data);
  }

  #do(action: Action): object {
    switch (action.action) {
      case 'download-vault-credentials':
        return { text: vaultCredentialsText(this.#vault(action.vault)) };
      case 'register-appliance':
        this.#registrations.registerAppliance(this.#vault(action.vault), action.name, action.instanceId);
        return { appliance: action.name };
      case 'add-to-appliance':
        return this.#addToAppliance(action.privateIp, action.site);
      case 'create-agent-config':
        return { text: this.#createAgentConfig(action.privateIp, action.appliance) };
      case 'add-account':
        return this.#addAccount(this.#vault(action.vault), action.name);
      case 'associate-policy':
        return this.#associate(this.#vault(action.vault), action.policy);
    }
  }

  /** A vault by its name or ARM id. */
  #vault(wanted: string): Vault {
    const lower = wanted.toLowerCase();
    const vault = [...this.#vaults].find(({ name, ids }) =>
      [name.toLowerCase(), ids.vault.toLowerCase()].includes(lower),
    );
    if (vault === undefined) throw new Error(`there is no vault '${wanted}'`);
    return vault;
  }

  #addToAppliance(privateIp: string, siteName: string | undefined): object {
    const site = this.#vaults.sites.find(({ name }) => siteName === undefined || name === siteName);
    if (site === undefined) throw new Error(`there is no site '${siteName ?? ''}'`);
    const refusal = site.addByAddress(privateIp);
    if (refusal !== undefined) throw new Error(refusal);
    return { site: site.name };
  }

  /** The appliance wants what the installed agent tells of its machine. */
  #createAgentConfig(privateIp: string, name: string | undefined): string {
    const found = this.#modernized()
      .flatMap((fabric) => fabric.appliances.map((appliance) => ({ fabric, appliance })))
      .find(({ appliance }) => name === undefined || appliance.section.name === name);
    if (found === undefined) throw new Error(`there is no appliance '${name ?? ''}'`);
    const source = this.#world.sources.all().find((machine) => machine.privateIp === privateIp);
    if (source === undefined) throw new Error(`no machine has the address ${privateIp}`);
    if (source.agent === undefined) throw new Error(`no Mobility service is installed on ${source.hostName}`);
    this.#registrations.expectAgent(found.fabric, source.instanceId);
    return agentConfigText(found.fabric, found.appliance, source);
  }

  #addAccount(vault: Vault, name: string): object {
    if (vault.fabrics.size === 0) throw new Error(`no server is registered with ${vault.name}`);
    for (const fabric of vault.fabrics) {
      if (fabric instanceof ModernizedFabric) fabric.site.addAccount(name);
      if (fabric instanceof ClassicFabric) fabric.addAccount(name);
    }
    return { account: name };
  }

  #associate(vault: Vault, name: string): object {
    const policy = vault.policies.get(name);
    if (policy === undefined) throw new Error(`${vault.name} has no policy '${name}'`);
    for (const fabric of vault.fabrics)
      if (fabric instanceof ModernizedFabric) fabric.addMapping(name, policy);
    return { policy: name };
  }

  #modernized(): ModernizedFabric[] {
    return [...this.#vaults].flatMap(({ fabrics }) =>
      [...fabrics].filter((fabric) => fabric instanceof ModernizedFabric),
    );
  }
}
