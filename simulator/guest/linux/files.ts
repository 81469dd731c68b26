import type { GuestMachine } from '../guest-machine.ts';
import { mounted } from './mounts.ts';
import type { Shell } from './shell.ts';
import { fileOf, systemPaths } from './system-files.ts';

/** The text of a file: one that was written, one that the system has, or one of the kernel's. */
export function fileText({ guest }: Shell, path: string): string | undefined {
  return path === '/proc/mounts' ? mounts(guest) : fileOf(guest, path);
}

/** True where a folder of this name exists. */
export function isFolder({ guest }: Shell, path: string): boolean {
  if (path === '/sys/firmware/efi') return guest.system.firmware === 'UEFI';
  if (['/', '/tmp', '/root', '/etc', '/usr', '/usr/local', '/var', '/opt'].includes(path)) return true;
  return [...guest.software.files.keys(), ...systemPaths(guest)].some((file) => file.startsWith(`${path}/`));
}

function mounts(guest: GuestMachine): string {
  const lines = mounted(guest).map(({ device, mountPoint, type, options }) => [
    device,
    mountPoint,
    type,
    options,
  ]);
  return lines.map((columns) => `${columns.join(' ')} 0 0\n`).join('');
}
