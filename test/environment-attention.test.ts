import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { PlanStatus } from '../client/index.ts';
import {
  environmentStatusQuery,
  environmentWorkflowId,
  pauseSignal,
  resumeUpdate,
  retryStepUpdate,
} from '../workflows/messages.ts';
import { inPhase, planOf, startWorld, type Scenario, type World } from './world.ts';

const subscriptionId = '11111111-2222-3333-4444-555555555555';
const resourceGroup = 'rg-migration';

test('what a person reads of an environment', { concurrency: true }, async (t) => {
  const world = await startWorld(t, { machines: 6, scenario: vaults });
  const run = (name: string, promise: (w: World, t: TestContext) => Promise<void>) =>
    t.test(name, (inner) => promise(world, inner));
  await Promise.all([
    run('whose policy only the portal associates: the steps there; it goes on by itself', refused),
    run('whose appliance is silent: what is the matter with it', sick),
    run('whose configuration server has an expired certificate: that it has', expired),
    run('that lacks the account: its name; it goes on by itself', withoutAccount),
    run('whose policy differs: where it does, and nothing is overwritten', drifted),
    run('that is told itself to pause, to resume and to retry', toldItself),
  ]);
});

async function refused(world: World): Promise<void> {
  await world.portage.start(planIn('refused', 'm-01'));
  const { message, suggestion, kind } = await asks(world, 'refused', 'POLICY_NOT_ASSOCIATED');
  assert.match(message, /^Policy own is not associated with the servers of vault vault-refused/);
  assert.match(
    message,
    /Site Recovery said: .*cannot be associated with a replication policy by this request/,
  );
  assert.match(
    suggestion,
    /^1\. Vault vault-refused > Site Recovery > Enable replication > physical machines/m,
  );
  assert.match(suggestion, /^2\. Under Replication policy choose own; enable$/m);
  assert.match(suggestion, /^3\. Once the policy shows as associated, disable the replication/m);
  assert.equal(kind, 'planned');

  await world.person({ action: 'associate-policy', vault: 'vault-refused', policy: 'own' });
  await world.untilMachine('refused', 'm-01', inPhase('ready'));
}

async function sick(world: World): Promise<void> {
  await world.portage.start(planIn('sick', 'm-02'));
  const { message, suggestion, kind } = await asks(world, 'sick', 'APPLIANCE_UNHEALTHY');
  assert.match(
    message,
    /appliance appl-sick: the Site Recovery provider has sent no heartbeat for \d+ minutes/,
  );
  assert.match(suggestion, /^Look at the appliance in the vault and at its own configuration manager/);
  assert.equal(kind, 'planned');
  const { groups } = await world.portage.planStatus('sick');
  assert.equal(groups[0]?.machines[0]?.phase, 'queued');
}

async function expired(world: World): Promise<void> {
  const configurationServer = { name: 'cs-expired', passphrase: { parameter: '/portage/passphrase' } };
  const classic = { provider: 'classic', appliances: undefined, configurationServer };
  await world.portage.start(planIn('expired', 'm-02', classic));
  const { message, suggestion } = await asks(world, 'expired', 'APPLIANCE_UNHEALTHY');
  assert.match(
    message,
    /configuration server cs-expired: the certificate of the configuration server has expired/,
  );
  assert.match(suggestion, /^Look at the configuration server in the vault/);
}

async function withoutAccount(world: World): Promise<void> {
  await world.portage.start(planIn('account', 'm-03', { account: 'migrate-admin' }));
  const { message, suggestion } = await asks(world, 'account', 'RUN_AS_ACCOUNT_MISSING');
  assert.equal(message, 'The appliance of vault vault-account has no account migrate-admin');
  assert.match(suggestion, /^Add the account on the appliance under this friendly name/);

  await world.person({ action: 'add-account', vault: 'vault-account', name: 'migrate-admin' });
  await world.untilMachine('account', 'm-03', inPhase('ready'));
}

async function drifted(world: World): Promise<void> {
  await world.portage.start(
    planIn('drifted', 'm-04', { policy: { name: 'portage-24h', recoveryPointHours: 72 } }),
  );
  const { notes } = await world.untilPlan('drifted', ({ environments: [one] }) => one?.state === 'complete');
  assert.match(
    notes.map(({ text }) => text).join('\n'),
    /^weu: Policy portage-24h: recovery points are kept for 1440 minutes, the plan says 4320\. Change the policy in the vault or the plan; Portage does not overwrite a policy$/m,
  );
  assert.deepEqual(await world.ledger('ReplicationPolicies_Create', 'vault-drifted'), []);
}

/** As somebody who has nothing but Temporal's own client. */
async function toldItself(world: World): Promise<void> {
  const forbidden = { operation: 'ReplicationPolicies_Create', target: 'vault-told', count: 1 };
  await world.fault({ ...forbidden, status: 403, code: 'AuthorizationFailed' });
  await world.portage.start(planIn('told', 'm-05', { policy: { name: 'other' } }));
  await asks(world, 'told', 'AuthorizationFailed');
  const environment = world.temporal.workflow.getHandle(idOf('told'));

  await environment.signal(pauseSignal);
  assert.equal(
    await environment.executeUpdate(retryStepUpdate, { args: [] }),
    'Trying again: Replication policy',
  );
  const { paused, attention } = await environment.query(environmentStatusQuery);
  assert.deepEqual([paused, attention], [true, undefined]);
  await assert.rejects(environment.executeUpdate(retryStepUpdate, { args: [] }), (error: Error) =>
    String(error.cause).includes('Nothing has failed'),
  );
  await world.portage.start(planIn('beside', 'm-06', { policy: { name: 'other' } }));
  await asks(world, 'beside', 'POLICY_NOT_ASSOCIATED'); // it has come that far meanwhile
  assert.equal((await world.ledger('ReplicationPolicies_Create', 'vault-told')).length, 1);

  assert.equal(await environment.executeUpdate(resumeUpdate), 'The environment goes on');
  await asks(world, 'told', 'POLICY_NOT_ASSOCIATED');
  const sent = await world.ledger('ReplicationPolicies_Create', 'vault-told');
  assert.deepEqual(
    sent.map(({ status }) => status),
    [403, 202],
  );
}

/** What the plan's environment asks for. */
async function asks(world: World, plan: string, code: string) {
  const { environments } = await world.untilPlan(plan, hasAsked(code));
  const attention = environments[0]?.attention;
  assert.ok(attention !== undefined);
  return attention;
}

const hasAsked =
  (code: string) =>
  ({ environments: [one] }: PlanStatus) =>
    one?.attention?.code === code;

const idOf = (name: string) =>
  environmentWorkflowId({ subscriptionId, resourceGroup, vault: `vault-${name}` });

/** A plan in a vault of its own. */
function planIn(name: string, vm: string, own: object = {}) {
  const environment = {
    name: 'weu',
    subscriptionId,
    resourceGroup,
    location: 'westeurope',
    vault: `vault-${name}`,
    appliances: [{ name: `appl-${name}` }],
    cacheStorageAccount: 'stcacheweu',
    policy: { name: name === 'refused' ? 'own' : 'portage-24h' },
    ...own,
  };
  return planOf(name, { all: [vm] }, { environments: [environment] });
}

const expiredServer = { name: 'cs-expired', ipAddress: '10.0.1.11', certificateDays: -1 };

/** Vaults that each lack or have something else; policies are associated by the portal alone. */
function vaults(scenario: Scenario): void {
  const policies = [{ name: 'portage-24h', recoveryPointHistoryMinutes: 1440 }];
  const vault = (name: string, appliance: object = {}, site: object = {}) => ({
    name: `vault-${name}`,
    resourceGroup,
    policies,
    mapping: { name: 'portage-24h', policy: 'portage-24h' },
    appliances: [{ name: `appl-${name}`, ...appliance }],
    site: { name: `site-${name}`, discovered: 'all', ...site },
  });
  scenario.azure = {
    ...scenario.azure,
    quirks: { mappingRefused: true },
    vaults: [
      vault('refused'),
      vault('sick', { components: { dras: { heartbeatAgeMinutes: 600 } } }),
      { name: 'vault-expired', resourceGroup, configurationServers: [expiredServer] },
      vault('account'),
      vault('drifted'),
      vault('told'),
      vault('beside'),
    ],
  };
}
