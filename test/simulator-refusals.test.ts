import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scenario } from '../simulator/index.ts';
import { enableBody, failoverBody, Item, machineWith, property, values } from './simulator-item.ts';
import {
  demoScenario,
  refusal,
  site,
  startWorld,
  subscription,
  vault,
  type ArmResponse,
  type World,
} from './simulator-world.ts';

const version = 'api-version=2023-06-01';
const dbMachine = '10.0.1.11';

test('what a machine is not ready for is refused, and nothing begins', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.enable(dbMachine);
  await world.skip(30);
  await refused(post(item, '/unplannedFailover', failoverBody()), 400, 'OperationNotAllowedInCurrentState');
  await refused(post(item, '/failoverCommit'), 400, 'OperationNotAllowedInCurrentState');
  await refused(
    post(item, '/remove', disable('MigrationComplete')),
    400,
    'OperationNotAllowedInCurrentState',
  );
  assert.equal(await jobCount(world), 1);
});

test('a second operation while one runs is refused', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected(dbMachine);
  await item.failOver();
  await refused(post(item, '/unplannedFailover', failoverBody()), 409, 'AnotherOperationInProgress');
  await refused(post(item, '/remove', disable('NotSpecified')), 409, 'AnotherOperationInProgress');
  assert.equal(await jobCount(world), 2);
});

test('a failover that went well is not taken again', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected(dbMachine);
  await item.failOver();
  await world.skip(30);
  await refused(post(item, '/unplannedFailover', failoverBody()), 400, 'OperationNotAllowedInCurrentState');
});

test('there is no way back, and no cancel, for this provider', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected(dbMachine);
  await refused(post(item, '/failoverCancel'), 400, 'OperationNotAllowedInCurrentState');
  await refused(post(item, '/reProtect', {}), 400, 'OperationNotAllowedInCurrentState');
});

test('a machine is protected once, under one name', async (t) => {
  const world = await startWorld(t);
  const first = await Item.named(world, 'portage-payroll-db-01');
  const second = await Item.named(world, 'portage-payroll-other');
  await first.enable(dbMachine);
  await refused(put(second, await enableBody(world, dbMachine)), 409, 'ProtectedItemAlreadyExists');
  await refused(put(first, await enableBody(world, '10.0.1.12')), 409, 'ProtectedItemAlreadyExists');
});

test('an enable request that names what is not there is refused', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  const wrong: readonly Record<string, unknown>[] = [
    { fabricDiscoveryMachineId: `${site}/machines/nobody` },
    { targetResourceGroupId: `${subscription}/resourceGroups/rg-nowhere` },
    {
      targetNetworkId: `${subscription}/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-nowhere`,
    },
    { targetSubnetName: 'nowhere' },
    { targetVmName: '-db-01' },
    { targetVmSize: 'Standard_Huge_v9' },
    { processServerId: '00000000-0000-0000-0000-000000000000' },
    { runAsAccountId: `${site}/runasaccounts/nobody` },
    { disksDefault: undefined },
    { disksToInclude: [{ diskId: '0', diskType: 'Premium_LRS', logStorageAccountId: 'x' }] },
    {
      disksDefault: {
        diskType: 'Premium_LRS',
        logStorageAccountId: `${subscription}/resourceGroups/rg-migration/providers/Microsoft.Storage/storageAccounts/nowhere`,
      },
    },
    { instanceType: 'InMageAzureV2' },
  ];
  for (const change of wrong) {
    await refused(put(item, await enableBody(world, dbMachine, change)), 400, 'InvalidParameters');
  }
  await refused(
    put(item, await enableBody(world, dbMachine, { targetResourceGroupId: undefined })),
    400,
    'InvalidRequestContent',
  );
  assert.equal(await jobCount(world), 0);
});

test('an enable request with a policy that is not there, or not associated, is refused', async (t) => {
  const scenario = await demoScenario();
  const vaults = scenario.azure.vaults.map((each) => ({
    ...each,
    policies: [...each.policies, ...each.policies.map((policy) => ({ ...policy, name: 'unpaired' }))],
  }));
  const world = await startWorld(t, { scenario: { ...scenario, azure: { ...scenario.azure, vaults } } });
  const item = await Item.named(world, 'portage-payroll-db-01');
  const { properties, ...others } = await enableBody(world, dbMachine);
  for (const [policy, why] of [
    ['nowhere', /policy '.*nowhere'/],
    ['unpaired', /policy '.*unpaired' is not associated with the protection container/],
  ] as const) {
    const policyId = `${vault}/replicationPolicies/${policy}`;
    const body = { ...others, properties: { ...properties, policyId } };
    const { body: said } = await refused(put(item, body), 400, 'InvalidParameters');
    assert.match(String(property(said, 'error', 'message')), why);
  }
  assert.equal(await jobCount(world), 0);
});

test('a volume that Site Recovery can’t replicate fails the enable job, and says which', async (t) => {
  const scenario = await demoScenario();
  const volumeId = 'vol-0000000000000bad1';
  const unsupportedVolumes = [volumeId];
  const instances = scenario.aws.instances.map((each) => ({
    ...each,
    volumes: each.volumes?.map((volume, at) =>
      each.name === 'db-01' && at === 0 ? { ...volume, volumeId } : volume,
    ),
  }));
  const aws = { ...scenario.aws, instances };
  const azure = { ...scenario.azure, quirks: { ...scenario.azure.quirks, unsupportedVolumes } };
  const world = await startWorld(t, { scenario: { ...scenario, aws, azure } });
  const item = await Item.named(world, 'portage-payroll-db-01');
  const job = await item.enable(dbMachine);
  await world.skip(30);
  const [error] = (await item.job(job)).properties?.errors ?? [];
  assert.equal(error?.serviceErrorDetails?.code, 'DiskNotSupported');
  assert.match(
    error.serviceErrorDetails.message ?? '',
    /The disk '.*' \(vol-0000000000000bad1\) of the machine '.*' is not supported/,
  );
});

test('performShutdown is a string', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected(dbMachine);
  await refused(
    post(item, '/unplannedFailover', failoverBody({ performShutdown: false })),
    400,
    'InvalidRequestContent',
  );
});

test('a forced stop leaves the item in need of a resync, and a failover with the last point before it', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected(dbMachine);
  await world.control('POST', 'person', {
    action: 'stop-instance',
    instanceId: 'i-0000000000000db01',
    force: true,
  });
  await world.skip(20);
  const details = await item.details();
  assert.equal(details.resyncRequired, 'true');
  assert.equal((await item.get()).properties?.replicationHealth, 'Critical');
  await item.failOver();
  await world.skip(30);
  assert.equal((await item.details()).failoverRecoveryPointId, details.lastRecoveryPointId);
});

test('a failed job leaves the item where it can be tried again', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected(dbMachine);
  const fault = {
    operation: 'unplannedFailover',
    target: 'DB-01',
    count: 1,
    failJob: { code: '170010', message: 'No room.' },
  };
  await world.control('POST', 'faults', fault);
  const failing = await item.failOver();
  await world.skip(30);
  const job = await item.job(failing);
  assert.equal(job.properties?.state, 'Failed');
  assert.equal(job.properties.errors?.[0]?.serviceErrorDetails?.code, '170010');
  assert.deepEqual(
    job.properties.tasks?.map(({ state }) => state),
    ['Succeeded', 'Succeeded', 'Failed', 'NotStarted'],
  );
  const failed = (await item.get()).properties;
  assert.equal(failed?.protectionState, 'UnplannedFailoverFailed');
  assert.ok(failed.allowedOperations?.includes('UnplannedFailover'));
  const again = await item.failOver();
  await world.skip(30);
  assert.equal((await item.job(again)).properties?.state, 'Succeeded');
});

test('a source that stands still cannot be enabled, and holds a copy up', async (t) => {
  const world = await startWorld(t);
  const [stopped, stopping] = [
    await Item.named(world, 'portage-payroll-db-01'),
    await Item.named(world, 'portage-payroll-db-02'),
  ];
  await world.control('POST', 'person', { action: 'stop-instance', instanceId: 'i-0000000000000db01' });
  await world.skip(5);
  const job = await stopped.enable(dbMachine);
  await stopping.enable('10.0.1.12', { targetVmName: 'db-02' });
  await world.skip(30);
  assert.equal((await stopped.job(job)).properties?.errors?.[0]?.serviceErrorDetails?.code, '95117');
  assert.deepEqual((await stopped.get()).properties?.allowedOperations, ['DisableProtection']);

  await world.control('POST', 'person', { action: 'stop-instance', instanceId: 'i-0000000000000db02' });
  await world.skip(600);
  assert.equal((await stopping.get()).properties?.protectionState, 'InitialReplicationInProgress');
  await world.control('POST', 'person', { action: 'start-instance', instanceId: 'i-0000000000000db02' });
  await world.skip(60);
  assert.equal((await stopping.get()).properties?.protectionState, 'Protected');
});

test('a machine that the appliance does not know appears when a person has typed it in', async (t) => {
  const world = await startWorld(t, { scenario: await undiscovered() });
  assert.equal(await machineWith(world, dbMachine), 'undefined');
  await world.control('POST', 'person', { action: 'add-to-appliance', privateIp: dbMachine });
  await world.skip(6);
  assert.match(await machineWith(world, dbMachine), /\/ServerSites\/portage-site\/machines\/[0-9a-f-]{36}$/);
});

test('ARM answers what it does not know as ARM does', async (t) => {
  const world = await startWorld(t);
  const group = `${subscription}/resourceGroups`;
  await refused(world.arm('GET', `${vault}?api-version=2099-01-01`), 400, 'NoRegisteredProviderFound');
  await refused(
    world.arm('GET', `${group}/rg-payroll?api-version=2099-01-01`),
    400,
    'InvalidApiVersionParameter',
  );
  await refused(world.arm('GET', vault), 400, 'MissingApiVersionParameter');
  await refused(world.arm('GET', `${group}/rg-nowhere?api-version=2025-04-01`), 404, 'ResourceGroupNotFound');
  await refused(
    world.arm(
      'GET',
      `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups?api-version=2025-04-01`,
    ),
    404,
    'SubscriptionNotFound',
  );
  await refused(world.arm('GET', `${vault}x?${version}`), 404, 'ResourceNotFound');
  await refused(world.arm('GET', `${vault}/replicationFabrics/nowhere?${version}`), 404, 'NotFound');
  await refused(
    world.arm('GET', `${group}/rg-payroll/providers/Microsoft.Nothing/things/x?${version}`),
    404,
    'InvalidResourceNamespace',
  );
  await refused(world.arm('GET', `${vault}/replicationNothing/x/y?${version}`), 404, 'InvalidResourceType');
  await refused(world.arm('GET', '/somewhere/else'), 404, 'MissingSubscription');
  const wrongMethod = await refused(
    world.arm('DELETE', `${vault}/replicationJobs?${version}`),
    405,
    'MethodNotAllowed',
  );
  assert.equal(wrongMethod.headers.get('allow'), 'GET');
  const item = await Item.named(world, 'portage-payroll-db-01');
  await refused(put(item, '{"properties":'), 400, 'InvalidRequestContent');
  assert.equal((await world.resources.resourceGroups.get('rg-payroll')).location, 'westeurope');
});

test('a request without a token that was handed out is not let in', async (t) => {
  const world = await startWorld(t);
  const path = `${world.url}${vault}?api-version=2025-02-01`;
  for (const [headers, code] of [
    [{}, 'AuthenticationFailed'],
    [{ authorization: 'Basic eA==' }, 'AuthenticationFailedInvalidHeader'],
    [{ authorization: 'Bearer e30.e30.eA' }, 'InvalidAuthenticationToken'],
  ] as const) {
    const response = await fetch(path, { headers: { ...headers } });
    assert.equal(response.status, 401);
    assert.match(
      response.headers.get('www-authenticate') ?? '',
      /^Bearer authorization_uri="https:\/\/login\.windows\.net\//,
    );
    assert.equal(property(await response.json(), 'error', 'code'), code);
  }
  const token = await fetch(
    `${world.url}/msi/token?resource=https://management.azure.com&api-version=2019-08-01`,
  );
  assert.equal(token.status, 401, 'the identity endpoint wants its header');
});

test('an SDK meets a refusal as a RestError with the code that ARM wrote', async (t) => {
  const world = await startWorld(t);
  const item = await Item.named(world, 'portage-payroll-nobody');
  const error = await refusal(item.get());
  assert.equal(error.statusCode, 404);
  assert.equal(error.code, 'NotFound');
});

async function refused(response: Promise<ArmResponse>, status: number, code: string): Promise<ArmResponse> {
  const answer = await response;
  const [outer, inner] = [
    property(answer.body, 'error', 'code'),
    property(answer.body, 'error', 'details', 0, 'code'),
  ];
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.ok([outer, inner].includes(code), JSON.stringify(answer.body));
  return answer;
}

function post(item: Item, action: string, body?: unknown): Promise<ArmResponse> {
  return item.world.arm('POST', `${item.path}${action}?${version}`, body);
}

function put(item: Item, body: unknown): Promise<ArmResponse> {
  return item.world.arm('PUT', `${item.path}?${version}`, body);
}

function disable(disableProtectionReason: string): unknown {
  return { properties: { disableProtectionReason } };
}

async function jobCount(world: World): Promise<number> {
  const { body } = await world.arm('GET', `${vault}/replicationJobs?${version}`);
  return values(body).length;
}

async function undiscovered(): Promise<Scenario> {
  const scenario = await demoScenario();
  const site = { name: 'portage-site', discovered: [], runAsAccounts: [] };
  const vaults = scenario.azure.vaults.map((each) => ({ ...each, site }));
  return { ...scenario, azure: { ...scenario.azure, vaults } };
}
