import type { ArmResource } from '../resource.ts';
import type { StorageAccountSection } from './storage-section.ts';

/** How long deleted blobs of an account are kept. */
export interface SoftDelete {
  readonly enabled: boolean;
  readonly days: number | undefined;
}

/** What of an account's properties a PUT or PATCH may set. */
export interface StorageSettings {
  readonly sku: string;
  readonly kind: StorageAccountSection['kind'];
  readonly accessTier: string;
  readonly allowBlobPublicAccess: boolean;
  readonly allowSharedKeyAccess: boolean | undefined;
  readonly minimumTlsVersion: string;
  readonly httpsOnly: boolean;
  readonly publicNetworkAccess: string;
  readonly networkAcls: NetworkAcls;
}

/** An account's firewall. */
export interface NetworkAcls {
  readonly bypass: string;
  readonly defaultAction: string;
  readonly virtualNetworkRules: readonly unknown[];
  readonly ipRules: readonly unknown[];
}

/** A storage account. */
export interface StorageAccount extends ArmResource {
  settings: StorageSettings;
  /** Fixed when the account is made. */
  readonly hierarchicalNamespace: boolean;
  softDelete: SoftDelete;
  /** False until the account can be used. */
  ready: boolean;
}

/** A storage account as GET answers it. */
export function storageAccountBody(account: StorageAccount): object {
  const { id, name, location, tags, settings, createdMs, ready } = account;
  const created = new Date(createdMs).toISOString();
  return {
    sku: skuOf(account),
    kind: settings.kind,
    id,
    name,
    type: 'Microsoft.Storage/storageAccounts',
    location,
    tags,
    properties: {
      keyCreationTime: { key1: created, key2: created },
      allowCrossTenantReplication: false,
      privateEndpointConnections: [],
      isHnsEnabled: account.hierarchicalNamespace,
      minimumTlsVersion: settings.minimumTlsVersion,
      allowBlobPublicAccess: settings.allowBlobPublicAccess,
      ...(settings.allowSharedKeyAccess === undefined
        ? {}
        : { allowSharedKeyAccess: settings.allowSharedKeyAccess }),
      publicNetworkAccess: settings.publicNetworkAccess,
      networkAcls: settings.networkAcls,
      supportsHttpsTrafficOnly: settings.httpsOnly,
      encryption: encryptionOf(created),
      accessTier: settings.accessTier,
      provisioningState: ready ? 'Succeeded' : 'Creating',
      creationTime: created,
      primaryEndpoints: endpointsOf(name),
      primaryLocation: location,
      statusOfPrimary: 'available',
    },
  };
}

/** The blob service of an account: where its soft delete stands. */
export function blobServiceBody(account: StorageAccount): object {
  const { enabled, days } = account.softDelete;
  return {
    sku: skuOf(account),
    id: `${account.id}/blobServices/default`,
    name: 'default',
    type: 'Microsoft.Storage/storageAccounts/blobServices',
    properties: {
      cors: { corsRules: [] },
      deleteRetentionPolicy: {
        allowPermanentDelete: false,
        enabled,
        ...(days === undefined ? {} : { days }),
      },
    },
  };
}

/** `{name: Standard_LRS, tier: Standard}`. */
export function skuOf({ settings: { sku } }: StorageAccount): {
  readonly name: string;
  readonly tier: string;
} {
  return { name: sku, tier: sku.split('_')[0] ?? sku };
}

function endpointsOf(name: string): Readonly<Record<string, string>> {
  const services = ['dfs', 'web', 'blob', 'queue', 'table', 'file'];
  return Object.fromEntries(
    services.map((service) => [
      service,
      `https://${name}.${service === 'web' ? 'z6.web' : service}.core.windows.net/`,
    ]),
  );
}

function encryptionOf(lastEnabledTime: string): object {
  const service = { keyType: 'Account', enabled: true, lastEnabledTime };
  return { services: { file: service, blob: service }, keySource: 'Microsoft.Storage' };
}
