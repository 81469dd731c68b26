import type { GuestMachine } from '../guest-machine.ts';
import type { ServiceState } from '../software.ts';
import { isLike } from './distribution.ts';

/** A service of systemd's. */
export interface Unit extends ServiceState {
  readonly name: string;
}

/** The services of a Linux guest, running or not. */
export function unitsOf(guest: GuestMachine): Unit[] {
  const { agent, services } = guest.software;
  const debian = isLike(guest.system, 'debian');
  const names = [
    ...(guest.software.origin === 'aws' ? ['amazon-ssm-agent'] : []),
    ...(debian ? ['ssh', 'chrony'] : ['chronyd']),
    ...['sshd', 'cron', 'cloud-init'],
    ...(agent === undefined ? [] : ['vxagent', 'svagent', 'uarespawnd']),
    ...new Set([...guest.system.facts.services, ...guest.system.facts.writers.map(({ service }) => service)]),
    ...(guest.hardware.cloud === 'azure' ? [debian ? 'walinuxagent' : 'waagent'] : []),
  ];
  return names.map((name) => ({
    name,
    ...(services.get(name.toLowerCase()) ?? { startup: 'Automatic', isRunning: true }),
  }));
}
