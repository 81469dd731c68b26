import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { environmentWorkflowId } from '../workflows/messages.ts';
import type { PlanStatus } from '../client/index.ts';
import type { Plan } from '../plan/index.ts';
import { inPhase, planOf, privateIpOf, startWorld, type Scenario, type World } from './world.ts';

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' };
const subscriptionId = '11111111-2222-3333-4444-555555555555';

test('an environment', { concurrency: true }, async (t) => {
  const world = await startWorld(t, { machines: 12, scenario: emptySubscription });
  const run = (name: string, promise: (w: World, t: TestContext) => Promise<void>) =>
    t.test(name, (inner) => promise(world, inner));
  await Promise.all([
    run('comes from an empty subscription to machines that replicate, and asks a person once', fromNothing),
    run('that two plans share is prepared once, and asks each for what it still needs', shared),
    run('with a configuration server asks for nothing but its vault credentials', classic),
    run('of a plan that is cancelled is prepared no further', cancelled),
    run('whose workflow was ended from outside is told so, and asked for anew by a retry', terminated),
  ]);
});

async function fromNothing(world: World): Promise<void> {
  await world.portage.start(planIn('nothing', ['m-01', 'm-02']));
  const asking = await asksFor(world, 'nothing', 'SERVER_NOT_REGISTERED');
  assert.match(asking.suggestion, /installed on i-[0-9a-f]+/);
  assert.match(asking.suggestion, /copy the appliance key/);
  assert.deepEqual((await world.portage.planStatus('nothing')).groups.flatMap(phases), ['queued', 'queued']);

  await register(world, 'nothing', asking.suggestion);
  const adding = await asksFor(world, 'nothing', 'MACHINES_TO_ADD');
  assert.match(adding.message, /^2 machines need a person at appl-nothing/);
  assert.match(adding.suggestion, /^10\.0\.1\.101\n10\.0\.1\.102$/m);

  await add(world, 'nothing', 'm-01');
  const shorter = await world.untilPlan('nothing', ({ environments: [one] }) =>
    (one?.attention?.message ?? '').startsWith('1 machine needs'),
  );
  assert.doesNotMatch(shorter.environments[0]?.attention?.suggestion ?? '', /10\.0\.1\.101/);
  await add(world, 'nothing', 'm-02');
  await world.untilPlan('nothing', isComplete);
  await world.untilMachine('nothing', 'm-01', inPhase('ready'));
  await world.untilMachine('nothing', 'm-02', inPhase('ready'));

  await eachOnce(world, 'nothing');
  const ended = await world.temporal.workflow.getHandle(idOf('nothing')).describe();
  assert.equal(ended.status.name, 'COMPLETED');
}

async function shared(world: World): Promise<void> {
  await world.portage.start(planIn('first', ['m-03'], 'shared'));
  await world.portage.start(planIn('second', ['m-04'], 'shared'));
  const [one] = await Promise.all([
    asksFor(world, 'first', 'SERVER_NOT_REGISTERED'),
    asksFor(world, 'second', 'SERVER_NOT_REGISTERED'),
  ]);
  await register(world, 'shared', one.suggestion);
  const list = await asksFor(world, 'second', 'MACHINES_TO_ADD');
  assert.match(list.suggestion, /^10\.0\.1\.104$/m);

  await add(world, 'shared', 'm-03');
  await world.untilPlan('first', isComplete);
  const still = await asksFor(world, 'second', 'MACHINES_TO_ADD');
  assert.match(still.message, /^1 machine /);
  await add(world, 'shared', 'm-04');
  await world.untilPlan('second', isComplete);
  await eachOnce(world, 'shared');
}

async function classic(world: World): Promise<void> {
  const configurationServer = {
    name: 'cs-classic',
    deploy: { ...deploy, registration: { parameter: '/portage/classic/vault' } },
    passphrase: { parameter: '/portage/classic/passphrase' },
  };
  const own = { provider: 'classic', appliances: undefined, configurationServer };
  await world.portage.start(planIn('classic', ['m-06'], 'classic', own));
  const asked = await asksFor(world, 'classic', 'VAULT_CREDENTIALS_MISSING');
  assert.match(
    asked.suggestion,
    /^aws ssm put-parameter .* --name \/portage\/classic\/vault --value file:\/\/vault-classic\.VaultCredentials$/m,
  );

  const { text } = z
    .object({ text: z.string() })
    .parse(await world.person({ action: 'download-vault-credentials', vault: 'vault-classic' }));
  const ssm = new SSMClient({ region: 'eu-west-1', endpoint: world.local.simulatorUrl, credentials });
  await ssm.send(
    new PutParameterCommand({ Name: '/portage/classic/vault', Value: text, Type: 'SecureString' }),
  );
  await world.untilPlan('classic', isComplete);
  await eachOnce(world, 'classic');
}

async function cancelled(world: World): Promise<void> {
  await world.portage.start(planIn('given-up', ['m-05']));
  await asksFor(world, 'given-up', 'SERVER_NOT_REGISTERED');
  await world.temporal.workflow.getHandle('portage/plan/given-up').cancel();
  await world.portage.untilEnded('given-up');
  await world.temporal.workflow.getHandle(idOf('given-up')).result();
}

async function terminated(world: World): Promise<void> {
  await world.portage.start(planIn('ended', ['m-07']));
  const { suggestion } = await asksFor(world, 'ended', 'SERVER_NOT_REGISTERED');
  await world.temporal.workflow.getHandle(idOf('ended')).terminate('by mistake');

  const told = await world.untilPlan('ended', ({ environments: [one] }) => one?.state === 'ended');
  const { code, message, kind, choices } = told.environments[0]?.attention ?? {};
  assert.deepEqual([code, kind, choices], ['ENVIRONMENT_ENDED', 'failed', ['portage retry ended']]);
  assert.match(
    message ?? '',
    /prepares vault vault-ended was ended from outside: portage\/environment\/.*ended$/,
  );

  await world.portage.retry({ plan: 'ended' });
  const again = await asksFor(world, 'ended', 'SERVER_NOT_REGISTERED');
  assert.equal(instanceIn(again.suggestion), instanceIn(suggestion));
  await register(world, 'ended', again.suggestion);
  await asksFor(world, 'ended', 'MACHINES_TO_ADD');
  await add(world, 'ended', 'm-07');
  await world.untilPlan('ended', isComplete);
  await eachOnce(world, 'ended');
}

test('a worker that is killed while it prepares an environment makes nothing twice', async (t) => {
  const worker = { PORTAGE_ATTEMPT_TIMEOUT: '3s', PORTAGE_STICKY_TIMEOUT: '1s' };
  const world = await startWorld(t, { machines: 1, scenario: emptySubscription, worker });
  await world.portage.start(planIn('killed', ['m-01']));
  let running = world.local.worker;
  for (const [operation, target] of [
    ['Vaults_CreateOrUpdate', 'vault-killed'],
    ['RoleAssignments_Create', 'cachekilled'],
    ['RunInstances', ''],
    ['SendCommand', ''],
  ] as const) {
    await untilHeard(world, operation, target);
    await running.kill();
    running = await world.local.startWorker();
  }
  const { suggestion } = await asksFor(world, 'killed', 'SERVER_NOT_REGISTERED');
  await register(world, 'killed', suggestion);
  await untilHeard(world, 'ReplicationProtectionContainerMappings_Create', 'vault-killed');
  await running.kill();
  await world.local.startWorker();
  await asksFor(world, 'killed', 'MACHINES_TO_ADD');
  await eachOnce(world, 'killed');
  assert.equal((await world.ledger('RunInstances', '')).filter(({ status }) => status < 300).length, 1);
  assert.equal((await world.ledger('SendCommand', instanceIn(suggestion))).length, 1);
});

async function untilHeard(world: World, operation: string, target: string): Promise<void> {
  while ((await world.ledger(operation, target)).length === 0) await sleep(50);
}

/** What the plan's environment asks a person for. */
async function asksFor(world: World, plan: string, code: string) {
  const status = await world.untilPlan(plan, ({ environments: [one] }) => one?.attention?.code === code);
  const attention = status.environments[0]?.attention;
  assert.ok(attention?.kind === 'planned');
  return attention;
}

const isComplete = ({ environments: [one] }: PlanStatus) => one?.state === 'complete';

function phases({ machines }: PlanStatus['groups'][number]): string[] {
  return machines.map(({ phase }) => phase);
}

/** The instance that a suggestion names. */
function instanceIn(suggestion: string): string {
  const [instanceId] = /i-[0-9a-f]{17}/.exec(suggestion) ?? [];
  assert.ok(instanceId !== undefined, suggestion);
  return instanceId;
}

async function register(world: World, vault: string, suggestion: string): Promise<void> {
  const instanceId = instanceIn(suggestion);
  await world.person({
    action: 'register-appliance',
    vault: `vault-${vault}`,
    name: `appl-${vault}`,
    instanceId,
  });
}

/** A machine is added at the vault's appliance by a person. */
async function add(world: World, vault: string, vm: string): Promise<void> {
  const site = `vault-${vault}-physicalsite`;
  await world.person({ action: 'add-to-appliance', privateIp: privateIpOf(vm), site });
}

/** Everything was made once, and carries the tag of a plan. */
async function eachOnce(world: World, vault: string): Promise<void> {
  const targets = {
    Vaults_CreateOrUpdate: `vault-${vault}`,
    StorageAccounts_Create: `cache${vault}`,
    VirtualNetworks_CreateOrUpdate: `vnet-${vault}`,
    ReplicationPolicies_Create: `vault-${vault}`,
    ReplicationProtectionContainerMappings_Create: `vault-${vault}`,
  };
  for (const [operation, target] of Object.entries(targets)) {
    const heard = await world.ledger(operation, target);
    assert.equal(heard.filter(({ status }) => status < 300).length, 1, operation);
  }
  const roles = await world.ledger('RoleAssignments_Create', `cache${vault}`);
  assert.equal(roles.filter(({ status }) => status < 300).length, 2);
}

const idOf = (vault: string) =>
  environmentWorkflowId({ subscriptionId, resourceGroup: `rg-${vault}`, vault: `vault-${vault}` });

/** A plan whose vault, networks and appliance are all still to be made. */
function planIn(name: string, vms: readonly string[], vault = name, own: object = {}): Plan {
  const environment = {
    name: 'new',
    subscriptionId,
    resourceGroup: `rg-${vault}`,
    location: 'westeurope',
    vault: `vault-${vault}`,
    appliances: [{ name: `appl-${vault}`, deploy }],
    cacheStorageAccount: `cache${vault.replaceAll('-', '')}`,
    policy: { name: `policy-${vault}` },
    create: true,
    networks: [
      {
        name: `rg-${vault}/vnet-${vault}`,
        addressSpace: '10.20.0.0/16',
        subnets: [{ name: 'servers', prefix: '10.20.1.0/24' }],
      },
    ],
    ...own,
  };
  const target = {
    resourceGroup: `rg-target-${vault}`,
    network: `rg-${vault}/vnet-${vault}`,
    subnet: 'servers',
  };
  return planOf(
    name,
    { all: vms },
    {
      environments: [environment],
      defaults: { mobility: 'preinstalled', target: { ...target, diskType: 'Premium_LRS' } },
    },
  );
}

const deploy = {
  instanceType: 'm5.2xlarge',
  subnetId: 'subnet-0a1b2c3d4e5f60002',
  securityGroupId: 'sg-0a1b2c3d4e5f60001',
  instanceProfile: 'portage-appliance',
};

function emptySubscription(scenario: Scenario): void {
  const { subscriptionId: id, tenantId, location } = scenario.azure;
  scenario.azure = { subscriptionId: id, tenantId, location, vaults: [] };
}
