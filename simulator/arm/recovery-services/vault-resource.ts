import { z } from 'zod';
import type { ArmResource } from '../resource.ts';
import { tagsInput } from '../resources/tag-rules.ts';

const propertiesInput = z.object({
  publicNetworkAccess: z.enum(['Enabled', 'Disabled']).optional(),
  monitoringSettings: z.looseObject({}).optional(),
  restoreSettings: z.looseObject({}).optional(),
  redundancySettings: z.looseObject({}).optional(),
  securitySettings: z.looseObject({}).optional(),
});

/** `PUT` and `PATCH vaults/{v}`: what the simulator keeps of it. */
export const vaultInput = z.object({
  location: z.string().optional(),
  tags: tagsInput.optional(),
  sku: z.object({ name: z.string() }).optional(),
  identity: z.object({ type: z.string() }).optional(),
  properties: propertiesInput.optional(),
});
export type VaultInput = z.infer<typeof vaultInput>;

/** What a PUT or PATCH has set of a vault's properties. */
export type VaultSettings = Readonly<z.infer<typeof propertiesInput>>;

/** A Recovery Services vault as a resource; what is in it is Site Recovery's. */
export interface VaultResource extends ArmResource {
  sku: string;
  /** Its system-assigned identity, while it has one. */
  principalId: string | undefined;
  settings: VaultSettings;
  state: 'Provisioning' | 'Succeeded' | 'Deleting';
  changedMs: number;
}

/** A vault as GET answers it. Ids of other providers than Site Recovery keep their small `/subscriptions/` (recorded). */
export function vaultBody(vault: VaultResource, tenantId: string): object {
  const { id, name, location, tags, settings, state, changedMs } = vault;
  const changed = new Date(changedMs).toISOString().replace('Z', '0000Z');
  return {
    location,
    name,
    etag: `W/"datetime'${encodeURIComponent(changed)}'"`,
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    properties: {
      provisioningState: state,
      privateEndpointStateForBackup: 'None',
      privateEndpointStateForSiteRecovery: 'None',
      publicNetworkAccess: 'Enabled',
      ...settings,
    },
    id,
    type: 'Microsoft.RecoveryServices/vaults',
    sku: skuBody(vault),
    ...identityBody(vault, tenantId),
  };
}

/** The tier goes with RS0 only, as in the official example. */
export function skuBody({ sku }: VaultResource): object {
  return sku === 'RS0' ? { name: 'RS0', tier: 'Standard' } : { name: sku };
}

/** `identity`, for a vault that has one. */
export function identityBody({ principalId }: VaultResource, tenantId: string): object {
  if (principalId === undefined) return {};
  return { identity: { type: 'SystemAssigned', principalId, tenantId } };
}
