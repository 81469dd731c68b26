import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions } from '../api-versions.ts';
import { pagedList } from '../paged-list.ts';
import { get, ok, patch, put, remove, type ArmAnswer, type Route } from '../route.ts';
import { accepted } from './accepted.ts';
import { asrError, notThere } from './asr-error.ts';
import { startEnvironmentJob } from './environment-job.ts';
import {
  changedSchedule,
  policyBody,
  policyInput,
  policyOf,
  policyUpdateInput,
  type Policy,
} from './policies.ts';
import type { Vault } from './vault.ts';
import type { VaultFinder } from './vault-finder.ts';

/** Replication policies of the vault, of either provider. */
export function policyRoutes(find: VaultFinder): readonly Route[] {
  const policies = `${find.path}/replicationPolicies`;
  const one = `${policies}/{policy}`;
  const named = 'ReplicationPolicies';
  const versions = siteRecoveryVersions;
  return [
    get(policies, `${named}_List`, versions, (call) => listPolicies(call, find.vault(call))),
    get(one, `${named}_Get`, versions, (call) => getPolicy(call, find.vault(call))),
    put(one, `${named}_Create`, versions, (call) => createPolicy(call, find.vault(call))),
    patch(one, `${named}_Update`, versions, (call) => updatePolicy(call, find.vault(call))),
    remove(one, `${named}_Delete`, versions, (call) => deletePolicy(call, find.vault(call))),
  ];
}

function listPolicies(call: ArmCall, vault: Vault): ArmAnswer {
  return pagedList(call, vault.policies, vault.world.section.pageSize, (policy) => bodyOf(vault, policy));
}

function getPolicy(call: ArmCall, vault: Vault): ArmAnswer {
  return ok(bodyOf(vault, existingPolicy(call, vault)));
}

function bodyOf(vault: Vault, policy: Policy): unknown {
  return policyBody(policy, vault.ids.policy(policy.name), vault.itemsOfPolicy(policy));
}

/** A PUT on a policy that is there changes nothing (inferred). */
function createPolicy(call: ArmCall, vault: Vault): ArmAnswer {
  const { providerSpecificInput } = call.body(policyInput).properties;
  const policy = policyOf(call.param('policy'), providerSpecificInput);
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

function updatePolicy(call: ArmCall, vault: Vault): ArmAnswer {
  const policy = existingPolicy(call, vault);
  const { replicationProviderSettings } = call.body(policyUpdateInput).properties;
  const schedule = changedSchedule(policy, replicationProviderSettings);
  const job = startEnvironmentJob(vault, {
    operation: 'ReplicationPolicies_Update',
    id: vault.ids.policy(policy.name),
    scenarioName: 'UpdateProtectionProfile', // inferred, and its task
    tasks: ['UpdateProtectionProfileTask'],
    span: vault.world.durations.policySeconds,
    succeeded: () => {
      policy.schedule = schedule;
    },
  });
  return accepted(call, vault, job);
}

function deletePolicy(call: ArmCall, vault: Vault): ArmAnswer {
  const policy = existingPolicy(call, vault);
  const mapping = [...vault.mappings].find((each) => each.policy === policy);
  if (mapping !== undefined) throw associated(policy.name, mapping.fabric.containerFriendlyName);
  const job = startEnvironmentJob(vault, {
    operation: 'ReplicationPolicies_Delete',
    id: vault.ids.policy(policy.name),
    scenarioName: 'DeleteProtectionProfile', // inferred, and its task
    tasks: ['DeleteProtectionProfileTask'],
    span: vault.world.durations.policySeconds,
    succeeded: () => vault.policies.remove(policy.name),
  });
  return accepted(call, vault, job);
}

function existingPolicy(call: ArmCall, vault: Vault): Policy {
  const policy = vault.policies.get(call.param('policy'));
  if (policy === undefined) throw notThere(vault.ids.policy(call.param('policy')));
  return policy;
}

/** Documented: an associated policy has to be dissociated first. Its code and text are inferred. */
function associated(policy: string, container: string) {
  return asrError({
    status: 409,
    code: 'ProtectionProfileInUse',
    message: `The replication policy '${policy}' cannot be deleted while it is associated with the protection container '${container}'.`,
    possibleCauses: 'The policy is associated with a protection container.',
    recommendedAction: 'Dissociate the policy, then delete it.',
  });
}
