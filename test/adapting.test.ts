import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Adapted, MigratedVm } from '../activities/index.ts';
import { runScript } from '../activities/run-command/script.ts';
import {
  instanceIdOf,
  machine,
  privateIpOf,
  protectedMachines,
  runInAttempt,
  startClouds,
  type CloudWorld,
  type Found,
} from './cloud-world.ts';

const shared = {
  type: 't3.large',
  subnetId: 'subnet-00000000000000001',
  volumes: [
    { device: '/dev/sda1', sizeGiB: 30 },
    { device: 'xvdb', sizeGiB: 10 },
  ],
};
const named = (name: string) => ({ name, instanceId: instanceIdOf(name), privateIp: privateIpOf(name) });
const windows = { ...shared, osName: 'Microsoft Windows Server 2019 Datacenter' };
const fstab = [
  'LABEL=cloudimg-rootfs / ext4 discard 0 1',
  '/dev/xvdf /data ext4 noatime,nofail 0 2',
  'fs-1.efs.eu-west-1.amazonaws.com:/ /share nfs4 _netdev,noresvport 0 0',
  '',
].join('\n');

const instances = [
  { ...windows, ...named('m-51'), guest: { agent: {} } },
  {
    ...{ ...shared, ...named('m-52'), platform: 'linux', osName: 'Ubuntu 22.04 LTS' },
    guest: { agent: {}, fstab },
  },
  {
    ...windows,
    ...named('m-53'),
    guest: { agent: {}, kms: 'kms.corp.example:1688', timeServer: '10.0.0.5' },
  },
];

test('a guest from EC2', async (t) => {
  const world = await startClouds(t, { instances });
  const own = { name: 'farm', script: "Write-Output 'joined'\nexit 4" };
  const [onWindows, onLinux, settled] = await protectedMachines(
    world,
    machine('m-51'),
    machine('m-52'),
    machine('m-53', { adapt: { skip: ['disks', 'aws-agents'], run: [own] } }),
  );
  assert.ok(onWindows && onLinux && settled);
  for (const one of [onWindows, onLinux, settled]) await failOver(world, one);
  await t.test('with Windows is adapted once, and lives in Azure', () => adaptsWindows(world, onWindows));
  await t.test('with Linux as well', () => adaptsLinux(world, onLinux));
  await t.test('keeps what the team has set, and what the plan skips', () => keeps(world, settled));
  await t.test('runs the team’s own scripts, whose exit code counts', () => runsOwn(world, settled));
});

async function adaptsWindows(world: CloudWorld, found: Found): Promise<void> {
  const migrated = await find(world, found);
  assert.deepEqual(inWords(await adapted(world, found, migrated, 'first')), [
    ...['aws-routes 1 changed', 'ec2-launch 1 changed', 'aws-agents 1 changed', 'kms 1 changed'],
    ...['time 1 changed', 'disks 1 changed', 'ghost-nics 1 changed'],
  ]);
  const told = await tell(
    world,
    migrated,
    '(Get-NetRoute -PolicyStore PersistentStore).DestinationPrefix',
    '(Get-Service AmazonSSMAgent).Status',
    '(Get-CimInstance SoftwareLicensingProduct).LicenseStatus',
    'w32tm /query /source',
    '(Get-Volume).DriveLetter',
    '(Get-PnpDevice -Class Net).Status',
  );
  assert.deepEqual(told, ['Stopped', '1', 'VM IC Time Synchronization Provider', 'C', 'D', 'OK']);
  const again = inWords(await adapted(world, found, migrated, 'again'));
  assert.ok(
    again.every((one) => one.endsWith('unchanged')),
    again.join(', '),
  );
}

async function adaptsLinux(world: CloudWorld, found: Found): Promise<void> {
  const migrated = await find(world, found);
  assert.deepEqual(inWords(await adapted(world, found, migrated, 'first')), [
    ...['fstab 1 changed', 'netplan 1 changed', 'cloud-init 1 changed', 'time 1 changed'],
    'aws-agents 1 changed',
  ]);
  const told = await tell(
    world,
    migrated,
    "grep -c '^/dev/xvdf /data ext4 nofail,noatime,nofail 0 2' /etc/fstab",
    "grep -c 'driver: hv_netvsc' /etc/netplan/50-cloud-init.yaml",
    'head -1 /etc/cloud/cloud.cfg.d/99-portage.cfg',
    'timedatectl show -p NTPSynchronized --value',
    'systemctl is-active amazon-ssm-agent',
  );
  assert.deepEqual(told, ['1', '1', 'datasource_list: [ Azure, None ]', 'yes', 'inactive']);
  const again = inWords(await adapted(world, found, migrated, 'again'));
  assert.ok(
    again.every((one) => one.endsWith('unchanged')),
    again.join(', '),
  );
}

async function keeps(world: CloudWorld, found: Found): Promise<void> {
  const migrated = await find(world, found);
  const results = inWords(await adapted(world, found, migrated, 'first'));
  assert.deepEqual(
    results.map((one) => one.split(':')[0]),
    [
      ...['aws-routes 1 changed', 'ec2-launch 1 changed', 'kms 1 failed', 'time 1 unchanged'],
      'ghost-nics 1 changed',
    ],
  );
  const told = await tell(
    world,
    migrated,
    '(Get-CimInstance SoftwareLicensingService).KeyManagementServiceMachine',
    '(Get-Service AmazonSSMAgent).Status',
  );
  assert.deepEqual(told, ['kms.corp.example', 'Running']);
}

async function runsOwn(world: CloudWorld, found: Found): Promise<void> {
  const migrated = await find(world, found);
  const [own] = found.vm.adapt.run;
  assert.ok(own);
  const run = () => world.run((a) => a.awaitOwnScript(migrated, own, 'own'));
  await world.failure((a) => a.awaitOwnScript(migrated, own, 'own'));
  await world.skip(3);
  assert.deepEqual(inWords(await run()), ['farm 1 failed: exit code 4: joined']);
}

async function failOver(world: CloudWorld, { vm, item }: Found): Promise<void> {
  const mark = await world.run((a) => a.markItemJobs(item));
  await world.run((a) => a.stopSource(vm, instanceIdOf(vm.name)));
  await world.run((a) => a.beginFailover(item, mark));
  await world.skip(60);
}

function find(world: CloudWorld, { item }: Found): Promise<MigratedVm> {
  return world.run((a) => a.findMigratedVm(item));
}

async function adapted(world: CloudWorld, found: Found, vm: MigratedVm, name: string): Promise<Adapted> {
  const ask = () => world.run((a) => a.awaitAdapted(found.vm, vm, found.source.osType, name));
  await world.failure((a) => a.awaitAdapted(found.vm, vm, found.source.osType, name));
  await world.skip(3);
  const end = await ask();
  await world.run((a) => a.removeRunCommand(vm.id, name));
  return end;
}

function inWords(adapted: Adapted): string[] {
  assert.equal(adapted.kind, 'ran', JSON.stringify(adapted));
  return adapted.results.map(
    ({ name, version, outcome, detail }) =>
      `${name} ${version} ${outcome}${detail === undefined ? '' : `: ${detail}`}`,
  );
}

async function tell(world: CloudWorld, { id }: MigratedVm, ...commands: string[]): Promise<string[]> {
  const look = () => runInAttempt(() => runScript(world.azure, id, { name: 'tell', commands }));
  await look();
  await world.skip(3);
  const state = await look();
  assert.ok(state.ended && state.end.kind === 'ran', JSON.stringify(state));
  return state.end.output.split(/\r?\n/).filter((line) => line !== '');
}
