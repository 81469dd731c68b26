import type { SourceMachine } from '../../../source-machines.ts';
import { badInput } from '../asr-error.ts';
import { checkCacheAccount, checkedSettings, usualSize, type ItemSettings } from '../item-settings.ts';
import { changedNics, newNics, type NicSettings } from '../nic-settings.ts';
import type { VaultWorld } from '../vault-world.ts';
import type { RcmEnableInput, RcmUpdateInput } from './input.ts';

/**
 * Settings from an enable request. An address, and which interface fails over, can't be given there: a PATCH does that.
 * @param source its host name is the target VM's, unless the request has one.
 * @throws ArmError 400 for a name, group, network, subnet, size or account that Azure would not take.
 */
export function rcmSettings(input: RcmEnableInput, source: SourceMachine, world: VaultWorld): ItemSettings {
  const disks = input.disksDefault ?? input.disksToInclude?.[0];
  if (disks === undefined || (input.disksDefault !== undefined && input.disksToInclude !== undefined)) {
    throw badInput(`Exactly one of 'disksToInclude' and 'disksDefault' must be given.`);
  }
  for (const { logStorageAccountId } of input.disksToInclude ?? [disks])
    checkCacheAccount(logStorageAccountId, world);
  return checkedSettings(
    {
      processServerId: input.processServerId,
      runAsAccountId: input.runAsAccountId,
      targetResourceGroupId: input.targetResourceGroupId,
      targetNetworkId: input.targetNetworkId ?? '',
      testNetworkId: input.testNetworkId ?? '',
      nics: newNics(source, input),
      targetVmName: input.targetVmName ?? source.hostName,
      targetVmSize: input.targetVmSize ?? usualSize,
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

/** Settings after a PATCH; what it does not name stays. @throws ArmError 400 as `rcmSettings`. */
export function changedRcmSettings(
  settings: ItemSettings,
  input: RcmUpdateInput,
  world: VaultWorld,
): ItemSettings {
  return checkedSettings(
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
      nics: changedNics(settings.nics, input.vmNics ?? [], changedNic),
    },
    world,
  );
}

function changedNic(nic: NicSettings, input: NonNullable<RcmUpdateInput['vmNics']>[number]): NicSettings {
  return {
    ...nic,
    isPrimary: input.isPrimaryNic === 'true',
    isSelected: (input.isSelectedForFailover ?? String(nic.isSelected)) === 'true',
    targetSubnetName: input.targetSubnetName ?? nic.targetSubnetName,
    targetIpAddress: input.targetStaticIPAddress ?? nic.targetIpAddress,
    testSubnetName: input.testSubnetName ?? nic.testSubnetName,
    testIpAddress: input.testStaticIPAddress ?? nic.testIpAddress,
  };
}
