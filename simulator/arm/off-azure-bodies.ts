import type { SourceMachine } from '../source-machines.ts';
import type { DiscoveredMachine } from './off-azure.ts';

/** What the body of a discovered machine depends on beside the machine. */
export interface DiscoveryView {
  readonly nowMs: number;
  readonly appliances: readonly string[];
  /** Api-versions of 2020 write `guestOSDetails` and `allocatedMemoryInMB`, later ones `guestOsDetails` and `allocatedMemoryInMb` (recorded, published types). */
  readonly old: boolean;
}

const notFound = { osType: null, osName: null, osVersion: null, osArchitecture: null };
const noErrors = { discoveryScopeStatus: 'DiscoverySucceeded', errors: [], hydratedRunAsAccountId: null };
const noAccount = {
  discoveryScopeStatus: 'RunAsAccountNotAssociated',
  errors: [],
  hydratedRunAsAccountId: null,
};

/**
 * `properties` of `ServerSites/machines`. Address lists may begin with IPv6 (recorded), so they do here. The operating
 * system is in `operatingSystemDetails`; the guest's own details stay empty without a guest discovery (recorded).
 */
export function discoveredMachineProperties(
  machine: DiscoveredMachine,
  source: SourceMachine | undefined,
  view: DiscoveryView,
): object {
  const created = new Date(machine.discoveredMs).toISOString();
  const gone = source === undefined || source.state === 'terminated';
  return {
    ...hardware(machine, source, view.old),
    firmware: source?.firmware ?? null,
    fqdn: source?.hostName ?? '',
    hydratedFqdn: source?.hostName ?? '',
    displayName: source?.hostName ?? machine.name,
    operatingSystemDetails: operatingSystem(source),
    [view.old ? 'guestOSDetails' : 'guestOsDetails']: notFound,
    numberOfApplications: -1,
    guestDetailsDiscoveryTimestamp: null,
    isGuestDetailsDiscoveryInProgress: false,
    dependencyMapping: 'Disabled',
    runAsAccountId: null,
    applianceNames: view.appliances,
    errors: [],
    applicationDiscovery: noAccount,
    dependencyMapDiscovery: noAccount,
    staticDiscovery: noErrors,
    isDeleted: gone,
    tags: {},
    createdTimestamp: created,
    updatedTimestamp: new Date(Math.max(machine.discoveredMs, view.nowMs - 300_000)).toISOString(),
  };
}

function hardware(machine: DiscoveredMachine, source: SourceMachine | undefined, old: boolean): object {
  const disks = (source?.disks ?? []).map(({ sizeGiB }, lun) => ({
    id: `\\\\.\\PHYSICALDRIVE${lun}`,
    generatedId: `${machine.name}-disk-${lun}`,
    maxSizeInBytes: sizeGiB * 2 ** 30,
    name: `Disk ${lun}`,
    diskType: 'Basic',
    lun,
    path: null,
  }));
  const adapters = (source?.interfaces ?? []).map(({ macAddress, privateIp }, at) => ({
    macAddress: macAddress.toUpperCase(),
    ipAddressList: [linkLocal(macAddress), privateIp],
    networkName: 'Ethernet',
    ipAddressType: 'DHCP',
    nicId: String(at),
  }));
  return {
    disks,
    networkAdapters: adapters,
    numberOfProcessorCore: source?.vcpus ?? 0,
    [old ? 'allocatedMemoryInMB' : 'allocatedMemoryInMb']: source?.memoryMiB ?? 0,
    biosSerialNumber: source?.biosId ?? machine.name,
    biosGuid: source?.biosId ?? machine.name,
  };
}

function operatingSystem(source: SourceMachine | undefined): object {
  const osType = source?.osType === 'Linux' ? 'linuxguest' : 'windowsguest';
  return { osType, osName: source?.osName ?? null, osVersion: null, osArchitecture: 'x64' };
}

/** The IPv6 address that an interface gives itself (EUI-64). */
function linkLocal(macAddress: string): string {
  const [first = '02', second, third, ...rest] = macAddress.split(':');
  const flipped = (Number.parseInt(first, 16) ^ 2).toString(16).padStart(2, '0');
  const [fourth, fifth, sixth] = rest;
  return `fe80::${flipped}${second}:${third}ff:fe${fourth}:${fifth}${sixth}`;
}
