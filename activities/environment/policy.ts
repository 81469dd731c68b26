import type { Environment } from '../../plan/index.ts';
import { isNotFound } from '../cloud-errors.ts';
import type { ActivityDeps, AzureClients } from '../clouds.ts';
import { finalFailure } from '../failures.ts';
import { begin } from '../site-recovery/begin.ts';
import { readFabric } from '../site-recovery/fabric.ts';
import { recentJobOn } from '../site-recovery/jobs.ts';
import { policyDrift } from '../site-recovery/policy-drift.ts';
import type { PolicyMinutes } from '../site-recovery/providers/provider.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';

/** The replication policy of an environment. */
export const policyActivities = ({ clouds }: ActivityDeps) => ({
  /**
   * Makes the policy, or finds it. One that is there is never changed: other machines may depend on it.
   * @returns the job that makes it, or `undefined` when it is there.
   * @throws `PolicyOfAnotherProvider` (final).
   * @see PUT …/replicationPolicies/{policy}
   */
  async beginPolicy(environment: Environment, fabric: string): Promise<string | undefined> {
    const azure = clouds.azure(environment.subscriptionId);
    const { vault, resourceGroup, policy } = environment;
    const there = await policyKind(azure, environment);
    if (there !== undefined) return refuseOther(environment, there);
    const { now } = await readFabric(azure, environment, fabric);
    const scenario = 'AddProtectionProfile';
    const begun = await recentJobOn(azure, environment, { scenario, targetName: policy.name, now });
    const input = providerOf(environment).policyInput(minutesOf(policy));
    const { replicationPolicies } = azure.siteRecovery;
    return (
      begun ??
      begin((options) => replicationPolicies.beginCreate(vault, resourceGroup, policy.name, input, options))
    );
  },

  /** Where the policy in the vault is not what the plan says, in words. */
  async policyNotes(environment: Environment): Promise<string[]> {
    const azure = clouds.azure(environment.subscriptionId);
    const drift = await policyDrift(azure, environment, providerOf(environment));
    return drift.map(({ message, suggestion }) => `${message}. ${suggestion}`);
  },
});

/** A policy that Portage makes keeps a day of recovery points, one every five minutes, unless its plan says otherwise. */
function minutesOf(policy: Environment['policy']): PolicyMinutes {
  return {
    recoveryPoints: (policy.recoveryPointHours ?? 24) * 60,
    crashConsistent: policy.crashConsistentMinutes ?? 5,
    appConsistent: policy.appConsistentMinutes ?? 0,
  };
}

async function policyKind(
  azure: AzureClients,
  { vault, resourceGroup, policy }: Environment,
): Promise<string | undefined> {
  try {
    const { properties } = await azure.siteRecovery.replicationPolicies.get(
      vault,
      resourceGroup,
      policy.name,
    );
    return properties?.providerSpecificDetails?.instanceType ?? '';
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function refuseOther(environment: Environment, kind: string): undefined {
  if (kind === providerOf(environment).instanceType) return undefined;
  const { policy, vault, provider } = environment;
  throw finalFailure(
    'PolicyOfAnotherProvider',
    `Policy ${policy.name} of vault ${vault} is one for ${kind}, not for a ${provider} environment`,
    {
      code: 'POLICY_OF_ANOTHER_PROVIDER',
      suggestion: 'Name another policy in the plan: Portage makes it where it is missing',
    },
  );
}
