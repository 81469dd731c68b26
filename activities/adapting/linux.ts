import type { Adaptation, Adaptations } from './adaptation.ts';

/** Lines of one adaptation: `did` is its verdict. */
function adaptation(version: number, ...lines: readonly string[]): Adaptation {
  return { version, lines: ['did=unchanged', ...lines, 'echo "$did"'] };
}

/** A change to a file where a line of it is as it was on EC2. */
function edit(file: string, line: string, change: string): string {
  return `grep -qE '${line}' ${file} 2>/dev/null && sed -i -E '${change}' ${file} && did=changed`;
}

const field = '[^[:space:]]+';
const gap = '[[:space:]]+';
/** The line of a mount that is not the root’s, up to its options; `nofail` comes first among them, so that it is seen. */
const upToOptions = (device: string, type: string): string =>
  `^(${device}${gap}/${field}${gap}${type}${gap})`;
const withoutNofail = '([^n[:space:]]|n[^o[:space:]]|no[^f[:space:]])';
const ec2Device = `/dev/(xvd[a-z]|nvme[0-9])[^[:space:]]*`;
const networkType = '(nfs|nfs4|cifs|smb3|efs)';

function mayBeAbsent(device: string, type: string): string {
  const line = `${upToOptions(device, type)}${withoutNofail}`;
  return `grep -qE '${line}' /etc/fstab && sed -i -E 's#${line}#\\1nofail,\\${groupsIn(line)}#' /etc/fstab && did=changed`;
}

function groupsIn(pattern: string): number {
  return pattern.split('(').length - 1;
}

/**
 * Mounts of devices by EC2’s names, and of file systems that other machines serve, are not waited for at a boot. What
 * hydration has made a comment of stays one: whether the VM reaches that server is for a person.
 */
const fstab = adaptation(1, mayBeAbsent(ec2Device, field), mayBeAbsent(field, networkType));

/** The interface by Azure’s driver instead of by the address that EC2 gave it. */
const netplan = adaptation(
  1,
  edit('/etc/netplan/50-cloud-init.yaml', 'macaddress:', 's/macaddress:.*/driver: hv_netvsc/'),
);

const cloudFile = '/etc/cloud/cloud.cfg.d/99-portage.cfg';
/** cloud-init looks for Azure, and takes the machine for no new one: its name and its SSH keys stay. */
const cloudSettings = [
  'datasource_list: [ Azure, None ]',
  'preserve_hostname: true',
  'ssh_deletekeys: false',
];
const cloudInit = adaptation(
  1,
  `test -d /etc/cloud || did=absent`,
  `test -f ${cloudFile} && did=there`,
  ...cloudSettings.map((line) => `test "$did" = unchanged && echo '${line}' >> ${cloudFile}`),
  `test "$did" = unchanged && did=changed`,
  `test "$did" = changed || did=unchanged`,
);

const ptp = 'refclock PHC \\/dev\\/ptp_hyperv poll 3 dpoll -2 offset 0 stratum 2';
const chronyFiles = ['/etc/chrony/chrony.conf', '/etc/chrony.conf'];
/**
 * Amazon’s time server is at no address of Azure’s: the host’s clock is there as a device.
 * @see documented: "Time sync for Linux VMs in Azure"
 */
const time = adaptation(
  1,
  ...chronyFiles.map((file) => edit(file, '^server 169.254.169.123', `s/^server 169.254.169.123.*/${ptp}/`)),
  'test "$did" = changed && systemctl restart chrony > /dev/null 2>&1',
  'test "$did" = changed && systemctl restart chronyd > /dev/null 2>&1',
);

const agents = [
  'amazon-ssm-agent',
  'snap.amazon-ssm-agent.amazon-ssm-agent',
  'amazon-cloudwatch-agent',
] as const;
/** They look for EC2’s metadata for ever. Disabled, not removed. */
const awsAgents = adaptation(
  1,
  ...agents.map(
    (unit) =>
      `systemctl is-enabled ${unit} > /dev/null 2>&1 && systemctl disable --now ${unit} > /dev/null 2>&1 && did=changed`,
  ),
);

/** What is adapted in a Linux guest, in this order (field notes, "To live in Azure"). */
export const linuxAdaptations: Adaptations = [
  ['fstab', fstab],
  ['netplan', netplan],
  ['cloud-init', cloudInit],
  ['time', time],
  ['aws-agents', awsAgents],
];
