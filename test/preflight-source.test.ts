import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingAsRead } from './as-read.ts';
import { machine, startClouds, writes } from './cloud-world.ts';
import { guestFindings, oddGuests } from './odd-guests.ts';
import { oddGroups, oddSources, sourceFindings } from './odd-sources.ts';
import { assertProvoked, assertRead, weighing } from './provoked.ts';

test('preflight of what EC2 and the guest tell', async (t) => {
  const world = await startClouds(t, {
    machines: 2,
    instances: [...oddSources, ...oddGuests],
    aws: { securityGroups: oddGroups },
  });
  const codesOf = async (vm: ReturnType<typeof machine>) =>
    weighing((await world.run((a) => a.checkMachine(vm))).findings);

  await assertProvoked(t, world, sourceFindings);
  await assertProvoked(t, world, guestFindings);

  await t.test(
    'says nothing of what EBS encrypts, nor of a disk that is dynamic beside the system',
    async () => {
      assert.deepEqual(await codesOf(machine('m-59')), []);
      assert.deepEqual(await codesOf(machine('m-70')), []);
    },
  );

  await t.test('says nothing of a kernel of a kind that is listed', async () => {
    assert.deepEqual(await codesOf(machine('m-83', { accept: [] })), ['GUEST_ENCRYPTED', 'LINUX_NVME']);
  });

  await t.test('says nothing of a restart where Red Hat’s or SUSE’s tool sees none', async () => {
    for (const name of ['m-93', 'm-94'])
      assert.deepEqual(await codesOf(machine(name)), ['KERNEL_UNLISTED', 'LINUX_NVME']);
  });

  await t.test('tells what Azure’s half goes by', async () => {
    const { instance } = await world.run((a) => a.checkMachine(machine('m-59')));
    assert.equal(instance?.bootMode, 'UEFI');
    assert.equal(instance.vcpus, 2);
    assert.equal(instance.memoryMiB, 8192);
    assert.deepEqual(instance.disks, [{ sizeGiB: 30, isRoot: true }]);
  });

  await t.test('asks of each guest once, by a script that only reads, and changes nothing else', async () => {
    const ledger = await world.ledger();
    const changing = writes(ledger).filter(({ operation }) => operation !== 'SendCommand');
    assert.deepEqual(changing, []);
  });
});

test('preflight without the permissions that a plan needs', async (t) => {
  const firewall = [
    'CreateSecurityGroup',
    'DeleteSecurityGroup',
    'AuthorizeSecurityGroupIngress',
    'RevokeSecurityGroupIngress',
    'RevokeSecurityGroupEgress',
    'ModifyNetworkInterfaceAttribute',
  ].map((action) => `ec2:${action}`);
  const others = ['ec2:StopInstances', 'ec2:CreateSnapshots', 'ec2:DescribeVolumes', 'ssm:SendCommand'];
  const world = await startClouds(t, { machines: 2, aws: { deny: [...others, ...firewall] } });
  const missing = async (vm: ReturnType<typeof machine>) => {
    const { findings } = await world.run((a) => a.checkMachine(vm));
    return findings
      .filter(({ code }) => code === 'AWS_PERMISSION_MISSING')
      .map((finding) => findingAsRead(finding).split('\n')[1]?.trim() ?? '');
  };

  await t.test('names every action that is refused, and still tells the rest', async () => {
    assert.deepEqual(
      (await missing(machine('m-01'))).sort(),
      [
        ...['ec2:CreateSecurityGroup', 'ec2:DescribeVolumes', 'ec2:ModifyNetworkInterfaceAttribute'],
        ...['ec2:RevokeSecurityGroupEgress', 'ec2:StopInstances'],
      ].map((action) => `AWS does not allow the worker ${action}`),
    );
    const { findings } = await world.run((a) => a.checkMachine(machine('m-01')));
    assertRead(findings, 'GUEST_UNSEEN', 'warning', /AWS does not allow the worker ssm:SendCommand$/);
  });

  await t.test('asks once for what is allowed, and again for what is not', async () => {
    const asked = async (operation: string) => (await world.ledger(operation)).length;
    const [allowed, refused] = [await asked('StartInstances'), await asked('StopInstances')];
    await missing(machine('m-02'));
    assert.deepEqual([await asked('StartInstances'), await asked('StopInstances')], [allowed, refused + 1]);
    assert.equal(allowed, 1);
  });

  await t.test('asks for all that opening the way of a push installation takes', async () => {
    const all = await missing(
      machine('m-01', { mobility: 'push', environment: { account: 'migrate-admin' } }),
    );
    const groups = ['Authorize', 'Create', 'Delete', 'Revoke'].map((verb) =>
      all.some((message) => message.startsWith(`AWS does not allow the worker ec2:${verb}SecurityGroup`)),
    );
    assert.deepEqual(groups, [true, true, true, true]);
    assert.ok(all.includes('AWS does not allow the worker ec2:ModifyNetworkInterfaceAttribute'));
  });

  await t.test('asks for what the plan needs, and no more', async () => {
    const all = await missing(machine('m-01', { mobility: 'ssm', afterCommit: 'snapshot' }));
    assert.ok(all.includes('AWS does not allow the worker ec2:CreateSnapshots'));
    assert.ok(all.includes('AWS does not allow the worker ssm:SendCommand'));
  });
});

test('a guest that does not answer in time is said to be unseen', async (t) => {
  const world = await startClouds(t, { aws: { commandSeconds: 60 } });
  const { findings } = await world.run((a) => a.checkMachine(machine('m-01')));
  const says = /: command [0-9a-f-]{36} has brought nothing: it had not ended in time$/;
  assertRead(findings, 'GUEST_UNSEEN', 'warning', says);
});
