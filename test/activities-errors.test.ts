import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplicationFailure } from '@temporalio/activity';
import type { Activities, MigratedVm } from '../activities/index.ts';
import {
  detailsOf,
  instanceIdOf,
  machine,
  preflight,
  startClouds,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';

/** One thing that a cloud may answer, and the failure that Temporal must see. */
interface Answer {
  readonly fault: object;
  readonly type: string;
  readonly isFinal: boolean;
  readonly says: RegExp;
  /** Milliseconds after which Temporal tries again; its own choice when absent. */
  readonly nextRetryDelay?: number;
}

const fromArm: Readonly<Record<string, Answer>> = {
  'ARM’s 429 waits as long as it says': {
    fault: { status: 429, code: 'SubscriptionRequestsThrottled', retryAfterSeconds: 17 },
    type: 'Throttled',
    isFinal: false,
    says: /Azure answered 429: SubscriptionRequestsThrottled/,
    nextRetryDelay: 17_000,
  },
  'ARM’s 503 waits as long as it says': {
    fault: { status: 503, code: 'ServerBusy', retryAfterSeconds: 30 },
    type: 'CloudUnavailable',
    isFinal: false,
    says: /Azure answered 503: ServerBusy/,
    nextRetryDelay: 30_000,
  },
  'a 500 of ARM’s is tried again': {
    fault: { status: 500, code: 'InternalServerError' },
    type: 'CloudUnavailable',
    isFinal: false,
    says: /500: InternalServerError/,
  },
  'a 409 of ARM’s is a conflict that passes': {
    fault: { status: 409, code: 'AnotherOperationInProgress' },
    type: 'Conflict',
    isFinal: false,
    says: /409: AnotherOperationInProgress/,
  },
  'a 403 of ARM’s is for a person': {
    fault: { status: 403, code: 'AuthorizationFailed', message: 'does not have authorization' },
    type: 'NotPermitted',
    isFinal: true,
    says: /403: AuthorizationFailed: does not have authorization/,
  },
  'a 400 of ARM’s is for a person': {
    fault: { status: 400, code: 'InvalidParameter', message: 'That is no name' },
    type: 'Refused',
    isFinal: true,
    says: /400: InvalidParameter: That is no name/,
  },
};

const fromEc2: Readonly<Record<string, Answer>> = {
  'EC2’s throttling is tried again': {
    fault: { status: 503, code: 'RequestLimitExceeded', message: 'Request limit exceeded.' },
    type: 'Throttled',
    isFinal: false,
    says: /AWS answered 503: RequestLimitExceeded: Request limit exceeded\./,
  },
  'a 500 of EC2’s is tried again': {
    fault: { status: 500, code: 'InternalError' },
    type: 'CloudUnavailable',
    isFinal: false,
    says: /AWS answered 500: InternalError/,
  },
  'what EC2 does not permit is for a person': {
    fault: { status: 403, code: 'UnauthorizedOperation', message: 'You are not authorized' },
    type: 'NotPermitted',
    isFinal: true,
    says: /AWS answered 403: UnauthorizedOperation: You are not authorized/,
  },
  'what EC2 refuses is for a person': {
    fault: { status: 400, code: 'IncorrectInstanceState' },
    type: 'Refused',
    isFinal: true,
    says: /AWS answered 400: IncorrectInstanceState/,
  },
};

test('a credential that cannot be had is told so, and not tried again by the SDK', async (t) => {
  const world = await startClouds(t); // the process's first: a token is kept for all of its clients
  await world.fault({ operation: 'ManagedIdentity_GetToken', status: 500, count: 1 });
  const ask = () => world.failure((a) => a.awaitValidated(machine('m-01'), migratedAs('m-01')));
  const azure = await ask();
  assert.deepEqual([azure.type, azure.nonRetryable], ['NoCredential', false]);
  assert.equal((await world.ledger('ManagedIdentity_GetToken')).length, 1);
  assert.equal((await ask()).type, 'Refused', 'Azure is asked as soon as there is one');

  delete process.env.AWS_ACCESS_KEY_ID;
  const aws = await world.failure((a) => a.readPowerState(machine('m-01'), instanceIdOf('m-01')));
  assert.deepEqual([aws.type, aws.nonRetryable], ['NoCredential', false]);
  assert.match(detailsOf(aws).suggestion, /AWS_\*/);
});

test('an error', async (t) => {
  const world = await startClouds(t, { machines: 1 });
  const found = await preflight(world, machine('m-01'));
  const sdkCall = {
    operation: 'ReplicationProtectedItems_Get',
    work: (a: Activities) => a.awaitProtected(found.item),
  };
  const readerCall = {
    operation: 'ServerSiteMachines_List',
    work: (a: Activities) => a.awaitDiscovered(found.vm, found.source, found.setting),
  };
  const ec2Call = {
    operation: 'DescribeInstances',
    work: (a: Activities) => a.readPowerState(found.vm, instanceIdOf('m-01')),
  };

  for (const call of [sdkCall, readerCall])
    for (const [name, answer] of Object.entries(fromArm))
      await t.test(`${name} (${call.operation})`, () => becomesFailure(world, call, answer));
  for (const [name, answer] of Object.entries(fromEc2))
    await t.test(name, () => becomesFailure(world, ec2Call, answer));
  for (const call of [sdkCall, readerCall, ec2Call])
    await t.test(`a connection that ${call.operation} loses is tried again`, () =>
      losesConnection(world, call),
    );
  await t.test('what does not exist is for a person', () => isAbsent(world, found));
});

test('a throttled write is not sent again by the SDK', async (t) => {
  const world = await startClouds(t, { machines: 1 });
  const found = await preflight(world, machine('m-01'));
  const [vm, id] = [found.vm, instanceIdOf('m-01')];
  await world.fault({ operation: 'StopInstances', status: 503, code: 'RequestLimitExceeded', count: 1 });
  assert.equal((await world.failure((a) => a.stopSource(vm, id))).type, 'Throttled');
  const sent = (await world.ledger('StopInstances')).filter(({ status }) => status !== 412); // preflight's dry run
  assert.equal(sent.length, 1);
  assert.equal((await world.source('m-01')).state, 'running');
});

test('a permission that is missing is told by the name that a policy knows', async (t) => {
  const world = await startClouds(t, { aws: { deny: ['ec2:CreateTags'] } });
  const failure = await world.failure((a) => a.claimSource(machine('m-01'), instanceIdOf('m-01')));
  assert.deepEqual([failure.type, failure.nonRetryable], ['NotPermitted', true]);
  assert.match(failure.message, /ec2:CreateTags/);
});

test('ARM’s own token bucket is obeyed', async (t) => {
  const world = await startClouds(t, { rateLimits: { reads: { burst: 5, perSecond: 0.1 } } });
  const failure = await world.failure((a) => a.checkMachine(machine('m-01')));
  assert.equal(failure.type, 'Throttled');
  assert.equal(failure.nextRetryDelay, 10_000);
});

test('a wait of less than a second is kept to the millisecond', async (t) => {
  const world = await startClouds(t, { speed: 100 });
  const found = await preflight(world, machine('m-01'));
  await world.fault({ operation: 'ServerSiteMachines_List', status: 429, retryAfterSeconds: 30, count: 1 });
  const failure = await world.failure((a) => a.awaitDiscovered(found.vm, found.source, found.setting));
  assert.equal(failure.nextRetryDelay, 300);
});

interface Call {
  readonly operation: string;
  readonly work: (activities: Activities) => Promise<unknown>;
}

async function becomesFailure(world: CloudWorld, call: Call, answer: Answer): Promise<void> {
  const { failure, requests } = await failureWith(world, call, answer.fault);
  assert.equal(failure.type, answer.type);
  assert.equal(failure.nonRetryable, answer.isFinal);
  assert.equal(failure.nextRetryDelay, answer.nextRetryDelay);
  assert.match(failure.message, answer.says);
  assert.equal(requests.length, 1, 'the SDK does not try again by itself');
  const { requestId = 'none', suggestion } = detailsOf(failure);
  assert.equal(requestId, requests[0]?.requestId);
  assert.ok(failure.message.includes(requestId), failure.message);
  assert.ok(suggestion.length > 0);
}

async function losesConnection(world: CloudWorld, call: Call): Promise<void> {
  const { failure, requests } = await failureWith(world, call, { drop: 'before' });
  assert.deepEqual([failure.type, failure.nonRetryable], ['CloudUnavailable', false]);
  assert.match(failure.message, /answered nothing: ECONNRESET/);
  assert.equal(requests.length, 1);
}

function migratedAs(name: string): MigratedVm {
  const { resourceGroupId } = machine(name).target;
  const id = `${resourceGroupId}/providers/Microsoft.Compute/virtualMachines/${name}`;
  return { id, name, size: '', diskIds: [] };
}

async function isAbsent(world: CloudWorld, { vm }: Found): Promise<void> {
  const failure = await world.failure((a) => a.awaitValidated(vm, migratedAs('m-77')));
  assert.deepEqual([failure.type, failure.nonRetryable], ['Refused', true]);
  assert.match(failure.message, /404: ResourceNotFound/);
}

async function failureWith(world: CloudWorld, { operation, work }: Call, fault: object) {
  const before = (await world.ledger(operation)).length;
  await world.fault({ operation, count: 1, ...fault });
  const failure: ApplicationFailure = await world.failure(work);
  return { failure, requests: (await world.ledger(operation)).slice(before) };
}
