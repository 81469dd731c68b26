import { DescribeInstancesCommand, DescribeVolumesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, startAccount } from './simulator-ec2-account.ts';

const web = 'i-0000000000000eb01';
const instances = [{ name: 'web-01', instanceId: web, volumes: [{ device: '/dev/sda1', sizeGiB: 50 }] }];

test('a person stops, starts and terminates an instance by hand, through the same states as the API', async (t) => {
  const { control, machine, skip } = await startAccount(t, { instances });
  const stopped = await control('person', { action: 'stop-instance', instanceId: web, force: true });
  assert.deepEqual(stopped, {
    status: 200,
    body: { action: 'stop-instance', instanceId: web, state: 'stopping' },
  });
  await skip(5);
  const forced = await machine(web);
  assert.deepEqual([forced?.state, forced?.wasForceStopped], ['stopped', true]);
  await control('person', { action: 'start-instance', instanceId: web });
  assert.equal((await machine(web))?.state, 'pending');
  await skip(5);
  assert.equal((await control('person', { action: 'reboot-instance', instanceId: web })).status, 200);
  assert.equal((await machine(web))?.state, 'running');
  await control('person', { action: 'terminate-instance', instanceId: web });
  await skip(5);
  assert.equal((await machine(web))?.state, 'terminated');
});

test('a volume attached by hand is seen by EC2 and by the agent, and one taken off stays without an instance', async (t) => {
  const { client, control, machine } = await startAccount(t, { instances });
  await control('person', {
    action: 'attach-volume',
    instanceId: web,
    device: 'xvdb',
    sizeGiB: 500,
    type: 'io2',
  });
  const data = (await machine(web))?.disks[1];
  assert.deepEqual([data?.deviceName, data?.sizeGiB, data?.isRoot], ['xvdb', 500, false]);
  const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [web] }));
  assert.equal(Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings?.[1]?.Ebs?.VolumeId, data?.volumeId);
  await control('person', { action: 'detach-volume', instanceId: web, volumeId: data?.volumeId });
  assert.equal((await machine(web))?.disks.length, 1);
  const { Volumes } = await client.send(new DescribeVolumesCommand({ VolumeIds: [data?.volumeId ?? ''] }));
  assert.deepEqual([Volumes?.[0]?.State, Volumes?.[0]?.Attachments], ['available', []]);
});

test('a protection set by hand is the API’s from then on', async (t) => {
  const { client, control } = await startAccount(t, { instances });
  await control('person', { action: 'protect-instance', instanceId: web, disableApiStop: true });
  const stop = new StopInstancesCommand({ InstanceIds: [web] });
  assert.equal((await refusal(client.send(stop))).name, 'OperationNotPermitted');
  await control('person', { action: 'protect-instance', instanceId: web, disableApiStop: false });
  await client.send(stop);
});

test('what a person cannot do is refused with its reason, and changes nothing', async (t) => {
  const { control, machine } = await startAccount(t, { instances });
  const cases: readonly (readonly [input: Record<string, unknown>, reason: RegExp])[] = [
    [{ action: 'start-instance', instanceId: 'i-0123456789abcdef0' }, /does not exist/],
    [{ action: 'stop-instance' }, /instanceId/],
    [{ action: 'stop-instance', instanceId: web, how: 'softly' }, /how/],
    [{ action: 'attach-volume', instanceId: web, device: '/dev/sda1', sizeGiB: 5 }, /already in use/],
    [{ action: 'detach-volume', instanceId: web, volumeId: 'vol-0123' }, /not attached/],
  ];
  for (const [input, reason] of cases) {
    const { status, body } = await control('person', input);
    assert.equal(status, 400);
    assert.match(JSON.stringify(body), reason);
  }
  assert.equal((await machine(web))?.state, 'running');
});
