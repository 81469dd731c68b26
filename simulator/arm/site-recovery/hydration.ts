import type { ProtectedItem } from './protected-item.ts';
import type { Vault } from './vault.ts';

/** A temporary VM that makes a physical server's disks boot in Azure. */
export interface Hydration {
  readonly begin: () => void;
  readonly end: () => void;
}

/**
 * The hydration VM of a failover or test failover: it stands in the target resource group while the disks are adapted,
 * and goes (field-notes.md). Its name is inferred.
 */
export function hydrate(vault: Vault, item: ProtectedItem): Hydration {
  const { compute, resources } = vault.world;
  let id: string | undefined;
  return {
    begin: () => {
      const name = `asrhydration-${item.random.hex(12)}`;
      id = compute.createMachine({
        name,
        group: resources.groupById(item.settings.targetResourceGroupId) ?? '',
        location: vault.location,
        size: 'Standard_D4s_v3',
        osType: item.source.osType,
        computerName: name.slice(0, 15),
        osName: 'Windows Server 2022 Datacenter',
        bootDiagnostics: undefined,
        tags: {},
        agentReadyAfterMs: 60_000,
        disks: [{ name: `${name}-osdisk`, sizeGiB: 127, sku: 'Standard_LRS', osType: item.source.osType }],
      }).id;
    },
    end: () => {
      if (id !== undefined) compute.deleteMachine(id);
      id = undefined;
    },
  };
}
