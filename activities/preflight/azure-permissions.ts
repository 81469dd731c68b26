import type { Permission } from '@azure/arm-authorization';
import type { VmPlan } from '../../plan/index.ts';
import { nameOf } from '../arm-id.ts';
import type { AzureFacts } from './azure-facts.ts';
import type { Findings } from './findings.ts';

/** What a migration does in the vault's resource group, in the target's, and in that of its network. */
const needed = {
  vault: [
    'Microsoft.RecoveryServices/vaults/read',
    'Microsoft.RecoveryServices/vaults/replicationFabrics/read',
    'Microsoft.RecoveryServices/vaults/replicationJobs/read',
    'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/write',
    'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/unplannedFailover/action',
    'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/failoverCommit/action',
    'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/remove/action',
  ],
  target: [
    'Microsoft.Compute/virtualMachines/read',
    'Microsoft.Compute/virtualMachines/write',
    'Microsoft.Compute/disks/read',
    'Microsoft.Network/networkInterfaces/read',
  ],
  network: [
    'Microsoft.Network/virtualNetworks/read',
    'Microsoft.Network/virtualNetworks/subnets/join/action',
  ],
} as const;

/** Whether the worker's identity may do in Azure what the migration takes. */
export async function checkAzurePermissions(
  facts: AzureFacts,
  { environment, target }: VmPlan,
  findings: Findings,
): Promise<void> {
  const vaultGroup = `/subscriptions/${environment.subscriptionId}/resourceGroups/${environment.resourceGroup}`;
  const networkGroup = target.networkId.replace(/\/providers\/.*$/, '');
  for (const [groupId, actions] of [
    [vaultGroup, needed.vault],
    [target.resourceGroupId, needed.target],
    [networkGroup, needed.network],
  ] as const) {
    if ((await facts.group(groupId)) === undefined) continue;
    const permissions = await facts.permissions(groupId);
    const missing = actions.filter((action) => !permissions.some((one) => grants(one, action)));
    if (missing.length > 0)
      findings.blocker(
        'AZURE_PERMISSION_MISSING',
        `The worker’s identity may not do this in resource group ${nameOf(groupId)}: ${missing.join(', ')}`,
        'Give it a role that includes these: docs/permissions.md has the smallest',
      );
  }
}

/** One assignment grants what it lists and does not take away; `*` stands for any part. */
function grants({ actions = [], notActions = [] }: Permission, action: string): boolean {
  const matches = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'i').test(action);
  return actions.some(matches) && !notActions.some(matches);
}
