import { instanceIdOf, machine } from './cloud-world.ts';
import type { Provoked } from './provoked.ts';

const shared = { device: 'xvdc', sizeGiB: 10, volumeId: 'vol-00000000000000001', multiAttach: true };
const root = { device: '/dev/sda1', sizeGiB: 30 };
const manyVolumes = Array.from({ length: 65 }, (_, at) => ({ device: `xvd${at}`, sizeGiB: 1 }));

/** Instances that EC2 tells something of. */
export const oddSources = [
  { name: 'm-41', volumes: [root, ...manyVolumes] },
  { name: 'm-42', volumes: [{ device: '/dev/sda1', sizeGiB: 2049 }] },
  { name: 'm-43', firmware: 'UEFI', volumes: [{ device: '/dev/sda1', sizeGiB: 4096 }] },
  { name: 'm-44', volumes: [root, { device: 'xvdb', sizeGiB: 32_769 }] },
  { name: 'm-45', volumes: [root, shared] },
  { name: 'm-46', volumes: [root, shared] },
  { name: 'm-47', hibernation: true },
  { name: 'm-48', secondaryIps: ['10.0.1.201', '10.0.1.202'], ipv6Addresses: ['2001:db8::48'] },
  { name: 'm-60', interfaces: ['10.0.1.203'], securityGroups: ['sg-00000000000000060'] },
  { name: 'm-49', publicAddress: 'auto' },
  { name: 'm-50', publicAddress: 'elastic' },
  { name: 'm-51', usageOperation: 'RunInstances:0006' },
  { name: 'm-52', platform: 'linux', usageOperation: 'RunInstances:0010' },
  { name: 'm-53', usageOperation: 'RunInstances:0800' },
  { name: 'm-54', productCodes: ['5uu2s2ia2vljf7icqzyhqfxdg'] },
  { name: 'm-55', instanceProfile: 'app-role' },
  { name: 'm-56', tags: { 'aws:autoscaling:groupName': 'web-asg' } },
  { name: 'm-57', tags: { 'aws:cloudformation:stack-name': 'shop' } },
  { name: 'm-58', tags: { Schedule: 'office-hours', Backup: 'daily' } },
  { name: 'm-59', volumes: [{ ...root, encrypted: true }], firmware: 'UEFI' },
].map((odd) => ({ type: 't3.large', instanceId: instanceIdOf(odd.name), ...odd }));

/** Groups of `aws` beside the default ones: one of them lets in whoever has the other. */
export const oddGroups = [
  { groupId: 'sg-00000000000000060', name: 'shop-web', vpcId: 'vpc-00000000000000001' },
  {
    groupId: 'sg-00000000000000061',
    name: 'shop-db',
    vpcId: 'vpc-00000000000000001',
    ingress: [{ ports: 1433, groupId: 'sg-00000000000000060' }],
  },
];

const licence = { type: 'WindowsServer', confirmedBy: 'Ada Lovelace' };

/** One machine for each finding about what EC2 tells. */
export const sourceFindings: readonly Provoked[] = [
  ['TOO_MANY_DISKS', 'blocker', machine('m-41'), /^65 data volumes .* up to 64/],
  [
    'DISK_TOO_LARGE',
    'blocker',
    machine('m-42'),
    /\/dev\/sda1 \(vol-\w+\) .* 2049 GiB; .* generation 1, .* 2048/,
  ],
  ['DISK_TOO_LARGE', 'blocker', machine('m-43'), /4096 GiB; .* generation 2, .* UEFI .* 4095/],
  ['DISK_TOO_LARGE', 'blocker', machine('m-44'), /^xvdb \(vol-\w+\) has 32769 GiB; a managed disk/],
  ['SHARED_DISK', 'blocker', machine('m-45'), /^xvdc \(vol-0+1\) is attached to i-\d+46 too/],
  ['SHARED_DISK', 'blocker', machine('m-46'), /is attached to i-\d+45 too/],
  ['HIBERNATION', 'warning', machine('m-47'), /set up for hibernation/],
  [
    'INTERFACE_UNKNOWN',
    'blocker',
    machine('m-48', { target: { interfaces: ['10.9.9.9'] } }),
    /names 10\.9\.9\.9; the instance has 10\.0\.1\.\d+$/,
  ],
  ['SEVERAL_INTERFACES', 'warning', machine('m-60'), /has 2 interfaces \(10\.0\.1\.\d+, 10\.0\.1\.203\)/],
  [
    'GROUP_REFERENCED',
    'warning',
    machine('m-60'),
    /^Rules of sg-0+61 \(shop-db\) name its security group sg-0+60:/,
  ],
  ['SECONDARY_ADDRESSES', 'warning', machine('m-48'), /10\.0\.1\.201, 10\.0\.1\.202/],
  ['IPV6_ADDRESSES', 'warning', machine('m-48'), /2001:db8::48 will be gone/],
  ['PUBLIC_ADDRESS_LOST', 'warning', machine('m-49'), /public address \d+\.\S+ was assigned by EC2/],
  ['ELASTIC_IP', 'warning', machine('m-50'), /Elastic IP \d+\.\S+ stays in AWS/],
  ['LICENCE_STAYS', 'warning', machine('m-51'), /SQL Server Standard .*\(RunInstances:0006\)/],
  ['LICENCE_STAYS', 'warning', machine('m-52'), /Red Hat Enterprise Linux .*\(RunInstances:0010\)/],
  ['WINDOWS_LICENCE', 'info', machine('m-47'), /Windows Server .*\(RunInstances:0002\)/],
  [
    'HYBRID_BENEFIT',
    'info',
    machine('m-53', { target: { licence } }),
    /^Ada Lovelace confirms .*\(WindowsServer\)/,
  ],
  [
    'LICENCE_MISMATCH',
    'blocker',
    machine('m-52', { target: { licence } }),
    /is WindowsServer, and the machine runs Linux/,
  ],
  ['MARKETPLACE_PRODUCT', 'warning', machine('m-54'), /AWS Marketplace \(5uu2s2ia2vljf7icqzyhqfxdg\)/],
  ['INSTANCE_PROFILE', 'warning', machine('m-55'), /instance profile app-role/],
  ['AUTO_SCALING', 'blocker', machine('m-56'), /Auto Scaling group web-asg/],
  ['CLOUDFORMATION_STACK', 'warning', machine('m-57'), /stack shop/],
  ['SCHEDULED', 'warning', machine('m-58'), /Schedule=office-hours/],
  ['BACKED_UP', 'warning', machine('m-58'), /Backup=daily/],
];
