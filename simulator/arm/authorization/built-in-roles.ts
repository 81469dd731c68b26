/** A role that every tenant has; ids and actions are documented (Azure built-in roles). */
export interface BuiltInRole {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly actions: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions?: readonly string[];
}

const common = [
  'Microsoft.Authorization/*/read',
  'Microsoft.Insights/alertRules/*',
  'Microsoft.ResourceHealth/availabilityStatuses/read',
  'Microsoft.Resources/deployments/*',
  'Microsoft.Resources/subscriptions/resourceGroups/read',
  'Microsoft.Support/*',
];

const blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/** The roles that a migration meets. */
export const builtInRoles: readonly BuiltInRole[] = [
  {
    id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
    name: 'Owner',
    description:
      'Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.',
    actions: ['*'],
  },
  {
    id: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
    name: 'Contributor',
    description:
      'Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC, manage assignments in Azure Blueprints, or share image galleries.',
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
      'Microsoft.Blueprint/blueprintAssignments/write',
      'Microsoft.Blueprint/blueprintAssignments/delete',
      'Microsoft.Compute/galleries/share/action',
    ],
  },
  {
    id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
    name: 'Reader',
    description: 'View all resources, but does not allow you to make any changes.',
    actions: ['*/read'],
  },
  {
    id: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
    name: 'User Access Administrator',
    description: 'Lets you manage user access to Azure resources.',
    actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
  },
  {
    id: '6670b86e-a3f7-4917-ac9b-5d6ab1be4567',
    name: 'Site Recovery Contributor',
    description: 'Lets you manage Site Recovery service except vault creation and role assignment',
    actions: [
      ...common,
      'Microsoft.Network/virtualNetworks/read',
      'Microsoft.RecoveryServices/locations/allocatedStamp/read',
      'Microsoft.RecoveryServices/Vaults/certificates/write',
      'Microsoft.RecoveryServices/Vaults/extendedInformation/*',
      'Microsoft.RecoveryServices/Vaults/read',
      'Microsoft.RecoveryServices/Vaults/replicationAlertSettings/*',
      'Microsoft.RecoveryServices/Vaults/replicationEvents/read',
      'Microsoft.RecoveryServices/Vaults/replicationFabrics/*',
      'Microsoft.RecoveryServices/Vaults/replicationJobs/*',
      'Microsoft.RecoveryServices/Vaults/replicationPolicies/*',
      'Microsoft.RecoveryServices/Vaults/replicationRecoveryPlans/*',
      'Microsoft.RecoveryServices/Vaults/replicationVaultSettings/*',
      'Microsoft.RecoveryServices/Vaults/storageConfig/*',
      'Microsoft.RecoveryServices/Vaults/usages/read',
      'Microsoft.RecoveryServices/Vaults/vaultTokens/read',
      'Microsoft.RecoveryServices/Vaults/replicationOperationStatus/read',
      'Microsoft.Storage/storageAccounts/read',
    ],
  },
  {
    id: '494ae006-db33-4328-bf46-533a6560a3ca',
    name: 'Site Recovery Operator',
    description: 'Lets you failover and failback but not perform other Site Recovery management operations',
    actions: [
      ...common,
      'Microsoft.Network/virtualNetworks/read',
      'Microsoft.RecoveryServices/Vaults/read',
      'Microsoft.RecoveryServices/Vaults/*/read',
      'Microsoft.RecoveryServices/Vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/*/action',
      'Microsoft.RecoveryServices/Vaults/replicationJobs/*',
      'Microsoft.RecoveryServices/Vaults/replicationRecoveryPlans/*/action',
      'Microsoft.Storage/storageAccounts/read',
    ],
  },
  {
    id: 'dbaa88c4-0c30-4179-9fb3-46319faa6149',
    name: 'Site Recovery Reader',
    description: 'Lets you view Site Recovery status but not perform other management operations',
    actions: ['Microsoft.Authorization/*/read', 'Microsoft.RecoveryServices/Vaults/*/read'],
  },
  {
    id: '9980e02c-c2be-4d73-94e8-173b1dc7cf3c',
    name: 'Virtual Machine Contributor',
    description:
      "Lets you manage virtual machines, but not access to them, and not the virtual network or storage account they're connected to.",
    actions: [
      ...common,
      'Microsoft.Compute/availabilitySets/*',
      'Microsoft.Compute/disks/write',
      'Microsoft.Compute/disks/read',
      'Microsoft.Compute/disks/delete',
      'Microsoft.Compute/locations/*',
      'Microsoft.Compute/virtualMachines/*',
      'Microsoft.Compute/virtualMachineScaleSets/*',
      'Microsoft.Network/locations/*',
      'Microsoft.Network/networkInterfaces/*',
      'Microsoft.Network/networkSecurityGroups/join/action',
      'Microsoft.Network/networkSecurityGroups/read',
      'Microsoft.Network/publicIPAddresses/join/action',
      'Microsoft.Network/publicIPAddresses/read',
      'Microsoft.Network/virtualNetworks/read',
      'Microsoft.Network/virtualNetworks/subnets/join/action',
      'Microsoft.Storage/storageAccounts/listKeys/action',
      'Microsoft.Storage/storageAccounts/read',
    ],
  },
  {
    id: '4d97b98b-1d4f-4787-a291-c67834d212e7',
    name: 'Network Contributor',
    description: 'Lets you manage networks, but not access to them.',
    actions: [...common, 'Microsoft.Network/*'],
  },
  {
    id: '17d1049b-9a84-46fb-8f53-869881c3d3ab',
    name: 'Storage Account Contributor',
    description:
      'Lets you manage storage accounts, including accessing storage account keys which provide full access to storage account data.',
    actions: [
      ...common,
      'Microsoft.Insights/diagnosticSettings/*',
      'Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action',
      'Microsoft.Storage/storageAccounts/*',
    ],
  },
  {
    id: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
    name: 'Storage Blob Data Contributor',
    description: 'Allows for read, write and delete access to Azure Storage blob containers and data',
    actions: [
      'Microsoft.Storage/storageAccounts/blobServices/containers/delete',
      'Microsoft.Storage/storageAccounts/blobServices/containers/read',
      'Microsoft.Storage/storageAccounts/blobServices/containers/write',
      'Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action',
    ],
    dataActions: [
      `${blobs}/delete`,
      `${blobs}/read`,
      `${blobs}/write`,
      `${blobs}/move/action`,
      `${blobs}/add/action`,
    ],
  },
  {
    id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    name: 'Storage Blob Data Owner',
    description:
      'Allows for full access to Azure Storage blob containers and data, including assigning POSIX access control.',
    actions: [
      'Microsoft.Storage/storageAccounts/blobServices/containers/*',
      'Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action',
    ],
    dataActions: [`${blobs}/*`],
  },
  {
    id: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
    name: 'Storage Blob Data Reader',
    description: 'Allows for read access to Azure Storage blob containers and data',
    actions: [
      'Microsoft.Storage/storageAccounts/blobServices/containers/read',
      'Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action',
    ],
    dataActions: [`${blobs}/read`],
  },
];
