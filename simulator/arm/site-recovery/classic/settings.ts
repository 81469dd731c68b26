import type { SourceMachine } from '../../../source-machines.ts';
import { checkCacheAccount, checkedSettings, usualSize, type ItemSettings } from '../item-settings.ts';
import { changedNics, newNics, withPrimary, type NicSettings } from '../nic-settings.ts';
import type { VaultWorld } from '../vault-world.ts';
import type { AzureV2EnableInput, AzureV2UpdateInput } from './input.ts';

/**
 * Settings from an enable request.
 * @param source its host name is the target VM's, unless the request has one.
 * @throws ArmError 400 for a name, group, network, subnet, size or account that Azure would not take.
 */
export function azureV2Settings(
  input: AzureV2EnableInput,
  source: SourceMachine,
  groupId: string,
  world: VaultWorld,
): ItemSettings {
  checkCacheAccount(input.logStorageAccountId, world);
  for (const { logStorageAccountId } of input.disksToInclude ?? [])
    if (logStorageAccountId !== undefined) checkCacheAccount(logStorageAccountId, world);
  return checkedSettings(
    {
      processServerId: input.processServerId,
      runAsAccountId: input.runAsAccountId,
      targetResourceGroupId: input.targetAzureV2ResourceGroupId,
      targetNetworkId: input.targetAzureNetworkId ?? '',
      testNetworkId: '',
      nics: newNics(source, { targetSubnetName: input.targetAzureSubnetId }),
      targetVmName: input.targetAzureVmName ?? source.hostName,
      targetVmSize: input.targetVmSize ?? usualSize,
      licenseType: input.licenseType,
      multiVmGroupName: groupId,
      targetAvailabilitySetId: input.targetAvailabilitySetId ?? '',
      targetAvailabilityZone: input.targetAvailabilityZone ?? '',
      targetProximityPlacementGroupId: input.targetProximityPlacementGroupId ?? '',
      bootDiagnosticsAccountId: undefined,
      logStorageAccountId: input.logStorageAccountId,
      diskType: input.disksToInclude?.[0]?.diskType ?? input.diskType ?? 'Standard_LRS',
    },
    world,
  );
}

/** Settings after a PATCH; what it does not name stays. @throws ArmError 400 as `azureV2Settings`. */
export function changedAzureV2Settings(
  settings: ItemSettings,
  input: AzureV2UpdateInput,
  world: VaultWorld,
): ItemSettings {
  return checkedSettings(
    {
      ...settings,
      targetVmName: input.recoveryAzureVMName ?? settings.targetVmName,
      targetVmSize: input.recoveryAzureVMSize ?? settings.targetVmSize,
      targetNetworkId: input.selectedRecoveryAzureNetworkId ?? settings.targetNetworkId,
      testNetworkId: input.selectedTfoAzureNetworkId ?? settings.testNetworkId,
      targetResourceGroupId: input.recoveryAzureV2ResourceGroupId ?? settings.targetResourceGroupId,
      targetAvailabilitySetId: input.recoveryAvailabilitySetId ?? settings.targetAvailabilitySetId,
      targetAvailabilityZone: input.targetAvailabilityZone ?? settings.targetAvailabilityZone,
      targetProximityPlacementGroupId:
        input.targetProximityPlacementGroupId ?? settings.targetProximityPlacementGroupId,
      licenseType: input.licenseType ?? settings.licenseType,
      nics: patchedNics(settings.nics, input),
    },
    world,
  );
}

/** Which one is primary stands beside the interfaces: `isPrimary` of an address is that of its interface's addresses. */
function patchedNics(
  nics: readonly NicSettings[],
  { vmNics = [], selectedSourceNicId: primary }: AzureV2UpdateInput,
): NicSettings[] {
  const changed = changedNics(nics, vmNics, changedNic);
  return primary === undefined ? changed : withPrimary(changed, primary);
}

function changedNic(
  nic: NicSettings,
  { selectionType, ipConfigs = [] }: NonNullable<AzureV2UpdateInput['vmNics']>[number],
): NicSettings {
  const [config] = ipConfigs;
  const isTaken = config?.isSeletedForFailover ?? (selectionType === undefined ? nic.isSelected : true);
  return {
    ...nic,
    isSelected: selectionType !== 'NotSelected' && isTaken,
    targetSubnetName: config?.recoverySubnetName ?? nic.targetSubnetName,
    targetIpAddress: config?.recoveryStaticIPAddress ?? nic.targetIpAddress,
    testSubnetName: config?.tfoSubnetName ?? nic.testSubnetName,
    testIpAddress: config?.tfoStaticIPAddress ?? nic.testIpAddress,
  };
}
