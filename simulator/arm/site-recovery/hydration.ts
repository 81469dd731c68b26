import type { JobFailure } from '../../faults.ts';
import { hydrationFailed, hydrationSizeRefused } from './failover-errors.ts';
import type { ProtectedItem } from './protected-item.ts';
import type { Vault } from './vault.ts';

/** A temporary VM that makes a physical server's disks boot in Azure. */
export interface Hydration {
  /** Why it can't begin. */
  readonly refusal: () => JobFailure | undefined;
  readonly begin: () => void;
  /** Ends it, and tells how it went. */
  readonly outcome: () => JobFailure | undefined;
  readonly end: () => void;
}

/**
 * The hydration VM of a failover or test failover: it stands in the target resource group while the disks are adapted,
 * and goes (field-notes.md). It has the size of the target (documented). Its name is inferred.
 */
export function hydrate(vault: Vault, item: ProtectedItem): Hydration {
  const { compute, resources, section } = vault.world;
  const { hydrationRefuses, hydrationFails } = section.quirks;
  let id: string | undefined;
  const end = (): void => {
    if (id !== undefined) compute.deleteMachine(id);
    id = undefined;
  };
  return {
    refusal: () => {
      const { targetVmSize } = item.settings;
      return hydrationRefuses.includes(targetVmSize)
        ? hydrationSizeRefused(targetVmSize, vault.location)
        : undefined;
    },
    begin: () => {
      const name = `asrhydration-${item.random.hex(12)}`;
      id = compute.createMachine({
        name,
        group: resources.groupById(item.settings.targetResourceGroupId) ?? '',
        location: vault.location,
        size: item.settings.targetVmSize,
        osType: item.source.osType,
        computerName: name.slice(0, 15),
        osName: 'Windows Server 2022 Datacenter',
        bootDiagnostics: undefined,
        tags: {},
        agentReadyAfterMs: 60_000,
        disks: [{ name: `${name}-osdisk`, sizeGiB: 127, sku: 'Standard_LRS', osType: item.source.osType }],
      }).id;
    },
    outcome: () => {
      end();
      return hydrationFails.includes(item.source.instanceId) ? hydrationFailed(item.friendlyName) : undefined;
    },
    end,
  };
}
