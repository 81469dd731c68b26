import { done, fails } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';

/** What tells of the machine and its system. */
export const systemPrograms: readonly (readonly [string, Program])[] = [
  ['uname', uname],
  ['hostname', (_, { guest }) => done(`${guest.system.hostName}\n`)],
  ['lsblk', lsblk],
  ['mokutil', mokutil],
  ['dmidecode', (_, { guest }) => done(`${guest.hardware.uuid}\n`)],
];

const usualKernel = '6.8.0-1021-aws';

function uname(args: readonly string[], { guest }: Shell): Ran {
  const { facts, hostName } = guest.system;
  const machine = guest.hardware.architecture === 'arm64' ? 'aarch64' : facts.bits === 32 ? 'i686' : 'x86_64';
  const told: ReadonlyMap<string, string> = new Map([
    ['-r', facts.kernel ?? usualKernel],
    ['-m', machine],
    ['-n', hostName],
    ['-s', 'Linux'],
  ]);
  return done(`${told.get(args[0] ?? '-s') ?? 'Linux'}\n`);
}

/** `--output A,B` chooses the columns; their names are keys in lower case. Sizes are bytes with `--bytes`, else GiB. */
function lsblk(args: readonly string[], { guest }: Shell): Ran {
  if (!args.includes('--json') && !args.includes('-J')) return done('');
  const at = args.findIndex((arg) => arg === '--output' || arg === '-o');
  const columns = (at === -1 ? 'NAME,SIZE,TYPE,MOUNTPOINT' : (args[at + 1] ?? '')).toLowerCase().split(',');
  const inBytes = args.includes('--bytes') || args.includes('-b');
  const blockdevices = blockDevices(guest, inBytes).map(({ children, ...device }) => ({
    ...only(columns, device),
    children: children.map((child) => only(columns, child)),
  }));
  return done(`${JSON.stringify({ blockdevices }, undefined, 3)}\n`);
}

type BlockDevice = Readonly<Record<string, string | number | null>>;

/** The kernel's names for disks and their partitions, by what attaches them. */
const deviceNames = {
  nvme: (at: number) => ({ disk: `nvme${at}n1`, partition: `nvme${at}n1p1` }),
  xen: (at: number) => lettered('xvd', at),
  scsi: (at: number) => lettered('sd', at),
} as const;

function lettered(kind: string, at: number) {
  const disk = `${kind}${'abcdefghijklmnop'[at] ?? 'z'}`;
  return { disk, partition: `${disk}1` };
}

function blockDevices({ hardware, disks, system }: Shell['guest'], inBytes: boolean) {
  const { facts } = system;
  return disks.map((disk, at) => {
    const names = deviceNames[hardware.storage](at);
    const own = facts.disks[disk.deviceName];
    const shared = {
      size: inBytes ? disk.sizeGiB * 2 ** 30 : `${disk.sizeGiB}G`,
      'log-sec': own?.sectorBytes ?? 512,
      'phy-sec': own?.sectorBytes ?? 512,
    };
    const fstype = facts.luks.includes(disk.deviceName) ? 'crypto_LUKS' : 'ext4';
    const isBoot = facts.bootOnSecondDisk && at === 1;
    const mountpoint = disk.isRoot ? '/' : isBoot ? '/boot' : `/mnt/data${at}`;
    const partition: BlockDevice = { ...shared, name: names.partition, type: 'part', fstype, mountpoint };
    const whole: BlockDevice = { ...shared, name: names.disk, type: 'disk', fstype: null, mountpoint: null };
    return { ...whole, children: [partition] };
  });
}

function only(
  columns: readonly string[],
  device: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column, device[column] ?? null]));
}

function mokutil(args: readonly string[], { guest }: Shell): Ran {
  const { firmware, facts } = guest.system;
  if (!args.includes('--sb-state')) return fails(1);
  if (firmware === 'BIOS') return fails(255, 'EFI variables are not supported on this system');
  return done(`SecureBoot ${facts.secureBoot ? 'enabled' : 'disabled'}\n`);
}
