import { createHash } from 'node:crypto';
import type { Environment } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { finalFailure, notYet } from '../failures.ts';
import { beginScript, readScript } from '../systems-manager/script.ts';
import { serverKey, type DeployableServer } from './launch-server.ts';

/** Both installers take most of an hour on a machine that is large enough. */
const timeoutSeconds = 3 * 3600;
const tailLines = 20;

/** Microsoft's installers, run on an instance that Portage launched. */
export const installActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Runs the installer on a server's instance, or finds that it was run.
   * @param attempt counts the tries that failed: each is a command of its own.
   * @returns the command's id.
   */
  async beginInstall(
    environment: Environment,
    server: DeployableServer,
    instanceId: string,
    attempt: number,
  ): Promise<string> {
    const hash = createHash('sha256').update(serverKey(environment, server)).digest('hex').slice(0, 16);
    return beginScript(clouds.ssm(server.region), {
      instanceId,
      osType: 'Windows',
      key: `portage install ${hash} ${attempt}`,
      commands: commandsFor(environment, server),
      timeoutSeconds,
    });
  },

  /**
   * Waits until the installer has ended well.
   * @throws `InstallFailed` (final) with its exit code and the end of what it printed.
   */
  async awaitInstalled(server: DeployableServer, instanceId: string, command: string): Promise<void> {
    const state = await readScript(clouds.ssm(server.region), instanceId, command);
    if (!state.ended) throw notYet({ text: state.progress }, pollIntervalMs);
    if (state.exitCode === 0) return;
    const said = `${state.output}\n${state.errors}`.split(/\r?\n/).filter((line) => line.trim() !== '');
    throw finalFailure(
      'InstallFailed',
      `The installer of ${server.name} on ${instanceId} ended with exit code ${state.exitCode} (${state.status}): ${said.slice(-tailLines).join(' | ')}`,
      {
        code: 'INSTALL_FAILED',
        suggestion: `Look at its log on ${instanceId} (C:\\ProgramData\\ASRSetupLogs), cure the cause, then retry: it is run again`,
      },
    );
  },
});

function commandsFor(environment: Environment, server: DeployableServer): string[] {
  const lines = environment.provider === 'classic' ? configurationServer(server) : appliance;
  return [...begin, ...lines];
}

const begin = [
  "$ErrorActionPreference = 'Stop'",
  'New-Item -ItemType Directory -Force -Path C:\\Temp | Out-Null',
  "Get-Disk | Where-Object { $_.PartitionStyle -eq 'RAW' } | Initialize-Disk -PartitionStyle GPT -PassThru | New-Partition -AssignDriveLetter -UseMaximumSize | Format-Volume -FileSystem NTFS -Confirm:$false | Out-Null",
];
const endWithItsCode = 'if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }';

/** @see Microsoft, "Deploy Azure Site Recovery replication appliance - Modernized", Set up the appliance through PowerShell */
const appliance = [
  'Invoke-WebRequest -UseBasicParsing -Uri https://aka.ms/V2ARcmApplianceCreationPowershellZip -OutFile C:\\Temp\\DRAppliance.zip',
  'Expand-Archive -Force -Path C:\\Temp\\DRAppliance.zip -DestinationPath C:\\Temp\\DRAppliance',
  'cd C:\\Temp\\DRAppliance',
  '.\\DRInstaller.ps1',
  endWithItsCode,
];

/**
 * The vault credentials are read on the machine itself: they are valid for five days and pass through nothing of
 * Portage's. The password of its database is made there
 * as well.
 * @see Microsoft, "Manage the configuration server for physical servers", Install from the command line
 */
function configurationServer({ deploy }: DeployableServer): string[] {
  return [
    'Invoke-WebRequest -UseBasicParsing -Uri https://aka.ms/unifiedsetup -OutFile C:\\Temp\\MicrosoftAzureSiteRecoveryUnifiedSetup.exe',
    `(Get-SSMParameterValue -Name '${deploy.registrationParameter ?? ''}' -WithDecryption $true).Parameters[0].Value | Set-Content -Path C:\\Temp\\vault.VaultCredentials`,
    '$one = Get-Random -Minimum 100000 -Maximum 999999',
    '$two = Get-Random -Minimum 100000 -Maximum 999999',
    "Set-Content -Path C:\\Temp\\MySQLCredentials.txt -Value '[MySQLCredentials]'",
    'Add-Content -Path C:\\Temp\\MySQLCredentials.txt -Value "MySQLRootPassword = ""aA1!$one$two"""',
    'Add-Content -Path C:\\Temp\\MySQLCredentials.txt -Value "MySQLUserPassword = ""aA1!$one$two"""',
    'C:\\Temp\\MicrosoftAzureSiteRecoveryUnifiedSetup.exe /q /x:C:\\Temp\\Extracted',
    'cd C:\\Temp\\Extracted',
    '.\\UNIFIEDSETUP.EXE /AcceptThirdpartyEULA /servermode "CS" /InstallLocation "D:\\" /MySQLCredsFilePath "C:\\Temp\\MySQLCredentials.txt" /VaultCredsFilePath "C:\\Temp\\vault.VaultCredentials" /EnvType "NonVMWare"',
    endWithItsCode,
  ];
}
