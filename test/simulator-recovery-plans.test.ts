import type { RecoveryPlanGroup } from '@azure/arm-recoveryservices-siterecovery';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { fabric, inVault, Item, property, values } from './simulator-item.ts';
import {
  demoScenario,
  refusal,
  startWorld,
  vault,
  type World,
  type WorldOptions,
} from './simulator-world.ts';

const version = 'api-version=2023-06-01';
const plans = `${vault}/replicationRecoveryPlans`;
const quick = { updateIntervalInMs: 5 };
const addresses = { 'db-01': '10.0.1.11', 'db-02': '10.0.1.12', 'web-01': '10.0.2.21' };

test('a plan has the groups that the service adds; a list leaves all of them out', async (t) => {
  const { world, items } = await protectedMachines(t);
  await createPlan(world, 'payroll', [boot(items['db-01']), boot(items['web-01'])]);
  const { properties } = await world.siteRecovery.replicationRecoveryPlans.get(...inVault, 'payroll');
  assert.deepEqual(
    properties?.groups?.map(({ groupType }) => groupType),
    ['Shutdown', 'Failover', 'Boot', 'Boot'],
  );
  assert.deepEqual(properties.allowedOperations, ['UnplannedFailover', 'TestFailover']);
  assert.deepEqual(properties.replicationProviders, ['InMageRcm']);
  const [listed] = values((await world.arm('GET', `${plans}?${version}`)).body);
  assert.deepEqual(property(listed, 'properties', 'groups'), []);
  const inPlan = await world.arm(
    'GET',
    `${vault}/replicationProtectedItems?${version}&$filter=${encodeURIComponent("RecoveryPlanName eq 'payroll'")}`,
  );
  assert.deepEqual(
    values(inPlan.body).map((item) => property(item, 'name')),
    ['db-01', 'web-01'],
  );
});

test('what a plan may not hold is refused', async (t) => {
  const { world, items } = await protectedMachines(t, ['db-01']);
  const db01 = items['db-01'];
  const unprotected = await Item.named(world, 'db-02');
  await unprotected.enable(addresses['db-02']);
  await world.skip(40);
  const many = Array.from({ length: 101 }, (_, at) => ({ id: `${db01.id}-${at}` }));
  const cases: readonly (readonly [RegExp, readonly RecoveryPlanGroup[]])[] = [
    [/101 protected items; the most is 100/, [{ groupType: 'Boot', replicationProtectedItems: many }]],
    [/8 groups; the most is 7/, Array.from({ length: 8 }, () => ({ groupType: 'Boot' }))],
    [/no group of type Boot/, []],
    [/more than once/, [boot(db01), boot(db01)]],
    [/does not exist/, [boot({ ...db01, id: `${db01.id}-other` })]],
    [/is not that of the protected item/, [boot({ ...db01, virtualMachineId: 'another' })]],
    [/before it is protected/, [boot(await member(unprotected))]],
    [/failoverTypes/, [{ ...boot(db01), startGroupActions: [{ ...manual('Freeze'), failoverTypes: [] }] }]],
  ];
  for (const [reason, groups] of cases) {
    const error = await refusal(createPlan(world, 'refused', groups));
    assert.equal(error.statusCode, 400);
    assert.match(error.message, reason);
  }
  const otherFabric = await refusal(
    createPlan(world, 'refused', [boot(db01)], `${vault}/replicationFabrics/x`),
  );
  assert.match(otherFabric.message, /primary fabric '.*' does not exist/);
});

test('a failover goes through the groups in order, each machine by a job of its own', async (t) => {
  const { world, items } = await protectedMachines(t);
  await createPlan(world, 'payroll', [boot(items['db-01'], items['db-02']), boot(items['web-01'])]);
  const begun = await begin(world, 'payroll/unplannedFailover', failover());
  await world.skip(2);
  assert.deepEqual(await stages(world), {
    'db-01': 'Protected',
    'db-02': 'Protected',
    'web-01': 'Protected',
  });
  const started = await jobs(world, 'UnplannedFailover');
  assert.deepEqual(started.toSorted(), ['db-01', 'db-02', 'payroll']);
  await world.skip(60);
  const over = 'UnplannedFailoverCommitPendingStatesBegin';
  assert.deepEqual(await stages(world), { 'db-01': over, 'db-02': over, 'web-01': over });
  const job = await world.siteRecovery.replicationJobs.get(...inVault, begun);
  assert.equal(job.properties?.state, 'Succeeded');
  assert.equal(job.properties.targetInstanceType, 'RecoveryPlan');
  assert.deepEqual(
    job.properties.tasks?.map(({ friendlyName }) => friendlyName),
    [
      'Prerequisites check for the recovery plan',
      'All groups shutdown',
      'All groups failover',
      'Group 1: Start',
      'Group 2: Start',
    ],
  );
  const first = property(job.properties.tasks[3]?.groupTaskCustomDetails, 'childTasks', 0);
  const own = property(first, 'groupTaskCustomDetails', 'workflowIds', 0);
  const machineJob = await world.siteRecovery.replicationJobs.get(...inVault, String(own));
  assert.equal(machineJob.properties?.targetObjectName, 'db-01');
});

test('with the quirk all machines fail over at once, and only the starts are in order', async (t) => {
  const scenario = await demoScenario();
  const quirks = { ...scenario.azure.quirks, recoveryPlanFailover: 'all-at-once' as const };
  const options = { scenario: { ...scenario, azure: { ...scenario.azure, quirks } } };
  const { world, items } = await protectedMachines(t, undefined, options);
  await createPlan(world, 'payroll', [boot(items['db-01']), boot(items['web-01'])]);
  await begin(world, 'payroll/unplannedFailover', failover());
  await world.skip(2);
  assert.deepEqual((await jobs(world, 'UnplannedFailover')).toSorted(), ['db-01', 'payroll', 'web-01']);
});

test('a manual action suspends the job until somebody resumes it', async (t) => {
  const { world, items } = await protectedMachines(t, ['db-01']);
  const group = { ...boot(items['db-01']), startGroupActions: [manual('Freeze the payroll run')] };
  await createPlan(world, 'payroll', [group]);
  const begun = await begin(world, 'payroll/unplannedFailover', failover());
  await world.skip(600);
  const { replicationJobs: all } = world.siteRecovery;
  const waits = (await all.get(...inVault, begun)).properties;
  assert.equal(waits?.state, 'Suspended');
  assert.deepEqual(waits.allowedActions, ['Cancel', 'Resume']);
  assert.equal((await stages(world))['db-01'], 'Protected');
  const action = childTask(waits.tasks, 0);
  assert.equal(property(action, 'state'), 'Suspended');
  assert.equal(property(action, 'customDetails', 'instructions'), 'Ask the accountants');
  await begin(world, `../replicationJobs/${begun}/resume`, { properties: { comments: 'frozen' } });
  await world.skip(60);
  const done = (await all.get(...inVault, begun)).properties;
  assert.equal(done?.state, 'Succeeded');
  assert.equal(property(childTask(done.tasks, 0), 'customDetails', 'observation'), 'frozen');
  const again = await refusal(all.beginResume(...inVault, begun, { properties: {} }));
  assert.match(again.message, /'Resume' is not allowed/);
});

test('a machine that fails leaves the others failed over, and the next run takes it alone', async (t) => {
  const { world, items } = await protectedMachines(t);
  await createPlan(world, 'payroll', [boot(items['db-01'], items['db-02']), boot(items['web-01'])]);
  await world.control('POST', 'faults', {
    operation: 'ReplicationProtectedItems_UnplannedFailover',
    target: 'db-02',
    count: 1,
    failJob: { code: '170010', message: 'There is no such size in the region' },
  });
  const begun = await begin(world, 'payroll/unplannedFailover', failover());
  await world.skip(90);
  const over = 'UnplannedFailoverCommitPendingStatesBegin';
  const expected = { 'db-01': over, 'db-02': 'UnplannedFailoverFailed', 'web-01': over };
  assert.deepEqual(await stages(world), expected);
  const failed = (await world.siteRecovery.replicationJobs.get(...inVault, begun)).properties;
  assert.equal(failed?.state, 'Failed');
  assert.deepEqual(
    failed.errors?.map(({ serviceErrorDetails }) => serviceErrorDetails?.code),
    ['170010'],
  );
  await begin(world, 'payroll/unplannedFailover', failover());
  await world.skip(90);
  assert.deepEqual(await stages(world), { 'db-01': over, 'db-02': over, 'web-01': over });
  assert.equal((await jobs(world, 'UnplannedFailover')).filter((name) => name === 'db-01').length, 1);
});

test('the SDK waits a plan out by itself: test, clean up, fail over, commit, delete', async (t) => {
  const { world, items } = await protectedMachines(t, ['db-01'], { speed: 20_000 });
  const { replicationRecoveryPlans: all } = world.siteRecovery;
  await createPlan(world, 'payroll', [boot(items['db-01'])]);
  const direction = 'PrimaryToRecovery';
  const tested = await all.beginTestFailoverAndWait(
    ...inVault,
    'payroll',
    {
      properties: {
        failoverDirection: direction,
        networkType: 'VmNetworkAsInput',
        providerSpecificDetails: [{ instanceType: 'InMageRcm', recoveryPointType: 'LatestProcessed' }],
      },
    },
    quick,
  );
  assert.deepEqual(tested.properties?.allowedOperations, ['TestFailoverCleanup']);
  await all.beginTestFailoverCleanupAndWait(...inVault, 'payroll', { properties: {} }, quick);
  const over = await all.beginUnplannedFailoverAndWait(...inVault, 'payroll', failover(), quick);
  assert.deepEqual(over.properties?.allowedOperations, ['Commit']);
  const committed = await all.beginFailoverCommitAndWait(...inVault, 'payroll', quick);
  assert.equal(committed.properties?.currentScenario?.scenarioName, 'CommitFailover');
  assert.equal((await stages(world))['db-01'], 'UnplannedFailoverCommitted');
  await all.beginDeleteAndWait(...inVault, 'payroll', quick);
  assert.match((await refusal(all.get(...inVault, 'payroll'))).message, /'payroll' does not exist/);
});

test('what a plan cannot do now is refused', async (t) => {
  const { world, items } = await protectedMachines(t, ['db-01']);
  await createPlan(world, 'payroll', [boot(items['db-01'])]);
  const { replicationRecoveryPlans: all } = world.siteRecovery;
  const planned = { properties: { failoverDirection: 'PrimaryToRecovery' } };
  const refused = await refusal(all.beginPlannedFailover(...inVault, 'payroll', planned));
  assert.match(refused.message, /'PlannedFailover' is not allowed/);
  assert.match((await refusal(all.beginFailoverCommit(...inVault, 'payroll'))).message, /'Commit' is not/);
  const wrongCase = {
    properties: {
      ...failover().properties,
      providerSpecificDetails: [{ instanceType: 'inmagercm', recoveryPointType: 'Latest' }],
    },
  };
  const answer = await world.arm('POST', `${plans}/payroll/unplannedFailover?${version}`, wrongCase);
  assert.equal(answer.status, 400);
  await begin(world, 'payroll/unplannedFailover', failover());
  const second = await refusal(all.beginUnplannedFailover(...inVault, 'payroll', failover()));
  assert.equal(second.statusCode, 409);
  assert.equal((await refusal(createPlan(world, 'payroll', [boot(items['db-01'])]))).statusCode, 409);
});

test('a failover that is cancelled has stopped replication', async (t) => {
  const { world } = await protectedMachines(t, ['db-01']);
  const item = await Item.named(world, 'db-01');
  const name = await item.failOver();
  await world.skip(3);
  await begin(world, `../replicationJobs/${name}/cancel`);
  await world.skip(30);
  assert.equal((await item.job(name)).properties?.state, 'Cancelled');
  const { properties } = await item.get();
  assert.equal(properties?.protectionState, 'UnplannedFailoverFailed');
  assert.equal((await item.details()).resyncRequired, 'true');
});

/** A machine as a plan names it. */
interface Member {
  readonly id: string;
  readonly virtualMachineId: string;
}

type Name = keyof typeof addresses;

/** Machines that replicate, in clouds of their own. */
async function protectedMachines(
  t: TestContext,
  names: readonly Name[] = ['db-01', 'db-02', 'web-01'],
  options: WorldOptions = {},
): Promise<{ readonly world: World; readonly items: Readonly<Record<Name, Member>> }> {
  const world = await startWorld(t, options);
  const members = new Map<string, Member>();
  for (const name of names) {
    const item = await Item.named(world, name);
    await item.becomeProtected(addresses[name], { targetVmName: name });
    members.set(name, await member(item));
  }
  const of = (name: Name): Member => members.get(name) ?? { id: '', virtualMachineId: '' };
  return { world, items: { 'db-01': of('db-01'), 'db-02': of('db-02'), 'web-01': of('web-01') } };
}

async function member(item: Item): Promise<Member> {
  const { internalIdentifier = '' } = await item.details();
  return { id: item.path, virtualMachineId: internalIdentifier };
}

function boot(...replicationProtectedItems: Member[]): RecoveryPlanGroup {
  return { groupType: 'Boot', replicationProtectedItems, startGroupActions: [], endGroupActions: [] };
}

function manual(actionName: string) {
  const customDetails = { instanceType: 'ManualActionDetails' as const, description: 'Ask the accountants' };
  return {
    actionName,
    failoverTypes: ['UnplannedFailover'],
    failoverDirections: ['PrimaryToRecovery'],
    customDetails,
  };
}

function failover() {
  const details = { instanceType: 'InMageRcm' as const, recoveryPointType: 'Latest' };
  return {
    properties: {
      failoverDirection: 'PrimaryToRecovery',
      sourceSiteOperations: 'NotRequired',
      providerSpecificDetails: [details],
    },
  };
}

async function createPlan(
  world: World,
  name: string,
  groups: readonly RecoveryPlanGroup[],
  primaryFabricId = `${vault}/replicationFabrics/${fabric}`,
): Promise<void> {
  const properties = {
    primaryFabricId,
    recoveryFabricId: 'Microsoft Azure',
    failoverDeploymentModel: 'ResourceManager',
    groups: [...groups],
  };
  await world.siteRecovery.replicationRecoveryPlans.beginCreate(...inVault, name, { properties });
  await world.skip(1);
}

/** Begins an operation below the vault's plans; the answer must be a 202. @returns the job's name. */
async function begin(world: World, path: string, body?: unknown): Promise<string> {
  const address = new URL(`${plans}/${path}?${version}`, 'http://localhost');
  const response = await world.arm('POST', `${address.pathname}${address.search}`, body);
  assert.equal(response.status, 202, JSON.stringify(response.body));
  const link = response.headers.get('azure-asyncoperation') ?? '';
  return /replicationOperationStatus\/([^?]+)/.exec(link)?.[1] ?? '';
}

/** What each machine's item says of its protection. */
async function stages(world: World): Promise<Record<string, unknown>> {
  const { body } = await world.arm('GET', `${vault}/replicationProtectedItems?${version}`);
  return Object.fromEntries(
    values(body).map((item) => [
      String(property(item, 'name')),
      property(item, 'properties', 'protectionState'),
    ]),
  );
}

/** Whose jobs of a scenario there are. */
async function jobs(world: World, scenario: string): Promise<string[]> {
  const { body } = await world.arm('GET', `${vault}/replicationJobs?${version}`);
  return values(body)
    .filter((job) => property(job, 'properties', 'scenarioName') === scenario)
    .map((job) => String(property(job, 'properties', 'targetObjectName')));
}

/** A child task of the first group that boots. */
function childTask(tasks: unknown, at: number): unknown {
  return property(tasks, 3, 'groupTaskCustomDetails', 'childTasks', at);
}
