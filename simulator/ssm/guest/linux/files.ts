import type { Guest, InstanceRow } from '../../../ec2/estate.ts';
import { platformVersion } from '../os-version.ts';
import type { Shell } from './shell.ts';

/** The text of a file: one that was written, or one that the system has. */
export function fileText({ guest }: Shell, path: string): string | undefined {
  return guest.row.software.files.get(path) ?? systemFiles.get(path)?.(guest.row);
}

/** True where a folder of this name exists. */
export function isFolder({ guest }: Shell, path: string): boolean {
  if (path === '/sys/firmware/efi') return guest.row.guest.firmware === 'UEFI';
  if (['/', '/tmp', '/root', '/etc', '/usr', '/usr/local', '/var', '/opt'].includes(path)) return true;
  return [...guest.row.software.files.keys()].some((file) => file.startsWith(`${path}/`));
}

const systemFiles: ReadonlyMap<string, (row: InstanceRow) => string | undefined> = new Map<
  string,
  (row: InstanceRow) => string | undefined
>([
  ['/etc/os-release', osRelease],
  ['/etc/fstab', ({ guest }) => guest.facts.fstab ?? usualFstab],
  ['/etc/hostname', ({ guest }) => `${guest.hostName}\n`],
  ['/proc/mounts', ({ guest }) => mounts(guest.facts.fstab ?? usualFstab)],
  [
    '/var/run/reboot-required',
    ({ guest }) =>
      guest.facts.pendingReboot && isLike(guest, 'debian') ? '*** System restart required ***\n' : undefined,
  ],
  ['/usr/local/.vx_version', ({ software }) => software.agent && productFile(software.agent)],
]);

/** Both keys are documented by the scripts that ask for them; the file has more. */
function productFile({
  version,
  registered,
}: {
  readonly version: string;
  readonly registered: boolean;
}): string {
  const status = registered ? 'Succeeded' : 'Failed';
  return `PROD_VERSION=${version}\nAGENT_CONFIGURATION_STATUS=${status}\n`;
}

const usualFstab = 'LABEL=cloudimg-rootfs\t/\t ext4\tdiscard,errors=remount-ro\t0 1\n';

/** Distributions by what their name begins with. */
const distributions = [
  { name: 'Ubuntu', id: 'ubuntu', like: 'debian' },
  { name: 'Debian', id: 'debian', like: '' },
  { name: 'Red Hat', id: 'rhel', like: 'fedora' },
  { name: 'SUSE', id: 'sles', like: 'suse' },
  { name: 'CentOS', id: 'centos', like: 'rhel fedora' },
  { name: 'Amazon Linux', id: 'amzn', like: 'centos rhel fedora' },
] as const;

/** Whether its distribution is this one, or says that it is like it. */
export function isLike(guest: Guest, family: string): boolean {
  const { id, like } = distributionOf(guest);
  return [id, ...like.split(' ')].includes(family);
}

function distributionOf({ osName }: Guest) {
  const known = distributions.find(({ name }) => osName.startsWith(name));
  return known ?? { name: osName, id: 'linux', like: '' };
}

function osRelease({ guest }: InstanceRow): string {
  const { name, id, like } = distributionOf(guest);
  return [
    `PRETTY_NAME="${guest.osName}"`,
    `NAME="${name}"`,
    `VERSION_ID="${platformVersion(guest)}"`,
    `ID=${id}`,
    ...(like === '' ? [] : [`ID_LIKE="${like}"`]),
    '',
  ].join('\n');
}

/** What of fstab is mounted: every line that is no comment. */
function mounts(fstab: string): string {
  const lines = fstab.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => `${line.trim().split(/\s+/).slice(0, 4).join(' ')} 0 0\n`).join('');
}
