import { z } from 'zod';
import type { BootMode } from './boot-mode.ts';
import { listOf, textOf, type Sections } from './guest-output.ts';
import { leftoversOfWindows, windowsLeftovers, type Leftovers } from './leftovers.ts';

/** What a Windows guest says of itself; what it did not say is `undefined`. */
export interface WindowsGuest {
  readonly kind: 'Windows';
  /** `Microsoft Windows Server 2019 Datacenter`. */
  readonly name: string | undefined;
  /** `10.0.17763`. */
  readonly version: string | undefined;
  readonly is64Bit: boolean | undefined;
  readonly isDomainController: boolean | undefined;
  readonly isRebootPending: boolean;
  readonly isSecureBootOn: boolean | undefined;
  /** Mount points of volumes that BitLocker encrypts, or has encrypted: `C:`. */
  readonly bitLockerVolumes: readonly string[];
  readonly storagePools: readonly string[];
  readonly disks: readonly WindowsDisk[];
  /** Numbers of the dynamic disks. */
  readonly dynamicDisks: readonly number[];
  /** Shares that it has connections to: `\\files\data`. */
  readonly shares: readonly string[];
  /** True where it is a node of a failover cluster. */
  readonly isClusterNode: boolean;
  readonly leftovers: Leftovers;
}

/** A disk as Windows numbers it. */
export interface WindowsDisk {
  readonly number: number;
  readonly sizeBytes: number;
  readonly sectorBytes: number;
  /** It has the partition with Windows. */
  readonly isBoot: boolean;
  /** It has the partition with the boot loader. */
  readonly isSystem: boolean;
}

const currentVersion = 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
const asJson = 'ConvertTo-Json -Compress';

/**
 * Lines of PowerShell that print what preflight asks of a Windows guest and change nothing. A line that fails leaves its
 * section empty: older versions have not every cmdlet, and BitLocker is an optional feature.
 */
export function windowsScript(bootMode: BootMode | undefined): string[] {
  return Object.entries({
    name: '(Get-CimInstance Win32_OperatingSystem).Caption',
    version: '(Get-CimInstance Win32_OperatingSystem).Version',
    architecture: '(Get-CimInstance Win32_OperatingSystem).OSArchitecture',
    domainRole: '(Get-CimInstance Win32_ComputerSystem).DomainRole',
    servicingReboot: `Test-Path '${currentVersion}\\Component Based Servicing\\RebootPending'`,
    updateReboot: `Test-Path '${currentVersion}\\WindowsUpdate\\Auto Update\\RebootRequired'`,
    // Without UEFI the cmdlet throws: there is nothing to ask.
    ...(bootMode === 'UEFI' ? { secureBoot: 'Confirm-SecureBootUEFI' } : {}),
    bitLocker: `if (Get-Command Get-BitLockerVolume -ErrorAction SilentlyContinue) { Get-BitLockerVolume | Select-Object MountPoint, VolumeStatus, ProtectionStatus | ${asJson} }`,
    storagePools: `Get-StoragePool -IsPrimordial $false -ErrorAction SilentlyContinue | Select-Object FriendlyName | ${asJson}`,
    disks: `Get-Disk | Select-Object Number, Size, LogicalSectorSize, IsBoot, IsSystem | ${asJson}`,
    partitions: `Get-CimInstance Win32_DiskPartition | Select-Object DiskIndex, Type | ${asJson}`,
    shares: `Get-SmbConnection | Select-Object ServerName, ShareName | ${asJson}`,
    ...windowsLeftovers,
    cluster: `Get-Service ClusSvc -ErrorAction SilentlyContinue | Select-Object Name, Status | ${asJson}`,
  }).flatMap(([section, line]) => [`Write-Output '## ${section}'`, line]);
}

// Enumerations come as numbers from PowerShell 5.1 (BitLocker's 0 is off and fully decrypted, a service's 4 is running).
const bitLockerVolume = z.object({
  MountPoint: z.string(),
  VolumeStatus: z.number().nullish(),
  ProtectionStatus: z.number(),
});
const storagePool = z.object({ FriendlyName: z.string() });
const disk = z.object({
  Number: z.number(),
  Size: z.number(),
  LogicalSectorSize: z.number(),
  IsBoot: z.boolean(),
  IsSystem: z.boolean(),
});
const partition = z.object({ DiskIndex: z.number(), Type: z.string() });
const connection = z.object({ ServerName: z.string(), ShareName: z.string() });
const service = z.object({ Name: z.string(), Status: z.number() });

/** Reads what the script printed. */
export function readWindows(sections: Sections): WindowsGuest {
  const text = (name: string) => textOf(sections, name);
  return {
    kind: 'Windows',
    name: text('name'),
    version: text('version'),
    is64Bit: text('architecture')?.startsWith('64'),
    isDomainController: asDomainController(text('domainRole')),
    isRebootPending: [text('servicingReboot'), text('updateReboot')].includes('True'),
    isSecureBootOn: asFlag(text('secureBoot')),
    bitLockerVolumes: listOf(sections, 'bitLocker', bitLockerVolume)
      .filter(({ VolumeStatus, ProtectionStatus }) => ProtectionStatus !== 0 || (VolumeStatus ?? 0) !== 0)
      .map(({ MountPoint }) => MountPoint),
    storagePools: listOf(sections, 'storagePools', storagePool).map(({ FriendlyName }) => FriendlyName),
    disks: listOf(sections, 'disks', disk).map(asDisk),
    dynamicDisks: dynamicDisks(sections),
    shares: shares(sections),
    leftovers: leftoversOfWindows(sections),
    isClusterNode: listOf(sections, 'cluster', service).some(({ Status }) => Status === 4),
  };
}

/** Win32_ComputerSystem.DomainRole: 4 is a backup, 5 a primary domain controller. */
function asDomainController(domainRole: string | undefined): boolean | undefined {
  return domainRole === undefined ? undefined : Number(domainRole) >= 4;
}

function asFlag(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text === 'True';
}

function asDisk({ Number: number, Size, LogicalSectorSize, IsBoot, IsSystem }: z.infer<typeof disk>) {
  return { number, sizeBytes: Size, sectorBytes: LogicalSectorSize, isBoot: IsBoot, isSystem: IsSystem };
}

/** The Logical Disk Manager's partitions make a disk a dynamic one. */
function dynamicDisks(sections: Sections): number[] {
  const partitions = listOf(sections, 'partitions', partition);
  const managed = partitions.filter(({ Type }) => Type.includes('Logical Disk Manager'));
  return [...new Set(managed.map(({ DiskIndex }) => DiskIndex))];
}

/** Without `IPC$`, over which nothing but talk goes. */
function shares(sections: Sections): string[] {
  const connections = listOf(sections, 'shares', connection).filter(({ ShareName }) => ShareName !== 'IPC$');
  return [...new Set(connections.map(({ ServerName, ShareName }) => `\\\\${ServerName}\\${ShareName}`))];
}
