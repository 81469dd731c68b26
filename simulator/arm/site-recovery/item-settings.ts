import { badInput } from './asr-error.ts';
import { checkNics, type NicSettings } from './nic-settings.ts';
import type { VaultWorld } from './vault-world.ts';
import { vmSize } from '../compute/vm-sizes.ts';

/** What a failover will make of an item, as enable set it and PATCH changed it. Ids as the client wrote them. */
export interface ItemSettings {
  readonly processServerId: string;
  readonly runAsAccountId: string | undefined;
  readonly targetResourceGroupId: string;
  readonly targetNetworkId: string;
  readonly testNetworkId: string;
  readonly nics: readonly NicSettings[];
  readonly targetVmName: string;
  readonly targetVmSize: string;
  readonly licenseType: string;
  readonly multiVmGroupName: string | undefined;
  readonly targetAvailabilitySetId: string;
  readonly targetAvailabilityZone: string;
  readonly targetProximityPlacementGroupId: string;
  readonly bootDiagnosticsAccountId: string | undefined;
  readonly logStorageAccountId: string;
  readonly diskType: string;
}

/** What the service chooses where a request names no size (recorded for the modernized provider, inferred for the classic one). */
export const usualSize = 'Standard_F4s_v2';

/** @throws ArmError 400 for a name, group, network, subnet, address, size or account that Azure would not take. */
export function checkedSettings(settings: ItemSettings, world: VaultWorld): ItemSettings {
  const { targetVmName, targetVmSize, targetResourceGroupId, bootDiagnosticsAccountId } = settings;
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(targetVmName)) {
    throw badInput(
      `The virtual machine name '${targetVmName}' is not valid: 1 to 63 letters, digits and hyphens, with a letter or digit at both ends.`,
    );
  }
  if (vmSize(targetVmSize) === undefined) {
    throw badInput(
      `The virtual machine size '${targetVmSize}' is not available in the location '${world.section.location}'.`,
    );
  }
  if (world.resources.groupById(targetResourceGroupId) === undefined) {
    throw badInput(`The target resource group '${targetResourceGroupId}' does not exist.`);
  }
  checkNics(settings, world);
  if (
    bootDiagnosticsAccountId !== undefined &&
    world.resources.storageAccountById(bootDiagnosticsAccountId) === undefined
  ) {
    throw badInput(`The storage account '${bootDiagnosticsAccountId}' does not exist.`);
  }
  return settings;
}

/** @throws ArmError 400 unless Site Recovery takes the storage account as its cache. */
export function checkCacheAccount(id: string, { resources }: VaultWorld): void {
  const account = resources.storageAccountById(id);
  if (account === undefined) throw badInput(`The storage account '${id}' does not exist.`);
  if (account.hierarchicalNamespace) {
    throw badInput(
      `The storage account '${id}' has a hierarchical namespace, which is not supported for a cache storage account.`,
    );
  }
}
