import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSsmAccount } from './simulator-ssm-account.ts';

const db = 'i-0000000000000db01';

test('a Windows guest tells what Windows tells, in the words of PowerShell 5.1', async (t) => {
  const guest = { pendingReboot: true, domainController: true, storageSpaces: ['pool-1'], bitLocker: ['C:'] };
  const { run } = await startSsmAccount(t, {
    instances: [
      {
        name: 'db-01',
        instanceId: db,
        guest,
        volumes: [
          { device: '/dev/sda1', sizeGiB: 50 },
          { device: 'xvdb', sizeGiB: 40 },
        ],
      },
    ],
  });
  const told = await run(
    db,
    "$ErrorActionPreference = 'Stop'",
    "Write-Output '## system'",
    '(Get-CimInstance Win32_OperatingSystem).Caption',
    '(Get-CimInstance Win32_OperatingSystem).Version',
    '(Get-CimInstance Win32_ComputerSystem).DomainRole',
    '(Get-CimInstance Win32_ComputerSystemProduct).UUID',
    "Test-Path 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending'",
    "Test-Path 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Nonsense'",
    '(Get-ComputerInfo).BiosFirmwareType',
    "if ((Get-ComputerInfo).BiosFirmwareType -eq 'Uefi') { Confirm-SecureBootUEFI }",
    'if (Get-Command Get-BitLockerVolume -ErrorAction SilentlyContinue) { Get-BitLockerVolume | Select-Object MountPoint, ProtectionStatus | ConvertTo-Json -Compress }',
    'Get-StoragePool -IsPrimordial $false | Select-Object FriendlyName | ConvertTo-Json -Compress',
    'Get-Disk | Select-Object Number, Size, LogicalSectorSize, IsBoot, IsSystem, BusType, PartitionStyle | ConvertTo-Json -Compress',
    'Get-Service svagents -ErrorAction SilentlyContinue | Select-Object Name, Status | ConvertTo-Json -Compress',
    'Get-Service TermService | Select-Object Name, Status | ConvertTo-Json -Compress',
  );
  assert.equal(told.StandardErrorContent, '');
  const lines = told.StandardOutputContent?.split('\r\n') ?? [];
  assert.match(lines[4] ?? '', /^EC2[0-9A-F]{5}-/);
  assert.deepEqual(lines.toSpliced(4, 1), [
    '## system',
    'Microsoft Windows Server 2019 Datacenter',
    '10.0.17763',
    '5',
    'True',
    'False',
    'Bios',
    '{"MountPoint":"C:","ProtectionStatus":1}',
    '{"FriendlyName":"pool-1"}',
    '[{"Number":0,"Size":53687091200,"LogicalSectorSize":512,"IsBoot":true,"IsSystem":true,"BusType":"NVMe","PartitionStyle":"MBR"},{"Number":1,"Size":42949672960,"LogicalSectorSize":512,"IsBoot":false,"IsSystem":false,"BusType":"NVMe","PartitionStyle":"GPT"}]',
    '{"Name":"TermService","Status":4}',
    '',
  ]);
  assert.equal(told.Status, 'Success');
});

test('what a guest does not have fails as PowerShell fails: the script goes on, or stops where it was told to', async (t) => {
  const { run } = await startSsmAccount(t, { instances: [{ name: 'db-01', instanceId: db }] });
  const goesOn = await run(db, 'Get-BitLockerVolume', 'Write-Output after');
  assert.match(
    goesOn.StandardErrorContent ?? '',
    /^Get-BitLockerVolume : The term 'Get-BitLockerVolume' is not recognized/,
  );
  assert.deepEqual([goesOn.Status, goesOn.StandardOutputContent], ['Success', 'after\r\n']);
  const stops = await run(
    db,
    "$ErrorActionPreference = 'Stop'",
    'Confirm-SecureBootUEFI',
    'Write-Output after',
  );
  assert.match(stops.StandardErrorContent ?? '', /Cmdlet not supported on this platform: 0xC0000002/);
  assert.match(stops.StandardErrorContent ?? '', /failed to run commands: exit status 1$/);
  assert.deepEqual([stops.Status, stops.ResponseCode, stops.StandardOutputContent], ['Failed', 1, '']);
  assert.equal((await run(db, 'exit 42')).ResponseCode, 42);
});
