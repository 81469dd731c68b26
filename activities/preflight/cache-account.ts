import type { VmPlan } from '../../plan/index.ts';
import { nameOf } from '../arm-id.ts';
import type { AzureFacts } from './azure-facts.ts';
import type { Findings } from './findings.ts';
import type { CacheAccount } from './read-cache-account.ts';

/** Kinds that hold blobs of the general purpose. */
const kinds = ['Storage', 'StorageV2'];

/**
 * Whether Site Recovery takes the cache account.
 * @see learn.microsoft.com, site-recovery/vmware-physical-azure-support-matrix, "Azure storage"
 */
export async function checkCacheAccount(
  facts: AzureFacts,
  { environment }: VmPlan,
  findings: Findings,
): Promise<void> {
  const { cacheStorageAccountId: id, location, create } = environment;
  const name = `Cache storage account ${nameOf(id)}`;
  const account = await facts.cacheAccount(id);
  if (account === undefined) {
    if (create) findings.info('TO_BE_CREATED', `${name} does not exist: Portage creates it`, 'Nothing to do');
    else
      findings.blocker(
        'CACHE_ACCOUNT_MISSING',
        `${name} does not exist`,
        'Create it in the vault’s region, correct cacheStorageAccount, or say create: true',
      );
    return;
  }
  if (account.location.toLowerCase() !== location.toLowerCase())
    findings.blocker(
      'CACHE_ACCOUNT_REGION',
      `${name} is in ${account.location}, the vault in ${location}`,
      'Use an account in the vault’s region',
    );
  if (!kinds.includes(account.kind))
    findings.blocker(
      'CACHE_ACCOUNT_KIND',
      `${name} is of kind ${account.kind}; Site Recovery takes ${kinds.join(' or ')}`,
      'Use a general-purpose account',
    );
  checkSettings(name, account, findings);
}

function checkSettings(name: string, account: CacheAccount, findings: Findings): void {
  if (account.isHierarchical)
    findings.blocker(
      'CACHE_ACCOUNT_HIERARCHICAL',
      `${name} has a hierarchical namespace, which Site Recovery does not support`,
      'Use an account without one: it cannot be turned off',
    );
  if (account.hasSoftDelete)
    findings.blocker(
      'CACHE_ACCOUNT_SOFT_DELETE',
      `${name} keeps deleted blobs (soft delete), which Site Recovery does not support: what it deletes is paid for and fills the account`,
      'Turn soft delete of blobs and containers off for this account',
    );
  if (!account.letsAzureIn)
    findings.blocker(
      'CACHE_ACCOUNT_CLOSED',
      `The firewall of ${name} keeps trusted Azure services out`,
      'Allow trusted Microsoft services in its networking settings',
    );
  if (!account.isPublic)
    findings.blocker(
      'CACHE_ACCOUNT_PRIVATE',
      `Public network access to ${name} is off: servers reach it by private endpoints only`,
      'Allow public network access in its networking settings; or, where your servers reach it by a private endpoint, accept CACHE_ACCOUNT_PRIVATE by name',
    );
}
