import { z } from 'zod';
import { badInput } from './asr-error.ts';
import type { InstanceType } from './fabric.ts';
import type { PolicySection } from './vault-section.ts';

/** How often a policy makes recovery points, and how long they are kept; times in minutes. */
export interface PolicySchedule {
  readonly recoveryPointHistoryMinutes: number;
  readonly crashConsistentMinutes: number;
  readonly appConsistentMinutes: number;
  readonly multiVmSync: boolean;
  /** The classic provider's. */
  readonly recoveryPointThresholdMinutes: number;
}

/** A replication policy. */
export interface Policy {
  readonly name: string;
  readonly provider: InstanceType;
  /** A PATCH changes it, for the items that there are, too. */
  schedule: PolicySchedule;
}

const minutes = z.number().int().min(0);

/** The modernized provider's input. Booleans are strings, in both directions (recorded). */
const rcmInput = z.object({
  instanceType: z.literal('InMageRcm'),
  recoveryPointHistoryInMinutes: minutes.optional(),
  crashConsistentFrequencyInMinutes: minutes.optional(),
  appConsistentFrequencyInMinutes: minutes.optional(),
  enableMultiVmSync: z.enum(['true', 'false']).optional(),
});

/** The classic provider's: it is sent `Enable` and answers `Enabled` (recorded). */
const azureV2Input = z.object({
  instanceType: z.literal('InMageAzureV2'),
  recoveryPointThresholdInMinutes: minutes.optional(),
  recoveryPointHistory: minutes.optional(),
  crashConsistentFrequencyInMinutes: minutes.optional(),
  appConsistentFrequencyInMinutes: minutes.optional(),
  multiVmSyncStatus: z.enum(['Enable', 'Disable']),
});

const providerInput = z.discriminatedUnion('instanceType', [rcmInput, azureV2Input]);
type ProviderInput = z.infer<typeof providerInput>;

/** `PUT replicationPolicies/{p}`. */
export const policyInput = z.object({ properties: z.object({ providerSpecificInput: z.looseObject({}) }) });

/** `PATCH replicationPolicies/{p}`: the same under another name. */
export const policyUpdateInput = z.object({
  properties: z.object({ replicationProviderSettings: z.looseObject({}) }),
});

/** Documented: recovery points are kept for 15 days at most. */
const maxHistoryMinutes = 15 * 24 * 60;

const usual: PolicySchedule = {
  recoveryPointHistoryMinutes: 1440,
  crashConsistentMinutes: 5,
  appConsistentMinutes: 0,
  multiVmSync: false,
  recoveryPointThresholdMinutes: 15,
};

/** A policy that a scenario has. */
export function policyOfSection({ name, provider, ...schedule }: PolicySection): Policy {
  return { name, provider: provider === 'classic' ? 'InMageAzureV2' : 'InMageRcm', schedule };
}

/** @throws ArmError 400 for what no provider takes, or beyond the service's limits. */
export function policyOf(name: string, input: unknown): Policy {
  const read = readInput(input);
  return { name, provider: read.instanceType, schedule: scheduleOf(read, usual) };
}

/** The schedule that a PATCH makes of a policy's. @throws ArmError 400 as `policyOf`, and for another provider's input. */
export function changedSchedule({ provider, schedule }: Policy, input: unknown): PolicySchedule {
  const read = readInput(input);
  requireInstanceType(provider, read.instanceType);
  return scheduleOf(read, schedule);
}

function readInput(input: unknown): ProviderInput {
  const read = providerInput.safeParse(input);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw badInput(
    `The provider specific input of the replication policy is not valid: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`,
  );
}

function scheduleOf(input: ProviderInput, before: PolicySchedule): PolicySchedule {
  const [history, multiVmSync] =
    input.instanceType === 'InMageRcm'
      ? [input.recoveryPointHistoryInMinutes, input.enableMultiVmSync]
      : [input.recoveryPointHistory, input.multiVmSyncStatus];
  const threshold =
    input.instanceType === 'InMageAzureV2' ? input.recoveryPointThresholdInMinutes : undefined;
  return checked({
    recoveryPointHistoryMinutes: history ?? before.recoveryPointHistoryMinutes,
    crashConsistentMinutes: input.crashConsistentFrequencyInMinutes ?? before.crashConsistentMinutes,
    appConsistentMinutes: input.appConsistentFrequencyInMinutes ?? before.appConsistentMinutes,
    multiVmSync: multiVmSync === undefined ? before.multiVmSync : ['true', 'Enable'].includes(multiVmSync),
    recoveryPointThresholdMinutes: threshold ?? before.recoveryPointThresholdMinutes,
  });
}

/** That app-consistent points must come within the history is inferred, as are the texts. */
function checked(schedule: PolicySchedule): PolicySchedule {
  const { recoveryPointHistoryMinutes: history, appConsistentMinutes: app } = schedule;
  if (history > maxHistoryMinutes) {
    throw badInput(
      `The recovery point history of ${history} minutes is beyond the limit of ${maxHistoryMinutes} minutes.`,
    );
  }
  if (app > 0 && app > history) {
    throw badInput(
      `The app-consistent frequency of ${app} minutes is longer than the recovery point history of ${history} minutes.`,
    );
  }
  return schedule;
}

/** A policy as GET answers it; `status`, `associatedItemsCount` and `dataSourceType` are in no published type (recorded). */
export function policyBody(policy: Policy, id: string, associatedItemsCount: number): unknown {
  const { name, provider } = policy;
  return {
    id,
    name,
    type: 'Microsoft.RecoveryServices/vaults/replicationPolicies',
    properties: {
      friendlyName: name,
      providerSpecificDetails:
        provider === 'InMageRcm' ? rcmDetails(policy, associatedItemsCount) : azureV2Details(policy),
    },
  };
}

function rcmDetails({ schedule }: Policy, associatedItemsCount: number): unknown {
  return {
    instanceType: 'InMageRcm',
    recoveryPointHistoryInMinutes: schedule.recoveryPointHistoryMinutes,
    appConsistentFrequencyInMinutes: schedule.appConsistentMinutes,
    crashConsistentFrequencyInMinutes: schedule.crashConsistentMinutes,
    enableMultiVmSync: String(schedule.multiVmSync),
    status: associatedItemsCount > 0,
    associatedItemsCount,
    dataSourceType: 'VM',
  };
}

function azureV2Details({ schedule }: Policy): unknown {
  return {
    instanceType: 'InMageAzureV2',
    crashConsistentFrequencyInMinutes: schedule.crashConsistentMinutes,
    recoveryPointThresholdInMinutes: schedule.recoveryPointThresholdMinutes,
    recoveryPointHistory: schedule.recoveryPointHistoryMinutes,
    appConsistentFrequencyInMinutes: schedule.appConsistentMinutes,
    multiVmSyncStatus: schedule.multiVmSync ? 'Enabled' : 'Disabled',
  };
}

/** @throws ArmError 400 unless a request means this provider, in this very case. */
export function requireInstanceType(wanted: InstanceType, instanceType: string): void {
  if (instanceType === wanted) return;
  throw badInput(`The instance type '${instanceType}' is not supported here, where '${wanted}' is taken.`);
}
