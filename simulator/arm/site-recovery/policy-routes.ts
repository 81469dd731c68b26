import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions } from '../api-versions.ts';
import { pagedList } from '../paged-list.ts';
import { get, ok, put, type ArmAnswer, type Route } from '../route.ts';
import { accepted } from './accepted.ts';
import { notThere } from './asr-error.ts';
import { startEnvironmentJob } from './environment-job.ts';
import { policyBody, policyInput, policyOf, type Policy } from './policies.ts';
import type { Vault } from './vault.ts';
import type { VaultFinder } from './vault-finder.ts';

/** Replication policies of the vault. */
export function policyRoutes(find: VaultFinder): readonly Route[] {
  const policies = `${find.path}/replicationPolicies`;
  const versions = siteRecoveryVersions;
  return [
    get(policies, 'ReplicationPolicies_List', versions, (call) => listPolicies(call, find.vault(call))),
    get(`${policies}/{policy}`, 'ReplicationPolicies_Get', versions, (call) =>
      getPolicy(call, find.vault(call)),
    ),
    put(`${policies}/{policy}`, 'ReplicationPolicies_Create', versions, (call) =>
      createPolicy(call, find.vault(call)),
    ),
  ];
}

function listPolicies(call: ArmCall, vault: Vault): ArmAnswer {
  return pagedList(call, vault.policies, vault.world.section.pageSize, (policy) => bodyOf(vault, policy));
}

function getPolicy(call: ArmCall, vault: Vault): ArmAnswer {
  const policy = vault.policies.get(call.param('policy'));
  if (policy === undefined) throw notThere(vault.ids.policy(call.param('policy')));
  return ok(bodyOf(vault, policy));
}

function bodyOf(vault: Vault, policy: Policy): unknown {
  return policyBody(policy, vault.ids.policy(policy.name), vault.itemsOfPolicy(policy));
}

function createPolicy(call: ArmCall, vault: Vault): ArmAnswer {
  const policy = policyOf(call.param('policy'), call.body(policyInput));
  const job = startEnvironmentJob(vault, {
    operation: 'ReplicationPolicies_Create',
    id: vault.ids.policy(policy.name),
    scenarioName: 'AddProtectionProfile',
    tasks: ['AddProtectionProfileTask'], // inferred: the official example has no task
    span: vault.world.durations.policySeconds,
    succeeded: () => {
      if (vault.policies.get(policy.name) === undefined) vault.policies.add(policy.name, policy);
    },
  });
  return accepted(call, vault, job);
}
