import { subscription } from '../simulator-world.ts';
import { all, type Clients } from './walk-clients.ts';

const quick = { updateIntervalInMs: 5 };
const group = 'rg-walk';
const groupId = `${subscription}/resourceGroups/${group}`;
const role = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`;

/** Makes an environment from nothing, as a first migration does, and takes it away again. */
export async function walkEnvironment(clients: Clients): Promise<void> {
  const { resources, vaults, storage, authorization } = clients;
  await walkSubscription(clients);
  const { resourceGroups, tagsOperations, resources: everything } = resources;
  await resourceGroups.checkExistence(group);
  await resourceGroups.createOrUpdate(group, { location: 'westeurope', tags: { 'portage:plan': 'walk' } });
  await resourceGroups.get(group);
  await resourceGroups.update(group, { tags: { 'portage:plan': 'walk', owner: 'me' } });
  await all(resourceGroups.list());

  const vault = await vaults.vaults.createOrUpdate(
    group,
    'vault-walk',
    {
      location: 'westeurope',
      sku: { name: 'RS0', tier: 'Standard' },
      identity: { type: 'SystemAssigned' },
      properties: {},
    },
    quick,
  );
  await vaults.vaults.get(group, 'vault-walk');
  await vaults.vaults.update(group, 'vault-walk', { tags: { 'portage:plan': 'walk' } }, quick);
  await all(vaults.vaults.listByResourceGroup(group));
  await all(vaults.vaults.listBySubscriptionId());

  const account = 'stwalk';
  await storage.storageAccounts.checkNameAvailability({
    name: account,
    type: 'Microsoft.Storage/storageAccounts',
  });
  await storage.storageAccounts.create(
    group,
    account,
    { location: 'westeurope', sku: { name: 'Standard_LRS' }, kind: 'StorageV2' },
    quick,
  );
  await storage.storageAccounts.getProperties(group, account);
  await storage.storageAccounts.update(group, account, { tags: { 'portage:plan': 'walk' } });
  await all(storage.storageAccounts.list());
  await all(storage.storageAccounts.listByResourceGroup(group));
  await storage.blobServices.getServiceProperties(group, account);
  await storage.blobServices.setServiceProperties(group, account, {
    deleteRetentionPolicy: { enabled: false },
  });

  const scope = `${groupId}/providers/Microsoft.Storage/storageAccounts/${account}`;
  const assignment = '00000000-0000-4000-8000-000000000001';
  await authorization.roleAssignments.create(scope, assignment, {
    roleDefinitionId: role,
    principalId: vault.identity?.principalId ?? '',
    principalType: 'ServicePrincipal',
  });
  await authorization.roleAssignments.get(scope, assignment);
  await all(authorization.roleAssignments.listForScope(scope));
  await all(authorization.roleDefinitions.list(subscription));
  await authorization.roleDefinitions.get(subscription, role.slice(role.lastIndexOf('/') + 1));
  await all(authorization.permissions.listForResourceGroup(group));
  await all(
    authorization.permissions.listForResource(group, 'Microsoft.Storage', '', 'storageAccounts', account),
  );
  await authorization.roleAssignments.delete(scope, assignment);

  const tags = { tags: { 'portage:vm': 'walk' } };
  await tagsOperations.updateAtScope(scope, { operation: 'Merge', properties: tags }, quick);
  await tagsOperations.getAtScope(scope);
  await tagsOperations.createOrUpdateAtScope(scope, { properties: tags }, quick);
  await tagsOperations.deleteAtScope(scope, quick);
  await all(everything.list({ filter: "tagName eq 'portage:plan' and tagValue eq 'walk'" }));
  await all(everything.listByResourceGroup(group));

  await storage.storageAccounts.delete(group, account);
  await vaults.vaults.delete(group, 'vault-walk', quick);
  await resourceGroups.delete(group, quick);
}

/** The subscription, its regions and its resource providers. */
async function walkSubscription({ resources, get }: Clients): Promise<void> {
  const version = 'api-version=2022-12-01';
  await get(`/subscriptions?${version}`);
  await get(`${subscription}?${version}`);
  await get(`${subscription}/locations?${version}`);
  await all(resources.providers.list());
  await resources.providers.get('Microsoft.RecoveryServices');
  await resources.providers.register('Microsoft.RecoveryServices');
}
