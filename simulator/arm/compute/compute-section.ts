import { z } from 'zod';
import { guestFactsSchema } from '../../guest/guest-facts.ts';

const name = z.string().min(1);

/** A VM that is there before anything is migrated. */
export const virtualMachineSchema = z.strictObject({
  name,
  resourceGroup: name,
  location: z.string().optional(),
  size: z.string().default('Standard_D2s_v5'),
  osType: z.enum(['Windows', 'Linux']).default('Windows'),
  tags: z.record(z.string(), z.string()).default({}),
  licenseType: z.string().optional(),
  powerState: z.enum(['running', 'stopped', 'deallocated']).default('running'),
  /** The network and subnet of its interface, by name; without them the interface is somebody else's secret. */
  network: name.optional(),
  subnet: name.optional(),
  privateIp: z.ipv4().optional(),
  /** As its guest tells it; a usual one when absent. */
  osName: z.string().optional(),
  /** What its guest is like: made in Azure, without anything of EC2's. */
  guest: guestFactsSchema.prefault({}),
});
export type VirtualMachineSection = z.infer<typeof virtualMachineSchema>;

/** A size that this subscription can't have. */
export const sizeRestrictionSchema = z.strictObject({
  size: name,
  /** Zones in which it can't; the whole region when absent. */
  zones: z.array(z.enum(['1', '2', '3'])).optional(),
  reason: z.enum(['NotAvailableForSubscription', 'QuotaId']).default('NotAvailableForSubscription'),
});
export type SizeRestriction = z.infer<typeof sizeRestrictionSchema>;
