import { z } from 'zod';
import { badInput } from './asr-error.ts';

/** A replication policy of the modernized provider; times in minutes. */
export interface Policy {
  readonly name: string;
  readonly recoveryPointHistoryMinutes: number;
  readonly crashConsistentMinutes: number;
  readonly appConsistentMinutes: number;
  readonly multiVmSync: boolean;
}

/** `PUT replicationPolicies/{p}`. Booleans are strings, in both directions (recorded). */
export const policyInput = z.object({
  properties: z.object({
    providerSpecificInput: z.object({
      instanceType: z.string(),
      recoveryPointHistoryInMinutes: z.number().int().positive().default(1440),
      crashConsistentFrequencyInMinutes: z.number().int().min(0).default(5),
      appConsistentFrequencyInMinutes: z.number().int().min(0).default(0),
      enableMultiVmSync: z.enum(['true', 'false']).default('false'),
    }),
  }),
});

/** @throws ArmError 400 for another provider's input. */
export function policyOf(name: string, { properties }: z.infer<typeof policyInput>): Policy {
  const input = properties.providerSpecificInput;
  requireInMageRcm(input.instanceType);
  return {
    name,
    recoveryPointHistoryMinutes: input.recoveryPointHistoryInMinutes,
    crashConsistentMinutes: input.crashConsistentFrequencyInMinutes,
    appConsistentMinutes: input.appConsistentFrequencyInMinutes,
    multiVmSync: input.enableMultiVmSync === 'true',
  };
}

/** A policy as GET answers it; `status`, `associatedItemsCount` and `dataSourceType` are in no published type (recorded). */
export function policyBody(policy: Policy, id: string, associatedItemsCount: number): unknown {
  return {
    id,
    name: policy.name,
    type: 'Microsoft.RecoveryServices/vaults/replicationPolicies',
    properties: {
      friendlyName: policy.name,
      providerSpecificDetails: {
        instanceType: 'InMageRcm',
        recoveryPointHistoryInMinutes: policy.recoveryPointHistoryMinutes,
        appConsistentFrequencyInMinutes: policy.appConsistentMinutes,
        crashConsistentFrequencyInMinutes: policy.crashConsistentMinutes,
        enableMultiVmSync: String(policy.multiVmSync),
        status: associatedItemsCount > 0,
        associatedItemsCount,
        dataSourceType: 'VM',
      },
    },
  };
}

/** The simulated vault is a modernized one. @throws ArmError 400 for any other provider. */
export function requireInMageRcm(instanceType: string): void {
  if (instanceType === 'InMageRcm') return;
  throw badInput(
    `The instance type '${instanceType}' is not supported by the fabric of this vault, which takes 'InMageRcm'.`,
  );
}
