import type { Permission } from '@azure/arm-authorization';
import { resourceGroupId, type VmPlan } from '../../plan/index.ts';
import { nameOf } from '../arm-id.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import type { AzureFacts } from './azure-facts.ts';
import type { Findings } from './findings.ts';

/** Actions, and the id of the resource group in which they are needed. */
export type Needed = readonly [groupId: string, actions: readonly string[]];

/** What every migration does. */
const always = {
  vault: [
    'Microsoft.RecoveryServices/vaults/read',
    'Microsoft.RecoveryServices/vaults/replicationFabrics/read',
    'Microsoft.RecoveryServices/vaults/replicationJobs/read',
    'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/write',
    'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/unplannedFailover/action',
    'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/failoverCommit/action',
    'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/remove/action',
  ],
  cache: ['Microsoft.Storage/storageAccounts/read', 'Microsoft.Storage/storageAccounts/listkeys/action'],
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

/** How a machine becomes known to Site Recovery where a call does that. */
const discovery = [
  'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/discoverProtectableItem/action',
];

/** Recovery plans of the vault, and their manual actions. */
const recoveryPlans = [
  'Microsoft.RecoveryServices/vaults/replicationRecoveryPlans/read',
  'Microsoft.RecoveryServices/vaults/replicationRecoveryPlans/write',
  'Microsoft.RecoveryServices/vaults/replicationRecoveryPlans/delete',
  'Microsoft.RecoveryServices/vaults/replicationRecoveryPlans/unplannedFailover/action',
  'Microsoft.RecoveryServices/vaults/replicationJobs/resume/action',
];

/** Tests by them, where a machine may be tested. */
const recoveryPlanTests = [
  'Microsoft.RecoveryServices/vaults/replicationRecoveryPlans/testFailover/action',
  'Microsoft.RecoveryServices/vaults/replicationRecoveryPlans/testFailoverCleanup/action',
];

/** Whether the worker's identity may do in Azure what the machine's migration takes. */
export async function checkAzurePermissions(
  facts: AzureFacts,
  vm: VmPlan,
  findings: Findings,
): Promise<void> {
  await askFor(facts, neededBy(vm), findings);
}

function neededBy({ environment, engine, target, testFailover }: VmPlan): readonly Needed[] {
  const vault = resourceGroupId(environment.subscriptionId, environment.resourceGroup);
  const { networkSecurityGroupId } = target;
  const isTestedByPlan =
    engine === 'site-recovery' && testFailover !== 'never' && target.testNetworkId !== undefined;
  return [
    [vault, always.vault],
    ...(providerOf(environment).discovery.by === 'call' ? [[vault, discovery] as const] : []),
    ...(engine === 'site-recovery' ? [[vault, recoveryPlans] as const] : []),
    ...(isTestedByPlan ? [[vault, recoveryPlanTests] as const] : []),
    [groupIdOf(environment.cacheStorageAccountId), always.cache],
    [target.resourceGroupId, always.target],
    [groupIdOf(target.networkId), always.network],
    ...(networkSecurityGroupId === undefined ? [] : neededToGuard(target, networkSecurityGroupId)),
  ];
}

/** An interface is put again with its network security group. */
function neededToGuard({ resourceGroupId: targetGroup }: VmPlan['target'], id: string): readonly Needed[] {
  return [
    [targetGroup, ['Microsoft.Network/networkInterfaces/write']],
    [
      groupIdOf(id),
      ['Microsoft.Network/networkSecurityGroups/read', 'Microsoft.Network/networkSecurityGroups/join/action'],
    ],
  ];
}

/** Adds a finding for each resource group in which actions are refused. Of a group that is not there nothing can be asked. */
export async function askFor(
  facts: AzureFacts,
  needed: readonly Needed[],
  findings: Findings,
): Promise<void> {
  for (const together of Map.groupBy(needed, ([groupId]) => groupId.toLowerCase()).values()) {
    const [groupId = ''] = together[0] ?? [];
    if ((await facts.group(groupId)) === undefined) continue;
    const permissions = await facts.permissions(groupId);
    const missing = together
      .flatMap(([, actions]) => actions)
      .filter((action) => !permissions.some((one) => grants(one, action)));
    if (missing.length > 0)
      findings.blocker(
        'AZURE_PERMISSION_MISSING',
        `The worker’s identity may not do this in resource group ${nameOf(groupId)}: ${missing.join(', ')}`,
        'Give it a role that includes these: docs/permissions.md has the smallest',
      );
  }
}

/** The resource group of a resource, by their ids. */
export function groupIdOf(id: string): string {
  return id.replace(/\/providers\/.*$/i, '');
}

/** One assignment grants what it lists and does not take away; `*` stands for any part. */
function grants({ actions = [], notActions = [] }: Permission, action: string): boolean {
  const matches = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'i').test(action);
  return actions.some(matches) && !notActions.some(matches);
}
