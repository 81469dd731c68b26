import type { TimeSettings } from '../../windows-settings.ts';
import { PowerShellError, argument } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { text } from '../values.ts';
import type { PsObject, Value } from '../values.ts';
import { hasFile } from './file-paths.ts';

/** What asks whether something is there, in the registry or among the files, and what a registry key holds. */
export const registryCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['test-path', testPath],
  ['get-itemproperty', getItemProperty],
  ['set-itemproperty', setItemProperty],
  ['new-itemproperty', setItemProperty],
];

const currentVersion = 'hklm:\\software\\microsoft\\windows\\currentversion';
const installedAgent = 'hklm:\\software\\wow6432node\\inmage systems\\installed products\\5';

function testPath(call: Call, session: Session): readonly Value[] {
  const path = text(argument(call, 'Path', 0) ?? argument(call, 'LiteralPath') ?? '');
  return [isRegistry(path) ? keyAt(session, path) !== undefined : hasFile(session, path)];
}

function getItemProperty(call: Call, session: Session): readonly Value[] {
  const path = text(argument(call, 'Path', 0) ?? '');
  const key = isRegistry(path) ? keyAt(session, path) : undefined;
  if (key !== undefined) return [key];
  throw new PowerShellError(
    `Cannot find path '${path.replace(/^HKLM:/i, 'HKEY_LOCAL_MACHINE')}' because it does not exist.`,
    'PathNotFound,Microsoft.PowerShell.Commands.GetItemPropertyCommand',
  );
}

function setItemProperty(call: Call, session: Session): readonly Value[] {
  const [path, name, value] = [
    ['Path', 0],
    ['Name', 1],
    ['Value', 2],
  ].map(([parameter, at]) => text(argument(call, String(parameter), Number(at)) ?? ''));
  session.guest.software.files.set(`${normal(path ?? '')}\\\\${name ?? ''}`, value ?? '');
  return [];
}

/** A key with its values; `undefined` where it does not exist. */
function keyAt(session: Session, path: string): PsObject | undefined {
  const known = keys(session).get(normal(path));
  const written = [...session.guest.software.files]
    .filter(([file]) => file.startsWith(`${normal(path)}\\\\`))
    .map(([file, value]) => [file.split('\\\\')[1] ?? '', value] as const);
  if (known === undefined && written.length === 0) return undefined;
  return { ...known, ...Object.fromEntries(written) };
}

function keys({ guest }: Session): ReadonlyMap<string, PsObject> {
  const { software, system: own } = guest;
  const pending: readonly (readonly [string, PsObject])[] = own.facts.pendingReboot
    ? [
        [`${currentVersion}\\component based servicing\\rebootpending`, {}],
        [`${currentVersion}\\windowsupdate\\auto update\\rebootrequired`, {}],
      ]
    : [];
  const agent: readonly (readonly [string, PsObject])[] =
    software.agent === undefined
      ? []
      : [
          [
            installedAgent,
            {
              InstallDirectory: 'C:\\Program Files (x86)\\Microsoft Azure Site Recovery\\agent',
              PROD_VERSION: software.agent.version,
              PostInstallActions: 'Succeeded',
              AgentConfigurationStatus: software.agent.registered ? 'Succeeded' : 'Failed',
            },
          ],
        ];
  return new Map([
    [`${currentVersion}\\policies\\system`, {}],
    ['hklm:\\system\\currentcontrolset\\control\\session manager', {}],
    [
      'hklm:\\system\\currentcontrolset\\services\\w32time\\parameters',
      timeParameters(software.windows.time),
    ],
    ...pending,
    ...agent,
  ]);
}

/** As w32tm keeps them (documented: "Windows Time service tools and settings"). */
function timeParameters({ type, peers }: TimeSettings): PsObject {
  return { Type: type, NtpServer: peers.join(' ') };
}

function isRegistry(path: string): boolean {
  return /^(HKLM:|Registry::)/i.test(path);
}

function normal(path: string): string {
  return path.toLowerCase().replace('registry::hkey_local_machine', 'hklm:').replace(/\\+$/, '');
}
