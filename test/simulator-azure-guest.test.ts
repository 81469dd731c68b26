import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedOver, group, protectedItem, startGuests } from './simulator-azure-guest.ts';
import { network } from './simulator-item.ts';

const db = 'i-0000000000000db01';
const web = 'i-00000000000000eb4';
const metadata =
  "try { (Invoke-WebRequest -UseBasicParsing -Headers @{ Metadata = 'true' } -Uri http://169.254.169.254/metadata/instance?api-version=2021-02-01).StatusCode } catch { Write-Output $_.Exception.Message }";

test('a Windows guest brings to Azure what EC2 left in it, and is cured by what Windows has for that', async (t) => {
  const { world, onSource, told } = await startGuests(t);
  const probe = [
    '(Get-NetRoute -PolicyStore PersistentStore).DestinationPrefix',
    '(Get-StorageSetting).NewDiskPolicy',
    '(Get-CimInstance SoftwareLicensingProduct -Filter "PartialProductKey IS NOT NULL").LicenseStatus',
    'w32tm /query /source',
    '(Get-ScheduledTask).State',
    metadata,
  ];
  const routes = ['169.254.169.254/32', '169.254.169.250/32', '169.254.169.251/32'];
  assert.deepEqual(await onSource(db, ...probe), [
    ...routes,
    'OfflineShared',
    ...['1', '169.254.169.123', 'Ready', '200'],
  ]);
  await failedOver(world, '10.0.1.11', 'db-01');
  assert.deepEqual(await told('db-01', ...probe), [
    ...routes,
    'OfflineShared',
    ...['5', 'Local CMOS Clock', 'Ready', 'The operation has timed out.'],
  ]);
  assert.deepEqual(
    await told('db-01', '(Get-Volume).DriveLetter', '(Get-Disk -Number 1).OperationalStatus'),
    ['C', 'Offline'],
  );
  const cured = await told(
    'db-01',
    ...['254', '250', '251'].map((last) => `route delete 169.254.169.${last}`),
    'cscript //nologo C:\\Windows\\System32\\slmgr.vbs /skms azkms.core.windows.net:1688',
    'cscript //nologo C:\\Windows\\System32\\slmgr.vbs /ato',
    'w32tm /config /syncfromflags:no /update',
    'Set-StorageSetting -NewDiskPolicy OnlineAll',
    'Set-Disk -Number 1 -IsOffline $false',
    "Disable-ScheduledTask -TaskName 'Amazon Ec2 Launch - Instance Initialization' | Out-Null",
    'Get-Service AmazonSSMAgent | Stop-Service -Force',
    'Set-Service AmazonSSMAgent -StartupType Disabled',
    'Get-PnpDevice -Class Net -Status Unknown | ForEach-Object { pnputil /remove-device $_.InstanceId }',
  );
  assert.match(cured.join('\n'), /Product activated successfully/);
  assert.deepEqual(await told('db-01', ...probe), [
    'OnlineAll',
    ...['1', 'VM IC Time Synchronization Provider', 'Disabled', '200'],
  ]);
  assert.deepEqual(
    await told(
      'db-01',
      '(Get-Volume).DriveLetter',
      '(Get-Service AmazonSSMAgent).Status',
      '(Get-PnpDevice -Class Net).Status',
    ),
    ['C', 'D', 'Stopped', 'OK'],
  );
  assert.deepEqual(
    await onSource(db, '(Get-Service AmazonSSMAgent).Status', '(Get-StorageSetting).NewDiskPolicy'),
    ['Running', 'OfflineShared'],
  );
});

test('a test VM is a copy of its own: what is done to it is not on the VM that the failover makes', async (t) => {
  const { world, told } = await startGuests(t);
  const item = await protectedItem(world, '10.0.1.11', 'db-01');
  const networkId = `${network}/vnet-prod`;
  const test = { failoverDirection: 'PrimaryToRecovery', networkType: 'VmNetworkAsInput', networkId };
  await item.begin('POST', '/testFailover', {
    properties: { ...test, providerSpecificDetails: { instanceType: 'InMageRcm', networkId } },
  });
  await world.skip(30);
  await told('db-01-test', 'Stop-Service AmazonSSMAgent', 'Set-Service AmazonSSMAgent -StartupType Disabled');
  assert.deepEqual(await told('db-01-test', '(Get-Service AmazonSSMAgent).Status'), ['Stopped']);
  await item.begin('POST', '/testFailoverCleanup', { properties: { comments: 'fine' } });
  await world.skip(5);
  await item.failOver();
  await world.skip(40);
  assert.deepEqual(await told('db-01', '(Get-Service AmazonSSMAgent).Status'), ['Running']);
});

test('a Linux guest is read and changed by the same commands on both sides', async (t) => {
  const fstab = [
    'LABEL=cloudimg-rootfs / ext4 discard 0 1',
    '/dev/xvdf /data ext4 defaults,nofail 0 2',
    'fs-1.efs.eu-west-1.amazonaws.com:/ /share nfs4 _netdev 0 0',
    '',
  ].join('\n');
  const { world, onSource, told } = await startGuests(t, { guests: { 'web-04': { fstab } } });
  const probe = [
    'findmnt -n -o TARGET',
    'grep -c macaddress /etc/netplan/50-cloud-init.yaml',
    'grep datasource_list /etc/cloud/cloud.cfg.d/90_dpkg.cfg',
    'chronyc sources | grep 169.254 | head -1',
    'systemctl is-active amazon-ssm-agent',
    'timedatectl show -p NTPSynchronized --value',
  ];
  const [source, azure] = ['^*', '^?'].map((state) => `${state} 169.254.169.123`);
  const onEc2 = await onSource(web, ...probe);
  assert.deepEqual(onEc2.toSpliced(5, 1), [
    ...['/', '/data', '/share', '1', 'datasource_list: [ Ec2, None ]'],
    ...['active', 'yes'],
  ]);
  assert.ok(onEc2[5]?.startsWith(source ?? ''));
  await failedOver(world, '10.0.2.24', 'web-04');
  const landed = await told('web-04', ...probe);
  assert.deepEqual(landed.toSpliced(3, 1), ['/', '1', 'datasource_list: [ Ec2, None ]', 'active', 'no']);
  assert.ok(landed[3]?.startsWith(azure ?? ''));
  await told(
    'web-04',
    "sed -i 's|^/dev/xvdf|UUID=1b2c|' /etc/fstab",
    "sed -i 's/^server 169.254.169.123.*/refclock PHC \\/dev\\/ptp_hyperv poll 3/' /etc/chrony/chrony.conf",
    "sed -i 's/Ec2, None/Azure/' /etc/cloud/cloud.cfg.d/90_dpkg.cfg",
    'systemctl disable --now amazon-ssm-agent',
    'systemctl restart chrony',
  );
  assert.deepEqual(
    await told(
      'web-04',
      ...probe.toSpliced(3, 1),
      'chronyc sources | tail -1 | grep -c PHC0',
      'grep -c "^#fs-1" /etc/fstab',
    ),
    ['/', '/data', '1', 'datasource_list: [ Azure ]', 'inactive', 'yes', '1', '1'],
  );
});

test('a mount of a disk that Azure names otherwise hangs the boot: the agent is never Ready', async (t) => {
  const fstab = 'LABEL=cloudimg-rootfs / ext4 discard 0 1\n/dev/xvdf /data ext4 defaults 0 2\n';
  const { world } = await startGuests(t, { guests: { 'web-04': { fstab } } });
  await failedOver(world, '10.0.2.24', 'web-04');
  await world.skip(60);
  const { vmAgent, statuses } = await world.compute.virtualMachines.instanceView(group, 'web-04');
  assert.equal(vmAgent?.statuses?.[0]?.displayStatus, 'Not Ready');
  assert.equal(statuses?.at(-1)?.displayStatus, 'VM running');
});
