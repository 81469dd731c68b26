import { instanceTypeFacts } from '../../../../ec2/instance-types.ts';
import { disksOf } from '../../../../ec2/source-machines.ts';
import type { SourceDisk } from '../../../../source-machines.ts';
import type { Cmdlet, Session } from '../session.ts';
import { property, text } from '../values.ts';
import type { PsObject, Value } from '../values.ts';

/** What tells of disks and volumes. */
export const storageCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['get-disk', (_, session) => disks(session)],
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

/** The disks as Windows numbers them: the boot disk is 0, unless it boots from the second one. */
function disks({ guest }: Session): PsObject[] {
  const { row, estate } = guest;
  const isNitro = instanceTypeFacts(row.answer.InstanceType ?? '')?.hypervisor === 'nitro';
  const all = disksOf(estate, row);
  const boot = row.guest.facts.bootOnSecondDisk ? 1 : all.findIndex(({ isRoot }) => isRoot);
  return all.map((disk, Number) => ({
    Number,
    FriendlyName: isNitro ? 'NVMe Amazon Elastic B' : 'AWS PVDISK',
    SerialNumber: `${disk.volumeId.replace('-', '')}_00000001.`,
    Size: disk.sizeGiB * 2 ** 30,
    LogicalSectorSize: row.guest.facts.disks[disk.deviceName]?.sectorBytes ?? 512,
    IsBoot: Number === boot,
    IsSystem: disk.isRoot,
    BusType: isNitro ? 'NVMe' : 'SAS',
    PartitionStyle: partitionStyle(guest.row, disk),
    OperationalStatus: 'Online',
  }));
}

function partitionStyle({ guest, software }: Session['guest']['row'], disk: SourceDisk): string {
  if (software.partitioned.has(disk.deviceName)) return 'GPT';
  const told = guest.facts.disks[disk.deviceName]?.partitionStyle;
  return told ?? (disk.isRoot && guest.firmware === 'BIOS' ? 'MBR' : 'GPT');
}

function initialize(input: readonly Value[], { guest }: Session): readonly Value[] {
  const all = disksOf(guest.estate, guest.row);
  for (const disk of input) {
    const device = all[Number(text(property(disk, 'Number')))]?.deviceName;
    if (device !== undefined) guest.row.software.partitioned.add(device);
  }
  return input;
}

function pools({ guest }: Session): PsObject[] {
  const named = guest.row.guest.facts.storageSpaces;
  return named.map((FriendlyName) => ({ FriendlyName, OperationalStatus: 'OK', IsPrimordial: false }));
}

function bitLockerVolumes({ guest }: Session): PsObject[] {
  const protectedMounts = guest.row.guest.facts.bitLocker ?? [];
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
  const { dynamicDisks, dynamicOsDisk } = session.guest.row.guest.facts;
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
