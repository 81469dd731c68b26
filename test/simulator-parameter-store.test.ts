import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
} from '@aws-sdk/client-ssm';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ssmRefusal, startSsmAccount } from './simulator-ssm-account.ts';

const Name = '/portage/web-01/config';

test('a secret is kept, its value shown only to who decrypts it, and never in the list', async (t) => {
  const { ssm } = await startSsmAccount(t, {});
  const put = (Overwrite: boolean) =>
    ssm.send(new PutParameterCommand({ Name, Value: 'the key', Type: 'SecureString', Overwrite }));
  assert.equal((await put(false)).Version, 1);
  const twice = await ssmRefusal(put(false));
  assert.equal(twice.name, 'ParameterAlreadyExists');
  assert.match(
    twice.message,
    /^The parameter already exists\. To overwrite this value, set the overwrite option/,
  );
  assert.equal((await put(true)).Version, 2);
  const sealed = await ssm.send(new GetParameterCommand({ Name }));
  assert.match(sealed.Parameter?.Value ?? '', /^AQICAH/);
  const open = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
  assert.equal(open.Parameter?.Value, 'the key');
  const filter = { Key: 'Name', Option: 'BeginsWith', Values: ['/portage/'] };
  const { Parameters } = await ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
  assert.deepEqual(
    Parameters?.map(({ Name: own, Type, Version }) => [own, Type, Version]),
    [[Name, 'SecureString', 2]],
  );
  assert.doesNotMatch(JSON.stringify(Parameters), /the key/);
  await ssm.send(new DeleteParameterCommand({ Name }));
  assert.equal((await ssmRefusal(ssm.send(new GetParameterCommand({ Name })))).name, 'ParameterNotFound');
});

test('several are read at once, and those that are not there are named', async (t) => {
  const { ssm } = await startSsmAccount(t, {
    parameters: [
      { name: '/a/b', value: '1' },
      { name: '/a/b/c', value: '2' },
    ],
  });
  const answer = await ssm.send(new GetParametersCommand({ Names: ['/a/b', '/a/x'] }));
  assert.deepEqual([answer.Parameters?.[0]?.Value, answer.InvalidParameters], ['1', ['/a/x']]);
  const below = async (Recursive: boolean) =>
    (await ssm.send(new GetParametersByPathCommand({ Path: '/a', Recursive }))).Parameters?.map(
      ({ Name: own }) => own,
    );
  assert.deepEqual(await below(false), ['/a/b']);
  assert.deepEqual(await below(true), ['/a/b', '/a/b/c']);
});

test('AWS tells its newest images in public parameters that belong to no account', async (t) => {
  const { ssm, client } = await startSsmAccount(t, {});
  const windows = '/aws/service/ami-windows-latest/';
  const answer = await ssm.send(
    new GetParameterCommand({ Name: `${windows}Windows_Server-2022-English-Full-Base` }),
  );
  const { Images } = await client.send(
    new DescribeImagesCommand({ ImageIds: [answer.Parameter?.Value ?? ''] }),
  );
  assert.deepEqual([Images?.[0]?.Platform, Images?.[0]?.Public], ['windows', true]);
  assert.match(answer.Parameter?.ARN ?? '', /^arn:aws:ssm:eu-west-1::parameter\/aws\/service\//);
  const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path: windows }));
  assert.equal(Parameters?.length, 4);
  const mine = await ssm.send(new DescribeParametersCommand({}));
  assert.deepEqual(mine.Parameters, []);
  const taken = new PutParameterCommand({ Name: '/aws/mine', Value: 'x', Type: 'String' });
  assert.match((await ssmRefusal(ssm.send(taken))).message, /can't be prefixed with "aws" or "ssm"/);
});
