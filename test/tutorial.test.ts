import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { DescribeInstancesCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { parse } from 'yaml';
import type { Clouds } from '../activities/index.ts';
import type { Plan } from '../plan/index.ts';
import { beginStory, type Story } from './story.ts';
import { until } from './world.ts';

// "Migrate AWS VMs to Azure": its seven steps, from an empty subscription to two web servers that run there. The lines
// that begin with `await person` are all that anybody has to do; the rest Portage does by itself.

const vault = 'vault-tutorial';
const sources = ['i-00000000000000eb1', 'i-00000000000000eb2'];

test('the tutorial as it told it: a configuration server, push installation, a recovery plan', async (t) => {
  const story = await beginStory(t, {
    plan: 'tutorial-classic.yaml',
    example: 'tutorial-classic.scenario.yaml',
    edit: withTests,
  });
  const { person, check, resources, status, machine, notes, world, clouds } = story;

  await t.test('before: what speaks against it', async () => {
    const found = await check();
    assert.match(found, /^accepted CLASSIC_RETIRED {2}web-01, web-02$/m);
    assert.match(found, /Vault vault-tutorial does not exist in rg-migration: Portage creates it/);
    assert.match(found, /^2 machines looked at, nothing was changed: 0 blockers, /m);
  });

  await t.test('1. create a vault', async () => {
    await person.starts();
    const made = await notes(/got on stportagetutorial: Contributor, Storage Blob Data Contributor/);
    assert.match(made, /Resource group rg-migration was created for plan tutorial-classic/);
    assert.match(made, /Vault vault-tutorial was created for plan tutorial-classic/);
    assert.match(made, /Network vnet-prod was created for plan tutorial-classic/);
    assert.match(made, /Cache storage account stportagetutorial was created for plan tutorial-classic/);
  });

  await t.test('2. deploy a configuration server', async () => {
    const asked = await status(/VAULT_CREDENTIALS_MISSING/);
    assert.match(asked, /cs-1 registers with the credentials of vault vault-tutorial/);
    const parameter = '/portage/tutorial-classic/registration';
    assert.ok(asked.includes(`--name ${parameter} --value file://vault-tutorial.VaultCredentials`), asked);
    await person.putsParameter(parameter, await person.downloadsVaultCredentials(vault));

    const registered = await status(/RUN_AS_ACCOUNT_MISSING/);
    assert.match(registered, /The configuration server of vault vault-tutorial has no account migrate-admin/);
    await person.addsAccount(vault, 'migrate-admin');

    const ready = await notes(/Machines may begin/);
    assert.match(ready, /cs-1 is i-\w+, m5\.2xlarge, from ami-/);
    assert.match(ready, /The installer has run on cs-1/);
    assert.match(ready, /Servers are registered and well: cs-1/);
  });

  await t.test('3. can it reach the machines', async () => {
    for (const vm of ['web-01', 'web-02']) {
      const told = await machine(vm, /Live test: /);
      assert.match(told, /→ cs-1 \(10\.9\.1\.4\) on TCP 443, web-0\d → cs-1 \(10\.9\.1\.4\) on TCP 9443/);
      assert.match(told, /cs-1 → web-0\d \(10\.0\.1\.1\d\) on TCP 445/);
    }
  });

  await t.test('4. create a replication policy, associated with the server', async () => {
    await notes(/Machines may begin: the policy is associated/);
    assert.equal(await count(story, 'ReplicationPolicies_Create', 'portage-24h'), 1);
    assert.equal(await count(story, 'ReplicationProtectionContainerMappings_Create', 'portage-24h'), 1);
  });

  await t.test('5. push the Mobility service, through a firewall that is open just for that', async () => {
    for (const vm of ['web-01', 'web-02']) {
      const told = await machine(vm, /The firewall is closed again/);
      assert.match(told, /Opened by security group sg-\w+, until .*: TCP 445 from 10\.9\.1\.4\/32, TCP 135/);
    }
    assert.deepEqual(await ownGroups(clouds), []);
  });

  await t.test('6. enable replication, each machine found by its private address', async () => {
    const ready = await status(/web-01 +ready[^]*web-02 +ready/);
    assert.match(ready, /^Ready, not released: web\. To cut over: portage failover tutorial-classic$/m);
    assert.equal(await count(story, 'DiscoverProtectableItem'), 2);
    assert.equal(await count(story, 'ReplicationProtectedItems_Create'), 2);
  });

  await t.test('before the seventh: test it by the recovery plan', async () => {
    await world.portage.requestTestFailover({ plan: 'tutorial-classic' });
    for (const vm of ['web-01', 'web-02']) await machine(vm, /^Test: passed, up;/m);
    await until(
      () => world.portage.planStatus('tutorial-classic'),
      ({ groups }) =>
        groups.every(({ machines }) => machines.every(({ test }) => test?.outcome === 'passed')),
    );
    await world.portage.approveTest({ plan: 'tutorial-classic' });
    for (const vm of ['web-01', 'web-02']) await machine(vm, /^Test: passed, cleaned-up; approved by local/m);
  });

  await t.test('7. fail over by a recovery plan of Site Recovery', async () => {
    await person.failsOver();
    const asked = await status(/To do/);
    assert.match(asked, /^To do: Point the DNS names of the site to Azure$/m);
    assert.match(asked, /^ {2}then: portage complete tutorial-classic web\/after\/1$/m);
    await person.completes('web/after/1');

    const done = await status(/^Plan tutorial-classic: done; 0 failed/m);
    assert.match(done, /web-01 +completed +web-01[^]*web-02 +completed +web-02/);
    assert.equal(await count(story, 'ReplicationRecoveryPlans_UnplannedFailover'), 1);
    assert.equal(await count(story, 'ReplicationProtectedItems_UnplannedFailover'), 0);
    assert.equal(await count(story, 'ReplicationProtectedItems_FailoverCommit'), 2);
  });

  await t.test(
    'after: two servers run in Azure, their sources are stopped, and nothing replicates',
    async () => {
      const made = (await resources()).filter(({ relation }) => relation === 'made').map(({ id }) => id);
      assert.ok(made.some((id) => id.endsWith('/vaults/vault-tutorial')));
      heard.push(...(await world.heard()));
      await afterwards(story, 'tutorial-classic');
    },
  );
});

test('the tutorial as it works today: an appliance, and the Mobility service through Systems Manager', async (t) => {
  const story = await beginStory(t, { plan: 'tutorial.yaml', example: 'tutorial.scenario.yaml' });
  const { person, check, status, machine, notes, world } = story;

  await t.test('before: what speaks against it', async () => {
    const found = await check();
    assert.match(found, /has no appliance|Vault vault-tutorial does not exist/);
    assert.match(found, /^2 machines looked at, nothing was changed: 0 blockers, /m);
  });

  await t.test('1. create a vault', async () => {
    await person.starts();
    await notes(/Vault vault-tutorial was created for plan tutorial/);
  });

  await t.test('2. deploy an appliance, which a person registers', async () => {
    const asked = await status(/SERVER_NOT_REGISTERED/);
    assert.match(asked, /Vault vault-tutorial does not know its appliance appl-1/);
    assert.match(asked, /The appliance is installed on i-\w+\. Only a person can register it:/);
    assert.match(asked, /3\. In the Azure portal open vault vault-tutorial .* and copy the appliance key/);
    const [instanceId = ''] = /i-[0-9a-f]{17}/.exec(asked) ?? [];
    await person.registersAppliance(vault, 'appl-1', instanceId);
    await notes(/Servers are registered and well: appl-1/);
  });

  await t.test('3. can it reach the machines', async () => {
    for (const vm of ['web-01', 'web-02'])
      assert.match(
        await machine(vm, /Live test: /),
        /→ appl-1 \(10\.9\.1\.4\) on TCP 443, web-0\d → appl-1 \(10\.9\.1\.4\) on TCP 9443/,
      );
  });

  await t.test('4. create a replication policy, associated with the appliance', async () => {
    await notes(/Machines may begin: the policy is associated/);
    assert.equal(await count(story, 'ReplicationPolicies_Create', 'portage-24h'), 1);
  });

  await t.test(
    '5. the Mobility service, with a file for each machine that only the appliance makes',
    async () => {
      const details = [
        await machine('web-01', /Machine details/),
        await machine('web-02', /Machine details/),
      ];
      const asked = await status(
        /MACHINES_TO_ADD[^]*web-01 \(10\.0\.1\.11\): ey[^]*web-02 \(10\.0\.1\.12\): ey/,
      );
      assert.match(asked, /2 machines need a person at appl-1 of vault vault-tutorial/);
      for (const told of details) {
        const [, text = '?'] = /Machine details .*: (\S+)$/m.exec(told) ?? [];
        assert.ok(asked.includes(text), 'the list has what is to be pasted');
      }
      for (const [vm, address] of [
        ['web-01', '10.0.1.11'],
        ['web-02', '10.0.1.12'],
      ] as const) {
        const parameter = `/portage/tutorial/${vm}/agent-config`;
        assert.ok(asked.includes(`--name ${parameter} --value file://tutorial-${vm}.json`), asked);
        await person.putsParameter(parameter, await person.downloadsAgentConfig(address));
      }
      for (const vm of ['web-01', 'web-02'])
        await machine(vm, /Mobility service 9\.[\d.]+ runs and is registered/);
    },
  );

  await t.test('6. enable replication', async () => {
    const ready = await status(/web-01 +ready[^]*web-02 +ready/);
    assert.doesNotMatch(ready, /Attention/);
    assert.equal(await count(story, 'ReplicationProtectedItems_Create'), 2);
  });

  await t.test('7. fail over', async () => {
    await person.failsOver();
    const asked = await status(/To do/);
    assert.match(asked, /^To do: Take the site out of the load balancer$/m);
    await person.completes('web/before/1');
    const done = await status(/^Plan tutorial: done; 0 failed/m);
    assert.match(done, /web-01 +completed +web-01[^]*web-02 +completed +web-02/);
    assert.match(await machine('web-01', /: completed/), /Snapshots of the source: snap-\w+, snap-\w+/);
  });

  await t.test(
    'after: two servers run in Azure, their sources are stopped, and nothing replicates',
    async () => {
      heard.push(...(await world.heard()));
      await afterwards(story, 'tutorial');
      const { compute, network } = story.clouds.azure(subscriptionId);
      const { tags, networkProfile } = await compute.virtualMachines.get('rg-web', 'web-01');
      assert.equal(tags?.owner, 'web');
      const nicName = networkProfile?.networkInterfaces?.[0]?.id?.split('/').at(-1) ?? '';
      const nic = await network.networkInterfaces.get('rg-web', nicName);
      assert.equal(nic.ipConfigurations?.[0]?.privateIPAddress, '10.20.1.11');
    },
  );
});

test('with today’s clock the service takes neither a configuration server nor a machine of the classic kind', async (t) => {
  const { person, check, status, world } = await beginStory(t, {
    plan: 'tutorial-classic.yaml',
    example: 'tutorial.scenario.yaml',
    edit: (plan) => ({ ...plan, accept: [] }),
  });
  const found = await check();
  assert.match(found, /^blocker {2}CLASSIC_RETIRED {2}web-01, web-02$/m);
  assert.match(
    found,
    /Make a new vault with a replication appliance and name it in the plan as provider modernized/,
  );

  await person.starts();
  await status(/VAULT_CREDENTIALS_MISSING/);
  await person.putsParameter(
    '/portage/tutorial-classic/registration',
    await person.downloadsVaultCredentials(vault),
  );
  const waits = await status(/SERVER_NOT_REGISTERED/);
  assert.match(JSON.stringify(await world.state()), /refused: the classic experience has been retired/);
  assert.match(waits, /look at C:\\ProgramData\\ASRSetupLogs on i-\w+/);
});

test('both tutorials begin in the same clouds, the classic one while its service still ran', async () => {
  const [classic, today] = await Promise.all(
    ['tutorial-classic', 'tutorial'].map(async (name) => {
      const text = await readFile(new URL(`../examples/${name}.scenario.yaml`, import.meta.url), 'utf8');
      return z.looseObject({ start: z.coerce.date() }).parse(parse(text));
    }),
  );
  assert.ok(classic !== undefined && today !== undefined);
  assert.ok(classic.start < new Date('2026-03-30') && today.start > new Date('2026-03-30'));
  assert.deepEqual({ ...classic, start: 0 }, { ...today, start: 0 });
});

test('the documented permissions are those that whole runs need, and no other', async (t) => {
  await demoInAnOlderSubscription(t);
  const { policy, role, implied } = documentedPermissions(
    await readFile(new URL('../docs/permissions.md', import.meta.url), 'utf8'),
  );
  const needed = sorted(heard.map(({ permission }) => permission).filter((one) => !aPersons.includes(one)));
  const isAws = (action: string) => action.includes(':');
  const called = (documented: readonly string[]) =>
    sorted(documented.filter((one) => !implied.includes(one)));
  assert.deepEqual(called(policy), needed.filter(isAws));
  assert.deepEqual(
    called(role),
    needed.filter((action) => !isAws(action)),
  );
  const everything = [...policy, ...role];
  assert.deepEqual(sorted(implied), sorted(everything.filter((action) => implied.includes(action))));
});

test('what preflight asks the clouds for is among the documented permissions', async () => {
  const { policy, role, implied } = documentedPermissions(
    await readFile(new URL('../docs/permissions.md', import.meta.url), 'utf8'),
  );
  const documented = [...policy, ...role, ...implied].map((action) => action.toLowerCase());
  const asked = await Promise.all(
    ['aws-permissions', 'azure-permissions', 'prepare-permissions'].map(async (file) => {
      const source = await readFile(new URL(`../activities/preflight/${file}.ts`, import.meta.url), 'utf8');
      return [...source.matchAll(/'((?:ec2|ssm):\w+|Microsoft\.[\w/]+)'/g)].map(([, action = '']) => action);
    }),
  );
  assert.ok(
    asked.every((actions) => actions.length > 5),
    'the sources were read',
  );
  assert.deepEqual(
    asked.flat().filter((action) => !documented.includes(action.toLowerCase())),
    [],
  );
});

/**
 * The demo, where a network team has been before: security groups, a route table, a network that lacks a subnet. One
 * machine is tested, and each way out is taken by another.
 */
async function demoInAnOlderSubscription(t: TestContext): Promise<void> {
  const story = await beginStory(t, {
    plan: 'demo.yaml',
    example: 'demo.scenario.yaml',
    scenario: ({ aws, azure }) => {
      for (const instance of aws.instances)
        if (instance.name === 'web-04') instance.quirks = { startFails: 'InsufficientInstanceCapacity' };
      const resourceGroup = 'rg-network';
      azure.networkSecurityGroups = [{ name: 'nsg-web', resourceGroup }];
      azure.routeTables = [{ name: 'rt-isolated', resourceGroup }];
      const subnet = { name: 'isolated', prefix: '10.99.1.0/24', defaultOutboundAccess: false };
      azure.networks = [
        network('vnet-prod', '10.20.0.0/16', { name: 'servers', prefix: '10.20.1.0/24' }),
        network('vnet-test', '10.99.0.0/16', {
          ...subnet,
          networkSecurityGroup: 'nsg-web',
          routeTable: 'rt-isolated',
        }),
      ];
    },
    edit: ({ environments, defaults, ...plan }) => ({
      ...plan,
      environments: environments.map((environment) => ({
        ...environment,
        account: 'migrate-admin',
        create: true,
        networks: [late],
      })),
      defaults: {
        ...defaults,
        target: { ...defaults?.target, networkSecurityGroup: 'rg-network/nsg-web' },
        afterCommit: 'terminate',
        watchDays: 0,
      },
    }),
  });
  await story.person.starts();
  await story.status(/web-0[^]*web-04 +ready/);
  await tries(story, 'web-01');
  await givesUp(story, 'web-02');
  for (const vm of ['web-03', 'web-04'])
    await story.world.fault({ operation: 'VirtualMachines_Get', target: `/${vm}`, count: 1, ...forbidden });
  await story.person.failsOver();
  await story.status(/To do: Freeze the payroll run/);
  await story.person.completes('databases/before/1');
  await returns(story, 'web-03', 'DELETE_AZURE_VM', 'delete');
  await returns(story, 'web-04', 'InsufficientInstanceCapacity', 'stay-in-azure');
  await story.status(/^Plan payroll: done; 1 failed/m);
  await terminates(story, 'web-01');
  heard.push(...(await story.world.heard()));
}

const forbidden = { status: 403, code: 'AuthorizationFailed' };

/** Tries a machine out, looks at the test VM, and approves it. */
async function tries({ world, machine }: Story, vm: string): Promise<void> {
  await world.portage.requestTestFailover({ plan: 'payroll', vm });
  await machine(vm, /^Test: passed, up;/m);
  await world.portage.approveTest({ plan: 'payroll', vm });
  await machine(vm, /^Test: passed, cleaned-up; approved by local/m);
}

/** Gives a machine up whose replication cannot be disabled. */
async function givesUp({ world, machine }: Story, vm: string): Promise<void> {
  const failJob = { code: '78186', message: 'The disable did not finish' };
  await world.fault({ operation: 'ReplicationProtectedItems_Delete', target: vm, count: 1, failJob });
  await world.portage.abort({ plan: 'payroll', vm });
  await machine(vm, /portage confirm payroll\/web-02 purge/);
  await world.portage.confirm('payroll', vm, 'purge');
  await machine(vm, /^payroll\/web-02: aborted/m);
}

/** Goes back to the source after the failover, and answers what is asked then. */
async function returns({ world, machine }: Story, vm: string, asks: string, answer: string): Promise<void> {
  await machine(vm, /AuthorizationFailed/);
  await world.portage.turnBack({ plan: 'payroll', vm }, {}, { afterFailover: true });
  await machine(vm, new RegExp(asks));
  await world.portage.confirm('payroll', vm, answer);
}

/** With a network to test in, which Portage makes; what it makes has a way out. */
function withTests({ environments, defaults, accept = [], ...plan }: Plan): Plan {
  const [environment] = environments;
  assert.ok(environment !== undefined);
  const subnets = [{ name: 'isolated', prefix: '10.99.1.0/24' }];
  const own = { name: 'rg-network/vnet-test', addressSpace: '10.99.0.0/16', subnets };
  const networks = [...(environment.networks ?? []), own];
  const target = { ...defaults?.target, testNetwork: own.name, testSubnet: 'isolated' };
  return {
    ...plan,
    accept: [...accept, 'TEST_NETWORK_OPEN'],
    environments: [{ ...environment, networks }],
    defaults: { ...defaults, testFailover: 'optional', target },
  };
}

/** Has the source terminated of a machine that is done. */
async function terminates({ world }: Story, vm: string): Promise<void> {
  const untilWatch = (wanted: string) =>
    until(
      () => world.portage.sourceWatch('payroll', vm),
      (watch) => watch?.state === wanted,
    );
  await untilWatch('asking');
  await world.portage.confirm('payroll', vm, 'terminate');
  await untilWatch('gone');
}

const network = (name: string, addressSpace: string, subnet: object) => ({
  name,
  resourceGroup: 'rg-network',
  addressSpace: [addressSpace],
  subnets: [subnet],
});
const late = {
  name: 'rg-network/vnet-prod',
  addressSpace: '10.20.0.0/16',
  subnets: [
    { name: 'servers', prefix: '10.20.1.0/24' },
    { name: 'more', prefix: '10.20.2.0/24' },
  ],
};

/** Rights that only a person needs here. */
const aPersons = ['', 'ssm:PutParameter'];

function sorted(actions: readonly string[]): string[] {
  return [...new Set(actions.map(inItsCase))].sort();
}

/** Azure does not mind the case of its actions, and does not keep to one. */
function inItsCase(action: string): string {
  return action.startsWith('Microsoft.') ? action.toLowerCase() : action;
}

/** What the page grants, in its policy and in its role, and which of it nobody calls: that stands in the tables of the last section. */
function documentedPermissions(page: string) {
  const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) =>
    jsonBlock.parse(JSON.parse(json)),
  );
  const [, last = ''] = page.split('\n## What calls imply\n');
  return {
    policy: blocks
      .flatMap((block) => ('Statement' in block ? block.Statement : []))
      .flatMap(({ Action }) => Action),
    role: blocks.flatMap((block) => ('Actions' in block ? block.Actions : [])),
    implied: [...last.matchAll(/^\| `([\w:./*]+)`/gm)].map(([, action = '']) => action),
  };
}

const jsonBlock = z.union([
  z.object({ Statement: z.array(z.object({ Action: z.array(z.string()) })) }),
  z.object({ Actions: z.array(z.string()) }),
]);

const subscriptionId = '11111111-2222-3333-4444-555555555555';
const heard: Awaited<ReturnType<Story['world']['heard']>> = [];

/** How often the clouds took an effect. */
async function count({ world }: Story, operation: string, target = ''): Promise<number> {
  const entries = await world.ledger(operation, target);
  return entries.filter(({ status }) => status < 300).length;
}

/** Security groups of Portage's own that are there. */
async function ownGroups(clouds: Clouds): Promise<readonly string[]> {
  const Filters = [{ Name: 'group-name', Values: ['portage-*'] }];
  const answer = await clouds.ec2('eu-west-1').send(new DescribeSecurityGroupsCommand({ Filters }));
  const names = (answer.SecurityGroups ?? []).flatMap(({ GroupName }) => GroupName ?? []);
  return names.filter((name) => !name.startsWith('portage-quarantine-'));
}

/** What anybody sees in the two consoles when all is done. */
async function afterwards({ clouds }: Story, plan: string): Promise<void> {
  const found = await clouds
    .ec2('eu-west-1')
    .send(new DescribeInstancesCommand({ InstanceIds: [...sources] }));
  const instances = (found.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
  for (const { State, Tags = [] } of instances) {
    assert.equal(State?.Name, 'stopped');
    assert.ok(Tags.some(({ Key, Value }) => Key === 'portage:plan' && Value === plan));
  }
  const { compute, siteRecovery } = clouds.azure(subscriptionId);
  for (const name of ['web-01', 'web-02']) {
    const vm = await compute.virtualMachines.get('rg-web', name, { expand: 'instanceView' });
    assert.equal(vm.hardwareProfile?.vmSize, 'Standard_D2ds_v5');
    assert.ok(vm.instanceView?.statuses?.some(({ code }) => code === 'PowerState/running'));
  }
  for await (const item of siteRecovery.replicationProtectedItems.list(vault, 'rg-migration'))
    assert.fail(`${item.name ?? ''} is still there`);
  for await (const recovery of siteRecovery.replicationRecoveryPlans.list(vault, 'rg-migration'))
    assert.fail(`${recovery.name ?? ''} is still there`);
}
