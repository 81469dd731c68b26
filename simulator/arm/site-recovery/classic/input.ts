import { z } from 'zod';

const text = z.string().min(1);
const optional = z.string().optional();
const diskType = z.enum(['Standard_LRS', 'Premium_LRS', 'StandardSSD_LRS']);
const licenseType = z.enum(['NotSpecified', 'NoLicenseType', 'WindowsServer']);
const enableRdp = z.enum(['Never', 'OnlyOnTestFailover', 'Always']);

/** `PUT replicationProtectedItems/{i}` (recorded). Anything else in the body is ignored. */
export const azureV2EnableInput = z.object({
  properties: z.object({
    policyId: text,
    protectableItemId: text,
    providerSpecificDetails: z.object({
      instanceType: text,
      masterTargetId: optional,
      processServerId: text,
      runAsAccountId: optional,
      multiVmGroupId: optional,
      multiVmGroupName: optional,
      disksToInclude: z
        .array(
          z.object({ diskId: text, logStorageAccountId: text.optional(), diskType: diskType.optional() }),
        )
        .min(1)
        .optional(),
      logStorageAccountId: text,
      diskType: diskType.optional(),
      targetAzureNetworkId: optional,
      /** The name of a subnet, in spite of its own (recorded). */
      targetAzureSubnetId: optional,
      enableRdpOnTargetOption: enableRdp.default('Never'),
      targetAzureVmName: optional,
      targetAzureV2ResourceGroupId: text,
      targetVmSize: optional,
      targetAvailabilitySetId: optional,
      targetAvailabilityZone: optional,
      targetProximityPlacementGroupId: optional,
      licenseType: licenseType.default('NotSpecified'),
    }),
  }),
});
export type AzureV2EnableInput = z.infer<typeof azureV2EnableInput>['properties']['providerSpecificDetails'];

/** Its flag for the failover is spelled like this (recorded), and is a boolean. */
const ipConfig = z.object({
  isPrimary: z.boolean().optional(),
  isSeletedForFailover: z.boolean().optional(),
  recoverySubnetName: optional,
  recoveryStaticIPAddress: optional,
  tfoSubnetName: optional,
  tfoStaticIPAddress: optional,
});

const nic = z.object({
  nicId: text,
  selectionType: z
    .enum(['NotSelected', 'SelectedByDefault', 'SelectedByUser', 'SelectedByUserForTestFailover'])
    .optional(),
  ipConfigs: z.array(ipConfig).optional(),
});

/** `PATCH replicationProtectedItems/{i}`: most of it stands outside the provider's own part. */
export const azureV2UpdateInput = z.object({
  properties: z.object({
    recoveryAzureVMName: optional,
    recoveryAzureVMSize: optional,
    selectedRecoveryAzureNetworkId: optional,
    selectedTfoAzureNetworkId: optional,
    /** The interface that becomes the primary one. */
    selectedSourceNicId: optional,
    vmNics: z.array(nic).optional(),
    licenseType: licenseType.optional(),
    recoveryAvailabilitySetId: optional,
    providerSpecificDetails: z
      .object({
        instanceType: text,
        recoveryAzureV2ResourceGroupId: optional,
        targetAvailabilityZone: optional,
        targetProximityPlacementGroupId: optional,
      })
      .optional(),
  }),
});

type UpdateProperties = z.infer<typeof azureV2UpdateInput>['properties'];

/** A PATCH as one thing: what stands outside the provider's part and what in it. */
export type AzureV2UpdateInput = Omit<UpdateProperties, 'providerSpecificDetails'> &
  Partial<Omit<NonNullable<UpdateProperties['providerSpecificDetails']>, 'instanceType'>>;
