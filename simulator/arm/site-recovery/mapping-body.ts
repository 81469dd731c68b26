import type { Mapping } from './fabric.ts';

/** A mapping, as get and list answer it. The classic provider says nothing of its own (recorded: null). */
export function mappingBody({ name, fabric, policy, autoUpgrade }: Mapping): unknown {
  const { ids, provider, containerFriendlyName, friendlyName } = fabric;
  return {
    id: ids.mapping(name),
    name,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectionContainerMappings',
    properties: {
      targetProtectionContainerId: 'Microsoft Azure',
      targetProtectionContainerFriendlyName: 'Microsoft Azure',
      providerSpecificDetails:
        provider === 'InMageRcm'
          ? { instanceType: 'InMageRcm', enableAgentAutoUpgrade: String(autoUpgrade) }
          : null,
      health: 'Normal',
      healthErrorDetails: [],
      policyId: ids.vault.policy(policy.name),
      state: 'Paired',
      sourceProtectionContainerFriendlyName: containerFriendlyName,
      sourceFabricFriendlyName: friendlyName,
      targetFabricFriendlyName: 'Microsoft Azure',
      policyFriendlyName: policy.name,
    },
  };
}
