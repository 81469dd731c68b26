import type { Job } from '@azure/arm-recoveryservices-siterecovery';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { z } from 'zod';
import { parseScenario, type Scenario } from '../simulator/index.ts';
import { Item, property, values } from './simulator-item.ts';
import { demoScenario, site, startWorld, type World } from './simulator-world.ts';

test('with an account and open ports the agent is pushed, and the machine replicates', async (t) => {
  const { item, world } = await unprepared(t);
  const job = await item.enable('10.0.1.50', { runAsAccountId: await accountId(world, 'migrate-admin') });
  await world.skip(180);
  assert.equal((await item.job(job)).properties?.state, 'Succeeded');
  assert.equal((await item.get()).properties?.protectionState, 'Protected');
  assert.equal((await item.details()).mobilityAgentDetails?.version, '9.62.7246.1');
});

test('a push ends with the error that the machine’s ports and accounts are worth', async (t) => {
  const cases = [
    [{ guest: { blocks: [445, 135] } }, '95117', /the source machine cannot be reached/],
    [{ guest: { blocks: [445] } }, '95105', /file and printer sharing cannot be reached/],
    [{ guest: { blocks: [135] } }, '95103', /Windows Management Instrumentation \(WMI\) cannot be reached/],
    [
      { guest: { administrators: ['somebody-else'] } },
      '95107',
      /the credentials of the account are not valid/,
    ],
    [{ platform: 'linux', guest: { blocks: [22] } }, '95118', /the source machine cannot be reached/],
    [{ platform: 'linux', guest: { administrators: [] } }, '95108', /or it is not root/],
  ] as const;
  for (const [instance, code, text] of cases) {
    const failed = await failedPush(t, instance);
    assert.equal(errorOf(failed, 'code'), code);
    assert.match(String(errorOf(failed, 'message')), text);
    const task = failed.properties?.tasks?.find(({ state }) => state === 'Failed');
    assert.equal(task?.name, 'EnableProtection');
  }
});

test('every documented push error has its number, a cause and what to do', async (t) => {
  const codes = [
    '95106',
    '95213',
    '95309',
    '95310',
    '95311',
    '95517',
    '95518',
    '95519',
    '95520',
    '95521',
    '95522',
    '95523',
  ];
  for (const pushRefusal of codes) {
    const failed = await failedPush(t, { quirks: { pushRefusal } });
    assert.equal(errorOf(failed, 'code'), pushRefusal);
    assert.match(
      String(errorOf(failed, 'message')),
      /^Push installation of the Mobility service to .* 'raw-01' failed: /,
    );
    assert.match(String(errorOf(failed, 'recommendedAction')), /enable replication again/);
    assert.equal(
      property(failed, 'properties', 'errors', 0, 'providerErrorDetails', 'errorCode'),
      Number(pushRefusal),
    );
  }
});

test('95265 is a warning: the push went well, and a restart is recommended', async (t) => {
  const { item, world } = await unprepared(t, { quirks: { pushRefusal: '95265' } });
  const name = await item.enable('10.0.1.50', { runAsAccountId: await accountId(world, 'migrate-admin') });
  await world.skip(180);
  assert.equal((await item.job(name)).properties?.state, 'Succeeded');
  const status = `${item.path.slice(0, item.path.indexOf('/replicationFabrics'))}/replicationOperationStatus/${name}`;
  const { body } = await world.arm('GET', `${status}?api-version=2023-06-01`);
  assert.equal(property(body, 'status'), 'Succeeded');
  assert.equal(property(body, 'error', 'code'), '95265');
});

test('without agent and without account there is nothing to install with', async (t) => {
  const { item, world } = await unprepared(t);
  const job = await item.enable('10.0.1.50');
  await world.skip(60);
  assert.equal(errorOf(await item.job(job), 'code'), 'MobilityServiceNotInstalled');
});

test('an agent that cannot reach its server at 443 and 9443 holds the copy up, and its item says so', async (t) => {
  const { item, world } = await unprepared(
    t,
    { guest: { agent: {} } },
    { guest: { server: 'appliance', blocks: [9443] } },
  );
  await item.enable('10.0.1.50');
  await world.skip(240);
  const { properties } = await item.get();
  assert.equal(properties?.protectionState, 'InitialReplicationInProgress');
  assert.equal(properties.replicationHealth, 'Critical');
  assert.deepEqual(
    properties.healthErrors?.map(({ errorCode }) => errorCode),
    ['78174', '78169'],
  );
  assert.match(
    properties.healthErrors[0]?.possibleCauses ?? '',
    /cannot reach 'appl-1' at the ports 443 and 9443/,
  );
});

test('an agent that falls silent by itself turns its item critical though the machine runs', async (t) => {
  const scenario = await demoScenario();
  const agentsFallSilent = [{ instanceId: 'i-0000000000000db01', afterMinutes: 200 }];
  const quirks = { ...scenario.azure.quirks, agentsFallSilent };
  const world = await startWorld(t, { scenario: { ...scenario, azure: { ...scenario.azure, quirks } } });
  const item = await Item.named(world, 'portage-payroll-db-01');
  await item.becomeProtected('10.0.1.11');
  await world.skip(60);
  const { properties } = await item.get();
  assert.equal(properties?.replicationHealth, 'Critical');
  assert.match(
    properties.healthErrors?.[0]?.errorMessage ?? '',
    /No heartbeat from the Mobility service of 'db-01'/,
  );
});

async function failedPush(t: TestContext, instance: object): Promise<Job> {
  const { item, world } = await unprepared(t, instance);
  const job = await item.enable('10.0.1.50', { runAsAccountId: await accountId(world, 'migrate-admin') });
  await world.skip(60);
  assert.equal((await item.get()).properties?.protectionState, 'EnablingFailed');
  return item.job(job);
}

/** A machine that nobody has prepared, known to the appliance by its address. */
async function unprepared(
  t: TestContext,
  instance: object = {},
  server: object = {},
): Promise<{ readonly item: Item; readonly world: World }> {
  const world = await startWorld(t, { scenario: await scenarioWith(instance, server) });
  return { world, item: await Item.named(world, 'raw') };
}

/** The appliance and the machine are members of one default group: what listens is reached. */
async function scenarioWith(instance: object, server: object): Promise<Scenario> {
  const { azure } = await demoScenario();
  const aws = {
    instances: [
      { name: 'appl-1', privateIp: '10.0.1.10', guest: { server: 'appliance' }, ...server },
      { name: 'raw-01', privateIp: '10.0.1.50', type: 't3.large', ...instance },
    ],
  };
  const text = JSON.stringify({ aws, azure: { ...azure, vaults: [] } });
  return { ...parseScenario(text, 'inline.scenario.json'), azure };
}

async function accountId(world: World, displayName: string): Promise<string> {
  const { body } = await world.arm('GET', `${site}/runasaccounts?api-version=2023-06-06`);
  const found = values(body).find(
    (account) => property(account, 'properties', 'displayName') === displayName,
  );
  return z.string().parse(property(found, 'id'));
}

function errorOf(job: Job, key: string): unknown {
  return property(job, 'properties', 'errors', 0, 'serviceErrorDetails', key);
}
