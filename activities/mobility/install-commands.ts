import type { VmPlan } from '../../plan/index.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { linuxAgent, windowsAgent } from './agent.ts';

type OsType = SourceInstance['osType'];
type Provider = VmPlan['environment']['provider'];

/** Where Microsoft keeps the newest installer (documented). That for Linux is Ubuntu's; its installer refuses elsewhere. */
const downloads = { Windows: 'https://aka.ms/latestmobsvc', Linux: 'https://aka.ms/latestlinuxmobsvc' };
const windowsFolder = 'C:\\Temp\\Portage';
const linuxFolder = '/tmp/portage';

/** Downloads the Mobility service and installs it. */
export function installCommands(osType: OsType, provider: Provider): readonly string[] {
  return osType === 'Windows' ? windowsInstall(provider) : linuxInstall(provider);
}

function windowsInstall(provider: Provider): readonly string[] {
  const installer =
    provider === 'modernized'
      ? 'UnifiedAgentInstaller.exe /Platform vmware /Silent /Role MS /CSType CSPrime'
      : 'UnifiedAgent.exe /Role MS /Platform VmWare /Silent /CSType CSLegacy';
  return [
    "$ErrorActionPreference = 'Stop'",
    `New-Item -ItemType Directory -Force -Path ${windowsFolder} | Out-Null`,
    `Invoke-WebRequest -UseBasicParsing -Uri ${downloads.Windows} -OutFile ${windowsFolder}\\MobilityServiceInstaller.exe`,
    `${windowsFolder}\\MobilityServiceInstaller.exe /q /x:${windowsFolder}\\Extracted | Out-Null`,
    `${windowsFolder}\\Extracted\\${installer} | Out-Null`,
    ...windowsEnd('ASRUnifiedAgentInstaller.log'),
  ];
}

function linuxInstall(provider: Provider): readonly string[] {
  const kind = provider === 'modernized' ? 'CSPrime' : 'CSLegacy';
  return [
    `mkdir -p ${linuxFolder}/agent || exit 1`,
    `curl --fail --silent --show-error --location --output ${linuxFolder}/MobilityServiceInstaller.tar.gz ${downloads.Linux} || exit 1`,
    `tar -xzf ${linuxFolder}/MobilityServiceInstaller.tar.gz -C ${linuxFolder}/agent || exit 1`,
    `cd ${linuxFolder}/agent || exit 1`,
    "echo '## log'",
    `./install -q -r MS -v VmWare -c ${kind}`,
    ...linuxEnd,
  ];
}

/** What an agent registers with. The machine reads the secret itself, and keeps no copy. */
export interface Registration {
  /** Name of the Systems Manager parameter that holds the appliance's configuration file, or the passphrase. */
  readonly parameter: string;
  readonly region: string;
  /** Address of the configuration server; an appliance's stands in its configuration file. */
  readonly server?: string;
}

/** Registers the installed Mobility service with its server. */
export function registerCommands(osType: OsType, registration: Registration): readonly string[] {
  return osType === 'Windows' ? windowsRegister(registration) : linuxRegister(registration);
}

function windowsRegister({ parameter, region, server }: Registration): readonly string[] {
  const file = `${windowsFolder}\\registration`;
  const options =
    server === undefined
      ? `/SourceConfigFilePath ${file} /CredentialLessDiscovery true /CSType CSPrime`
      : `/CSEndPoint ${server} /PassphraseFilePath ${file}`;
  return [
    "$ErrorActionPreference = 'Stop'",
    `New-Item -ItemType Directory -Force -Path ${windowsFolder} | Out-Null`,
    `(Get-SSMParameterValue -Region ${region} -Name ${parameter} -WithDecryption $true).Parameters[0].Value | Set-Content ${file}`,
    `& '${windowsAgent}\\UnifiedAgentConfigurator.exe' ${options} | Out-Null`,
    `Remove-Item ${file}`,
    ...windowsEnd('ASRUnifiedAgentConfigurator.log'),
  ];
}

function linuxRegister({ parameter, region, server }: Registration): readonly string[] {
  const file = `${linuxFolder}/registration`;
  const options =
    server === undefined ? `-S ${file} -q -D true -c CSPrime` : `-i ${server} -P ${file} -c CSLegacy`;
  return [
    `mkdir -p ${linuxFolder} || exit 1`,
    'umask 077',
    `aws ssm get-parameter --region ${region} --name ${parameter} --with-decryption --query Parameter.Value --output text > ${file} || exit 1`,
    "echo '## log'",
    `${linuxAgent}/UnifiedAgentConfigurator.sh ${options}`,
    ...linuxEnd,
    `rm -f ${file}`,
  ];
}

/**
 * An installer's exit code is printed and never passed on: the agent of Systems Manager takes 3010 (Windows) and 194
 * (Linux) for the wish to restart the machine and run the script again (documented).
 */
function windowsEnd(log: string): readonly string[] {
  return [
    'Write-Output "exit code $LASTEXITCODE"',
    "Write-Output '## log'",
    `Get-Content "$env:ProgramData\\ASRSetupLogs\\${log}" -Tail 20 -ErrorAction SilentlyContinue`,
  ];
}

const linuxEnd: readonly string[] = ['echo "exit code $?"'];
