import type { Fabric } from './fabric.ts';

/** A container, as get and list answer it. */
export function containerBody(fabric: Fabric): unknown {
  return {
    id: fabric.ids.container,
    name: fabric.containerName,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers',
    properties: {
      fabricFriendlyName: fabric.friendlyName,
      friendlyName: fabric.containerFriendlyName,
      fabricType: fabric.fabricType,
      protectedItemCount: fabric.items.size,
      pairingStatus: fabric.mappings.size > 0 ? 'Paired' : 'NotPaired',
      role: 'Primary',
      fabricSpecificDetails: null,
    },
  };
}
