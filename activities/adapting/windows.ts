import type { Adaptation, Adaptations } from './adaptation.ts';

/** Everything below complains by an error that ends its own adaptation only. */
export const windowsPreamble = "$ErrorActionPreference = 'Stop'";

/** Statements of one adaptation: `$did` is its verdict. */
function adaptation(version: number, ...statements: readonly string[]): Adaptation {
  const all = ["$did = 'unchanged'", ...statements, 'Write-Output $did'].join('; ');
  return {
    version,
    lines: [`try { ${all} } catch { Write-Output "failed: $($_.Exception.Message)" }`],
  };
}

/** Of persistent routes EC2Launch and EC2Config make these; Azure’s metadata service has the first of the addresses. */
const awsRoutes = adaptation(
  1,
  "$routes = Get-NetRoute -PolicyStore PersistentStore -ErrorAction SilentlyContinue | Where-Object { $_.DestinationPrefix -match '^169\\.254\\.169\\.(250|251|254)/32$' }",
  `if ($routes) { ${['254', '250', '251'].map((last) => `route delete 169.254.169.${last}`).join('; ')}; $did = 'changed' }`,
);

/** The services of EC2Config and EC2Launch v2; version 1 is a scheduled task. At each boot they would make the routes again. */
const ec2Launch = adaptation(
  1,
  disableServices('^(Ec2Config|Amazon EC2Launch)$'),
  "$tasks = Get-ScheduledTask | Where-Object { $_.TaskName -eq 'Amazon Ec2 Launch - Instance Initialization' } | Where-Object { $_.State -ne 'Disabled' }",
  "if ($tasks) { $tasks | Disable-ScheduledTask | Out-Null; $did = 'changed' }",
);

/** They look for EC2’s metadata for ever. Disabled, not removed: a person may want to see their logs. */
const awsAgents = adaptation(1, disableServices('^(AmazonSSMAgent|AmazonCloudWatchAgent|AWSLiteAgent)$'));

function disableServices(pattern: string): string {
  return [
    `$services = Get-Service | Where-Object { $_.Name -match '${pattern}' } | Where-Object { $_.StartType -ne 'Disabled' }`,
    "if ($services) { $services | Stop-Service -Force; $services | Set-Service -StartupType Disabled; $did = 'changed' }",
  ].join('; ');
}

const slmgr = 'cscript //nologo C:\\Windows\\System32\\slmgr.vbs';

/**
 * Windows that activates with AWS’s key management servers activates with Azure’s; one with a server or a key of the
 * team’s own keeps it.
 * @see documented: "Troubleshoot Azure Windows virtual machine activation problems"
 */
const kms = adaptation(
  1,
  '$server = (Get-CimInstance SoftwareLicensingService).KeyManagementServiceMachine',
  `if ($server -match '^169\\.254\\.169\\.25[01]$') { ${slmgr} /skms azkms.core.windows.net:1688 | Out-Null; $did = 'changed' }`,
  "$product = Get-CimInstance SoftwareLicensingProduct -Filter 'PartialProductKey IS NOT NULL' | Where-Object { $_.Description -match 'KMSCLIENT' } | Where-Object { $_.LicenseStatus -ne 1 }",
  `if ($product) { ${slmgr} /ato | Out-Null; if ($LASTEXITCODE -eq 0) { $did = 'changed' } else { $did = 'failed: Windows did not activate; is azkms.core.windows.net:1688 reached from the subnet?' } }`,
);

const timeParameters = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters';

/**
 * Amazon’s time server is at no address of Azure’s: the host tells the time instead. Members of a domain, and those with
 * time servers of the team’s own, keep theirs.
 * @see documented: "Time sync for Windows VMs in Azure"
 */
const time = adaptation(
  1,
  `if ((Get-ItemProperty '${timeParameters}').NtpServer -match '169\\.254\\.169\\.123') { w32tm /config /manualpeerlist:"" /syncfromflags:no /update; Restart-Service w32time; $did = 'changed' }`,
);

/** By the disk policy of Windows Server the data disks come up offline on another controller. */
const disks = adaptation(
  1,
  "if ((Get-StorageSetting).NewDiskPolicy -ne 'OnlineAll') { Set-StorageSetting -NewDiskPolicy OnlineAll; $did = 'changed' }",
  "$offline = Get-Disk | Where-Object { $_.OperationalStatus -eq 'Offline' }",
  "if ($offline) { $offline | Set-Disk -IsOffline $false; $offline | Set-Disk -IsReadOnly $false; $did = 'changed' }",
);

/** Interfaces of EC2 whose hardware is gone, which still hold their addresses. Only newer versions of Windows can remove them so. */
const ghostNics = adaptation(
  1,
  "$ghosts = Get-PnpDevice -Class Net | Where-Object { $_.Status -eq 'Unknown' } | Where-Object { $_.FriendlyName -match 'Amazon|AWS|Intel.*82599' }",
  "if ($ghosts) { $ghosts | ForEach-Object { pnputil /remove-device $_.InstanceId | Out-Null }; if ($LASTEXITCODE -eq 0) { $did = 'changed' } else { $did = 'left: this Windows has no pnputil /remove-device' } }",
);

/** What is adapted in a Windows guest, in this order (field notes, "To live in Azure"). */
export const windowsAdaptations: Adaptations = [
  ['aws-routes', awsRoutes],
  ['ec2-launch', ec2Launch],
  ['aws-agents', awsAgents],
  ['kms', kms],
  ['time', time],
  ['disks', disks],
  ['ghost-nics', ghostNics],
];
