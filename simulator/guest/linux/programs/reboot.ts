import { isLike } from '../distribution.ts';
import { done, fails, notFound } from '../shell.ts';
import type { Program, Ran, Shell } from '../shell.ts';

/** What tells on Red Hat's and SUSE's distributions that a restart is pending; the others do not have them. */
export const rebootPrograms: readonly (readonly [string, Program])[] = [
  ['needs-restarting', needsRestarting],
  ['zypper', zypper],
];

/** Of dnf-utils and yum-utils. `-r` ends with 1 where a restart is needed (documented: needs-restarting(1)). */
function needsRestarting(args: readonly string[], shell: Shell): Ran {
  const { system } = shell.guest;
  if (!isLike(system, 'rhel')) return notFound(shell, 'needs-restarting');
  if (!args.includes('-r')) return done();
  const stdout = system.facts.pendingReboot
    ? 'Core libraries or services have been updated since boot-up:\n  * kernel\n\nReboot is required to fully utilize these updates.\nMore information: https://access.redhat.com/solutions/27943\n'
    : 'No core libraries or services have been updated since boot-up.\nReboot should not be necessary.\n';
  return { status: system.facts.pendingReboot ? 1 : 0, stdout, stderr: '' };
}

/** `needs-rebooting` ends with 102 where a restart is needed (documented: zypper(8)). */
function zypper(args: readonly string[], shell: Shell): Ran {
  const { system } = shell.guest;
  if (!isLike(system, 'suse')) return notFound(shell, 'zypper');
  const command = args.find((arg) => !arg.startsWith('-')) ?? '';
  if (command !== 'needs-rebooting') return fails(2, `Unknown command '${command}'`);
  const stdout = system.facts.pendingReboot
    ? 'Since the last system boot core libraries or services have been updated.\nReboot is suggested to ensure that your system benefits from these updates.\n'
    : 'No core libraries or services have been updated since the last system boot.\nReboot is probably not necessary.\n';
  return { status: system.facts.pendingReboot ? 102 : 0, stdout, stderr: '' };
}
