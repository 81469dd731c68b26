import type { AzureClients } from '../clouds.ts';
import type { ItemOperation } from './begin-once.ts';
import { argumentsOf, type ItemAddress } from './items.ts';

/** What a disabling is for: the vault allows each under a name of its own. */
type Disabling = Pick<ItemOperation, 'isDone'> & {
  readonly because: 'MigrationComplete' | 'NotSpecified';
};

/**
 * Disables replication on both sides, never by the purge.
 * @see POST …/replicationProtectedItems/{item}/remove, api-version 2023-06-01
 */
export function disabling(
  azure: AzureClients,
  item: ItemAddress,
  { because, isDone }: Disabling,
): ItemOperation {
  const input = { properties: { disableProtectionReason: because } };
  return {
    allowedAs: because === 'MigrationComplete' ? 'CompleteMigration' : 'DisableProtection',
    scenario: 'DisableDr',
    isDone,
    send: (options) =>
      azure.siteRecovery.replicationProtectedItems.beginDelete(...argumentsOf(item), input, options),
  };
}
