import { z } from 'zod';

const port = z.number().int().min(1).max(65_535);

/** What the images of a cloud bring along. A guest that a scenario says nothing of has what EC2's images have. */
const imageFacts = {
  /** Windows: persistent routes to EC2's metadata service and KMS servers. When absent: EC2's images have them. */
  metadataRoutes: z.boolean().optional(),
  /** Windows: what runs at each boot. When absent, what EC2's images of that version have. */
  launchAgent: z.enum(['ec2config', 'ec2launch', 'ec2launch-v2', 'none']).optional(),
  /** Windows: the Key Management Service that it is told to activate with, `host:port`; `''` for none. When absent: its cloud's. */
  kms: z.string().optional(),
  licensed: z.boolean().default(true),
  /** The time server that it asks. When absent: its cloud's. */
  timeServer: z.string().optional(),
  /** Windows: what becomes of disks that it has not seen before. `OfflineShared` is what Windows Server comes with (documented). */
  newDiskPolicy: z
    .enum(['OnlineAll', 'OfflineAll', 'OfflineShared', 'OfflineInternal'])
    .default('OfflineShared'),
  /** Windows: path of its page file; managed by the system when absent. */
  pageFile: z.string().optional(),
  /** Windows: letters of the volumes, by the device name that EC2 gives the disk; `C:`, `D:` and so on when absent. */
  driveLetters: z.record(z.string(), z.string().regex(/^[A-Z]$/, 'one letter, without a colon')).default({}),
  /** Linux: where cloud-init looks for the cloud, in this order. When absent: its cloud's. */
  datasources: z.array(z.string()).optional(),
  /** Linux: netplan knows the interface by its MAC address, as cloud-init writes it on EC2. When absent: where the distribution has netplan. */
  netplanMatch: z.boolean().optional(),
};

/** What only a guest knows of itself, and EC2 never answers. Everything has a default: a plain machine, fit to migrate. */
export const guestFactsShape = {
  /**
   * How Systems Manager sees it: `managed`, `absent` (no agent or no instance profile), `silent` (its agent has stopped
   * reporting). When absent: an instance that a scenario lists is managed, one of an inventory where it has a profile.
   */
  ssm: z.enum(['managed', 'absent', 'silent']).optional(),
  /** Windows Update or component servicing wait for a restart; Linux tells it in its distribution’s way. */
  pendingReboot: z.boolean().default(false),
  secureBoot: z.boolean().default(false),
  /** Mount points that BitLocker protects: `C:`. Absent: the feature is not installed, as on any plain server. */
  bitLocker: z.array(z.string()).optional(),
  /** Names of the Storage Spaces pools. */
  storageSpaces: z.array(z.string()).default([]),
  domainController: z.boolean().default(false),
  /** Width of the operating system. */
  bits: z.union([z.literal(32), z.literal(64)]).default(64),
  /** The data disks are dynamic ones of Windows. */
  dynamicDisks: z.boolean().default(false),
  /** The disk of Windows itself is a dynamic one. */
  dynamicOsDisk: z.boolean().default(false),
  /** Windows boots from the second disk while its system partition stands on the first; Linux has `/boot` there. */
  bootOnSecondDisk: z.boolean().default(false),
  /** Network drives: letter to share. */
  mappedDrives: z.record(z.string(), z.string()).default({}),
  /** Devices that LUKS encrypts, by the names that EC2 gives them. */
  luks: z.array(z.string()).default([]),
  /** What is unusual about a disk, by the device name that EC2 gives it. */
  disks: z
    .record(
      z.string(),
      z.strictObject({
        sectorBytes: z.union([z.literal(512), z.literal(4096)]).default(512),
        partitionStyle: z.enum(['MBR', 'GPT', 'RAW']).optional(),
      }),
    )
    .default({}),
  /** As `uname -r` tells it. */
  kernel: z.string().optional(),
  /** Version that Windows tells of itself, where it is not the usual one of its name: `6.1.7600` without its service pack. */
  osVersion: z.string().optional(),
  /** Text of `/etc/fstab`. */
  fstab: z.string().optional(),
  /** Names of services that run beside the usual ones. */
  services: z.array(z.string()).default([]),
  /** TCP ports that something listens on, beside those of the operating system. */
  listens: z.array(port).default([]),
  /** TCP ports that the guest's own firewall closes. */
  blocks: z.array(port).default([]),
  /** A Mobility service that is there from the beginning. */
  agent: z
    .strictObject({ version: z.string().default('9.62.7172.1'), registered: z.boolean().default(true) })
    .optional(),
  /** A server of Site Recovery's that is installed from the beginning. */
  server: z.enum(['configuration-server', 'appliance']).optional(),
  /** Accounts that may install from outside; any account when absent. */
  administrators: z.array(z.string()).optional(),
  /** Ports that something listens on that speaks HTTP, each with the status that it answers. */
  http: z.record(z.string().regex(/^\d{1,5}$/, 'a port'), z.number().int().min(100).max(599)).default({}),
  /** What writes to its disks while its service runs: every so many seconds so many MiB. */
  writers: z
    .array(
      z.strictObject({ service: z.string(), everySeconds: z.number().min(1), mib: z.number().positive() }),
    )
    .default([]),
  /** The domain that Windows is a member of. */
  domain: z.string().optional(),
  /** Whether its domain still knows it. */
  secureChannel: z.boolean().default(true),
  ...imageFacts,
};

export const guestFactsSchema = z.strictObject(guestFactsShape);
export type GuestFacts = z.infer<typeof guestFactsSchema>;
