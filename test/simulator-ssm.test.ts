import { StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CancelCommandCommand,
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import type { SendCommandCommandInput } from '@aws-sdk/client-ssm';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { ssmRefusal, startSsmAccount } from './simulator-ssm-account.ts';
import type { SsmAccount } from './simulator-ssm-account.ts';

const web = 'i-0000000000000eb01';
const db = 'i-0000000000000db01';
const instances = [
  { name: 'web-01', instanceId: web },
  { name: 'db-01', instanceId: db, platform: 'linux' as const, tags: { team: 'payroll' } },
  { name: 'alone', instanceId: 'i-0000000000000a001', guest: { ssm: 'absent' as const } },
  { name: 'mute', instanceId: 'i-0000000000000a002', guest: { ssm: 'silent' as const } },
];

async function send({ ssm }: SsmAccount, input: Partial<SendCommandCommandInput> = {}): Promise<string> {
  const usual = {
    DocumentName: 'AWS-RunPowerShellScript',
    InstanceIds: [web],
    Parameters: { commands: ['hostname'] },
  };
  return (await ssm.send(new SendCommandCommand({ ...usual, ...input }))).Command?.CommandId ?? '';
}

const statusOf = async ({ ssm }: SsmAccount, CommandId: string, InstanceId = web) => {
  const answer = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
  return [answer.Status, answer.StatusDetails, answer.ResponseCode];
};

test('only instances whose agent has reported are known, and the silent one is lost', async (t) => {
  const { ssm } = await startSsmAccount(t, { instances });
  const { InstanceInformationList } = await ssm.send(new DescribeInstanceInformationCommand({}));
  assert.deepEqual(
    InstanceInformationList?.map((one) => [
      one.ComputerName,
      one.PingStatus,
      one.PlatformType,
      one.PlatformVersion,
    ]),
    [
      ['web-01.WORKGROUP', 'Online', 'Windows', '10.0.17763'],
      ['db-01', 'Online', 'Linux', '22.04'],
      ['mute.WORKGROUP', 'ConnectionLost', 'Windows', '10.0.17763'],
    ],
  );
  assert.equal(InstanceInformationList[0]?.LastPingDateTime?.toISOString(), '2026-03-01T20:00:00.000Z');
  const linux = [{ Key: 'PlatformTypes', Values: ['Linux'] }];
  const filtered = await ssm.send(new DescribeInstanceInformationCommand({ Filters: linux }));
  assert.deepEqual(
    filtered.InstanceInformationList?.map(({ InstanceId }) => InstanceId),
    [db],
  );
});

test('the list of managed instances comes ten at a time unless more are asked for', async (t) => {
  const { ssm } = await startSsmAccount(t, { generate: { count: 23 } });
  const sizes: (number | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await ssm.send(new DescribeInstanceInformationCommand({ NextToken }));
    sizes.push(answer.InstanceInformationList?.length);
    ({ NextToken } = answer);
  } while (NextToken !== undefined);
  assert.deepEqual(sizes, [10, 10, 3]);
  const few = await ssmRefusal(ssm.send(new DescribeInstanceInformationCommand({ MaxResults: 4 })));
  assert.equal(few.name, 'ValidationException');
});

test('a command is not known at once, then pending, in progress and done', async (t) => {
  const account = await startSsmAccount(t, { instances });
  const id = await send(account);
  const early = await ssmRefusal(statusOf(account, id));
  assert.deepEqual([early.name, early.$metadata.httpStatusCode], ['InvocationDoesNotExist', 400]);
  await account.skip(1 / 60);
  assert.deepEqual(await statusOf(account, id), ['Pending', 'Pending', -1]);
  await account.skip(1 / 60);
  assert.deepEqual(await statusOf(account, id), ['InProgress', 'InProgress', -1]);
  await account.skip(3 / 60);
  assert.deepEqual(await statusOf(account, id), ['Success', 'Success', 0]);
});

test('a command waits for a machine that is off until its time is over, or runs when that is back', async (t) => {
  const account = await startSsmAccount(t, { instances });
  await account.client.send(new StopInstancesCommand({ InstanceIds: [web] }));
  await account.skip(5);
  const short = await send(account, { TimeoutSeconds: 60 });
  const long = await send(account);
  await account.skip(2);
  assert.deepEqual(await statusOf(account, short), ['TimedOut', 'DeliveryTimedOut', -1]);
  await account.client.send(new StartInstancesCommand({ InstanceIds: [web] }));
  await account.skip(2);
  assert.deepEqual(await statusOf(account, long), ['Pending', 'Pending', -1], 'its agent is not up yet');
  await account.skip(3);
  assert.deepEqual(await statusOf(account, long), ['Success', 'Success', 0]);
});

test('a script that outlives its time, or whose machine goes down under it, is given up', async (t) => {
  const account = await startSsmAccount(t, { instances });
  const installer = { commands: ['.\\UnifiedAgentInstaller.exe /Role MS'], executionTimeout: ['60'] };
  const slow = await send(account, { Parameters: installer });
  await account.skip(2);
  assert.deepEqual(await statusOf(account, slow), ['TimedOut', 'ExecutionTimedOut', -1]);
  const cut = await send(account, { Parameters: { ...installer, executionTimeout: ['600'] } });
  await account.skip(1);
  await account.client.send(new StopInstancesCommand({ InstanceIds: [web] }));
  await account.skip(12);
  assert.deepEqual(await statusOf(account, cut), ['TimedOut', 'ExecutionTimedOut', -1]);
});

test('a script that ends with 3010 restarts the machine and runs again', async (t) => {
  const account = await startSsmAccount(t, { instances });
  const commands = ['if (Test-Path C:\\again) { exit 0 }', 'Set-Content C:\\again yes', 'exit 3010'];
  const id = await send(account, { Parameters: { commands } });
  await account.skip(1);
  assert.deepEqual(await statusOf(account, id), ['InProgress', 'InProgress', -1]);
  await account.skip(3);
  assert.deepEqual(await statusOf(account, id), ['Success', 'Success', 0]);
});

test('a command taken back runs nowhere', async (t) => {
  const account = await startSsmAccount(t, { instances });
  const id = await send(account, { Parameters: { commands: ['Set-Content C:\\mark yes'] } });
  await account.ssm.send(new CancelCommandCommand({ CommandId: id }));
  await account.skip(1);
  assert.deepEqual(await statusOf(account, id), ['Cancelled', 'Cancelled', -1]);
  assert.equal((await account.run(web, 'Test-Path C:\\mark')).StandardOutputContent, 'False\r\n');
});

test('long output is cut where AWS cuts it', async (t) => {
  const account = await startSsmAccount(t, { instances });
  const commands = Array.from({ length: 300 }, () => `Write-Output ${'x'.repeat(98)}`);
  const told = await account.run(web, ...commands);
  assert.equal(told.StandardOutputContent?.length, 24_000);
  assert.match(told.StandardOutputContent, /\n---Output truncated---$/);
  const { CommandInvocations } = await account.ssm.send(
    new ListCommandInvocationsCommand({ InstanceId: web, Details: true }),
  );
  assert.equal(CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output?.length, 2_500);
});

test('commands are listed newest first, with comment and counts; targets may be tags', async (t) => {
  const account = await startSsmAccount(t, { instances });
  await send(account, { Comment: 'first' });
  await account.skip(1);
  const Targets = [{ Key: 'tag:team', Values: ['payroll'] }];
  await send(account, { Comment: 'second', InstanceIds: [], Targets, DocumentName: 'AWS-RunShellScript' });
  const { Commands } = await account.ssm.send(new ListCommandsCommand({}));
  assert.deepEqual(
    Commands?.map(({ Comment, Status, TargetCount, CompletedCount }) => [
      Comment,
      Status,
      TargetCount,
      CompletedCount,
    ]),
    [
      ['second', 'Pending', 1, 0],
      ['first', 'Success', 1, 1],
    ],
  );
  const ofDb = await account.ssm.send(new ListCommandsCommand({ InstanceId: db }));
  assert.deepEqual(
    ofDb.Commands?.map(({ Comment }) => Comment),
    ['second'],
  );
});

test('what cannot be sent is refused with the real code and text', async (t) => {
  const account = await startSsmAccount(t, { instances });
  const refused = async (input: Partial<SendCommandCommandInput>) => ssmRefusal(send(account, input));
  const alone = await refused({ InstanceIds: ['i-0000000000000a001'] });
  assert.deepEqual(
    [alone.name, alone.message],
    ['InvalidInstanceId', 'Instances [[i-0000000000000a001]] not in a valid state for account 111122223333'],
  );
  assert.equal((await refused({ DocumentName: 'AWS-Nonsense' })).name, 'InvalidDocument');
  assert.equal((await refused({ DocumentName: 'AWS-RunShellScript' })).name, 'UnsupportedPlatformType');
  assert.equal((await refused({ Parameters: {} })).name, 'InvalidParameters');
  assert.equal(
    (await refused({ Parameters: { commands: ['x'], Nonsense: ['y'] } })).name,
    'InvalidParameters',
  );
  assert.equal((await refused({ TimeoutSeconds: 5 })).name, 'ValidationException');
  assert.equal((await refused({ InstanceIds: [] })).name, 'ValidationException');
});

test('who may not is denied by name, and too many requests are throttled', async (t) => {
  const denied = await startSsmAccount(t, { instances, deny: ['ssm:SendCommand'] });
  const refused = await ssmRefusal(send(denied));
  assert.equal(refused.name, 'AccessDeniedException');
  assert.equal(
    refused.message,
    `User: arn:aws:iam::111122223333:user/portage is not authorized to perform: ssm:SendCommand on resource: arn:aws:ec2:eu-west-1:111122223333:instance/${web} with an explicit deny in an identity-based policy`,
  );
  const busy = await startSsmAccount(t, {
    instances,
    throttling: { 'ssm:SendCommand': { burst: 1, perSecond: 1 } },
  });
  await send(busy);
  const throttled = await ssmRefusal(send(busy));
  assert.deepEqual([throttled.name, throttled.$metadata.httpStatusCode], ['ThrottlingException', 400]);
  await busy.skip(1);
  await send(busy);
});

test('on the wire it is JSON 1.1: times are seconds, the error stands in __type, and nobody unsigned is heard', async (t) => {
  const { address, ledger } = await startSsmAccount(t, { instances });
  const credential = 'Credential=AKIASIMULATED/20260301/eu-west-1/ssm/aws4_request';
  const signature = `SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
  const ask = async (action: string, body: string, isSigned = true) => {
    const response = await fetch(address, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonSSM.${action}`,
        ...(isSigned ? { authorization: `AWS4-HMAC-SHA256 ${credential}, ${signature}` } : {}),
      },
    });
    const answer = z.looseObject({ __type: z.string().optional() }).parse(await response.json());
    return { status: response.status, type: response.headers.get('content-type'), answer };
  };
  const listed = await ask('DescribeInstanceInformation', '{"Unheard":"of"}');
  assert.deepEqual([listed.status, listed.type], [200, 'application/x-amz-json-1.1']);
  assert.match(JSON.stringify(listed.answer), /"LastPingDateTime":1772395200,/);
  const cases = [
    [await ask('Nonsense', '{}'), 'UnknownOperationException'],
    [await ask('SendCommand', '{"DocumentName":'), 'SerializationException'],
    [await ask('SendCommand', '{"DocumentName":5}'), 'SerializationException'],
    [await ask('SendCommand', '{}'), 'ValidationException'],
    [await ask('ListCommands', '{}', false), 'MissingAuthenticationTokenException'],
  ] as const;
  for (const [{ status, answer }, type] of cases) assert.deepEqual([status, answer.__type], [400, type]);
  assert.deepEqual(
    (await ledger()).slice(0, 2).map(({ service, operation, kind }) => [service, operation, kind]),
    [
      ['ssm', 'DescribeInstanceInformation', 'read'],
      ['ssm', 'Nonsense', 'read'],
    ],
  );
});
