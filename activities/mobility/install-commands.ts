import type { SourceInstance } from '../preflight/source.ts';
import type { AgentSetup } from '../site-recovery/providers/setup.ts';
import { linuxAgent, windowsAgent } from './agent.ts';

type OsType = SourceInstance['osType'];

/** Where Microsoft keeps the newest installer (documented). That for Linux is Ubuntu's; its installer refuses elsewhere. */
const downloads = { Windows: 'https://aka.ms/latestmobsvc', Linux: 'https://aka.ms/latestlinuxmobsvc' };
const windowsFolder = 'C:\\Temp\\Portage';
const linuxFolder = '/tmp/portage';

/** Downloads the Mobility service and installs it. */
export function installCommands(osType: OsType, { installers }: AgentSetup): readonly string[] {
  return osType === 'Windows' ? windowsInstall(installers.Windows) : linuxInstall(installers.Linux);
}

function windowsInstall(installer: string): readonly string[] {
  return [
    "$ErrorActionPreference = 'Stop'",
    `New-Item -ItemType Directory -Force -Path ${windowsFolder} | Out-Null`,
    `Invoke-WebRequest -UseBasicParsing -Uri ${downloads.Windows} -OutFile ${windowsFolder}\\MobilityServiceInstaller.exe`,
    `${windowsFolder}\\MobilityServiceInstaller.exe /q /x:${windowsFolder}\\Extracted | Out-Null`,
    `${windowsFolder}\\Extracted\\${installer} | Out-Null`,
    ...windowsEnd('ASRUnifiedAgentInstaller.log'),
  ];
}

function linuxInstall(installer: string): readonly string[] {
  return [
    `mkdir -p ${linuxFolder}/agent || exit 1`,
    `curl --fail --silent --show-error --location --output ${linuxFolder}/MobilityServiceInstaller.tar.gz ${downloads.Linux} || exit 1`,
    `tar -xzf ${linuxFolder}/MobilityServiceInstaller.tar.gz -C ${linuxFolder}/agent || exit 1`,
    `cd ${linuxFolder}/agent || exit 1`,
    "echo '## log'",
    `./${installer}`,
    ...linuxEnd,
  ];
}

/** What an agent registers with. The machine reads the secret itself, and keeps no copy. */
export interface Registration {
  /** Name of the Systems Manager parameter that holds it. */
  readonly parameter: string;
  readonly region: string;
  /** Address of its server; `''` where what the parameter holds names it. */
  readonly server: string;
}

/** Registers the installed Mobility service with its server. */
export function registerCommands(
  osType: OsType,
  agent: AgentSetup,
  registration: Registration,
): readonly string[] {
  return osType === 'Windows' ? windowsRegister(agent, registration) : linuxRegister(agent, registration);
}

function windowsRegister(agent: AgentSetup, { parameter, region, server }: Registration): readonly string[] {
  const file = `${windowsFolder}\\registration`;
  const { Windows: options } = agent.registerOptions(file, server);
  return [
    "$ErrorActionPreference = 'Stop'",
    `New-Item -ItemType Directory -Force -Path ${windowsFolder} | Out-Null`,
    `(Get-SSMParameterValue -Region ${region} -Name ${parameter} -WithDecryption $true).Parameters[0].Value | Set-Content ${file}`,
    `& '${windowsAgent}\\UnifiedAgentConfigurator.exe' ${options} | Out-Null`,
    `Remove-Item ${file}`,
    ...windowsEnd('ASRUnifiedAgentConfigurator.log'),
  ];
}

function linuxRegister(agent: AgentSetup, { parameter, region, server }: Registration): readonly string[] {
  const file = `${linuxFolder}/registration`;
  const { Linux: options } = agent.registerOptions(file, server);
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
