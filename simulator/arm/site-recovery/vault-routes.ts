import { z } from 'zod';
import { secondsOf, type Span } from '../../durations.ts';
import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions, vaultVersions } from '../api-versions.ts';
import { pagedList } from '../paged-list.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';
import { accepted } from './accepted.ts';
import { asrError, badInput, notThere } from './asr-error.ts';
import { appliancesBody, containerBody, fabricBody } from './fabric-bodies.ts';
import type { Job, JobTask } from './job.ts';
import { policyBody, policyInput, policyOf, requireInMageRcm } from './policies.ts';
import type { Mapping, Vault } from './vault.ts';
import type { VaultFinder } from './vault-finder.ts';

const mappingInput = z.object({
  properties: z.object({
    policyId: z.string(),
    targetProtectionContainerId: z.string(),
    providerSpecificInput: z.object({ instanceType: z.string() }).optional(),
  }),
});

/** The environment of a vault: the vault itself, fabric, appliances, container, mappings, policies. */
export function vaultRoutes(find: VaultFinder): readonly Route[] {
  const { path, fabric, container } = find;
  const versions = siteRecoveryVersions;
  const mapping = `${container}/replicationProtectionContainerMappings/{mapping}`;
  const policy = `${path}/replicationPolicies/{policy}`;
  return [
    get(path, 'Vaults_Get', vaultVersions, (call) => ok(vaultBody(find.vault(call)))),
    get(`${path}/replicationFabrics`, 'ReplicationFabrics_List', versions, (call) =>
      list([fabricBody(find.vault(call), false)]),
    ),
    get(fabric, 'ReplicationFabrics_Get', versions, (call) => ok(fabricBody(find.fabricOf(call), true))),
    get(`${path}/replicationAppliances`, 'ReplicationAppliances_List', versions, (call) =>
      ok(appliancesBody(find.vault(call))),
    ),
    get(`${path}/replicationProtectionContainers`, 'ReplicationProtectionContainers_List', versions, (call) =>
      list([containerBody(find.vault(call))]),
    ),
    get(
      `${fabric}/replicationProtectionContainers`,
      'ReplicationProtectionContainers_ListByReplicationFabrics',
      versions,
      (call) => list([containerBody(find.fabricOf(call))]),
    ),
    get(container, 'ReplicationProtectionContainers_Get', versions, (call) =>
      ok(containerBody(find.containerOf(call))),
    ),
    get(
      `${path}/replicationProtectionContainerMappings`,
      'ReplicationProtectionContainerMappings_List',
      versions,
      (call) => listMappings(call, find.vault(call)),
    ),
    get(
      `${container}/replicationProtectionContainerMappings`,
      'ReplicationProtectionContainerMappings_ListByReplicationProtectionContainers',
      versions,
      (call) => listMappings(call, find.containerOf(call)),
    ),
    get(mapping, 'ReplicationProtectionContainerMappings_Get', versions, getMapping(find)),
    {
      method: 'PUT',
      path: mapping,
      operation: 'ReplicationProtectionContainerMappings_Create',
      apiVersions: versions,
      answer: createMapping(find),
    },
    {
      method: 'POST',
      path: `${mapping}/remove`,
      operation: 'ReplicationProtectionContainerMappings_Delete',
      apiVersions: versions,
      answer: removeMapping(find),
    },
    get(`${path}/replicationPolicies`, 'ReplicationPolicies_List', versions, (call) =>
      listPolicies(call, find.vault(call)),
    ),
    get(policy, 'ReplicationPolicies_Get', versions, getPolicy(find)),
    {
      method: 'PUT',
      path: policy,
      operation: 'ReplicationPolicies_Create',
      apiVersions: versions,
      answer: createPolicy(find),
    },
  ];
}

function list(value: readonly unknown[]): ArmAnswer {
  return ok({ value, nextLink: null });
}

/** Ids of other providers than Site Recovery keep their small `/subscriptions/`. */
function vaultBody({ ids, section, location }: Vault): unknown {
  return {
    location,
    name: section.name,
    etag: 'W/"datetime\'2026-01-01T00%3A00%3A00.0000000Z\'"',
    properties: {
      provisioningState: 'Succeeded',
      privateEndpointStateForBackup: 'None',
      privateEndpointStateForSiteRecovery: 'None',
      publicNetworkAccess: 'Enabled',
    },
    id: ids.vault.replace('/Subscriptions/', '/subscriptions/'),
    type: 'Microsoft.RecoveryServices/vaults',
    sku: { name: 'RS0', tier: 'Standard' },
    identity: { type: 'SystemAssigned' },
  };
}

function listMappings(call: ArmCall, vault: Vault): ArmAnswer {
  return pagedList(call, vault.mappings, vault.world.section.pageSize, (each) => mappingBody(vault, each));
}

function getMapping(find: VaultFinder) {
  return (call: ArmCall): ArmAnswer => {
    const vault = find.containerOf(call);
    return ok(mappingBody(vault, existingMapping(vault, call.param('mapping'))));
  };
}

function createMapping(find: VaultFinder) {
  return (call: ArmCall): ArmAnswer => {
    const vault = find.containerOf(call);
    const { policyId, targetProtectionContainerId, providerSpecificInput } =
      call.body(mappingInput).properties;
    if (providerSpecificInput !== undefined) requireInMageRcm(providerSpecificInput.instanceType);
    if (targetProtectionContainerId !== 'Microsoft Azure')
      throw badInput(`The target '${targetProtectionContainerId}' is not supported.`);
    const policy = [...vault.policies].find(
      ({ name }) => vault.ids.policy(name).toLowerCase() === policyId.toLowerCase(),
    );
    if (policy === undefined) throw badInput(`The replication policy '${policyId}' does not exist.`);
    const name = call.param('mapping');
    const id = vault.ids.mapping(name);
    const tasks = [
      'CloudPairingPrerequisitesCheck',
      'CloudPairingPrepareSite',
      'CloudPairingPrepareCloud',
      'CloudPairingPairClouds',
    ];
    const job = environmentJob(
      vault,
      id,
      'AssociateProtectionProfile',
      tasks,
      vault.world.durations.associateSeconds,
      () => {
        if (vault.mappings.get(name) === undefined) vault.mappings.add(name, { name, policy });
      },
    );
    return accepted(call, vault, job);
  };
}

function removeMapping(find: VaultFinder) {
  return (call: ArmCall): ArmAnswer => {
    const vault = find.containerOf(call);
    const { name, policy } = existingMapping(vault, call.param('mapping'));
    if (vault.itemsOfPolicy(policy) > 0) throw inUse(name);
    const tasks = ['CloudUnpairingPrerequisitesCheck', 'CloudUnpairingUnpairClouds'];
    const job = environmentJob(
      vault,
      vault.ids.mapping(name),
      'DissociateProtectionProfile',
      tasks,
      vault.world.durations.associateSeconds,
      () => vault.mappings.remove(name),
    );
    return accepted(call, vault, job);
  };
}

function existingMapping(vault: Vault, name: string): Mapping {
  const mapping = vault.mappings.get(name);
  if (mapping === undefined) throw notThere(vault.ids.mapping(name));
  return mapping;
}

function mappingBody(vault: Vault, { name, policy }: Mapping): unknown {
  return {
    id: vault.ids.mapping(name),
    name,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectionContainerMappings',
    properties: {
      targetProtectionContainerId: 'Microsoft Azure',
      targetProtectionContainerFriendlyName: 'Microsoft Azure',
      providerSpecificDetails: { instanceType: 'InMageRcm', enableAgentAutoUpgrade: 'false' },
      health: 'Normal',
      healthErrorDetails: [],
      policyId: vault.ids.policy(policy.name),
      state: 'Paired',
      sourceProtectionContainerFriendlyName: vault.containerName,
      sourceFabricFriendlyName: vault.fabricName,
      targetFabricFriendlyName: 'Microsoft Azure',
      policyFriendlyName: policy.name,
    },
  };
}

function listPolicies(call: ArmCall, vault: Vault): ArmAnswer {
  return pagedList(call, vault.policies, vault.world.section.pageSize, (policy) =>
    policyBody(policy, vault.ids.policy(policy.name), vault.itemsOfPolicy(policy)),
  );
}

function getPolicy(find: VaultFinder) {
  return (call: ArmCall): ArmAnswer => {
    const vault = find.vault(call);
    const policy = vault.policies.get(call.param('policy'));
    if (policy === undefined) throw notThere(vault.ids.policy(call.param('policy')));
    return ok(policyBody(policy, vault.ids.policy(policy.name), vault.itemsOfPolicy(policy)));
  };
}

function createPolicy(find: VaultFinder) {
  return (call: ArmCall): ArmAnswer => {
    const vault = find.vault(call);
    const policy = policyOf(call.param('policy'), call.body(policyInput));
    const job = environmentJob(
      vault,
      vault.ids.policy(policy.name),
      'AddProtectionProfile',
      ['AddProtectionProfileTask'],
      vault.world.durations.policySeconds,
      () => {
        if (vault.policies.get(policy.name) === undefined) vault.policies.add(policy.name, policy);
      },
    );
    return accepted(call, vault, job);
  };
}

function inUse(mapping: string) {
  return asrError({
    status: 409,
    code: 'ProtectionContainerMappingInUse', // inferred
    message: `The mapping '${mapping}' cannot be removed while machines are protected with its policy.`,
    possibleCauses: 'Protected items use the policy of the mapping.',
    recommendedAction: 'Disable replication of these items first.',
  });
}

function environmentJob(
  vault: Vault,
  id: string,
  scenarioName: string,
  tasks: readonly string[],
  span: Span,
  succeeded: () => void,
): Job {
  const { world, jobs } = vault;
  const totalMs = secondsOf(span, world.random.fork(`${id}/${jobs.count}`));
  const equal = (name: string): JobTask => ({ name, friendlyName: name, durationMs: totalMs / tasks.length });
  return jobs.start({
    scenarioName,
    friendlyName: scenarioName,
    tasks: tasks.map(equal),
    target: {
      objectId: vault.fabricIdentifier,
      objectName: id.slice(id.lastIndexOf('/') + 1),
      instanceType: 'ProtectionProfile',
    },
    detailsType: 'AsrJobDetails',
    affectedObjects: {},
    resourceId: id,
    failure: world.faults.takeJobFailure({ operation: scenarioName, target: id }),
    succeeded,
  });
}
