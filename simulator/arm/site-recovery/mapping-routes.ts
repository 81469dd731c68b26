import { z } from 'zod';
import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions } from '../api-versions.ts';
import { pagedList } from '../paged-list.ts';
import { get, ok, post, put, type ArmAnswer, type Route } from '../route.ts';
import { accepted } from './accepted.ts';
import { asrError, badInput, notThere } from './asr-error.ts';
import { startEnvironmentJob } from './environment-job.ts';
import { requireInMageRcm } from './policies.ts';
import type { Mapping, Vault } from './vault.ts';
import type { VaultFinder } from './vault-finder.ts';

/** `PUT …/replicationProtectionContainerMappings/{m}`; the SDKs can't send a modernized provider input there, so it may be absent. */
const mappingInput = z.object({
  properties: z.object({
    policyId: z.string(),
    targetProtectionContainerId: z.string(),
    providerSpecificInput: z.object({ instanceType: z.string() }).optional(),
  }),
});

/** Associations of the container with policies. */
export function mappingRoutes(find: VaultFinder): readonly Route[] {
  const { path, container } = find;
  const versions = siteRecoveryVersions;
  const mappings = 'replicationProtectionContainerMappings';
  const named = 'ReplicationProtectionContainerMappings';
  const one = `${container}/${mappings}/{mapping}`;
  return [
    get(`${path}/${mappings}`, `${named}_List`, versions, (call) => listMappings(call, find.vault(call))),
    get(`${container}/${mappings}`, `${named}_ListByReplicationProtectionContainers`, versions, (call) =>
      listMappings(call, find.containerOf(call)),
    ),
    get(one, `${named}_Get`, versions, (call) => getMapping(call, find.containerOf(call))),
    put(one, `${named}_Create`, versions, (call) => createMapping(call, find.containerOf(call))),
    post(`${one}/remove`, `${named}_Delete`, versions, (call) => removeMapping(call, find.containerOf(call))),
  ];
}

function listMappings(call: ArmCall, vault: Vault): ArmAnswer {
  return pagedList(call, vault.mappings, vault.world.section.pageSize, (each) => mappingBody(vault, each));
}

function getMapping(call: ArmCall, vault: Vault): ArmAnswer {
  return ok(mappingBody(vault, existingMapping(vault, call.param('mapping'))));
}

function createMapping(call: ArmCall, vault: Vault): ArmAnswer {
  const { policyId, targetProtectionContainerId, providerSpecificInput } = call.body(mappingInput).properties;
  if (providerSpecificInput !== undefined) requireInMageRcm(providerSpecificInput.instanceType);
  if (targetProtectionContainerId !== 'Microsoft Azure') {
    throw badInput(`The target '${targetProtectionContainerId}' is not supported.`);
  }
  const policy = vault.policyById(policyId);
  if (policy === undefined) throw badInput(`The replication policy '${policyId}' does not exist.`);
  const name = call.param('mapping');
  const job = startEnvironmentJob(vault, {
    operation: 'ReplicationProtectionContainerMappings_Create',
    id: vault.ids.mapping(name),
    scenarioName: 'AssociateProtectionProfile',
    tasks: [
      'CloudPairingPrerequisitesCheck',
      'CloudPairingPrepareSite',
      'CloudPairingPrepareCloud',
      'CloudPairingPairClouds',
    ],
    span: vault.world.durations.associateSeconds,
    succeeded: () => {
      if (vault.mappings.get(name) === undefined) vault.mappings.add(name, { name, policy });
    },
  });
  return accepted(call, vault, job);
}

function removeMapping(call: ArmCall, vault: Vault): ArmAnswer {
  const { name, policy } = existingMapping(vault, call.param('mapping'));
  if (vault.itemsOfPolicy(policy) > 0) throw inUse(name);
  const job = startEnvironmentJob(vault, {
    operation: 'ReplicationProtectionContainerMappings_Delete',
    id: vault.ids.mapping(name),
    scenarioName: 'DissociateProtectionProfile',
    tasks: ['CloudUnpairingPrerequisitesCheck', 'CloudUnpairingUnpairClouds'], // inferred
    span: vault.world.durations.associateSeconds,
    succeeded: () => vault.mappings.remove(name),
  });
  return accepted(call, vault, job);
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

function inUse(mapping: string) {
  return asrError({
    status: 409,
    code: 'ProtectionContainerMappingInUse', // inferred
    message: `The mapping '${mapping}' cannot be removed while machines are protected with its policy.`,
    possibleCauses: 'Protected items use the policy of the mapping.',
    recommendedAction: 'Disable replication of these items first.',
  });
}
