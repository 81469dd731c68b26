import { z } from 'zod';

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
