import type { Guest } from '../guest.ts';
import type { GuestMachine } from '../guest-machine.ts';

type Installed = Pick<GuestMachine, 'system'>;

/** Where chrony's configuration is. */
export function chronyFile(guest: Installed): string {
  return isLike(guest.system, 'debian') ? '/etc/chrony/chrony.conf' : '/etc/chrony.conf';
}

/** Distributions by what their name begins with. */
const distributions = [
  { name: 'Ubuntu', id: 'ubuntu', like: 'debian' },
  { name: 'Debian', id: 'debian', like: '' },
  { name: 'Red Hat', id: 'rhel', like: 'fedora' },
  { name: 'SUSE', id: 'sles', like: 'suse' },
  { name: 'CentOS', id: 'centos', like: 'rhel fedora' },
  { name: 'Amazon Linux', id: 'amzn', like: 'centos rhel fedora' },
] as const;

/** A guest's distribution, as `/etc/os-release` tells it. */
export function distributionOf({ osName }: Guest) {
  const known = distributions.find(({ name }) => osName.startsWith(name));
  return known ?? { name: osName, id: 'linux', like: '' };
}

/** Whether its distribution is this one, or says that it is like it. */
export function isLike(guest: Guest, family: string): boolean {
  const { id, like } = distributionOf(guest);
  return [id, ...like.split(' ')].includes(family);
}
