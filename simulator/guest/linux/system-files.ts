import type { GuestMachine } from '../guest-machine.ts';
import { platformVersion } from '../os-version.ts';
import { awsTimeServer } from '../windows-settings.ts';
import { chronyFile, distributionOf, isLike } from './distribution.ts';

/** The text of a file: one that was written, or one that the system came with. */
export function fileOf(guest: GuestMachine, path: string): string | undefined {
  return guest.software.files.get(path) ?? systemFiles.get(path)?.(guest);
}

/** The paths of the files that the system came with. */
export function systemPaths(guest: GuestMachine): string[] {
  return [...systemFiles].filter(([, text]) => text(guest) !== undefined).map(([file]) => file);
}

type SystemFile = (guest: GuestMachine) => string | undefined;

const systemFiles: ReadonlyMap<string, SystemFile> = new Map<string, SystemFile>([
  ['/etc/os-release', osRelease],
  ['/etc/fstab', ({ system }) => system.facts.fstab ?? usualFstab],
  ['/etc/hostname', ({ system }) => `${system.hostName}\n`],
  [
    '/var/run/reboot-required',
    ({ system }) =>
      system.facts.pendingReboot && isLike(system, 'debian')
        ? '*** System restart required ***\n'
        : undefined,
  ],
  ['/usr/local/.vx_version', ({ software }) => software.agent && productFile(software.agent)],
  ['/etc/netplan/50-cloud-init.yaml', netplan],
  ['/etc/cloud/cloud.cfg.d/90_dpkg.cfg', datasources],
  ['/etc/chrony/chrony.conf', (guest) => chronyConfiguration(guest, '/etc/chrony/chrony.conf')],
  ['/etc/chrony.conf', (guest) => chronyConfiguration(guest, '/etc/chrony.conf')],
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

function osRelease({ system }: GuestMachine): string {
  const { name, id, like } = distributionOf(system);
  return [
    `PRETTY_NAME="${system.osName}"`,
    `NAME="${name}"`,
    `VERSION_ID="${platformVersion(system)}"`,
    `ID=${id}`,
    ...(like === '' ? [] : [`ID_LIKE="${like}"`]),
    '',
  ].join('\n');
}

/** As cloud-init writes it on EC2 (documented): by the address of an interface that stays there. */
function netplan({ system, software }: GuestMachine): string | undefined {
  const matches =
    system.facts.netplanMatch ?? (system.osName.startsWith('Ubuntu') && software.origin === 'aws');
  if (!matches) return undefined;
  const name = 'ens5';
  return [
    'network:',
    '    ethernets:',
    `        ${name}:`,
    '            dhcp4: true',
    '            match:',
    `                macaddress: ${software.macAddress}`,
    `            set-name: ${name}`,
    '    version: 2',
    '',
  ].join('\n');
}

function datasources({ system, software }: GuestMachine): string {
  const usual = software.origin === 'aws' ? ['Ec2', 'None'] : ['Azure'];
  const list = system.facts.datasources ?? usual;
  return `# to update this file, run dpkg-reconfigure cloud-init\ndatasource_list: [ ${list.join(', ')} ]\n`;
}

/** As the images of each cloud have it (documented: Amazon Time Sync; Azure's "Time sync for Linux VMs"). */
function chronyConfiguration(guest: GuestMachine, path: string): string | undefined {
  if (path !== chronyFile(guest)) return undefined;
  const { facts } = guest.system;
  const ofCloud =
    guest.software.origin === 'aws'
      ? `server ${awsTimeServer} prefer iburst minpoll 4 maxpoll 4`
      : 'refclock PHC /dev/ptp_hyperv poll 3 dpoll -2 offset 0 stratum 2';
  return `${facts.timeServer === undefined ? ofCloud : `server ${facts.timeServer} iburst`}\nmakestep 1.0 3\n`;
}
