import type { AdaptationName } from '../../plan/index.ts';
import { textOf, type Sections } from './guest-output.ts';

/** What of EC2's is in a guest, by the adaptation that cures it after the failover. */
export type Leftovers = readonly AdaptationName[];

/** Lines that print them; none changes anything. @see activities/adapting, which cures them */
export const windowsLeftovers = {
  awsRoutes: '(Get-NetRoute -PolicyStore PersistentStore -ErrorAction SilentlyContinue).DestinationPrefix',
  services: '(Get-Service).Name',
  launchTask: '(Get-ScheduledTask).TaskName',
  kms: '(Get-CimInstance SoftwareLicensingService).KeyManagementServiceMachine',
  timeServers:
    "(Get-ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters').NtpServer",
  diskPolicy: '(Get-StorageSetting).NewDiskPolicy',
};

export const linuxLeftovers = {
  netplan: 'cat /etc/netplan/50-cloud-init.yaml 2>/dev/null',
  datasources: 'cat /etc/cloud/cloud.cfg.d/90_dpkg.cfg 2>/dev/null',
  timeServers: 'cat /etc/chrony/chrony.conf /etc/chrony.conf 2>/dev/null',
};

type Sign = readonly [AdaptationName, section: string, sign: RegExp];

const windowsSigns: readonly Sign[] = [
  ['aws-routes', 'awsRoutes', /^169\.254\.169\.25[014]\/32$/m],
  ['ec2-launch', 'services', /^(Ec2Config|Amazon EC2Launch)$/m],
  ['ec2-launch', 'launchTask', /^Amazon Ec2 Launch/m],
  ['aws-agents', 'services', /^(AmazonSSMAgent|AmazonCloudWatchAgent|AWSLiteAgent)$/m],
  ['kms', 'kms', /^169\.254\.169\.25[01]$/m],
  ['time', 'timeServers', /169\.254\.169\.123/],
  ['disks', 'diskPolicy', /^Offline/m],
];

const linuxSigns: readonly Sign[] = [
  ['netplan', 'netplan', /macaddress:/],
  ['cloud-init', 'datasources', /^datasource_list:.*\bEc2\b/m],
  ['time', 'timeServers', /^server 169\.254\.169\.123/m],
];

export function leftoversOfWindows(sections: Sections): Leftovers {
  return leftovers(sections, windowsSigns);
}

export function leftoversOfLinux(sections: Sections): Leftovers {
  return leftovers(sections, linuxSigns);
}

function leftovers(sections: Sections, signs: readonly Sign[]): Leftovers {
  const seen = signs.filter(([, section, sign]) => sign.test(textOf(sections, section) ?? ''));
  return [...new Set(seen.map(([name]) => name))];
}

/** The kernel's names of disks on EC2, which Azure's have not; and what the boot does not wait for. */
const ec2Device = /^\/dev\/(xvd[a-z]|nvme\d)/;
const notWaitedFor = /(^|,)(nofail|noauto)(,|$)/;
const systemMounts = ['/', '/boot', '/boot/efi'];

/** Lines of fstab, `device on mount point`, that a boot in Azure waits for in vain. */
export function hangingMounts(fstab: string): string[] {
  return fstab.split('\n').flatMap((line) => {
    const [device = '', where = '', , options = ''] = line.trim().split(/\s+/);
    const hangs = ec2Device.test(device) && !notWaitedFor.test(options) && !systemMounts.includes(where);
    return hangs && where.startsWith('/') ? [`${device} on ${where}`] : [];
  });
}
