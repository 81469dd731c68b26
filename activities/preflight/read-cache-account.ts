import { nameOf, resourceGroupOf } from '../arm-id.ts';
import type { AzureClients } from '../clouds.ts';

/** What of a storage account decides whether Site Recovery takes it as its cache. */
export interface CacheAccount {
  readonly location: string;
  readonly kind: string;
  readonly isHierarchical: boolean;
  readonly hasSoftDelete: boolean;
  /** False where its firewall keeps Azure's own services out. */
  readonly letsAzureIn: boolean;
  /** False where nothing but a private endpoint leads to it. */
  readonly isPublic: boolean;
}

/** Reads a storage account and its blob service. @throws RestError 404 where there is none. */
export async function readCacheAccount({ storage }: AzureClients, id: string): Promise<CacheAccount> {
  const [group, name] = [resourceGroupOf(id), nameOf(id)];
  const account = await storage.storageAccounts.getProperties(group, name);
  const blobs = await storage.blobServices.getServiceProperties(group, name);
  const rules = account.networkRuleSet;
  const retention = [blobs.deleteRetentionPolicy, blobs.containerDeleteRetentionPolicy];
  return {
    location: account.location,
    kind: account.kind ?? '',
    isHierarchical: account.isHnsEnabled ?? false,
    hasSoftDelete: retention.some((policy) => policy?.enabled),
    letsAzureIn: rules?.defaultAction !== 'Deny' || (rules.bypass ?? '').includes('AzureServices'),
    isPublic: account.publicNetworkAccess === undefined || account.publicNetworkAccess === 'Enabled',
  };
}
