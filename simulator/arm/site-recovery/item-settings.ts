import { badInput } from './asr-error.ts';
import type { EnableInput, UpdateInput } from './enable-input.ts';
import type { VaultWorld } from './vault-world.ts';
import { vmSize } from '../compute/vm-sizes.ts';

/** What a failover will make of an item, as enable set it and PATCH changed it. Ids as the client wrote them. */
export interface ItemSettings {
  readonly processServerId: string;
  readonly runAsAccountId: string | undefined;
  readonly targetResourceGroupId: string;
  readonly targetNetworkId: string;
  readonly targetSubnetName: string | undefined;
  readonly targetIpAddress: string | undefined;
  readonly testNetworkId: string;
  readonly testSubnetName: string | undefined;
  readonly testIpAddress: string | undefined;
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

/**
 * Settings from an enable request.
 * @param hostName the target VM's name, unless the request has one.
 * @throws ArmError 400 for a name, group, network, subnet, size or account that Azure would not take.
 */
export function settingsOf(input: EnableInput, hostName: string, world: VaultWorld): ItemSettings {
  const disks = input.disksDefault ?? input.disksToInclude?.[0];
  if (disks === undefined || (input.disksDefault !== undefined && input.disksToInclude !== undefined)) {
    throw badInput(`Exactly one of 'disksToInclude' and 'disksDefault' must be given.`);
  }
  for (const { logStorageAccountId } of input.disksToInclude ?? [disks])
    checkCacheAccount(logStorageAccountId, world);
  return checked(
    {
      processServerId: input.processServerId,
      runAsAccountId: input.runAsAccountId,
      targetResourceGroupId: input.targetResourceGroupId,
      targetNetworkId: input.targetNetworkId ?? '',
      targetSubnetName: input.targetSubnetName,
      targetIpAddress: undefined,
      testNetworkId: input.testNetworkId ?? '',
      testSubnetName: input.testSubnetName,
      testIpAddress: undefined,
      targetVmName: input.targetVmName ?? hostName,
      targetVmSize: input.targetVmSize ?? 'Standard_F4s_v2', // what the service chose (recorded)
      licenseType: input.licenseType,
      multiVmGroupName: input.multiVmGroupName,
      targetAvailabilitySetId: input.targetAvailabilitySetId ?? '',
      targetAvailabilityZone: input.targetAvailabilityZone ?? '',
      targetProximityPlacementGroupId: input.targetProximityPlacementGroupId ?? '',
      bootDiagnosticsAccountId: input.targetBootDiagnosticsStorageAccountId,
      logStorageAccountId: disks.logStorageAccountId,
      diskType: disks.diskType,
    },
    world,
  );
}

/** Settings after a PATCH; what it does not name stays. @throws ArmError 400 as `settingsOf`. */
export function changedSettings(settings: ItemSettings, input: UpdateInput, world: VaultWorld): ItemSettings {
  const nic = input.vmNics?.find(({ isPrimaryNic }) => isPrimaryNic === 'true');
  return checked(
    {
      ...settings,
      targetVmName: input.targetVmName ?? settings.targetVmName,
      targetVmSize: input.targetVmSize ?? settings.targetVmSize,
      targetResourceGroupId: input.targetResourceGroupId ?? settings.targetResourceGroupId,
      targetAvailabilitySetId: input.targetAvailabilitySetId ?? settings.targetAvailabilitySetId,
      targetAvailabilityZone: input.targetAvailabilityZone ?? settings.targetAvailabilityZone,
      targetProximityPlacementGroupId:
        input.targetProximityPlacementGroupId ?? settings.targetProximityPlacementGroupId,
      bootDiagnosticsAccountId:
        input.targetBootDiagnosticsStorageAccountId ?? settings.bootDiagnosticsAccountId,
      targetNetworkId: input.targetNetworkId ?? settings.targetNetworkId,
      testNetworkId: input.testNetworkId ?? settings.testNetworkId,
      licenseType: input.licenseType ?? settings.licenseType,
      targetSubnetName: nic?.targetSubnetName ?? settings.targetSubnetName,
      targetIpAddress: nic?.targetStaticIPAddress ?? settings.targetIpAddress,
      testSubnetName: nic?.testSubnetName ?? settings.testSubnetName,
      testIpAddress: nic?.testStaticIPAddress ?? settings.testIpAddress,
    },
    world,
  );
}

/** @throws ArmError 400 unless there is such a virtual network, with such a subnet where one is named. */
export function checkNetwork(id: string, subnet: string | undefined, { resources }: VaultWorld): void {
  const network = resources.networkById(id);
  if (network === undefined) throw badInput(`The virtual network '${id}' does not exist.`);
  if (
    subnet !== undefined &&
    !network.subnets.some(({ name }) => name.toLowerCase() === subnet.toLowerCase())
  ) {
    throw badInput(`The virtual network '${id}' has no subnet '${subnet}'.`);
  }
}

function checked(settings: ItemSettings, world: VaultWorld): ItemSettings {
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
  if (settings.targetNetworkId !== '')
    checkNetwork(settings.targetNetworkId, settings.targetSubnetName, world);
  if (settings.testNetworkId !== '') checkNetwork(settings.testNetworkId, settings.testSubnetName, world);
  if (
    bootDiagnosticsAccountId !== undefined &&
    world.resources.storageAccountById(bootDiagnosticsAccountId) === undefined
  ) {
    throw badInput(`The storage account '${bootDiagnosticsAccountId}' does not exist.`);
  }
  return settings;
}

function checkCacheAccount(id: string, { resources }: VaultWorld): void {
  const account = resources.storageAccountById(id);
  if (account === undefined) throw badInput(`The storage account '${id}' does not exist.`);
  if (account.hierarchicalNamespace) {
    throw badInput(
      `The storage account '${id}' has a hierarchical namespace, which is not supported for a cache storage account.`,
    );
  }
}
