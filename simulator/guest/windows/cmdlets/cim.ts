import type { GuestMachine } from '../../guest-machine.ts';
import { platformVersion } from '../../os-version.ts';
import { kmsServer, productName } from '../activation.ts';
import { servicesOf, type WindowsService } from '../services.ts';
import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { property, text } from '../values.ts';
import type { PsObject, Value } from '../values.ts';
import { partitions } from './storage.ts';

/** WMI, by its newer and its older name. */
export const cimCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-ciminstance', getCimInstance],
  ['get-wmiobject', getCimInstance],
];

/** WMI's classes, by their name in lower case. */
const classes: ReadonlyMap<string, (session: Session) => readonly PsObject[]> = new Map<
  string,
  (session: Session) => readonly PsObject[]
>([
  ['win32_operatingsystem', (session) => [operatingSystem(session)]],
  ['win32_computersystem', (session) => [computerSystem(session)]],
  [
    'win32_computersystemproduct',
    ({ guest }) => [
      { Vendor: vendorOf(guest), Name: guest.hardware.model, UUID: guest.hardware.uuid.toUpperCase() },
    ],
  ],
  ['win32_diskpartition', partitions],
  ['win32_mappedlogicaldisk', mappedDrives],
  ['win32_pagefilesetting', pageFiles],
  ['win32_service', ({ guest }) => servicesOf(guest).map(cimService)],
  ['softwarelicensingproduct', ({ guest }) => [licensedProduct(guest)]],
  ['softwarelicensingservice', ({ guest }) => [licensingService(guest)]],
]);

function getCimInstance(call: Call, session: Session): readonly Value[] {
  const name = text(argument(call, 'ClassName', 0) ?? argument(call, 'Class') ?? '');
  const read = classes.get(name.toLowerCase());
  if (read !== undefined) return filtered(read(session), argument(call, 'Filter'));
  throw new PowerShellError('Invalid class ', 'HRESULT 0x80041010');
}

export function operatingSystem({ guest }: Session): PsObject {
  const version = platformVersion(guest.system);
  return {
    Caption: guest.system.osName,
    Version: version,
    BuildNumber: version.split('.')[2] ?? '',
    OSArchitecture: `${guest.system.facts.bits}-bit`,
    CSName: guest.system.hostName,
  };
}

/** DomainRole: 2 stands alone, 3 is a member, 5 is a domain's primary controller (documented). */
function computerSystem({ guest }: Session): PsObject {
  const { facts, hostName } = guest.system;
  return {
    Name: hostName,
    Domain: facts.domain ?? (facts.domainController ? 'corp.example.com' : 'WORKGROUP'),
    DomainRole: facts.domainController ? 5 : facts.domain === undefined ? 2 : 3,
    PartOfDomain: facts.domainController || facts.domain !== undefined,
    Manufacturer: vendorOf(guest),
    Model: guest.hardware.model,
    NumberOfLogicalProcessors: guest.hardware.vcpus,
    TotalPhysicalMemory: guest.hardware.memoryMiB * 2 ** 20,
    AutomaticManagedPagefile: facts.pageFile === undefined,
  };
}

function mappedDrives({ guest }: Session): PsObject[] {
  const drives = Object.entries(guest.system.facts.mappedDrives);
  return drives.map(([letter, share]) => ({ Name: `${letter.replace(':', '')}:`, ProviderName: share }));
}

/** `Name='svagents'`, `PartialProductKey IS NOT NULL`. @throws PowerShellError for a query of another shape. */
function filtered(objects: readonly PsObject[], filter: Value | undefined): readonly PsObject[] {
  if (filter === undefined) return objects;
  const source = text(filter);
  const [, present] = /^\s*(\w+)\s+IS\s+NOT\s+NULL\s*$/i.exec(source) ?? [];
  if (present !== undefined) return objects.filter((object) => property(object, present) !== null);
  const [, name, wanted] = /^\s*(\w+)\s*=\s*['"]?([^'"]*)['"]?\s*$/.exec(source) ?? [];
  if (name === undefined) throw new PowerShellError('Invalid query ', 'HRESULT 0x80041017');
  return objects.filter(
    (object) => text(property(object, name)).toLowerCase() === (wanted ?? '').toLowerCase(),
  );
}

function vendorOf({ hardware }: GuestMachine): string {
  return hardware.cloud === 'aws' ? 'Amazon EC2' : 'Microsoft Corporation';
}

/** None while the system manages it. */
function pageFiles({ guest }: Session): PsObject[] {
  const { pageFile } = guest.system.facts;
  return pageFile === undefined ? [] : [{ Name: pageFile, InitialSize: 0, MaximumSize: 0 }];
}

function cimService({ name, startup, isRunning }: WindowsService): PsObject {
  const StartMode = startup === 'Automatic' ? 'Auto' : startup;
  return { Name: name, State: isRunning ? 'Running' : 'Stopped', StartMode, Status: 'OK' };
}

/** LicenseStatus: 1 is licensed, 5 is notification (documented). */
function licensedProduct(guest: GuestMachine): PsObject {
  return {
    Name: productName(guest),
    Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
    PartialProductKey: 'J464C',
    LicenseStatus: guest.software.windows.isLicensed ? 1 : 5,
    KeyManagementServiceMachine: kmsServer(guest)?.host ?? null,
    KeyManagementServicePort: kmsServer(guest)?.port ?? 0,
  };
}

function licensingService(guest: GuestMachine): PsObject {
  return {
    Version: platformVersion(guest.system),
    KeyManagementServiceMachine: kmsServer(guest)?.host ?? null,
    KeyManagementServicePort: kmsServer(guest)?.port ?? 0,
  };
}
