import { badInput } from '../asr-error.ts';
import {
  checkCacheAccount,
  checkedSettings,
  usualSize,
  type ItemSettings,
  type NicSettings,
} from '../item-settings.ts';
import type { VaultWorld } from '../vault-world.ts';
import type { AzureV2EnableInput, AzureV2UpdateInput } from './input.ts';

/**
 * Settings from an enable request.
 * @param nicId the machine's one network interface. @param hostName the target VM's name, unless the request has one.
 * @throws ArmError 400 for a name, group, network, subnet, size or account that Azure would not take.
 */
export function azureV2Settings(
  input: AzureV2EnableInput,
  {
    nicId,
    hostName,
    groupId,
  }: { readonly nicId: string; readonly hostName: string; readonly groupId: string },
  world: VaultWorld,
): ItemSettings {
  checkCacheAccount(input.logStorageAccountId, world);
  for (const { logStorageAccountId } of input.disksToInclude ?? [])
    if (logStorageAccountId !== undefined) checkCacheAccount(logStorageAccountId, world);
  const nic: NicSettings = {
    nicId,
    isPrimary: true,
    isSelected: true,
    targetSubnetName: input.targetAzureSubnetId,
    targetIpAddress: undefined,
    testSubnetName: undefined,
    testIpAddress: undefined,
  };
  return checkedSettings(
    {
      processServerId: input.processServerId,
      runAsAccountId: input.runAsAccountId,
      targetResourceGroupId: input.targetAzureV2ResourceGroupId,
      targetNetworkId: input.targetAzureNetworkId ?? '',
      testNetworkId: '',
      nics: [nic],
      targetVmName: input.targetAzureVmName ?? hostName,
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
      nics: changedNics(settings.nics, input.vmNics ?? []),
    },
    world,
  );
}

function changedNics(
  nics: readonly NicSettings[],
  inputs: NonNullable<AzureV2UpdateInput['vmNics']>,
): NicSettings[] {
  for (const { nicId } of inputs) {
    if (nics.some((nic) => nic.nicId.toLowerCase() === nicId.toLowerCase())) continue;
    throw badInput(`The machine has no network interface '${nicId}'.`);
  }
  return nics.map((nic) => {
    const input = inputs.find(({ nicId }) => nicId.toLowerCase() === nic.nicId.toLowerCase());
    if (input === undefined) return nic;
    const [config] = input.ipConfigs ?? [];
    return {
      nicId: nic.nicId,
      isPrimary: config?.isPrimary ?? nic.isPrimary,
      isSelected: input.selectionType !== 'NotSelected' && (config?.isSeletedForFailover ?? nic.isSelected),
      targetSubnetName: config?.recoverySubnetName ?? nic.targetSubnetName,
      targetIpAddress: config?.recoveryStaticIPAddress ?? nic.targetIpAddress,
      testSubnetName: config?.tfoSubnetName ?? nic.testSubnetName,
      testIpAddress: config?.tfoStaticIPAddress ?? nic.testIpAddress,
    };
  });
}
