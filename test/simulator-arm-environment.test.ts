import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { all, refusal, startWorld, subscription, withAzure } from './simulator-world.ts';

/** Simulated seconds for each real one: the SDK's pollers wait in real time. */
const speed = 20_000;
const quick = { updateIntervalInMs: 5 };

const group = 'rg-new';
const inGroup = `${subscription}/resourceGroups/${group}`;
const standard = { location: 'West Europe', sku: { name: 'Standard' } };
const storageV2 = { location: 'westeurope', sku: { name: 'Standard_LRS' }, kind: 'StorageV2' };
const contributor = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c`;
const blobContributor = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe`;
const [firstName, secondName] = [
  '0f7a6b5c-0000-4000-8000-000000000001',
  '0f7a6b5c-0000-4000-8000-000000000002',
] as const;

test('an environment is made from nothing: group, vault with an identity, cache account, its two roles', async (t) => {
  const { resources, vaults, storage, authorization, siteRecovery } = await startWorld(t, { speed });
  const tags = { 'portage:plan': 'payroll' };
  await resources.resourceGroups.createOrUpdate(group, { location: 'westeurope', tags });
  const vault = await vaults.vaults.createOrUpdate(
    group,
    'vault-new',
    { ...standard, tags, identity: { type: 'SystemAssigned' } },
    quick,
  );
  assert.equal(vault.properties?.provisioningState, 'Succeeded');
  assert.equal(vault.location, 'westeurope');
  const account = await storage.storageAccounts.create(group, 'stcachenew', { ...storageV2, tags }, quick);
  assert.equal(account.provisioningState, 'Succeeded');
  const principalId = vault.identity?.principalId ?? '';
  for (const [name, roleDefinitionId] of [
    [firstName, contributor],
    [secondName, blobContributor],
  ] as const) {
    const made = await authorization.roleAssignments.create(account.id ?? '', name, {
      roleDefinitionId,
      principalId,
      principalType: 'ServicePrincipal',
    });
    assert.equal(made.scope, account.id);
  }
  const roles = await all(
    authorization.roleAssignments.listForScope(account.id ?? '', { filter: `assignedTo('${principalId}')` }),
  );
  assert.deepEqual(
    roles.map(({ roleDefinitionId }) => roleDefinitionId),
    [contributor, blobContributor],
  );
  const tagged = await all(
    resources.resources.list({ filter: "tagName eq 'portage:plan' and tagValue eq 'payroll'" }),
  );
  assert.deepEqual(
    tagged.map(({ type, name }) => `${type ?? ''}/${name ?? ''}`),
    ['Microsoft.RecoveryServices/vaults/vault-new', 'Microsoft.Storage/storageAccounts/stcachenew'],
  );
  const policies = await all(siteRecovery.replicationPolicies.list('vault-new', group));
  assert.deepEqual(policies, []);
});

test('a vault is there at once, as Provisioning, and its operation tells when it can be used', async (t) => {
  const world = await startWorld(t);
  await world.resources.resourceGroups.createOrUpdate(group, { location: 'westeurope' });
  const path = `${inGroup}/providers/Microsoft.RecoveryServices/vaults/vault-new`;
  const made = await world.arm('PUT', `${path}?api-version=2023-06-01`, standard);
  assert.equal(made.status, 201);
  const operation = new URL(made.headers.get('azure-asyncoperation') ?? '');
  assert.match(operation.pathname, /vaults\/vault-new\/operationStatus\//);
  const look = async (): Promise<unknown[]> => {
    const [status, vault] = [
      await world.arm('GET', `${operation.pathname}${operation.search}`),
      await world.vaults.vaults.get(group, 'vault-new'),
    ];
    assert.ok(typeof status.body === 'object' && status.body !== null && 'status' in status.body);
    return [status.body.status, vault.properties?.provisioningState];
  };
  assert.deepEqual(await look(), ['InProgress', 'Provisioning']);
  await world.skip(1);
  assert.deepEqual(await look(), ['Succeeded', 'Succeeded']);
});

test('a storage account is answered 202, and its Location has it when it is done', async (t) => {
  const world = await startWorld(t);
  const path = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.Storage/storageAccounts/stnew`;
  const made = await world.arm('PUT', `${path}?api-version=2023-01-01`, storageV2);
  assert.deepEqual([made.status, made.body], [202, undefined]);
  const { pathname, search } = new URL(made.headers.get('location') ?? '');
  assert.match(`${pathname}${search}`, /locations\/westeurope\/asyncoperations\/.+monitor=true/);
  assert.equal((await world.arm('GET', `${pathname}${search}`)).status, 202);
  await world.skip(1);
  assert.equal((await world.arm('GET', `${pathname}${search}`)).status, 200);
  assert.equal((await world.arm('PUT', `${path}?api-version=2023-01-01`, storageV2)).status, 200);
});

test('what the environment is made of is refused in the words of its services', async (t) => {
  const scenario = await withAzure({ takenStorageAccountNames: ['sttaken'] });
  const { resources, vaults, storage, authorization } = await startWorld(t, { scenario, speed });
  const { resourceGroups } = resources;
  const cache = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.Storage/storageAccounts/stcacheweu`;
  const grant = { roleDefinitionId: contributor, principalId: firstName };
  const refusals: readonly (readonly [() => Promise<unknown>, number, string, RegExp])[] = [
    [
      () => resourceGroups.createOrUpdate('bad*name', standard),
      400,
      'InvalidResourceGroup',
      /invalid characters: '\*'/,
    ],
    [
      () => resourceGroups.createOrUpdate('rg-mars', { location: 'mars' }),
      400,
      'LocationNotAvailableForResourceGroup',
      /'mars' is not available/,
    ],
    [
      () => resourceGroups.createOrUpdate('rg-payroll', { location: 'eastus' }),
      409,
      'InvalidResourceGroupLocation',
      /already exists in location 'westeurope'/,
    ],
    [
      () => vaults.vaults.createOrUpdate('rg-nowhere', 'v1', standard),
      404,
      'ResourceGroupNotFound',
      /'rg-nowhere' could not be found/,
    ],
    [
      () => vaults.vaults.createOrUpdate('rg-migration', '1vault', standard),
      400,
      'InvalidResourceName',
      /begins with a letter/,
    ],
    [
      () => vaults.vaults.createOrUpdate('rg-migration', 'vault-weu', { ...standard, location: 'eastus' }),
      409,
      'InvalidResourceLocation',
      /already exists in location 'westeurope'/,
    ],
    [
      () => Promise.resolve(vaults.vaults.delete('rg-migration', 'vault-weu')),
      400,
      'BMSUserErrorVaultDeletionNotAllowed',
      /existing resources within the vault/,
    ],
    [
      () => storage.storageAccounts.create('rg-migration', 'St-Bad', storageV2),
      400,
      'AccountNameInvalid',
      /St-Bad is not a valid storage account name/,
    ],
    [
      () => storage.storageAccounts.create('rg-migration', 'sttaken', storageV2),
      409,
      'StorageAccountAlreadyTaken',
      /named sttaken is already taken/,
    ],
    [
      () => storage.storageAccounts.create('rg-payroll', 'stcacheweu', storageV2),
      409,
      'StorageAccountInAnotherResourceGroup',
      /another resource group in this subscription/,
    ],
    [
      () => storage.storageAccounts.create('rg-migration', 'stodd', { ...storageV2, kind: 'Odd' }),
      400,
      'InvalidValuesForRequestParameters',
      /invalid: kind/,
    ],
    [
      () =>
        storage.storageAccounts.create('rg-migration', 'stcacheweu', { ...storageV2, isHnsEnabled: true }),
      409,
      'AccountPropertyCannotBeUpdated',
      /'isHnsEnabled' was specified/,
    ],
    [
      () => authorization.roleAssignments.create(cache, 'no-guid', grant),
      400,
      'InvalidRoleAssignmentId',
      /must be a GUID/,
    ],
    [
      () => authorization.roleAssignments.create(cache, firstName, grant),
      400,
      'PrincipalNotFound',
      /^Principal 0f7a6b5c000040008000000000000001 does not exist in the directory 99999999-8888/,
    ],
    [
      () =>
        authorization.roleAssignments.create(cache, firstName, { ...grant, roleDefinitionId: secondName }),
      404,
      'RoleDefinitionDoesNotExist',
      /role definition with ID '0f7a/,
    ],
    [
      () => authorization.roleAssignments.create(`${cache}x`, firstName, grant),
      404,
      'ResourceNotFound',
      /storageAccounts\/stcacheweux' under resource group 'rg-migration' was not found/,
    ],
  ];
  for (const [ask, status, code, message] of refusals) {
    const error = await refusal(ask());
    assert.deepEqual([error.statusCode, error.code], [status, code], error.message);
    assert.match(error.message, message);
  }
});

test('one role is assigned once; the same assignment may be put again, another under its name may not', async (t) => {
  const { vaults, authorization } = await startWorld(t);
  const { identity } = await vaults.vaults.get('rg-migration', 'vault-weu');
  const scope = `${subscription}/resourceGroups/rg-migration`;
  const grant = {
    roleDefinitionId: contributor,
    principalId: identity?.principalId ?? '',
    principalType: 'ServicePrincipal',
  };
  const { roleAssignments } = authorization;
  const first = await roleAssignments.create(scope, firstName, grant);
  assert.deepEqual(await roleAssignments.create(scope, firstName, grant), first);
  const twice = await refusal(roleAssignments.create(scope, secondName, grant));
  assert.equal(
    twice.message,
    'The role assignment already exists. The ID of the existing role assignment is 0f7a6b5c000040008000000000000001.',
  );
  const changed = await refusal(
    roleAssignments.create(scope, firstName, { ...grant, roleDefinitionId: blobContributor }),
  );
  assert.equal(changed.code, 'RoleAssignmentUpdateNotPermitted');
  const below = `${scope}/providers/Microsoft.RecoveryServices/vaults/vault-weu`;
  const seen = async (where: string, filter?: string): Promise<number> =>
    (await all(roleAssignments.listForScope(where, filter === undefined ? {} : { filter }))).length;
  assert.deepEqual(
    [await seen(below, 'atScope()'), await seen(subscription), await seen(subscription, 'atScope()')],
    [1, 1, 0],
  );
});

test('a new identity is not known everywhere yet; who says that it is a service principal need not wait', async (t) => {
  const scenario = await withAzure({ quirks: { principalReplicationSeconds: 90 } });
  const world = await startWorld(t, { scenario });
  const { vaults, authorization } = world;
  const { identity } = await vaults.vaults.get('rg-migration', 'vault-weu');
  const scope = `${subscription}/resourceGroups/rg-migration`;
  const [principalId, { roleAssignments }] = [identity?.principalId ?? '', authorization];
  const early = await refusal(
    roleAssignments.create(scope, firstName, { roleDefinitionId: contributor, principalId }),
  );
  assert.equal(early.code, 'PrincipalNotFound');
  assert.match(early.message, /might be related to a replication delay/);
  await roleAssignments.create(scope, firstName, {
    roleDefinitionId: contributor,
    principalId,
    principalType: 'ServicePrincipal',
  });
  await world.skip(2);
  await roleAssignments.create(scope, secondName, { roleDefinitionId: blobContributor, principalId });
});

test("a denied action is shown by the permissions list, and refused in ARM's words", async (t) => {
  const scenario = await withAzure({ deny: ['Microsoft.RecoveryServices/vaults/write'] });
  const { vaults, authorization } = await startWorld(t, { scenario });
  const [permission] = await all(authorization.permissions.listForResourceGroup('rg-migration'));
  assert.deepEqual(permission?.actions, ['*']);
  assert.deepEqual(permission.notActions, ['Microsoft.RecoveryServices/vaults/write']);
  const refused = await refusal(vaults.vaults.createOrUpdate('rg-migration', 'vault-new', standard));
  assert.equal(refused.statusCode, 403);
  assert.match(
    refused.message,
    /^The client '[0-9a-f-]{36}' with object id '[0-9a-f-]{36}' does not have authorization to perform action 'Microsoft\.RecoveryServices\/vaults\/write' over scope '\/subscriptions\/.+\/vaults\/vault-new' or the scope is invalid\. If access was recently granted, please refresh your credentials\.$/,
  );
  assert.equal((await vaults.vaults.get('rg-migration', 'vault-weu')).name, 'vault-weu');
});

test('tags are merged, replaced and deleted at any scope', async (t) => {
  const { resources } = await startWorld(t, { speed });
  const { tagsOperations, resourceGroups } = resources;
  const scope = `${subscription}/resourceGroups/rg-migration/providers/Microsoft.Storage/storageAccounts/stcacheweu`;
  const patched = async (operation: string, tags: Record<string, string>): Promise<unknown> =>
    (await tagsOperations.updateAtScope(scope, { operation, properties: { tags } }, quick)).properties.tags;
  assert.deepEqual(await patched('Merge', { owner: 'ops', stage: 'test' }), { owner: 'ops', stage: 'test' });
  assert.deepEqual(await patched('Merge', { Owner: 'dba' }), { stage: 'test', Owner: 'dba' });
  assert.deepEqual(await patched('Delete', { stage: '' }), { Owner: 'dba' });
  assert.deepEqual(await patched('Replace', { one: '1' }), { one: '1' });
  await resourceGroups.update('rg-payroll', { tags: { team: 'payroll' } });
  const found = await all(resourceGroups.list({ filter: "tagName eq 'team' and tagValue eq 'payroll'" }));
  assert.deepEqual(
    found.map(({ name }) => name),
    ['rg-payroll'],
  );
  const odd = await refusal(resourceGroups.update('rg-payroll', { tags: { 'a/b': 'c' } }));
  assert.equal(odd.code, 'InvalidTagNameCharacters');
});

test('lists of resources come in pages, and a wrong filter is refused', async (t) => {
  const { resources } = await startWorld(t, { scenario: await withAzure({ pageSize: 1 }) });
  const names = (await all(resources.resources.list())).map(({ name }) => name);
  assert.ok(names.includes('vault-weu') && names.includes('stcacheweu'), names.join());
  const wrong = await refusal(all(resources.resources.list({ filter: "tagValue eq 'x'" })));
  assert.equal(wrong.code, 'InvalidFilterInQueryString');
});

test('a resource group takes all that is in it away, but for a vault that is in use', async (t) => {
  const { resources, vaults, storage } = await startWorld(t, { speed });
  const { resourceGroups } = resources;
  await resourceGroups.createOrUpdate(group, { location: 'westeurope' });
  await vaults.vaults.createOrUpdate(group, 'vault-new', standard, quick);
  await storage.storageAccounts.create(group, 'stnew', storageV2, quick);
  await resourceGroups.delete(group, quick);
  assert.equal((await resourceGroups.checkExistence(group)).body, false);
  assert.deepEqual(
    await storage.storageAccounts.checkNameAvailability({
      name: 'stnew',
      type: 'Microsoft.Storage/storageAccounts',
    }),
    { nameAvailable: true, reason: undefined, message: undefined },
  );
  await assert.rejects(
    async () => resourceGroups.delete('rg-migration', quick),
    /ResourceGroupDeletionBlocked|could not be deleted/,
  );
  assert.equal((await vaults.vaults.get('rg-migration', 'vault-weu')).name, 'vault-weu');
});

test('soft delete of a cache account is told by its blob service', async (t) => {
  const scenario = await withAzure({
    storageAccounts: [
      {
        name: 'stsoft',
        resourceGroup: 'rg-migration',
        softDeleteDays: 7,
        hierarchicalNamespace: true,
        networkDefaultAction: 'Deny',
      },
    ],
  });
  const { storage } = await startWorld(t, { scenario });
  const { deleteRetentionPolicy } = await storage.blobServices.getServiceProperties('rg-migration', 'stsoft');
  assert.deepEqual([deleteRetentionPolicy?.enabled, deleteRetentionPolicy?.days], [true, 7]);
  await storage.blobServices.setServiceProperties('rg-migration', 'stsoft', {
    deleteRetentionPolicy: { enabled: false },
  });
  const after = await storage.blobServices.getServiceProperties('rg-migration', 'stsoft');
  assert.equal(after.deleteRetentionPolicy?.enabled, false);
  const account = await storage.storageAccounts.getProperties('rg-migration', 'stsoft');
  assert.deepEqual([account.isHnsEnabled, account.networkRuleSet?.defaultAction], [true, 'Deny']);
});

test('the ledger names the right that each request needs', async (t) => {
  const world = await startWorld(t);
  const { vaults, storage, resources } = world;
  await vaults.vaults.get('rg-migration', 'vault-weu');
  await storage.storageAccounts.checkNameAvailability({
    name: 'stfree',
    type: 'Microsoft.Storage/storageAccounts',
  });
  await resources.resourceGroups.update('rg-payroll', { tags: {} });
  const entries = z.array(z.object({ service: z.string(), permission: z.string() }));
  const asked = entries
    .parse(await world.control('GET', 'ledger'))
    .filter(({ service }) => service === 'arm');
  assert.deepEqual(
    asked.map(({ permission }) => permission),
    [
      'Microsoft.RecoveryServices/vaults/read',
      'Microsoft.Storage/checknameavailability/read',
      'Microsoft.Resources/subscriptions/resourcegroups/write',
    ],
  );
});

test('nothing is made with a provider that the subscription has not registered; registering takes its time', async (t) => {
  const scenario = await withAzure({ unregisteredProviders: ['Microsoft.RecoveryServices'] });
  const world = await startWorld(t, { scenario });
  const { resources, vaults } = world;
  const make = (): Promise<unknown> =>
    Promise.resolve(vaults.vaults.createOrUpdate('rg-migration', 'vault-new', standard));
  const refused = await refusal(make());
  assert.equal(refused.code, 'MissingSubscriptionRegistration');
  assert.match(
    refused.message,
    /^The subscription is not registered to use namespace 'Microsoft\.RecoveryServices'\./,
  );
  const state = async (): Promise<string | undefined> =>
    (await resources.providers.get('Microsoft.RecoveryServices')).registrationState;
  assert.equal(await state(), 'NotRegistered');
  await resources.providers.register('Microsoft.RecoveryServices');
  assert.equal(await state(), 'Registering');
  await world.skip(2);
  assert.equal(await state(), 'Registered');
  assert.equal((await world.arm('GET', `${subscription}?api-version=2022-12-01`)).status, 200);
});
