import { resolved } from '../http-request.ts';
import type { GuestMachine } from '../guest-machine.ts';
import { fstabMounts, isNetworkMount, namesEc2Device, type FstabMount } from './fstab.ts';
import { fileOf } from './system-files.ts';

/** What is mounted: the lines of fstab whose device is there, or whose server answers. */
export function mounted(guest: GuestMachine): FstabMount[] {
  return fstabMounts(fileOf(guest, '/etc/fstab') ?? '').filter((mount) => isThere(guest, mount));
}

function isThere(guest: GuestMachine, mount: FstabMount): boolean {
  if (mount.type === 'swap' || mount.options.includes('noauto')) return false;
  if (namesEc2Device(mount)) return guest.hardware.cloud === 'aws' || mount.mountPoint === '/';
  if (!isNetworkMount(mount) || guest.hardware.cloud === 'aws') return true;
  const [host = ''] = mount.device.replace(/^\/\//, '').split(/[:/]/);
  const address = resolved(guest, host);
  return address !== undefined && guest.connect(address, mount.type === 'cifs' ? 445 : 2049) === 'open';
}
