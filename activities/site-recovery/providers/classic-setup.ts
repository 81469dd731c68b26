import type { Deployment } from '../../../plan/index.ts';
import type { AgentSetup, ServerSetup } from './setup.ts';

/** A configuration server: on Windows Server 2016, English, the latest that takes one (documented), with room beside its cache. */
export const server: ServerSetup = {
  imageParameter: '/aws/service/ami-windows-latest/Windows_Server-2016-English-Full-Base',
  rootGiB: 128,
  installCommands,
  howToRegister: ({ vault, name, on: { instanceId = name, isDeployed } }) =>
    isDeployed ? registersItself(name, instanceId) : unifiedSetupSteps(vault, name, instanceId),
};

/** An agent registers with the passphrase of its configuration server, at the server's address. */
export const agent: AgentSetup = {
  installers: {
    Windows: 'UnifiedAgent.exe /Role MS /Platform VmWare /Silent /CSType CSLegacy',
    Linux: 'install -q -r MS -v VmWare -c CSLegacy',
  },
  tellsDetails: false,
  namesServer: true,
  parameter: ({ environment }) => environment.servers[0]?.passphraseParameter ?? '',
  howToGet:
    'On the configuration server, in C:\\ProgramData\\ASR\\home\\svsystems\\bin, run genpassphrase.exe -v > MobSvc.passphrase, and put that file where the machines read it:',
  file: () => 'MobSvc.passphrase',
  registerOptions: (file, address) => ({
    Windows: `/CSEndPoint ${address} /PassphraseFilePath ${file}`,
    Linux: `-i ${address} -P ${file} -c CSLegacy`,
  }),
};

const endWithItsCode = 'if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }';

/**
 * The vault credentials are read on the machine itself: they are valid for five days and pass through nothing of
 * Portage's. The password of its database is made there as well.
 * @see Microsoft, "Manage the configuration server for physical servers", Install from the command line
 */
function installCommands(deploy: Deployment): readonly string[] {
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

function registersItself(name: string, instanceId: string): string {
  return (
    `${name}: nothing to do, it registers by itself within a quarter of an hour. When it does not, look at ` +
    `C:\\ProgramData\\ASRSetupLogs on ${instanceId}: vault credentials are good for five days`
  );
}

function unifiedSetupSteps(vault: string, name: string, on: string): string {
  return (
    `${name}: on ${on}, run Site Recovery Unified Setup as a configuration server with the registration key of ` +
    `vault ${vault} (portal > Site Recovery infrastructure > Configuration servers), valid for five days`
  );
}
