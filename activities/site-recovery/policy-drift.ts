import type { Environment } from '../../plan/index.ts';
import type { AzureClients } from '../clouds.ts';
import type { ReplicationProvider } from './providers/provider.ts';
import type { Complaint } from './complaint.ts';

/** Where a policy of a vault is not what the plan says: it is shown, never overwritten, since other machines may depend on it. */
export async function policyDrift(
  azure: AzureClients,
  { vault, resourceGroup, policy }: Environment,
  provider: ReplicationProvider,
): Promise<Complaint[]> {
  const { properties } = await azure.siteRecovery.replicationPolicies.get(vault, resourceGroup, policy.name);
  const actual = provider.policy(properties ?? {});
  const compared: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['recovery points are kept for', hours(policy.recoveryPointHours), actual.recoveryPoints],
    ['crash-consistent points are taken every', policy.crashConsistentMinutes, actual.crashConsistent],
    ['application-consistent points are taken every', policy.appConsistentMinutes, actual.appConsistent],
  ];
  const drift = compared.filter(([, wanted, found]) => wanted !== undefined && wanted !== found);
  return drift.map(([what, wanted, found]) => ({
    code: 'POLICY_DRIFT',
    weight: 'warning',
    message: `Policy ${policy.name}: ${what} ${found ?? 'an unknown number of'} minutes, the plan says ${wanted ?? ''}`,
    suggestion: 'Change the policy in the vault or the plan; Portage does not overwrite a policy',
  }));
}

function hours(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 60;
}
