import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import type { VmPlan } from '../plan/index.ts';
import {
  accepted,
  detailsOf,
  instanceIdOf,
  preflight,
  privateIpOf,
  runInAttempt,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';
import {
  bareMachine,
  lookAt,
  networks,
  openMachine,
  ownGroup,
  pushed,
  rulesIn,
  serverIp,
  startMobilityClouds,
} from './mobility-world.ts';

const linux = { platform: 'linux', osName: 'Ubuntu 22.04.4 LTS' };
/** Every effect of opening and closing, in their order. */
const opening = [
  'CreateSecurityGroup',
  'RevokeSecurityGroupEgress',
  'AuthorizeSecurityGroupIngress',
  'ModifyNetworkInterfaceAttribute',
];
const closing = ['ModifyNetworkInterfaceAttribute', 'DeleteSecurityGroup'];

test('the firewall of a machine', async (t) => {
  const names = ['m-01', 'm-05', 'm-06', 'm-07', 'm-08', 'm-09', 'm-10', 'm-11', 'm-12'];
  const world = await startMobilityClouds(
    t,
    [
      ...names.map((name) => bareMachine(name)),
      bareMachine('m-02', linux),
      openMachine('m-03'),
      bareMachine('m-04', { securityGroups: [ownGroup, 'sg-00000000000000004'] }),
    ],
    { aws: { quotas: { securityGroupsPerInterface: 2 } } },
  );
  const run = (promise: string, keep: (world: CloudWorld) => Promise<void>) =>
    t.test(promise, () => keep(world));

  await run(
    'is opened for the server alone, on the ports of a push installation, and lets nothing out',
    opensTheLeast,
  );
  await run('of a Linux machine is opened for SSH alone', opensSsh);
  await run('that lets the server in already is left as it is', leavesAlone);
  await run('on an interface whose groups are used up asks for a person', tellsUsedUp);
  await run('is closed without a trace, however often it is asked for', closesWithoutTrace);
  for (const effect of opening)
    await run(`is opened once though the answer of ${effect} is lost`, (w) => opensOnce(w, effect));
  for (const effect of closing)
    await run(`is closed though the answer of ${effect} is lost`, (w) => closesAfterAll(w, effect));
  await run('is never touched by another plan, not even one whose names run together', keepsPlansApart);
  await run('loses rules that nobody asked for', takesSurplusAway);
  await run('is opened for none but the servers that see the machine', opensForThoseThatSee);
});

async function opensTheLeast(world: CloudWorld): Promise<void> {
  const vm = pushed('m-01');
  const before = await lookAt(world).group('web');
  const opened = await open(world, vm);
  assert.deepEqual(opened?.rules, [
    `TCP 445 from ${serverIp}/32`,
    `TCP 135 from ${serverIp}/32`,
    `TCP 49152–65535 from ${serverIp}/32`,
  ]);
  const look = lookAt(world);
  const group = await look.group('portage-move-m-01');
  assert.deepEqual(rulesIn(group?.IpPermissions), [
    `tcp 135-135 ${serverIp}/32`,
    `tcp 445-445 ${serverIp}/32`,
    `tcp 49152-65535 ${serverIp}/32`,
  ]);
  assert.deepEqual(group?.IpPermissionsEgress, []);
  assert.deepEqual(
    group.Tags?.map(({ Key, Value }) => [Key, Value]),
    [
      ['portage:plan', 'move'],
      ['portage:vm', 'm-01'],
    ],
  );
  assert.deepEqual(await look.groupsOf('m-01'), [ownGroup, group.GroupId]);
  assert.deepEqual(await look.group('web'), before);
  assert.deepEqual(await look.groupsOf('m-05'), [ownGroup]);
}

async function opensSsh(world: CloudWorld): Promise<void> {
  await open(world, pushed('m-02'));
  const group = await lookAt(world).group('portage-move-m-02');
  assert.deepEqual(rulesIn(group?.IpPermissions), [`tcp 22-22 ${serverIp}/32`]);
}

async function leavesAlone(world: CloudWorld): Promise<void> {
  assert.equal(await open(world, pushed('m-03')), undefined);
  assert.equal(await lookAt(world).group('portage-move-m-03'), undefined);
}

async function tellsUsedUp(world: CloudWorld): Promise<void> {
  const vm = pushed('m-04');
  const found = await preflight(world, vm);
  const failure = await world.failure((a) => a.openFirewall(vm, found.source, found.setting, []));
  assert.deepEqual([failure.type, failure.nonRetryable], ['SecurityGroupsUsedUp', true]);
  assert.match(failure.message, /has 2 security groups \(sg-0+1, sg-0+4\), and EC2 allows no more/);
  const { code, suggestion } = detailsOf(failure);
  assert.equal(code, 'SECURITY_GROUPS_USED_UP');
  assert.match(suggestion, /raise the quota .*a rule of the machine’s own/);
  await world.run((a) => a.closeFirewall(vm));
  assert.equal(await lookAt(world).group('portage-move-m-04'), undefined);
}

async function closesWithoutTrace(world: CloudWorld): Promise<void> {
  const vm = pushed('m-01');
  await world.run((a) => a.closeFirewall(vm));
  await world.run((a) => a.closeFirewall(vm));
  const look = lookAt(world);
  assert.equal(await look.group('portage-move-m-01'), undefined);
  assert.deepEqual(await look.groupsOf('m-01'), [ownGroup]);
  assert.ok(await look.group('portage-move-m-02'), 'that of another machine stays');
}

async function opensOnce(world: CloudWorld, effect: string): Promise<void> {
  const name = `m-0${5 + opening.indexOf(effect)}`;
  const vm = pushed(name);
  const found = await preflight(world, vm);
  await world.fault({ operation: effect, drop: 'after', count: 1 });
  const lost = await world.failure((a) => a.openFirewall(vm, found.source, found.setting, []));
  assert.equal(lost.nonRetryable, false);
  await world.run((a) => a.openFirewall(vm, found.source, found.setting, []));
  await world.run((a) => a.openFirewall(vm, found.source, found.setting, []));

  const look = lookAt(world);
  const group = await look.group(`portage-move-${name}`);
  assert.equal(rulesIn(group?.IpPermissions).length, 3);
  assert.deepEqual(group?.IpPermissionsEgress, []);
  assert.deepEqual(await look.groupsOf(name), [ownGroup, group.GroupId]);
  assert.equal(accepted(await world.ledger('CreateSecurityGroup', name)).length, 1);
}

async function closesAfterAll(world: CloudWorld, effect: string): Promise<void> {
  const name = `m-0${5 + closing.indexOf(effect)}`;
  const vm = pushed(name);
  await world.fault({ operation: effect, drop: 'after', count: 1 });
  const lost = await world.failure((a) => a.closeFirewall(vm));
  assert.equal(lost.nonRetryable, false);
  await world.run((a) => a.closeFirewall(vm));
  const look = lookAt(world);
  assert.equal(await look.group(`portage-move-${name}`), undefined);
  assert.deepEqual(await look.groupsOf(name), [ownGroup]);
}

async function keepsPlansApart(world: CloudWorld): Promise<void> {
  const vm = pushed('m-09');
  await open(world, vm);
  await world.run((a) => a.closeFirewall(pushed('m-09', { plan: 'other' })));
  await world.run((a) => a.closeFirewall(pushed('m-10')));
  assert.ok(await lookAt(world).group('portage-move-m-09'));

  await takeName(world, 'portage-move-m-11');
  const found = await preflight(world, pushed('m-11'));
  const taken = await world.failure((a) => a.openFirewall(pushed('m-11'), found.source, found.setting, []));
  assert.deepEqual([taken.type, taken.nonRetryable], ['GroupNameTaken', false]);
  assert.match(detailsOf(taken).suggestion, /rename it, then retry/);
  await world.run((a) => a.closeFirewall(pushed('m-11')));
  assert.ok(await lookAt(world).group('portage-move-m-11'), 'somebody else’s group stays');
}

async function takesSurplusAway(world: CloudWorld): Promise<void> {
  const vm = pushed('m-12');
  await open(world, vm);
  const look = lookAt(world);
  const GroupId = (await look.group('portage-move-m-12'))?.GroupId ?? '';
  const more = { IpProtocol: 'tcp', FromPort: 445, ToPort: 445, IpRanges: [{ CidrIp: '10.0.0.0/8' }] };
  await runInAttempt(() =>
    look.clouds
      .ec2('eu-west-1')
      .send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [more] })),
  );
  await open(world, vm);
  const group = await lookAt(world).group('portage-move-m-12');
  assert.equal(rulesIn(group?.IpPermissions).length, 3);
  assert.ok(!rulesIn(group?.IpPermissions).some((rule) => rule.includes('10.0.0.0/8')));
}

async function opensForThoseThatSee(world: CloudWorld): Promise<void> {
  const second = { name: 'appl-2', instanceId: instanceIdOf('m-03') };
  const vm = pushed('m-10', { environment: { appliances: [{ name: 'appl-1' }, second] } });
  const { source, setting } = await preflight(world, vm);
  const both = await world.run((a) => a.openFirewall(vm, source, setting, []));
  assert.equal(both?.rules.filter((rule) => rule.endsWith(`from ${privateIpOf('m-03')}/32`)).length, 3);
  const one = await world.run((a) => a.openFirewall(vm, source, setting, ['APPL-1']));
  assert.deepEqual([...new Set(one?.rules.map((rule) => rule.split(' from ')[1]))], [`${serverIp}/32`]);
  const group = await lookAt(world).group('portage-move-m-10');
  assert.equal(rulesIn(group?.IpPermissions).length, 3, 'those for the other are gone');
}

async function takeName(world: CloudWorld, GroupName: string): Promise<void> {
  const ec2 = lookAt(world).clouds.ec2('eu-west-1');
  await runInAttempt(() =>
    ec2.send(
      new CreateSecurityGroupCommand({ GroupName, Description: 'somebody else’s', VpcId: networks.vpcId }),
    ),
  );
}

async function open(world: CloudWorld, vm: VmPlan) {
  const { source, setting }: Found = await preflight(world, vm);
  return world.run((a) => a.openFirewall(vm, source, setting, []));
}
