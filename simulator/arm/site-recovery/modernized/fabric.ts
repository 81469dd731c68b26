import { Registry } from '../../registry.ts';
import type { ArmCall } from '../../arm-call.ts';
import { ServerSite } from '../../off-azure.ts';
import { Fabric, type NamedBody, type ReplicationServer } from '../fabric.ts';
import type { Job } from '../job.ts';
import { requireInstanceType } from '../policies.ts';
import type { ProtectedItem } from '../protected-item.ts';
import { requireChangeable, startUpdate } from '../update.ts';
import type { ApplianceSection, Health, SiteSection, VaultSection } from '../vault-section.ts';
import type { Vault } from '../vault.ts';
import { applianceProviders } from './appliance-bodies.ts';
import { enableRcm } from './enable.ts';
import { rcmFabricBody } from './fabric-body.ts';
import { rcmUpdateInput } from './input.ts';
import { changedRcmSettings } from './settings.ts';

/** An appliance with the GUID that all its components share. */
export interface Appliance {
  readonly id: string;
  readonly section: ApplianceSection;
}

/** What a modernized fabric begins with. */
export type ModernizedSection = Pick<VaultSection, 'fabric' | 'container' | 'fabricHealth' | 'appliances'> & {
  readonly site: SiteSection;
};

/** The fabric of a vault's appliances: `<vault>-vmwarefabric`, whatever the machines are (recorded). */
export class ModernizedFabric extends Fabric {
  readonly provider = 'InMageRcm';
  readonly fabricType = 'InMageRcm';
  readonly site: ServerSite;
  readonly health: Health;
  readonly #appliances = new Registry<Appliance>();

  constructor(vault: Vault, section: ModernizedSection) {
    const random = vault.world.random.fork(`vault/${vault.name}`);
    super(vault, {
      name: section.fabric ?? `${vault.name}-vmwarefabric`,
      container: section.container ?? `${vault.name}${random.hex(4)}replicationcontainer`,
      identifier: random.guid(),
    });
    this.health = section.fabricHealth;
    this.site = new ServerSite(
      { site: section.site, group: vault.resourceGroup, location: vault.location },
      () => this.appliances.map(({ section: { name } }) => name),
      vault.world,
    );
    for (const appliance of section.appliances) this.addAppliance(appliance);
  }

  get friendlyName(): string {
    return this.name;
  }

  get containerFriendlyName(): string {
    return this.containerName;
  }

  get appliances(): readonly Appliance[] {
    return [...this.#appliances];
  }

  get servers(): readonly ReplicationServer[] {
    return this.appliances.map(({ id, section: { name, ipAddress, machineCount, capacity } }) => ({
      ...{ id, name, ipAddress, machineCount, capacity },
    }));
  }

  addAppliance(section: ApplianceSection): void {
    const random = this.vault.world.random.fork(`vault/${this.vault.name}`);
    this.#appliances.add(section.name, { id: section.id ?? random.fork(section.name).guid(), section });
  }

  body(full: boolean): unknown {
    return rcmFabricBody(this, full);
  }

  providers(): readonly NamedBody[] {
    return applianceProviders(this);
  }

  enable(call: ArmCall, name: string): Job {
    return enableRcm(this, call, name);
  }

  update(call: ArmCall, item: ProtectedItem): Job {
    const input = call.body(rcmUpdateInput).properties.providerSpecificDetails;
    requireInstanceType(this.provider, input.instanceType);
    requireChangeable(item, input.vmNics !== undefined);
    return startUpdate(item, changedRcmSettings(item.settings, input, this.vault.world));
  }
}
