import { z } from 'zod';
import type { BootMode } from './boot-mode.ts';
import { json, textOf, type Sections } from './guest-output.ts';
import { hangingMounts, leftoversOfLinux, linuxLeftovers, type Leftovers } from './leftovers.ts';

/** What a Linux guest says of itself; what it did not say is `undefined`. */
export interface LinuxGuest {
  readonly kind: 'Linux';
  /** `PRETTY_NAME` of os-release: `Ubuntu 22.04.4 LTS`. */
  readonly name: string | undefined;
  /** `ID` of os-release: `ubuntu`, `rhel`, `amzn`. */
  readonly distribution: string | undefined;
  /** `5.15.0-1051-aws`. */
  readonly kernel: string | undefined;
  readonly is64Bit: boolean | undefined;
  readonly isRebootPending: boolean;
  readonly isSecureBootOn: boolean | undefined;
  /** Whole disks, and what is on them. */
  readonly disks: readonly LinuxDisk[];
  /** What `/etc/fstab` mounts from the network: `fs-1.efs.eu-west-1.amazonaws.com:/ on /data`. */
  readonly networkMounts: readonly string[];
  /** What `/etc/fstab` mounts, and a boot in Azure would wait for: `/dev/xvdf on /data`. */
  readonly hangingMounts: readonly string[];
  readonly leftovers: Leftovers;
}

/** A disk as `lsblk` shows it. */
export interface LinuxDisk {
  readonly name: string;
  readonly sectorBytes: number;
  /** It has the file system `/`. */
  readonly hasRoot: boolean;
  /** It has the file system `/boot`, or `/boot/efi`. */
  readonly hasBoot: boolean;
  /** It, or something on it, is encrypted with LUKS. */
  readonly isEncrypted: boolean;
}

/**
 * Exit codes by which package managers tell that a restart is pending: dnf-utils and yum-utils on Red Hat and those like it,
 * zypper on SUSE. Debian and Ubuntu leave a file. Where a tool is absent, or too old to know the question, it ends otherwise.
 * @see needs-restarting(1), zypper(8) "needs-rebooting", update-notifier's /var/run/reboot-required
 */
const restartPending = { restarting: '1', rebooting: '102' };

/** Lines of shell that print what preflight asks of a Linux guest and change nothing. */
export function linuxScript(bootMode: BootMode | undefined): string[] {
  return Object.entries({
    release: 'cat /etc/os-release',
    kernel: 'uname -r',
    machine: 'uname -m',
    reboot: 'test -f /var/run/reboot-required && echo yes || echo no',
    restarting: 'timeout 20 needs-restarting -r > /dev/null 2>&1; echo $?',
    rebooting: 'timeout 20 zypper --non-interactive needs-rebooting > /dev/null 2>&1; echo $?',
    ...(bootMode === 'UEFI' ? { secureBoot: 'mokutil --sb-state' } : {}),
    disks: 'lsblk --json --bytes --output NAME,TYPE,LOG-SEC,FSTYPE,MOUNTPOINT',
    ...linuxLeftovers,
    fstab: 'cat /etc/fstab',
  }).flatMap(([section, line]) => [`echo '## ${section}'`, line]);
}

/** A disk, partition or mapping, as `lsblk` nests them. */
interface Device {
  readonly name: string;
  readonly type: string;
  readonly 'log-sec'?: number | undefined;
  readonly fstype?: string | null | undefined;
  readonly mountpoint?: string | null | undefined;
  readonly children?: readonly Device[] | undefined;
}
const device: z.ZodType<Device> = z.object({
  name: z.string(),
  type: z.string(),
  'log-sec': z.coerce.number().optional(), // older versions write numbers as text
  fstype: z.string().nullish(),
  mountpoint: z.string().nullish(),
  children: z.array(z.lazy(() => device)).optional(),
});
const blockDevices = z.object({ blockdevices: z.array(device) });

/** Reads what the script printed. */
export function readLinux(sections: Sections): LinuxGuest {
  const text = (name: string) => textOf(sections, name);
  const release = releaseOf(text('release') ?? '');
  const devices = blockDevices.safeParse(json(text('disks') ?? ''));
  return {
    kind: 'Linux',
    name: release.get('pretty_name'),
    distribution: release.get('id'),
    kernel: text('kernel'),
    is64Bit: text('machine')?.endsWith('64'),
    isRebootPending:
      text('reboot') === 'yes' ||
      Object.entries(restartPending).some(([section, status]) => text(section) === status),
    isSecureBootOn: text('secureBoot')?.includes('SecureBoot enabled'),
    disks: devices.success ? devices.data.blockdevices.filter(({ type }) => type === 'disk').map(asDisk) : [],
    networkMounts: networkMounts(text('fstab') ?? ''),
    hangingMounts: hangingMounts(text('fstab') ?? ''),
    leftovers: leftoversOfLinux(sections),
  };
}

function releaseOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, key = '', value = '']) => [
      key.toLowerCase(),
      value,
    ]),
  );
}

function asDisk(disk: Device): LinuxDisk {
  const parts = withAllBelow(disk);
  const isMounted = (...places: string[]) =>
    parts.some(({ mountpoint }) => places.includes(mountpoint ?? ''));
  return {
    name: disk.name,
    sectorBytes: disk['log-sec'] ?? 512,
    hasRoot: isMounted('/'),
    hasBoot: isMounted('/boot', '/boot/efi'),
    isEncrypted: parts.some(({ fstype, type }) => fstype === 'crypto_LUKS' || type === 'crypt'),
  };
}

function withAllBelow(one: Device): Device[] {
  return [one, ...(one.children ?? []).flatMap(withAllBelow)];
}

const networkFileSystems = new Set(['nfs', 'nfs4', 'efs', 'lustre', 'cifs', 'smb3', 'smbfs']);

function networkMounts(fstab: string): string[] {
  return fstab.split('\n').flatMap((line) => {
    const [what = '', where = '', type = ''] = line.trim().split(/\s+/);
    return !what.startsWith('#') && networkFileSystems.has(type) ? [`${what} on ${where}`] : [];
  });
}
