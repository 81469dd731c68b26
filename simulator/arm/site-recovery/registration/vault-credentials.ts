import { createHash } from 'node:crypto';
import type { Vault } from '../vault.ts';

/** Documented: a vault credentials file can be used for five days. */
const validMs = 5 * 24 * 60 * 60_000;

/** What a vault credentials file says. */
export interface VaultCredentials {
  readonly resourceGroup: string;
  readonly vault: string;
  readonly validUntilMs: number;
}

/**
 * The file that a person downloads from the portal for a configuration server. The real one is XML with a certificate; the
 * element names are as people have published theirs, its content here is as much as a registration needs.
 */
export function vaultCredentialsText({ world, name, resourceGroup }: Vault): string {
  const { clock, section } = world;
  const validUntil = new Date(clock.nowMs + validMs).toISOString();
  const seal = sealOf(resourceGroup, name, validUntil);
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<RSVaultAsrCreds xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.datacontract.org/2004/07/Microsoft.Azure.Portal.RecoveryServices.Models.Common">',
    `  <VaultDetails><SubscriptionId>${section.subscriptionId}</SubscriptionId><ResourceGroup>${resourceGroup}</ResourceGroup><ResourceName>${name}</ResourceName></VaultDetails>`,
    `  <ManagementCert>${seal}</ManagementCert>`,
    `  <ValidUntil>${validUntil}</ValidUntil>`,
    '</RSVaultAsrCreds>',
  ].join('\n');
}

/** Reads such a file; undefined for any other text, and for one that somebody has changed. */
export function readVaultCredentials(text: string): VaultCredentials | undefined {
  const [resourceGroup, vault, validUntil, seal] = [
    'ResourceGroup',
    'ResourceName',
    'ValidUntil',
    'ManagementCert',
  ].map((name) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1]);
  if (resourceGroup === undefined || vault === undefined || validUntil === undefined) return undefined;
  if (seal !== sealOf(resourceGroup, vault, validUntil)) return undefined;
  return { resourceGroup, vault, validUntilMs: Date.parse(validUntil) };
}

function sealOf(...parts: readonly string[]): string {
  return createHash('sha256')
    .update(`vault credentials/${parts.join('/')}`)
    .digest('base64');
}
