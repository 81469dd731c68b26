import type { SourceMachine } from '../../../source-machines.ts';
import { Registry } from '../../registry.ts';
import type { ArmCall } from '../../arm-call.ts';
import { Fabric, type NamedBody, type ReplicationServer } from '../fabric.ts';
import type { Job } from '../job.ts';
import { requireInstanceType } from '../policies.ts';
import type { ProtectedItem } from '../protected-item.ts';
import { requireChangeable, startUpdate } from '../update.ts';
import type { ConfigurationServerSection, ProcessServerSection } from '../vault-section.ts';
import type { Vault } from '../vault.ts';
import { enableAzureV2 } from './enable.ts';
import { classicFabricBody } from './fabric-body.ts';
import { azureV2UpdateInput } from './input.ts';
import type { ProtectableItem } from './protectable-item.ts';
import { configurationServerProvider } from './provider-body.ts';
import { changedAzureV2Settings } from './settings.ts';

/** A process server; the configuration server's own one is the first. */
export interface ProcessServer {
  readonly id: string;
  readonly section: ProcessServerSection;
}

/** An account of the configuration server's; its id is a small number, local to the server (recorded). */
export interface RunAsAccount {
  readonly accountId: string;
  readonly accountName: string;
}

/**
 * The fabric of a configuration server: its name is 64 hex digits, its container `cloud_<internal identifier>`, and people
 * know both by the server's host name (recorded).
 */
export class ClassicFabric extends Fabric {
  readonly provider = 'InMageAzureV2';
  readonly fabricType = 'VMware';
  readonly processServers: readonly ProcessServer[];
  readonly protectableItems = new Registry<ProtectableItem>();
  readonly accounts: RunAsAccount[] = [];
  readonly #section: ConfigurationServerSection;

  constructor(vault: Vault, section: ConfigurationServerSection) {
    const random = vault.world.random.fork(`server/${vault.name}/${section.name}`);
    const [name, identifier] = [random.hex(64), random.guid()];
    super(vault, { name, container: `cloud_${identifier}`, identifier });
    this.#section = section;
    this.processServers = [section, ...section.processServers].map((server) => ({
      id: server.id ?? serverId(random.fork(server.name).guid()),
      section: server,
    }));
    for (const account of section.runAsAccounts) this.addAccount(account);
    this.#discoverFirst(section.discovered);
  }

  get friendlyName(): string {
    return this.#section.name;
  }

  get containerFriendlyName(): string {
    return this.#section.name;
  }

  get servers(): readonly ReplicationServer[] {
    return this.processServers.map(({ id, section: { name, ipAddress, machineCount, capacity } }) => ({
      ...{ id, name, ipAddress, machineCount, capacity },
    }));
  }

  /** What a person does on the server: gives it an account. */
  addAccount(accountName: string): void {
    if (this.accounts.some((account) => account.accountName === accountName)) return;
    this.accounts.push({ accountId: String(this.accounts.length + 1), accountName });
  }

  /** The name of a machine's protectable item: a GUID, also before there is one. */
  protectableItemName({ instanceId }: SourceMachine): string {
    return this.vault.world.random.fork(`protectable/${this.identifier}/${instanceId}`).guid();
  }

  /** A machine becomes known. Asked for again, it is the same item. */
  addProtectableItem(friendlyName: string, source: SourceMachine): ProtectableItem {
    const name = this.protectableItemName(source);
    const known = this.protectableItems.get(name);
    if (known !== undefined) return known;
    const item: ProtectableItem = {
      name,
      id: this.ids.protectableItem(name),
      friendlyName,
      instanceId: source.instanceId,
      ipAddress: source.privateIp,
      osType: source.osType,
      agentGeneratedId: this.vault.world.random.fork(`agent/${name}`).guid(),
    };
    this.protectableItems.add(name, item);
    return item;
  }

  body(): unknown {
    return classicFabricBody(this);
  }

  providers(): readonly NamedBody[] {
    return [configurationServerProvider(this)];
  }

  enable(call: ArmCall, name: string): Job {
    return enableAzureV2(this, call, name);
  }

  update(call: ArmCall, item: ProtectedItem): Job {
    const { providerSpecificDetails, ...input } = call.body(azureV2UpdateInput).properties;
    if (providerSpecificDetails !== undefined)
      requireInstanceType(this.provider, providerSpecificDetails.instanceType);
    requireChangeable(item, input.vmNics !== undefined);
    const settings = changedAzureV2Settings(
      item.settings,
      { ...providerSpecificDetails, ...input },
      this.vault.world,
    );
    return startUpdate(item, settings);
  }

  #discoverFirst(discovered: ConfigurationServerSection['discovered']): void {
    for (const source of this.vault.world.sources.all()) {
      if (source.state !== 'running' || source.privateIp === '') continue;
      if (discovered !== 'all' && !discovered.includes(source.privateIp)) continue;
      this.addProtectableItem(source.hostName, source);
    }
  }
}

/** Recorded: `30AE6187-5869-8E44-B8AF6AA66E3ECC8F`, a GUID in capitals with its last hyphen missing. */
function serverId(guid: string): string {
  return guid.toUpperCase().replace(/-(?=[^-]*$)/, '');
}
