import { biosId } from '../../../../ec2/bios-id.ts';
import { instanceTypeFacts } from '../../../../ec2/instance-types.ts';
import { disksOf } from '../../../../ec2/source-machines.ts';
import { done, fails } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';

/** What tells of the machine and its system. */
export const systemPrograms: readonly (readonly [string, Program])[] = [
  ['uname', uname],
  ['hostname', (_, { guest }) => done(`${guest.row.guest.hostName}\n`)],
  ['lsblk', lsblk],
  ['mokutil', mokutil],
  ['systemctl', systemctl],
  ['dmidecode', (_, { guest }) => done(`${biosId(guest.row)}\n`)],
];

const usualKernel = '6.8.0-1021-aws';

function uname(args: readonly string[], { guest }: Shell): Ran {
  const { facts, hostName } = guest.row.guest;
  const type = instanceTypeFacts(guest.row.answer.InstanceType ?? '');
  const machine = type?.architecture === 'arm64' ? 'aarch64' : facts.bits === 32 ? 'i686' : 'x86_64';
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

function blockDevices({ estate, row }: Shell['guest'], inBytes: boolean) {
  const isNitro = instanceTypeFacts(row.answer.InstanceType ?? '')?.hypervisor === 'nitro';
  return disksOf(estate, row).map((disk, at) => {
    const name = isNitro ? `nvme${at}n1` : `xvd${'abcdefghijklmnop'[at] ?? 'z'}`;
    const facts = row.guest.facts.disks[disk.deviceName];
    const shared = {
      size: inBytes ? disk.sizeGiB * 2 ** 30 : `${disk.sizeGiB}G`,
      'log-sec': facts?.sectorBytes ?? 512,
      'phy-sec': facts?.sectorBytes ?? 512,
    };
    const fstype = row.guest.facts.luks.includes(disk.deviceName) ? 'crypto_LUKS' : 'ext4';
    const isBoot = row.guest.facts.bootOnSecondDisk && at === 1;
    const mountpoint = disk.isRoot ? '/' : isBoot ? '/boot' : `/mnt/data${at}`;
    const partition: BlockDevice = {
      ...shared,
      name: isNitro ? `${name}p1` : `${name}1`,
      type: 'part',
      fstype,
      mountpoint,
    };
    const whole: BlockDevice = { ...shared, name, type: 'disk', fstype: null, mountpoint: null };
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
  const { firmware, facts } = guest.row.guest;
  if (!args.includes('--sb-state')) return fails(1);
  if (firmware === 'BIOS') return fails(255, 'EFI variables are not supported on this system');
  return done(`SecureBoot ${facts.secureBoot ? 'enabled' : 'disabled'}\n`);
}

/** 3 tells that a unit does not run (documented). */
function systemctl([verb = '', unit = '']: readonly string[], { guest }: Shell): Ran {
  if (verb !== 'is-active') return done();
  const { agent } = guest.row.software;
  const agents = agent === undefined ? [] : ['vxagent', 'svagent', 'uarespawnd'];
  const running = ['amazon-ssm-agent', 'ssh', 'sshd', 'cron', ...agents, ...guest.row.guest.facts.services];
  const isActive = running.includes(unit.replace(/\.service$/, ''));
  return isActive ? done('active\n') : { status: 3, stdout: 'inactive\n', stderr: '' };
}
