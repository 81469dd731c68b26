import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ApplicationFailure } from '@temporalio/activity';
import { defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import type { Activities } from '../activities/index.ts';
import { InvalidConfig, readConfig } from '../worker/config.ts';
import { json, stalled, startCanned, type CannedAnswers, type CannedServer } from './canned-arm.ts';
import {
  accepted,
  beginReplication,
  connectedTo,
  failureOf,
  instanceIdOf,
  machine,
  preflight,
  protectedMachines,
  runInAttempt,
  startClouds,
  writes,
  type Attempt,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';

const stop = (a: Activities) => a.stopSource(machine('m-01'), instanceIdOf('m-01'));
const look = (a: Activities) => a.readPowerState(machine('m-01'), instanceIdOf('m-01'));

test('the clouds', async (t) => {
  const stranger = await startCanned(t, []);
  setHostileEnvironment(stranger);
  const world = await startClouds(t, { machines: 12 });
  const [found] = await protectedMachines(world, machine('m-01'));
  assert.ok(found);

  await t.test('that the caller’s settings name are not asked', async () => {
    assert.deepEqual(stranger.requests, []);
  });

  await t.test('get no effect from an attempt that is past its deadline, only reads', () =>
    refusesLateEffects(world, found),
  );
  await t.test('get no effect that waited too long behind others', () => refusesQueuedEffects(world));
  await t.test('get no credential by plain http, unless they are on loopback', () => refusesPlainHttp(world));
  await t.test('do not lead to other hosts: no link that they name is followed there', (each) =>
    followsNoForeignLink(each, found),
  );
  await t.test('may name an operation on another host: it is accepted, and not polled there', (each) =>
    pollsNoForeignHost(each, found),
  );
  await t.test('that begin to answer and never end are given up in time', (each) => givesUp(each, found));
  await t.test('leave no secret in a failure, however they answer', () => tellsNoSecret(world, found));
});

test('an endpoint by plain http is accepted on loopback only', () => {
  const armEndpoint = (url: string) => readConfig({ PORTAGE_ARM_ENDPOINT: url }).armEndpoint.value.origin;
  for (const url of [
    'http://127.0.0.1:7400',
    'http://localhost:7400',
    'http://[::1]:7400',
    'https://arm.example',
  ])
    assert.equal(armEndpoint(url), url);
  for (const url of [
    'http://management.azure.com',
    'http://127.0.0.1.example',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
  ])
    assert.throws(() => armEndpoint(url), InvalidConfig);
});

/** What another program may have left in a caller's environment; each would lead to the stranger. */
function setHostileEnvironment({ url }: CannedServer): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url.href,
    AWS_ENDPOINT_URL_EC2: url.href,
    AWS_PROFILE: 'production',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url.href,
    AZURE_AUTHORITY_HOST: url.href,
    AZURE_CLIENT_ID: 'somebody',
    AZURE_CLIENT_SECRET: 'something',
    IDENTITY_ENDPOINT: `${url.href}msi/token`,
    HTTP_PROXY: url.href,
    HTTPS_PROXY: url.href,
    ALL_PROXY: url.href,
  });
}

async function refusesLateEffects(world: CloudWorld, found: Found): Promise<void> {
  const late: Attempt = { currentAttemptScheduledTimestampMs: Date.now() - 11_000 };
  const nearlyLate: Attempt = { currentAttemptScheduledTimestampMs: Date.now() - 9_900 };
  const mark = await world.run((a) => a.markItemJobs(found.item));
  const before = writes(await world.ledger()).length;
  for (const attempt of [late, nearlyLate])
    for (const effect of [stop, (a: Activities) => a.beginFailover(found.item, mark)]) {
      const failure = await world.failure(effect, attempt);
      assert.deepEqual([failure.type, failure.nonRetryable], ['TooLate', false]);
    }
  assert.equal(writes(await world.ledger()).length, before, 'nothing was sent');
  assert.equal(await world.run(look, late), 'running');
  await world.run((a) => a.awaitProtected(found.item), late);
}

/** ARM's write rate holds the ninth write of a second back, past the deadline of an attempt that is shorter. */
async function refusesQueuedEffects(world: CloudWorld): Promise<void> {
  const { activities } = connectedTo(new URL(world.url));
  const names = ['m-02', 'm-03', 'm-04', 'm-05', 'm-06', 'm-07', 'm-08', 'm-09', 'm-10', 'm-11'];
  const found = await Promise.all(names.map((name) => preflight(world, machine(name))));
  const outcomes = await Promise.all(
    found.map((one) =>
      runInAttempt(() => beginReplication(activities, one), { startToCloseTimeoutMs: 900 }).then(
        () => 'begun',
        (error: unknown) => (error instanceof ApplicationFailure ? error.type : String(error)),
      ),
    ),
  );
  assert.ok(outcomes.includes('TooLate'));
  assert.deepEqual(
    outcomes.filter((outcome) => outcome !== 'begun' && outcome !== 'TooLate'),
    [],
  );
  const creations = accepted(await world.ledger('Create')).length - 1;
  assert.equal(creations, outcomes.filter((outcome) => outcome === 'begun').length);
}

async function refusesPlainHttp(world: CloudWorld): Promise<void> {
  const elsewhere = 'http://192.0.2.1';
  const arm = connectedTo(new URL(elsewhere)).activities;
  await isUnsafe(() => arm.checkMachine(machine('m-01')), /ARM's endpoint is plain http on 192\.0\.2\.1/);
  process.env.AWS_ENDPOINT_URL = elsewhere;
  const ec2 = connectedTo(new URL(world.url)).activities;
  await isUnsafe(() => look(ec2), /An AWS endpoint is plain http on 192\.0\.2\.1/);
  await isUnsafe(() => stop(ec2), /An AWS endpoint is plain http on 192\.0\.2\.1/);
  process.env.AWS_ENDPOINT_URL = world.url;
}

async function followsNoForeignLink(t: TestContext, { vm, source, setting }: Found): Promise<void> {
  const foreign = await startCanned(t, []);
  for (const link of [`https://${foreign.url.host}/more`, 'https://management.azure.com.example/more']) {
    const { activities } = await connectedToCanned(t, [
      [/GET .*\/replicationFabrics\?/, json(200, { value: [], nextLink: link })],
      [/GET .*\/machines\?/, json(200, { value: [], nextLink: link })],
      [/GET .*\/virtualMachines\//, json(307, {}, { location: link })],
    ]);
    const migrated = {
      id: `${vm.target.resourceGroupId}/x/virtualMachines/v`,
      name: 'v',
      size: '',
      diskIds: [],
    };
    const unfollowed = /Azure named a link on \S+, which is not management\.azure\.com: it was not followed/;
    await isUnsafe(() => activities.awaitDiscovered(vm, source, setting), unfollowed);
    await isUnsafe(() => activities.checkMachine(vm), unfollowed);
    const redirected = await failureOf(runInAttempt(() => activities.awaitValidated(vm, migrated)));
    assert.match(redirected.message, /Azure answered 307/, 'a redirection is no answer');
  }
  assert.deepEqual(foreign.requests, []);
}

async function pollsNoForeignHost(t: TestContext, found: Found): Promise<void> {
  const foreign = await startCanned(t, []);
  const status = `https://${foreign.url.host}/replicationOperationStatus/0b5e2a9c-0001?t=1`;
  const processServers = [{ id: 'appliance', name: 'appl-1' }];
  const fabric = { properties: { customDetails: { instanceType: 'InMageRcm', processServers } } };
  const { activities, canned } = await connectedToCanned(t, [
    [/GET .*\/replicationFabrics\/[^/?]+\?/, json(200, fabric, { date: 'Sun, 01 Mar 2026 00:00:00 GMT' })],
    [/PUT /, json(202, undefined, { 'azure-asyncoperation': status })],
  ]);
  const discovered = { id: 'machine', displayName: '', osName: '', seenBy: [], disks: [] };
  const job = await runInAttempt(() =>
    activities.beginReplication(found.vm, found.item, found.setting, discovered),
  );
  assert.equal(job, '0b5e2a9c-0001');
  assert.equal(canned.requests.filter((asked) => asked.startsWith('PUT')).length, 1);
  assert.deepEqual(foreign.requests, []);
}

async function givesUp(t: TestContext, { vm, source, setting, item }: Found): Promise<void> {
  const { activities, canned } = await connectedToCanned(
    t,
    [
      [/GET .*\/machines\?/, stalled('application/json', '{"value":[')],
      [/GET .*\/replicationProtectedItems\//, stalled('application/json', '{')],
      [/POST \//, stalled('text/xml', '<DescribeInstancesResponse>')],
    ],
    400,
  );
  process.env.AWS_ENDPOINT_URL = canned.url.href;
  const calls = [
    () => activities.awaitDiscovered(vm, source, setting),
    () => activities.awaitProtected(item),
    () => look(activities),
  ];
  for (const call of calls) {
    const failure = await failureOf(runInAttempt<unknown>(call));
    assert.deepEqual([failure.type, failure.nonRetryable], ['CloudUnavailable', false]);
  }
}

async function tellsNoSecret(world: CloudWorld, found: Found): Promise<void> {
  process.env.AWS_ENDPOINT_URL = world.url;
  const { AWS_SECRET_ACCESS_KEY = 'unset' } = process.env;
  const token = /eyJ[\w-]{9,}|Bearer eyJ|Signature=/;
  const faults = [
    { status: 401, code: 'AuthFailure', message: 'AWS was not able to validate the access credentials' },
    { status: 403, code: 'AuthorizationFailed' },
    { status: 429, retryAfterSeconds: 5 },
    { status: 500, code: 'InternalError' },
    { drop: 'before' },
  ];
  const mark = await world.run((a) => a.markItemJobs(found.item));
  const calls: [string, (a: Activities) => Promise<unknown>][] = [
    ['DescribeInstances', look],
    ['ServerSiteMachines_List', (a) => a.awaitDiscovered(found.vm, found.source, found.setting)],
    ['UnplannedFailover', (a) => a.beginFailover(found.item, mark)],
  ];
  for (const fault of faults)
    for (const [operation, call] of calls) {
      await world.fault({ operation, ...fault, count: 1 });
      const told = JSON.stringify(
        defaultFailureConverter.errorToFailure(await world.failure(call), defaultPayloadConverter),
      );
      assert.match(told, /answered/);
      assert.doesNotMatch(told, token);
      assert.ok(!told.includes(AWS_SECRET_ACCESS_KEY), told);
    }
}

/** Activities whose ARM is a canned one. */
async function connectedToCanned(t: TestContext, answers: CannedAnswers, requestTimeoutMs?: number) {
  const canned = await startCanned(t, answers);
  return { canned, ...connectedTo(canned.url, requestTimeoutMs) };
}

async function isUnsafe(work: () => Promise<unknown>, says: RegExp): Promise<void> {
  const failure = await failureOf(runInAttempt(work));
  assert.deepEqual([failure.type, failure.nonRetryable], ['UnsafeAddress', true]);
  assert.match(failure.message, says);
}
