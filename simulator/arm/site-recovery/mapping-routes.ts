import { z } from 'zod';
import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions } from '../api-versions.ts';
import { pagedList } from '../paged-list.ts';
import type { Registry } from '../registry.ts';
import { get, ok, patch, post, put, remove, type ArmAnswer, type Route } from '../route.ts';
import { accepted } from './accepted.ts';
import { asrError, badInput, notThere } from './asr-error.ts';
import { startEnvironmentJob } from './environment-job.ts';
import type { Fabric, Mapping } from './fabric.ts';
import { mappingBody } from './mapping-body.ts';
import { requireInstanceType } from './policies.ts';
import type { VaultFinder } from './vault-finder.ts';

/** `PUT …/replicationProtectionContainerMappings/{m}`; the SDKs can't send either provider's input there, so it may be absent. */
const mappingInput = z.object({
  properties: z.object({
    policyId: z.string(),
    targetProtectionContainerId: z.string(),
    providerSpecificInput: z.object({ instanceType: z.string() }).optional(),
  }),
});

/** `PATCH`: what an existing mapping of the modernized provider can be told. */
const mappingUpdateInput = z.object({
  properties: z.object({
    providerSpecificInput: z.object({
      instanceType: z.string(),
      enableAgentAutoUpgrade: z.enum(['true', 'false']),
    }),
  }),
});

/** Associations of containers with policies. */
export function mappingRoutes(find: VaultFinder): readonly Route[] {
  const { path, container } = find;
  const versions = siteRecoveryVersions;
  const mappings = 'replicationProtectionContainerMappings';
  const named = 'ReplicationProtectionContainerMappings';
  const one = `${container}/${mappings}/{mapping}`;
  return [
    get(`${path}/${mappings}`, `${named}_List`, versions, (call) => {
      const vault = find.vault(call);
      return list(call, vault.mappings, vault.world.section.pageSize);
    }),
    get(`${container}/${mappings}`, `${named}_ListByReplicationProtectionContainers`, versions, (call) => {
      const { mappings: own, vault } = find.containerOf(call);
      return list(call, own, vault.world.section.pageSize);
    }),
    get(one, `${named}_Get`, versions, (call) => ok(mappingBody(existing(call, find.containerOf(call))))),
    put(one, `${named}_Create`, versions, (call) => createMapping(call, find.containerOf(call))),
    patch(one, `${named}_Update`, versions, (call) => updateMapping(call, find.containerOf(call))),
    post(`${one}/remove`, `${named}_Delete`, versions, (call) => removeMapping(call, find.containerOf(call))),
    remove(one, `${named}_Purge`, versions, (call) => purgeMapping(call, find.containerOf(call))),
  ];
}

function list(call: ArmCall, mappings: Registry<Mapping>, pageSize: number): ArmAnswer {
  return pagedList(call, mappings, pageSize, mappingBody);
}

function createMapping(call: ArmCall, fabric: Fabric): ArmAnswer {
  const { policyId, targetProtectionContainerId, providerSpecificInput } = call.body(mappingInput).properties;
  const { vault, provider } = fabric;
  if (providerSpecificInput !== undefined) requireInstanceType(provider, providerSpecificInput.instanceType);
  if (targetProtectionContainerId !== 'Microsoft Azure') {
    throw badInput(`The target '${targetProtectionContainerId}' is not supported.`);
  }
  const policy = vault.policyById(policyId);
  if (policy === undefined) throw badInput(`The replication policy '${policyId}' does not exist.`);
  requireInstanceType(provider, policy.provider);
  if (provider === 'InMageRcm' && vault.world.section.quirks.mappingRefused) throw onlyInPortal(fabric);
  const name = call.param('mapping');
  const job = startEnvironmentJob(vault, {
    operation: 'ReplicationProtectionContainerMappings_Create',
    id: fabric.ids.mapping(name),
    scenarioName: 'AssociateProtectionProfile',
    tasks: [
      'CloudPairingPrerequisitesCheck',
      'CloudPairingPrepareSite',
      'CloudPairingPrepareCloud',
      'CloudPairingPairClouds',
    ],
    span: vault.world.durations.associateSeconds,
    succeeded: () => fabric.addMapping(name, policy),
  });
  return accepted(call, vault, job);
}

/** Only the modernized provider's mappings have something to change (published types). Names of job and task are inferred. */
function updateMapping(call: ArmCall, fabric: Fabric): ArmAnswer {
  const mapping = existing(call, fabric);
  const { instanceType, enableAgentAutoUpgrade } =
    call.body(mappingUpdateInput).properties.providerSpecificInput;
  requireInstanceType('InMageRcm', instanceType);
  requireInstanceType(fabric.provider, instanceType);
  const job = startEnvironmentJob(fabric.vault, {
    operation: 'ReplicationProtectionContainerMappings_Update',
    id: fabric.ids.mapping(mapping.name),
    scenarioName: 'UpdateProtectionContainerMapping',
    tasks: ['UpdateProtectionContainerMappingTask'],
    span: fabric.vault.world.durations.associateSeconds,
    succeeded: () => {
      mapping.autoUpgrade = enableAgentAutoUpgrade === 'true';
    },
  });
  return accepted(call, fabric.vault, job);
}

function removeMapping(call: ArmCall, fabric: Fabric): ArmAnswer {
  const { name, policy } = existing(call, fabric);
  if ([...fabric.items].some((item) => item.policy === policy)) throw inUse(name);
  return unpair(call, fabric, name, 'ReplicationProtectionContainerMappings_Delete');
}

/** A purge asks nobody (documented: force delete). */
function purgeMapping(call: ArmCall, fabric: Fabric): ArmAnswer {
  const { name } = existing(call, fabric);
  return unpair(call, fabric, name, 'ReplicationProtectionContainerMappings_Purge');
}

function unpair(call: ArmCall, fabric: Fabric, name: string, operation: string): ArmAnswer {
  const job = startEnvironmentJob(fabric.vault, {
    operation,
    id: fabric.ids.mapping(name),
    scenarioName: 'DissociateProtectionProfile',
    tasks: ['CloudUnpairingPrerequisitesCheck', 'CloudUnpairingUnpairClouds'], // inferred
    span: fabric.vault.world.durations.associateSeconds,
    succeeded: () => fabric.removeMapping(name),
  });
  return accepted(call, fabric.vault, job);
}

function existing(call: ArmCall, fabric: Fabric): Mapping {
  const mapping = fabric.mappings.get(call.param('mapping'));
  if (mapping === undefined) throw notThere(fabric.ids.mapping(call.param('mapping')));
  return mapping;
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

/** Microsoft's article on the REST API wants the first replication of a vault enabled in the portal; how the service refuses is inferred. */
function onlyInPortal({ containerFriendlyName }: Fabric) {
  return asrError({
    status: 400,
    code: 'ProtectionContainerMappingNotSupported',
    message: `The protection container '${containerFriendlyName}' cannot be associated with a replication policy by this request.`,
    possibleCauses: 'The first replication of the vault has not been enabled in the Azure portal.',
    recommendedAction: 'Enable replication of one machine in the Azure portal, which makes the mapping.',
  });
}
