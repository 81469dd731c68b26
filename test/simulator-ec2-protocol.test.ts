import {
  CreateSnapshotsCommand,
  CreateTagsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actions } from '../simulator/ec2/actions/index.ts';
import type { Shape } from '../simulator/ec2/wire-shape.ts';
import { refusal, startAccount } from './simulator-ec2-account.ts';

const web = 'i-0000000000000eb01';
const instances = [{ name: 'web-01', instanceId: web }];
const version = 'Version=2016-11-15';

/** A header as the SDKs sign it, for requests that the SDKs would never send. */
function signed(service: 'ec2' | 'sts', accessKeyId = 'AKIASIMULATED'): Record<string, string> {
  const credential = `Credential=${accessKeyId}/20260301/eu-west-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
  return { authorization, 'content-type': 'application/x-www-form-urlencoded' };
}

async function ask(
  address: string,
  form: string,
  headers = signed('ec2'),
): Promise<{ readonly status: number; readonly code: string | undefined; readonly body: string }> {
  const response = await fetch(address, { method: 'POST', body: form, headers });
  const body = await response.text();
  return { status: response.status, code: /<Code>(.*?)<\/Code>/.exec(body)?.[1], body };
}

test('an error is written as EC2 writes it, with the request id in body and header', async (t) => {
  const { address, client } = await startAccount(t, { instances });
  const response = await fetch(address, {
    method: 'POST',
    body: `Action=Nonsense&${version}`,
    headers: signed('ec2'),
  });
  const requestId = response.headers.get('x-amzn-requestid') ?? '';
  assert.notEqual(requestId, '');
  assert.equal(
    await response.text(),
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidAction</Code><Message>The action Nonsense is not valid for this web service.</Message></Error></Errors>' +
      `<RequestID>${requestId}</RequestID></Response>`,
  );
  const refused = await refusal(
    client.send(new StopInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] })),
  );
  assert.match(refused.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
});

test('a request that nobody signed, or not for EC2, is turned away', async (t) => {
  const { address } = await startAccount(t, { instances });
  const form = `Action=DescribeInstances&${version}`;
  const unsigned = await ask(address, form, { 'content-type': 'application/x-www-form-urlencoded' });
  assert.deepEqual([unsigned.status, unsigned.code], [400, 'MissingParameter']);
  for (const headers of [{ authorization: 'Bearer token' }, signed('sts')]) {
    const refused = await ask(address, form, headers);
    assert.deepEqual([refused.status, refused.code], [401, 'AuthFailure']);
  }
});

test('a request that EC2 could not read is answered with the real code', async (t) => {
  const { address } = await startAccount(t, { instances });
  const cases: readonly (readonly [form: string, code: string])[] = [
    [version, 'MissingAction'],
    ['\u0000\u0001{"json": true}', 'MissingParameter'],
    ['Action=DescribeInstances', 'MissingParameter'],
    ['Action=DescribeInstances&Version=2010-01-01', 'NoSuchVersion'],
    [`Action=describeinstances&${version}`, 'InvalidAction'],
    [`Action=DescribeInstances&${version}&Instances.1=x`, 'UnknownParameter'],
    [`Action=DescribeInstances&${version}&InstanceId.one=x`, 'UnknownParameter'],
    [`Action=DescribeInstances&${version}&MaxResults.1=5`, 'UnknownParameter'],
    [`Action=DescribeInstances&${version}&MaxResults=many`, 'InvalidParameterValue'],
    [`Action=StopInstances&${version}&InstanceId.1=${web}&Force=perhaps`, 'InvalidParameterValue'],
    [`Action=DescribeInstances&${version}&MaxResults=5&MaxResults=6`, 'MalformedQueryString'],
    [`Action=StopInstances&${version}`, 'MissingParameter'],
    [`Action=DescribeInstanceTypes&${version}&InstanceType.1=q9.huge`, 'InvalidInstanceType'],
    [`Action=DescribeInstanceTypes&${version}&InstanceType.1=constructor1.large`, 'InvalidInstanceType'],
    [
      `Action=DescribeInstances&${version}&Filter.1.Name=constructor&Filter.1.Value.1=x`,
      'InvalidParameterValue',
    ],
    [
      `Action=DescribeInstanceAttribute&${version}&InstanceId=${web}&Attribute=constructor`,
      'InvalidParameterValue',
    ],
    [`Action=CreateTags&${version}&ResourceId.1=${web}`, 'MissingParameter'],
    [`Action=DescribeInstanceAttribute&${version}&InstanceId=${web}`, 'MissingParameter'],
    [`Action=StopInstances&${version}&InstanceId.1=${web}&Hibernate=true`, 'UnsupportedOperation'],
  ];
  for (const [form, code] of cases) assert.equal((await ask(address, form)).code, code, form);
  const { client } = await startAccount(t, { instances });
  const attribute = new DescribeInstanceAttributeCommand({ InstanceId: web, Attribute: 'kernel' });
  assert.equal((await refusal(client.send(attribute))).name, 'InvalidParameterValue');
});

test('a list of parameters counts by its numbers, whatever order they come in', async (t) => {
  const { address } = await startAccount(t, {
    instances: [...instances, { name: 'b', instanceId: 'i-0000000000000000b' }],
  });
  const form = `Action=StopInstances&${version}&InstanceId.10=${web}&InstanceId.9=i-0000000000000000b`;
  const { body } = await ask(address, form);
  assert.ok(body.indexOf('i-0000000000000000b') < body.indexOf(web));
});

test('the same request may come as GET; what is not the query protocol belongs to another service', async (t) => {
  const { address, ledger } = await startAccount(t, { instances });
  const url = `${address}/?Action=DescribeInstances&${version}`;
  assert.match(await (await fetch(url, { headers: signed('ec2') })).text(), /<DescribeInstancesResponse /);
  await fetch(address);
  await fetch(`${address}/subscriptions`, { method: 'POST' });
  const json = { ...signed('ec2'), 'x-amz-target': 'DynamoDB_20120810.ListTables' };
  await fetch(address, { method: 'POST', body: '{}', headers: json });
  assert.deepEqual(
    (await ledger()).map(({ service }) => service),
    ['ec2', 'arm', 'arm', 'arm'],
  );
});

test('a dry run says what would be, and does nothing', async (t) => {
  const { client } = await startAccount(t, { instances, deny: ['ec2:TerminateInstances'] });
  const may = await refusal(client.send(new StopInstancesCommand({ InstanceIds: [web], DryRun: true })));
  assert.deepEqual([may.name, may.$metadata.httpStatusCode], ['DryRunOperation', 412]);
  const mayNot = await refusal(
    client.send(new TerminateInstancesCommand({ InstanceIds: [web], DryRun: true })),
  );
  assert.deepEqual([mayNot.name, mayNot.$metadata.httpStatusCode], ['UnauthorizedOperation', 403]);
  const really = await refusal(client.send(new TerminateInstancesCommand({ InstanceIds: [web] })));
  assert.equal(really.name, 'UnauthorizedOperation');
  const { Reservations } = await client.send(new DescribeInstancesCommand({}));
  assert.equal(Reservations?.[0]?.Instances?.[0]?.State?.Name, 'running');
});

test('the ledger knows each request by action, instances and kind; a dry run counts as a read', async (t) => {
  const { client, ledger } = await startAccount(t, { instances });
  await refusal(client.send(new StopInstancesCommand({ InstanceIds: [web], DryRun: true })));
  await client.send(new StopInstancesCommand({ InstanceIds: [web] }));
  await client.send(new DescribeInstancesCommand({}));
  await client.send(new TerminateInstancesCommand({ InstanceIds: [web] }));
  const entries = (await ledger()).map(({ service, operation, target, kind }) => [
    service,
    operation,
    target,
    kind,
  ]);
  assert.deepEqual(entries, [
    ['ec2', 'StopInstances', web, 'read'],
    ['ec2', 'StopInstances', web, 'write'],
    ['ec2', 'DescribeInstances', '', 'read'],
    ['ec2', 'TerminateInstances', web, 'delete'],
  ]);
});

test('an action whose bucket is empty is throttled until simulated time has filled it; others are not', async (t) => {
  const { client, skip } = await startAccount(t, {
    instances,
    throttling: { StopInstances: { burst: 2, perSecond: 0.001 } },
  });
  const stop = () => client.send(new StopInstancesCommand({ InstanceIds: [web] }));
  await stop();
  await stop();
  const refused = await refusal(stop());
  assert.deepEqual([refused.name, refused.$metadata.httpStatusCode], ['RequestLimitExceeded', 503]);
  await client.send(new DescribeInstancesCommand({}));
  await skip(1000 / 60);
  await stop();
});

test('EC2 counts a list without ids, filters and pages against a smaller bucket', async (t) => {
  const { client } = await startAccount(t, { instances });
  const ask50 = async (command: DescribeInstancesCommand) => {
    for (let at = 0; at < 50; at++) await client.send(command);
  };
  await ask50(new DescribeInstancesCommand({}));
  assert.equal((await refusal(client.send(new DescribeInstancesCommand({})))).name, 'RequestLimitExceeded');
  await ask50(new DescribeInstancesCommand({ InstanceIds: [web] }));
  await client.send(new DescribeInstancesCommand({ InstanceIds: [web] }));
});

test('a scenario that throttles an action EC2 does not have is told which there are', async (t) => {
  const section = { throttling: { StopInstance: { burst: 1, perSecond: 1 } } };
  await assert.rejects(
    startAccount(t, section),
    /throttling names StopInstance; write reads, writes, or one of .*StopInstances/,
  );
});

test('until a change becomes visible, reads show the instance as it was, however many changes there are', async (t) => {
  const { client, skip, machine, control } = await startAccount(t, { instances });
  await control('faults', { operation: 'StopInstances', visibleAfterSeconds: 60, count: 2 });
  await client.send(new StopInstancesCommand({ InstanceIds: [web] }));
  await client.send(new StopInstancesCommand({ InstanceIds: [web], Force: true }));
  const state = async () =>
    (await client.send(new DescribeInstancesCommand({}))).Reservations?.[0]?.Instances?.[0]?.State?.Name;
  assert.equal(await state(), 'running');
  assert.equal((await machine(web))?.state, 'stopping', 'the machine itself is not fooled');
  await skip(1);
  assert.equal(await state(), 'stopped');
});

test('snapshots that are not visible yet are not listed', async (t) => {
  const { client, skip, control } = await startAccount(t, { instances });
  await control('faults', { operation: 'CreateSnapshots', visibleAfterSeconds: 60, count: 1 });
  const specification = { InstanceId: web };
  const begun = await client.send(new CreateSnapshotsCommand({ InstanceSpecification: specification }));
  const listed = async () => (await client.send(new DescribeSnapshotsCommand({}))).Snapshots;
  assert.deepEqual(await listed(), []);
  await skip(1);
  assert.equal((await listed())?.[0]?.SnapshotId, begun.Snapshots?.[0]?.SnapshotId);
});

test('whatever text a tag holds, EC2 answers it as it was written', async (t) => {
  const { client } = await startAccount(t, {
    instances,
    throttling: {
      writes: { burst: 1e6, perSecond: 1 },
      CreateTags: { burst: 1e6, perSecond: 1 },
      reads: { burst: 1e6, perSecond: 1 },
    },
  });
  const printable = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/\p{Cc}/u.test(text));
  await fc.assert(
    fc.asyncProperty(printable, async (Value) => {
      await client.send(new CreateTagsCommand({ Resources: [web], Tags: [{ Key: 'text', Value }] }));
      const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [web] }));
      const tags = Reservations?.[0]?.Instances?.[0]?.Tags;
      assert.equal(tags?.find(({ Key }) => Key === 'text')?.Value, Value);
    }),
    { numRuns: 50 },
  );
});

test('the wire schemas of every action can be read to their last field', () => {
  const seen = new Set<Shape>();
  const walk = (shape: Shape): void => {
    if (seen.has(shape)) return;
    seen.add(shape);
    if (shape.kind === 'list') walk(shape.item());
    if (shape.kind === 'structure') shape.members().forEach((member) => walk(member.shape));
  };
  for (const { input, output } of actions.values()) [input, output].forEach(walk);
  assert.ok(seen.size > 100);
});

test('STS tells who asks, and lends a role to who may have it', async (t) => {
  const { address } = await startAccount(t, {});
  const form = (action: string, rest = '') => `Action=${action}&Version=2011-06-15${rest}`;
  const me = await ask(address, form('GetCallerIdentity'), signed('sts'));
  assert.match(
    me.body,
    /<Arn>arn:aws:iam::111122223333:user\/portage<\/Arn>.*<Account>111122223333<\/Account>/,
  );
  const role = '&RoleArn=arn:aws:iam::444455556666:role/migrate&RoleSessionName=portage';
  const assumed = await ask(address, form('AssumeRole', role), signed('sts'));
  const [, accessKeyId] = /<AccessKeyId>(ASIA\w+)<\/AccessKeyId>/.exec(assumed.body) ?? [];
  const they = await ask(address, form('GetCallerIdentity'), signed('sts', accessKeyId));
  assert.match(they.body, /<Arn>arn:aws:sts::444455556666:assumed-role\/migrate\/portage<\/Arn>/);
});

test('STS refuses in its own way', async (t) => {
  const { address, control } = await startAccount(t, { deny: ['sts:AssumeRole'] });
  const form = (action: string) =>
    `Action=${action}&Version=2011-06-15&RoleArn=arn:aws:iam::444455556666:role/migrate&RoleSessionName=portage`;
  const denied = await ask(address, form('AssumeRole'), signed('sts'));
  assert.deepEqual([denied.status, denied.code], [403, 'AccessDenied']);
  assert.match(
    denied.body,
    /^<ErrorResponse xmlns=.*<Type>Sender<\/Type>.*<RequestId>[0-9a-f-]{36}<\/RequestId>/,
  );
  const unsigned = await ask(address, form('GetCallerIdentity'), {});
  assert.deepEqual([unsigned.status, unsigned.code], [403, 'MissingAuthenticationToken']);
  assert.equal((await ask(address, form('GetFederationToken'), signed('sts'))).code, 'InvalidAction');
  const { address: free } = await startAccount(t, {});
  assert.equal(
    (await ask(free, 'Action=AssumeRole&Version=2011-06-15', signed('sts'))).code,
    'ValidationError',
  );
  await control('faults', {
    operation: 'GetCallerIdentity',
    status: 503,
    code: 'ServiceUnavailable',
    count: 1,
  });
  const fault = await ask(address, 'Action=GetCallerIdentity&Version=2011-06-15', signed('sts'));
  assert.equal(fault.status, 503);
  assert.match(fault.body, /<ErrorResponse .*<Type>Receiver<\/Type><Code>ServiceUnavailable<\/Code>/);
});
