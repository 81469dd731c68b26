import { z } from 'zod';
import { ArmError } from '../arm-error.ts';
import { tagsInput } from '../resources/tag-rules.ts';
import type { StorageAccount, StorageSettings } from './storage-account.ts';
import { storageKinds } from './storage-section.ts';

const networkAcls = z.object({
  bypass: z.string().default('AzureServices'),
  defaultAction: z.enum(['Allow', 'Deny']).default('Allow'),
  virtualNetworkRules: z.array(z.unknown()).default([]),
  ipRules: z.array(z.unknown()).default([]),
});

const properties = z.object({
  accessTier: z.enum(['Hot', 'Cool', 'Premium', 'Cold']).optional(),
  allowBlobPublicAccess: z.boolean().optional(),
  allowSharedKeyAccess: z.boolean().optional(),
  minimumTlsVersion: z.enum(['TLS1_0', 'TLS1_1', 'TLS1_2', 'TLS1_3']).optional(),
  supportsHttpsTrafficOnly: z.boolean().optional(),
  publicNetworkAccess: z.enum(['Enabled', 'Disabled', 'SecuredByPerimeter']).optional(),
  isHnsEnabled: z.boolean().optional(),
  networkAcls: networkAcls.optional(),
});

const shape = {
  sku: z.object({ name: z.string() }).optional(),
  kind: z.string().optional(),
  tags: tagsInput.optional(),
  properties: properties.optional(),
};

/** `PUT storageAccounts/{a}`: what the simulator reads of it. */
export const createInput = z.object({ ...shape, location: z.string().optional() });
/** `PATCH storageAccounts/{a}`. */
export const updateInput = z.object(shape);
/** `PUT storageAccounts/{a}/blobServices/default`. */
export const blobServiceInput = z.object({
  properties: z
    .object({
      deleteRetentionPolicy: z
        .object({ enabled: z.boolean().default(false), days: z.number().int().min(1).max(365).optional() })
        .optional(),
    })
    .default({}),
});

const skus = new Set([
  'Standard_LRS',
  'Standard_GRS',
  'Standard_RAGRS',
  'Standard_ZRS',
  'Standard_GZRS',
  'Standard_RAGZRS',
  'Premium_LRS',
  'Premium_ZRS',
]);

type Input = z.infer<typeof updateInput>;

/**
 * The settings of an account after a body: what it does not name stays, or is as the service has it (documented defaults).
 * @throws ArmError 400 for a sku or kind that there is not.
 */
export function settingsAfter(input: Input, before: StorageSettings | undefined): StorageSettings {
  const { properties: given = {} } = input;
  return {
    sku: checkedSku(input.sku?.name ?? before?.sku),
    kind: checkedKind(input.kind ?? before?.kind),
    accessTier: given.accessTier ?? before?.accessTier ?? 'Hot',
    allowBlobPublicAccess: given.allowBlobPublicAccess ?? before?.allowBlobPublicAccess ?? false,
    allowSharedKeyAccess: given.allowSharedKeyAccess ?? before?.allowSharedKeyAccess,
    minimumTlsVersion: given.minimumTlsVersion ?? before?.minimumTlsVersion ?? 'TLS1_0',
    httpsOnly: given.supportsHttpsTrafficOnly ?? before?.httpsOnly ?? true,
    publicNetworkAccess: given.publicNetworkAccess ?? before?.publicNetworkAccess ?? 'Enabled',
    networkAcls: given.networkAcls ?? before?.networkAcls ?? networkAcls.parse({}),
  };
}

/** @throws ArmError 409 where a body would change what is fixed. */
export function requireUnchanged(account: StorageAccount, input: Input): void {
  const wanted = input.properties?.isHnsEnabled;
  if (wanted === undefined || wanted === account.hierarchicalNamespace) return;
  throw new ArmError(
    409,
    'AccountPropertyCannotBeUpdated',
    `The property 'isHnsEnabled' was specified in the input, but it cannot be updated as it is read-only. For more information, see - https://aka.ms/storageaccountupdate`,
  );
}

/** @throws ArmError 400 for a name that no account can have. */
export function checkAccountName(name: string): void {
  if (isAccountName(name)) return;
  throw new ArmError(400, 'AccountNameInvalid', invalidName(name));
}

export function isAccountName(name: string): boolean {
  return /^[a-z0-9]{3,24}$/.test(name);
}

/** Why a name can't be an account's, in the service's words. */
export function invalidName(name: string): string {
  return `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`;
}

function checkedSku(sku: string | undefined): string {
  if (sku !== undefined && skus.has(sku)) return sku;
  throw invalidParameter('sku');
}

function checkedKind(kind: string | undefined): StorageSettings['kind'] {
  const known = storageKinds.find((each) => each === kind);
  if (known === undefined) throw invalidParameter('kind');
  return known;
}

function invalidParameter(name: string): ArmError {
  return new ArmError(
    400,
    'InvalidValuesForRequestParameters',
    `Values for request parameters are invalid: ${name}.`,
  );
}
