import { biosId } from '../../../../ec2/bios-id.ts';
import { instanceTypeFacts } from '../../../../ec2/instance-types.ts';
import { platformVersion } from '../../os-version.ts';
import { wildcard } from '../comparison.ts';
import { runningServices } from '../services.ts';
import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { isList, text } from '../values.ts';
import type { PsObject, Value } from '../values.ts';
import { partitions } from './storage.ts';

/** What tells of the machine, its operating system and services. */
export const systemCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-ciminstance', getCimInstance],
  ['get-wmiobject', getCimInstance],
  ['get-computerinfo', (_, session) => [computerInfo(session)]],
  ['confirm-securebootuefi', (_, session) => [secureBoot(session)]],
  ['get-service', getService],
  ['get-random', getRandom],
];

/** A number of the span: nothing that can be told from outside depends on which. */
function getRandom(call: Call): readonly Value[] {
  return [Number(argument(call, 'Minimum') ?? 0)];
}

/** WMI's classes, by their name in lower case. */
const classes: ReadonlyMap<string, (session: Session) => readonly PsObject[]> = new Map<
  string,
  (session: Session) => readonly PsObject[]
>([
  ['win32_operatingsystem', (session) => [operatingSystem(session)]],
  ['win32_computersystem', (session) => [computerSystem(session)]],
  [
    'win32_computersystemproduct',
    ({ guest }) => [{ Vendor: 'Amazon EC2', Name: typeOf(guest.row), UUID: biosId(guest.row).toUpperCase() }],
  ],
  ['win32_diskpartition', partitions],
  ['win32_mappedlogicaldisk', mappedDrives],
]);

function getCimInstance(call: Call, session: Session): readonly Value[] {
  const name = text(argument(call, 'ClassName', 0) ?? argument(call, 'Class') ?? '');
  const read = classes.get(name.toLowerCase());
  if (read !== undefined) return read(session);
  throw new PowerShellError('Invalid class ', 'HRESULT 0x80041010');
}

function operatingSystem({ guest }: Session): PsObject {
  const version = platformVersion(guest.row.guest);
  return {
    Caption: guest.row.guest.osName,
    Version: version,
    BuildNumber: version.split('.')[2] ?? '',
    OSArchitecture: `${guest.row.guest.facts.bits}-bit`,
    CSName: guest.row.guest.hostName,
  };
}

/** DomainRole: 2 stands alone, 5 is a domain's primary controller (documented). */
function computerSystem({ guest }: Session): PsObject {
  const { facts, hostName } = guest.row.guest;
  const type = instanceTypeFacts(typeOf(guest.row));
  return {
    Name: hostName,
    Domain: facts.domainController ? 'corp.example.com' : 'WORKGROUP',
    DomainRole: facts.domainController ? 5 : 2,
    PartOfDomain: facts.domainController,
    Manufacturer: 'Amazon EC2',
    Model: typeOf(guest.row),
    NumberOfLogicalProcessors: type?.vcpus ?? 2,
    TotalPhysicalMemory: (type?.memoryMiB ?? 4096) * 2 ** 20,
  };
}

function mappedDrives({ guest }: Session): PsObject[] {
  const drives = Object.entries(guest.row.guest.facts.mappedDrives);
  return drives.map(([letter, share]) => ({ Name: `${letter.replace(':', '')}:`, ProviderName: share }));
}

function computerInfo(session: Session): PsObject {
  const { guest } = session.guest.row;
  const { Caption = '', Version = '' } = operatingSystem(session);
  return {
    WindowsProductName: text(Caption).replace('Microsoft ', ''),
    OsName: Caption,
    OsVersion: Version,
    CsName: guest.hostName,
    BiosFirmwareType: guest.firmware === 'UEFI' ? 'Uefi' : 'Bios',
  };
}

function secureBoot({ guest }: Session): boolean {
  if (guest.row.guest.firmware === 'UEFI') return guest.row.guest.facts.secureBoot;
  throw new PowerShellError(
    'Cmdlet not supported on this platform: 0xC0000002',
    'GetFWVarFailed,Microsoft.SecureBoot.Commands.ConfirmSecureBootUefiCommand',
  );
}

/** Windows PowerShell writes a service's status as a number in JSON: 4 runs, 1 is stopped. */
function getService(call: Call, session: Session): readonly Value[] {
  const wanted = argument(call, 'Name', 0) ?? '*';
  const patterns = (isList(wanted) ? wanted : [wanted]).map(text);
  return patterns.flatMap((pattern) => {
    const found = runningServices(session.guest.row).filter((name) => wildcard(pattern).test(name));
    if (found.length > 0 || pattern.includes('*')) return found.map((Name) => ({ Name, Status: 4 }));
    throw new PowerShellError(
      `Cannot find any service with service name '${pattern}'.`,
      'NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand',
    );
  });
}

function typeOf({ answer }: Session['guest']['row']): string {
  return answer.InstanceType ?? '';
}
