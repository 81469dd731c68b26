import { z } from 'zod';

const text = z.string().min(1);
const optional = z.string().optional();

const disk = {
  logStorageAccountId: text,
  diskType: z.enum([
    'Standard_LRS',
    'Premium_LRS',
    'StandardSSD_LRS',
    'StandardSSD_ZRS',
    'Premium_ZRS',
    'PremiumV2_LRS',
    'UltraSSD_LRS',
  ]),
  diskEncryptionSetId: optional,
};

const licenseType = z.enum(['NotSpecified', 'NoLicenseType', 'WindowsServer']);

/** `PUT replicationProtectedItems/{i}`: enable replication. Anything else in the body is ignored. */
export const rcmEnableInput = z.object({
  properties: z.object({
    policyId: text,
    providerSpecificDetails: z.object({
      instanceType: text,
      fabricDiscoveryMachineId: text,
      disksToInclude: z
        .array(z.object({ diskId: text, ...disk }))
        .min(1)
        .optional(),
      disksDefault: z.object(disk).optional(),
      targetResourceGroupId: text,
      processServerId: text,
      runAsAccountId: optional,
      targetNetworkId: optional,
      targetSubnetName: optional,
      testNetworkId: optional,
      testSubnetName: optional,
      targetVmName: optional,
      targetVmSize: optional,
      licenseType: licenseType.default('NotSpecified'),
      multiVmGroupName: optional,
      targetAvailabilitySetId: optional,
      targetAvailabilityZone: optional,
      targetProximityPlacementGroupId: optional,
      targetBootDiagnosticsStorageAccountId: optional,
    }),
  }),
});
export type RcmEnableInput = z.infer<typeof rcmEnableInput>['properties']['providerSpecificDetails'];

const nic = z.object({
  nicId: text,
  isPrimaryNic: z.enum(['true', 'false']),
  isSelectedForFailover: z.enum(['true', 'false']).optional(),
  targetSubnetName: optional,
  targetStaticIPAddress: optional,
  testSubnetName: optional,
  testStaticIPAddress: optional,
});

/** `PATCH replicationProtectedItems/{i}`: change what the failover will make. */
export const rcmUpdateInput = z.object({
  properties: z.object({
    providerSpecificDetails: z.object({
      instanceType: text,
      targetVmName: optional,
      targetVmSize: optional,
      targetResourceGroupId: optional,
      targetAvailabilitySetId: optional,
      targetAvailabilityZone: optional,
      targetProximityPlacementGroupId: optional,
      targetBootDiagnosticsStorageAccountId: optional,
      targetNetworkId: optional,
      testNetworkId: optional,
      vmNics: z.array(nic).optional(),
      licenseType: licenseType.optional(),
    }),
  }),
});
export type RcmUpdateInput = z.infer<typeof rcmUpdateInput>['properties']['providerSpecificDetails'];
