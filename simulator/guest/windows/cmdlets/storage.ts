import type { SourceDisk } from '../../../source-machines.ts';
import type { GuestMachine } from '../../guest-machine.ts';
import { argument, PowerShellError } from '../session.ts';
import type { Call, Cmdlet, Session } from '../session.ts';
import { isTruthy, property, text } from '../values.ts';
import type { PsObject, Value } from '../values.ts';

/** What tells of disks and volumes. */
export const storageCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-disk', (call, session) => wantedDisks(call, session)],
  ['set-disk', setDisk],
  ['get-volume', (call, session) => volumes(call, session)],
  ['get-storagesetting', (_, { guest }) => [{ NewDiskPolicy: guest.software.windows.newDiskPolicy }]],
  ['set-storagesetting', setStorageSetting],
  ['get-storagepool', (_, session) => pools(session)],
  ['initialize-disk', ({ input }, session) => initialize(input, session)],
  [
    'new-partition',
    ({ input }) => input.map((disk) => ({ DiskNumber: property(disk, 'Number'), DriveLetter: 'E' })),
  ],
  ['format-volume', ({ input }) => input.map(() => ({ DriveLetter: 'E', FileSystem: 'NTFS' }))],
];

/** These come with the feature BitLocker. Its states are numbers in JSON: 1 protects, 0 does not. */
export const bitLockerCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-bitlockervolume', (_, session) => bitLockerVolumes(session)],
];

const friendlyNames = {
  nvme: 'NVMe Amazon Elastic B',
  xen: 'AWS PVDISK',
  scsi: 'Msft Virtual Disk',
} as const;
const busTypes = { nvme: 'NVMe', xen: 'SAS', scsi: 'SAS' } as const;

/** The disks as Windows numbers them: the boot disk is 0, unless it boots from the second one. */
function disks({ guest }: Session): PsObject[] {
  const { hardware, disks: all, system, software } = guest;
  const boot = system.facts.bootOnSecondDisk ? 1 : all.findIndex(({ isRoot }) => isRoot);
  return all.map((disk, Number) => {
    const IsOffline = software.windows.offline.has(disk.deviceName);
    return {
      Number,
      FriendlyName: friendlyNames[hardware.storage],
      SerialNumber: `${disk.volumeId.replace('-', '')}_00000001.`,
      Size: disk.sizeGiB * 2 ** 30,
      LogicalSectorSize: system.facts.disks[disk.deviceName]?.sectorBytes ?? 512,
      IsBoot: Number === boot,
      IsSystem: disk.isRoot,
      BusType: busTypes[hardware.storage],
      PartitionStyle: partitionStyle(guest, disk),
      OperationalStatus: IsOffline ? 'Offline' : 'Online',
      IsOffline,
    };
  });
}

function wantedDisks(call: Call, session: Session): readonly Value[] {
  const number = argument(call, 'Number', 0);
  const all = disks(session);
  return number === undefined ? all : all.filter((disk) => text(disk.Number ?? null) === text(number));
}

function setDisk(call: Call, session: Session): readonly Value[] {
  const { guest } = session;
  const number = argument(call, 'Number', 0);
  const given = number === undefined ? call.input.map((disk) => property(disk, 'Number')) : [number];
  const isOffline = argument(call, 'IsOffline');
  for (const each of given) {
    const device = guest.disks[Number(text(each))]?.deviceName;
    if (device === undefined) {
      throw new PowerShellError(
        `No MSFT_Disk objects found with property 'Number' equal to '${text(each)}'.  Verify the value of the property and retry.`,
        'CmdletizationQuery_NotFound_Number,Set-Disk',
      );
    }
    if (isOffline === undefined) continue;
    if (isTruthy(isOffline)) guest.software.windows.offline.add(device);
    else guest.software.windows.offline.delete(device);
  }
  return [];
}

function setStorageSetting(call: Call, { guest }: Session): readonly Value[] {
  const wanted = text(argument(call, 'NewDiskPolicy', 0) ?? '');
  const policies = ['OnlineAll', 'OfflineAll', 'OfflineShared', 'OfflineInternal'] as const;
  const policy = policies.find((each) => each.toLowerCase() === wanted.toLowerCase());
  if (policy === undefined) {
    throw new PowerShellError(
      `Cannot process argument transformation on parameter 'NewDiskPolicy'. Cannot convert value "${wanted}".`,
      'ParameterArgumentTransformationError,Set-StorageSetting',
    );
  }
  guest.software.windows.newDiskPolicy = policy;
  return [];
}

/** One volume on each disk that is online and not raw, with the letters that it has always had. */
function volumes(call: Call, session: Session): PsObject[] {
  const { guest } = session;
  const letter = argument(call, 'DriveLetter', 0);
  const shown = guest.disks.flatMap((disk, at) => {
    if (partitionStyle(guest, disk) === 'RAW' || guest.software.windows.offline.has(disk.deviceName))
      return [];
    return [volume(driveLetter(guest, disk, at), disk)];
  });
  if (letter === undefined) return shown;
  const found = shown.filter(({ DriveLetter = '' }) => DriveLetter === text(letter).toUpperCase());
  if (found.length > 0) return found;
  throw new PowerShellError(
    `No MSFT_Volume objects found with property 'DriveLetter' equal to '${text(letter)}'.  Verify the value of the property and retry.`,
    'CmdletizationQuery_NotFound_DriveLetter,Get-Volume',
  );
}

function volume(DriveLetter: string, { sizeGiB }: SourceDisk): PsObject {
  const Size = sizeGiB * 2 ** 30;
  const SizeRemaining = Math.floor(Size / 2);
  return {
    DriveLetter,
    FileSystem: 'NTFS',
    DriveType: 'Fixed',
    HealthStatus: 'Healthy',
    Size,
    SizeRemaining,
  };
}

function driveLetter({ system }: GuestMachine, { deviceName }: SourceDisk, at: number): string {
  return system.facts.driveLetters[deviceName] ?? String.fromCharCode('C'.charCodeAt(0) + at);
}

function partitionStyle({ system, software }: GuestMachine, disk: SourceDisk): string {
  if (software.partitioned.has(disk.deviceName)) return 'GPT';
  const told = system.facts.disks[disk.deviceName]?.partitionStyle;
  return told ?? (disk.isRoot && system.firmware === 'BIOS' ? 'MBR' : 'GPT');
}

function initialize(input: readonly Value[], { guest }: Session): readonly Value[] {
  for (const disk of input) {
    const device = guest.disks[Number(text(property(disk, 'Number')))]?.deviceName;
    if (device !== undefined) guest.software.partitioned.add(device);
  }
  return input;
}

function pools({ guest }: Session): PsObject[] {
  const named = guest.system.facts.storageSpaces;
  return named.map((FriendlyName) => ({ FriendlyName, OperationalStatus: 'OK', IsPrimordial: false }));
}

function bitLockerVolumes({ guest }: Session): PsObject[] {
  const protectedMounts = guest.system.facts.bitLocker ?? [];
  const mounts = new Set(['C:', ...protectedMounts]);
  return [...mounts].map((MountPoint) => ({
    MountPoint,
    ProtectionStatus: protectedMounts.includes(MountPoint) ? 1 : 0,
    VolumeStatus: protectedMounts.includes(MountPoint) ? 1 : 0,
    EncryptionPercentage: protectedMounts.includes(MountPoint) ? 100 : 0,
  }));
}

/** One partition of each disk, as WMI describes it; dynamic disks belong to the Logical Disk Manager. */
export function partitions(session: Session): PsObject[] {
  const { dynamicDisks, dynamicOsDisk } = session.guest.system.facts;
  return disks(session)
    .filter(({ PartitionStyle }) => PartitionStyle !== 'RAW')
    .map(({ Number = 0, PartitionStyle, IsBoot }) => {
      const isGpt = PartitionStyle === 'GPT';
      const basic = isGpt ? 'GPT: Basic Data' : 'Installable File System';
      const dynamic = isGpt ? 'GPT: Logical Disk Manager Data' : 'Logical Disk Manager';
      const isDynamic = IsBoot === true ? dynamicOsDisk : dynamicDisks;
      return { DiskIndex: Number, Index: 0, Type: isDynamic ? dynamic : basic };
    });
}
