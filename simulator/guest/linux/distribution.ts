import type { GuestMachine } from '../guest-machine.ts';

type Installed = Pick<GuestMachine, 'system'>;

/** Debian and what comes from it. */
export function isDebian({ system }: Installed): boolean {
  return /^(Ubuntu|Debian)/.test(system.osName);
}

/** Where chrony's configuration is. */
export function chronyFile(guest: Installed): string {
  return isDebian(guest) ? '/etc/chrony/chrony.conf' : '/etc/chrony.conf';
}
