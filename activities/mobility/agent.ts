import { z } from 'zod';
import type { SourceInstance } from '../preflight/source.ts';
import type { AgentSetup } from '../site-recovery/providers/setup.ts';
import { sections } from '../systems-manager/sections.ts';

/** The Mobility service on a machine, as the machine itself tells. */
export interface MobilityAgent {
  /** E.g. `9.62.7172.1`. */
  readonly version: string;
  /** Whether its services run. */
  readonly runs: boolean;
  /** Whether it has made itself known to a server; to which one the machine does not tell. */
  readonly registered: boolean;
  /** What an appliance wants to know of the machine before it makes its configuration; no secret. */
  readonly details?: string;
}

const services = ['svagents', 'InMage Scout Application Service'];
/** Written by the installer (documented in Microsoft's scripts for Configuration Manager). */
const product = 'HKLM:\\SOFTWARE\\WOW6432Node\\InMage Systems\\Installed Products\\5';

/** Where the installers put it (documented). */
export const windowsAgent = 'C:\\Program Files (x86)\\Microsoft Azure Site Recovery\\agent';
export const linuxAgent = '/usr/local/ASR/Vx/bin';

/** Prints what `agentIn` reads; changes nothing. */
export function lookCommands(
  osType: SourceInstance['osType'],
  { tellsDetails }: AgentSetup,
): readonly string[] {
  return [...lookAtService[osType], ...(tellsDetails ? lookAtDetails[osType] : [])];
}

const lookAtService: Readonly<Record<SourceInstance['osType'], readonly string[]>> = {
  Windows: [
    "Write-Output '## services'",
    `Get-Service ${services.map((name) => `'${name}'`).join(', ')} -ErrorAction SilentlyContinue | Select-Object Name, Status | ConvertTo-Json -Compress`,
    "Write-Output '## version'",
    `if (Test-Path '${product}') { (Get-ItemProperty '${product}').PROD_VERSION }`,
    "Write-Output '## registration'",
    `if (Test-Path '${product}') { (Get-ItemProperty '${product}').AgentConfigurationStatus }`,
  ],
  Linux: [
    "echo '## services'",
    'systemctl is-active vxagent || true',
    "echo '## product'",
    'test -f /usr/local/.vx_version && cat /usr/local/.vx_version || true',
  ],
};

const lookAtDetails: Readonly<Record<SourceInstance['osType'], readonly string[]>> = {
  Windows: [
    "Write-Output '## details'",
    `if (Test-Path '${windowsAgent}\\AzureRcmCli.exe') { & '${windowsAgent}\\AzureRcmCli.exe' --getagentconfiginput }`,
  ],
  Linux: [
    "echo '## details'",
    `test -f ${linuxAgent}/AzureRcmCli && ${linuxAgent}/AzureRcmCli --getagentconfiginput || true`,
  ],
};

/** Reads the Mobility service out of what `lookCommands` printed; `undefined` where there is none. */
export function agentIn(osType: SourceInstance['osType'], output: string): MobilityAgent | undefined {
  const told = sections(output);
  return osType === 'Windows' ? onWindows(told) : onLinux(told);
}

type Told = ReadonlyMap<string, readonly string[]>;

function onWindows(told: Told): MobilityAgent | undefined {
  const [version] = told.get('version') ?? [];
  if (version === undefined) return undefined;
  const running = servicesIn(told).filter(({ Status }) => Status === running4);
  return {
    version,
    runs: services.every((name) => running.some((one) => one.Name.toLowerCase() === name.toLowerCase())),
    registered: told.get('registration')?.[0] === 'Succeeded',
    ...detailsIn(told),
  };
}

/** How PowerShell 5.1 writes that a service runs: its enumerations are numbers in JSON. */
const running4 = 4;
const service = z.object({ Name: z.string(), Status: z.number() });

function servicesIn(told: Told) {
  const json = told.get('services')?.join('') ?? '';
  return json === '' ? [] : [z.union([service, z.array(service)]).parse(JSON.parse(json))].flat();
}

function onLinux(told: Told): MobilityAgent | undefined {
  const values = new Map((told.get('product') ?? []).map((line) => keyAndValue(line)));
  const version = values.get('PROD_VERSION');
  if (version === undefined) return undefined;
  return {
    version,
    runs: told.get('services')?.[0] === 'active',
    registered: values.get('AGENT_CONFIGURATION_STATUS') === 'Succeeded',
    ...detailsIn(told),
  };
}

function detailsIn(told: Told): Pick<MobilityAgent, 'details'> {
  const details = told.get('details')?.at(-1);
  return details === undefined ? {} : { details };
}

function keyAndValue(line: string): readonly [string, string] {
  const [key = '', value = ''] = line.split('=').map((part) => part.trim());
  return [key, value];
}
