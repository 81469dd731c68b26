import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSsmAccount } from './simulator-ssm-account.ts';
import type { SsmAccount } from './simulator-ssm-account.ts';

const web = 'i-0000000000000eb01';
const server = 'i-0000000000000a001';
const appliance = {
  name: 'appl-1',
  instanceId: server,
  type: 'm5.2xlarge',
  osName: 'Microsoft Windows Server 2022 Datacenter',
  privateIp: '10.0.1.10',
};
const config = '/portage/web-01/config';

const install = [
  'New-Item -ItemType Directory -Force -Path C:\\Temp | Out-Null',
  'Invoke-WebRequest -UseBasicParsing -Uri https://aka.ms/latestmobsvc -OutFile C:\\Temp\\MobilityServiceInstaller.exe',
  'C:\\Temp\\MobilityServiceInstaller.exe /q /x:C:\\Temp\\Extracted',
  'cd C:\\Temp\\Extracted',
  '.\\UnifiedAgentInstaller.exe /Platform vmware /Silent /Role MS /CSType CSPrime /InstallLocation "C:\\Program Files (x86)\\Microsoft Azure Site Recovery"',
];
const register = [
  `(Get-SSMParameterValue -Name ${config} -WithDecryption $true).Parameters[0].Value | Set-Content C:\\Temp\\config.json`,
  "& 'C:\\Program Files (x86)\\Microsoft Azure Site Recovery\\agent\\UnifiedAgentConfigurator.exe' /SourceConfigFilePath C:\\Temp\\config.json /CSType CSPrime /CredentialLessDiscovery true",
  'if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }',
];

/** The file that an appliance makes for one machine. */
function configFor(BiosId: string, address = '10.0.1.10'): string {
  const RcmProxyTransportSettings = { IpAddresses: [address], NatIpAddress: null, Port: 443 };
  return JSON.stringify({ BiosId, Fqdn: 'web-01', RcmProxyTransportSettings });
}

async function start(
  t: Parameters<typeof startSsmAccount>[0],
  value: string,
  guest = {},
): Promise<SsmAccount> {
  return startSsmAccount(t, {
    parameters: [{ name: config, value, type: 'SecureString' }],
    instances: [
      { ...appliance, guest: { server: 'appliance' } },
      { name: 'web-01', instanceId: web, privateIp: '10.0.1.11', guest },
    ],
  });
}

/** As EC2 gives it to this instance id. */
const biosId = async ({ run }: SsmAccount) =>
  (await run(web, '(Get-CimInstance Win32_ComputerSystemProduct).UUID')).StandardOutputContent?.trim() ?? '';

test('the Mobility service is installed and registered with the file that the appliance made for this machine', async (t) => {
  const probe = await start(t, 'unused');
  const account = await start(t, configFor(await biosId(probe)));
  const installed = await account.run(web, ...install, 'Write-Output "exit code $LASTEXITCODE"');
  assert.match(installed.StandardOutputContent ?? '', /Agent Config Input: \w+.*\r\nexit code 0\r\n$/s);
  assert.deepEqual((await account.machine(web))?.agent, { version: '9.62.7172.1', registered: false });
  const registered = await account.run(web, ...register);
  assert.equal(registered.Status, 'Success', registered.StandardOutputContent);
  assert.deepEqual((await account.machine(web))?.agent, {
    version: '9.62.7172.1',
    registered: true,
    server: '10.0.1.10',
  });
  const key = "'HKLM:\\SOFTWARE\\WOW6432Node\\InMage Systems\\Installed Products\\5'";
  const told = await account.run(web, `(Get-ItemProperty ${key}).AgentConfigurationStatus`);
  assert.equal(told.StandardOutputContent, 'Succeeded\r\n');
});

test('registration fails with the published exit code and a log that says why', async (t) => {
  const tail = 'Get-Content $env:ProgramData\\ASRSetupLogs\\ASRUnifiedAgentConfigurator.log -Tail 2';
  const attempt = async (value: string) => {
    const account = await start(t, value);
    await account.run(web, ...install);
    const ended = await account.run(web, ...register);
    const log = await account.run(web, tail);
    assert.equal((await account.machine(web))?.agent?.registered, false);
    return [ended.Status, ended.ResponseCode, log.StandardOutputContent] as const;
  };
  const [status, code, log] = await attempt(configFor('ec2aaaaa-0000-0000-0000-000000000000'));
  assert.deepEqual([status, code], ['Failed', 118]);
  assert.match(log ?? '', /BIOS id of the source config file .* does not match this machine/);
  assert.equal((await attempt('no JSON'))[1], 19);
});

test('an agent whose way to the server is closed cannot register', async (t) => {
  const closed = {
    groupId: 'sg-closed',
    name: 'closed',
    vpcId: 'vpc-1',
    egress: [{ ports: 443, cidr: '0.0.0.0/0' }],
  };
  const section = (value: string) => ({
    vpcs: [{ vpcId: 'vpc-1', cidr: '10.0.0.0/16' }],
    subnets: [{ subnetId: 'subnet-1', vpcId: 'vpc-1', cidr: '10.0.1.0/24' }],
    securityGroups: [closed],
    parameters: [{ name: config, value }],
    instances: [{ name: 'web-01', instanceId: web, securityGroups: ['sg-closed'] }],
  });
  const own = await biosId(await startSsmAccount(t, section('unused')));
  const account = await startSsmAccount(t, section(configFor(own, '10.0.1.10')));
  await account.run(web, ...install);
  const ended = await account.run(web, ...register);
  assert.equal(ended.ResponseCode, 17);
  assert.match(ended.StandardOutputContent ?? '', /Could not connect to 10\.0\.1\.10 \(port 9443\)/);
});

test('in the wrong order nothing is there to run', async (t) => {
  const account = await start(t, 'unused');
  const early = await account.run(web, "$ErrorActionPreference = 'Stop'", ...register);
  assert.match(early.StandardErrorContent ?? '', /UnifiedAgentConfigurator\.exe' is not recognized/);
  assert.equal(early.ResponseCode, 1);
  assert.equal((await account.machine(web))?.agent, undefined);
});

test('the appliance is installed where its needs are met, and refused with the reason where not', async (t) => {
  const download = [
    'Invoke-WebRequest -Uri https://aka.ms/V2ARcmApplianceCreationPowershellZip -OutFile C:\\Temp\\DRAppliance.zip',
    'Expand-Archive -Force -Path C:\\Temp\\DRAppliance.zip -DestinationPath C:\\Temp\\Appliance',
    'cd C:\\Temp\\Appliance',
    '.\\DRInstaller.ps1',
    'if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }',
  ];
  const disk =
    "Get-Disk | Where-Object { $_.PartitionStyle -eq 'RAW' } | Initialize-Disk -PartitionStyle GPT -PassThru | New-Partition -AssignDriveLetter -UseMaximumSize | Format-Volume -FileSystem NTFS -Confirm:$false | Out-Null";
  const volumes = [
    { device: '/dev/sda1', sizeGiB: 80 },
    { device: 'xvdb', sizeGiB: 620 },
  ];
  const guest = { disks: { xvdb: { partitionStyle: 'RAW' as const } } };
  const { run } = await startSsmAccount(t, {
    instances: [
      { ...appliance, volumes, guest },
      {
        ...appliance,
        name: 'old',
        instanceId: 'i-0000000000000a002',
        privateIp: '10.0.1.13',
        osName: 'Microsoft Windows Server 2019 Datacenter',
      },
    ],
  });
  const raw = await run(server, ...download);
  assert.match(
    raw.StandardOutputContent ?? '',
    /needs a disk with 600 GB of free space; the largest has 80 GB/,
  );
  assert.equal(raw.Status, 'Failed');
  assert.equal((await run(server, disk, ...download)).Status, 'Success');
  const told = await run(
    server,
    'Get-Service ProcessServer | Select-Object Name, Status | ConvertTo-Json -Compress',
  );
  assert.equal(told.StandardOutputContent, '{"Name":"ProcessServer","Status":4}\r\n');
  const old = await run('i-0000000000000a002', ...download);
  assert.match(
    old.StandardOutputContent ?? '',
    /needs Windows Server 2022; this is Microsoft Windows Server 2019/,
  );
});

test('a configuration server is set up with the vault credentials of its file', async (t) => {
  const setUp = (credentials: string) => [
    'Invoke-WebRequest -Uri https://aka.ms/unifiedinstaller_eus -OutFile C:\\Temp\\MicrosoftAzureSiteRecoveryUnifiedSetup.exe',
    `(Get-SSMParameterValue -Name ${credentials} -WithDecryption $true).Parameters[0].Value | Set-Content C:\\Temp\\vault.VaultCredentials`,
    "Set-Content C:\\Temp\\MySQLCredentials.txt '[MySQLCredentials]'",
    'Add-Content C:\\Temp\\MySQLCredentials.txt \'MySQLRootPassword = "secret"\'',
    'C:\\Temp\\MicrosoftAzureSiteRecoveryUnifiedSetup.exe /q /x:C:\\Temp\\Extracted',
    'cd C:\\Temp\\Extracted',
    '.\\UNIFIEDSETUP.EXE /AcceptThirdpartyEULA /servermode "CS" /InstallLocation "D:\\" /MySQLCredsFilePath "C:\\Temp\\MySQLCredentials.txt" /VaultCredsFilePath "C:\\Temp\\vault.VaultCredentials" /EnvType "NonVMWare"',
    'if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }',
  ];
  const { run } = await startSsmAccount(t, {
    parameters: [{ name: '/portage/vault', value: '<RSBackupVaultAsyncCreds/>', type: 'SecureString' }],
    instances: [appliance],
  });
  const missing = await run(server, ...setUp('/portage/nothing'));
  assert.deepEqual([missing.Status, missing.ResponseCode], ['Failed', 3]);
  assert.match(missing.StandardErrorContent ?? '', /Cannot index into a null array/);
  assert.equal((await run(server, ...setUp('/portage/vault'))).Status, 'Success');
  const told = await run(
    server,
    'Get-Service cxprocessserver | Select-Object Name, Status | ConvertTo-Json -Compress',
  );
  assert.equal(told.StandardOutputContent, '{"Name":"cxprocessserver","Status":4}\r\n');
});
