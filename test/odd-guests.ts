import { instanceIdOf, machine } from './cloud-world.ts';
import type { Provoked } from './provoked.ts';

const efs = 'fs-0a1b2c3d.efs.eu-west-1.amazonaws.com:/';
const twoDisks = [
  { device: '/dev/sda1', sizeGiB: 30 },
  { device: 'xvdb', sizeGiB: 10 },
];

/** Machines that something inside speaks against. */
export const oddGuests = [
  { name: 'm-61', guest: { ssm: 'absent' } },
  { name: 'm-62', guest: { ssm: 'silent' } },
  { name: 'm-63', osName: 'Microsoft Windows Server 2003 R2' },
  { name: 'm-64', osName: 'Microsoft Windows Server 2008 Standard', guest: { bits: 32 } },
  { name: 'm-65', osName: 'Microsoft Windows Server 2008 R2 Standard', firmware: 'UEFI' },
  { name: 'm-95', osName: 'Microsoft Windows Server 2008 R2 Standard', guest: { osVersion: '6.1.7600' } },
  { name: 'm-66', guest: { bits: 32 } },
  { name: 'm-67', guest: { bitLocker: ['C:', 'D:'] } },
  { name: 'm-68', guest: { storageSpaces: ['pool-1'] } },
  { name: 'm-69', guest: { dynamicOsDisk: true } },
  { name: 'm-70', guest: { dynamicDisks: true } },
  { name: 'm-71', guest: { disks: { xvdb: { sectorBytes: 4096 } } } },
  { name: 'm-72', guest: { bootOnSecondDisk: true } },
  { name: 'm-73', guest: { services: ['ClusSvc'] } },
  { name: 'm-74', firmware: 'UEFI', guest: { secureBoot: true } },
  { name: 'm-75', guest: { pendingReboot: true } },
  { name: 'm-76', guest: { domainController: true } },
  { name: 'm-77', guest: { mappedDrives: { Z: '\\\\amznfsxabc.corp.example.com\\share' } } },
  { name: 'm-81', platform: 'linux', osName: 'Amazon Linux 2023' },
  { name: 'm-82', platform: 'linux' },
  { name: 'm-83', platform: 'linux', guest: { kernel: '6.8.0-45-generic', luks: ['xvdb'] } },
  { name: 'm-84', platform: 'linux', guest: { bits: 32 } },
  { name: 'm-85', platform: 'linux', guest: { disks: { xvdb: { sectorBytes: 4096 } } } },
  { name: 'm-86', platform: 'linux', guest: { bootOnSecondDisk: true } },
  { name: 'm-87', platform: 'linux', firmware: 'UEFI', guest: { secureBoot: true, pendingReboot: true } },
  {
    ...{ name: 'm-91', platform: 'linux', osName: 'Red Hat Enterprise Linux 9.4' },
    guest: { pendingReboot: true },
  },
  {
    ...{ name: 'm-92', platform: 'linux', osName: 'SUSE Linux Enterprise Server 15 SP5' },
    guest: { pendingReboot: true },
  },
  { name: 'm-93', platform: 'linux', osName: 'Red Hat Enterprise Linux 9.4' },
  { name: 'm-94', platform: 'linux', osName: 'SUSE Linux Enterprise Server 15 SP5' },
  { name: 'm-88', platform: 'linux', guest: { fstab: `${efs} /data nfs4 _netdev 0 0\n# fs-1:/ /old nfs\n` } },
].map((odd) => ({ type: 't3.large', instanceId: instanceIdOf(odd.name), volumes: twoDisks, ...odd }));

/** One machine for each finding about what only the guest knows. */
export const guestFindings: readonly Provoked[] = [
  [
    'SSM_UNMANAGED',
    'blocker',
    machine('m-61', { mobility: 'ssm' }),
    /does not manage the instance, and `mobility: ssm`/,
  ],
  [
    'GUEST_UNSEEN',
    'warning',
    machine('m-61'),
    /Nothing inside .*: Systems Manager does not manage the instance/,
  ],
  ['GUEST_UNSEEN', 'warning', machine('m-62'), /its Systems Manager agent has stopped reporting/],
  ['OS_UNSUPPORTED', 'blocker', machine('m-63'), /Windows Server 2003 R2 \(5\.2\.\d+\) is older/],
  [
    'OS_UNSUPPORTED',
    'blocker',
    machine('m-95'),
    /2008 R2 Standard \(6\.1\.7600\) is older .* 2008 R2 with SP1/,
  ],
  ['OS_MIGRATION_ONLY', 'warning', machine('m-64'), /Windows Server 2008 Standard \(6\.0\.600\d\)/],
  ['BOOT_MODE_UNSUPPORTED', 'blocker', machine('m-65'), /2008 R2 Standard boots with UEFI/],
  ['OS_ARCHITECTURE', 'blocker', machine('m-66'), /Windows Server 2019 Datacenter is a 32-bit system/],
  ['BITLOCKER', 'blocker', machine('m-67'), /BitLocker encrypts C:, D:/],
  ['STORAGE_SPACES', 'blocker', machine('m-68'), /Storage Spaces holds pool-1/],
  ['DYNAMIC_OS_DISK', 'blocker', machine('m-69'), /on disk 0, a dynamic disk/],
  ['LARGE_SECTORS', 'blocker', machine('m-71'), /Sectors of disk 1 /],
  ['BOOT_DISK_APART', 'blocker', machine('m-72'), /Windows is on disk 1, its boot loader on disk 0/],
  ['CLUSTER_NODE', 'warning', machine('m-73'), /node of a failover cluster/],
  ['SECURE_BOOT', 'blocker', machine('m-74'), /Secure Boot is on/],
  ['PENDING_REBOOT', 'warning', machine('m-75'), /A restart is pending/],
  ['DOMAIN_CONTROLLER', 'blocker', machine('m-76'), /a domain controller/],
  ['NETWORK_MOUNTS', 'warning', machine('m-77'), /\\\\amznfsxabc\.corp\.example\.com\\share/],
  ['AMAZON_LINUX', 'blocker', machine('m-81'), /^Amazon Linux 2023/],
  ['KERNEL_UNLISTED', 'blocker', machine('m-82'), /Ubuntu 22\.04\S* LTS runs kernel \S+-aws/],
  ['GUEST_ENCRYPTED', 'blocker', machine('m-83'), /encrypts nvme1n1 with LUKS/],
  ['OS_ARCHITECTURE', 'blocker', machine('m-84'), /Ubuntu \S+ LTS is a 32-bit system/],
  ['LARGE_SECTORS', 'blocker', machine('m-85'), /Sectors of nvme1n1 /],
  ['BOOT_DISK_APART', 'blocker', machine('m-86'), /\/ is on nvme0n1, \/boot on nvme1n1/],
  ['SECURE_BOOT', 'blocker', machine('m-87'), /Secure Boot is on/],
  ['PENDING_REBOOT', 'warning', machine('m-87'), /A restart is pending/],
  ['PENDING_REBOOT', 'warning', machine('m-91'), /A restart is pending/],
  ['PENDING_REBOOT', 'warning', machine('m-92'), /A restart is pending/],
  [
    'NETWORK_MOUNTS',
    'warning',
    machine('m-88'),
    /: fs-0a1b2c3d\.efs\.eu-west-1\.amazonaws\.com:\/ on \/data\. They/,
  ],
];
