import { z } from 'zod';

const port = z.number().int().min(1).max(65_535);

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
};

export const guestFactsSchema = z.strictObject(guestFactsShape);
export type GuestFacts = z.infer<typeof guestFactsSchema>;
