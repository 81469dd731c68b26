import { z } from 'zod';

const tags = z.record(z.string(), z.string());
const name = z.string().min(1);

/** The kinds of storage accounts, as the service names them. */
export const storageKinds = [
  'StorageV2',
  'Storage',
  'BlobStorage',
  'BlockBlobStorage',
  'FileStorage',
] as const;

/** A storage account that is there from the beginning. */
export const storageAccountSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]{3,24}$/, 'a storage account name has 3 to 24 lower-case letters and digits'),
  resourceGroup: name,
  location: z.string().optional(),
  sku: z.string().default('Standard_LRS'),
  kind: z.enum(storageKinds).default('StorageV2'),
  tags: tags.default({}),
  /** Site Recovery does not take such an account as its cache. */
  hierarchicalNamespace: z.boolean().default(false),
  /** Days that deleted blobs are kept; soft delete is off when absent. */
  softDeleteDays: z.number().int().min(1).max(365).optional(),
  publicNetworkAccess: z.enum(['Enabled', 'Disabled']).default('Enabled'),
  /** What its firewall does with who is not listed. */
  networkDefaultAction: z.enum(['Allow', 'Deny']).default('Allow'),
  /** Lets Azure's trusted services in all the same. */
  networkBypass: z.enum(['None', 'AzureServices']).default('AzureServices'),
});
export type StorageAccountSection = z.infer<typeof storageAccountSchema>;
