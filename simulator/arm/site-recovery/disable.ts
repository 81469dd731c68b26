import { z } from 'zod';
import { secondsOf } from '../../durations.ts';
import type { JobFailure } from '../../faults.ts';
import { task, type Job } from './job.ts';
import { requireAllowed, requireFree, startOperation } from './operation.ts';
import type { ProtectedItem } from './protected-item.ts';
import type { Vault } from './vault.ts';

/** `POST …/remove`. */
export const disableInput = z.object({
  properties: z.object({
    disableProtectionReason: z.enum(['NotSpecified', 'MigrationComplete']).default('NotSpecified'),
  }),
});

/**
 * Disables replication, on both sides: the item goes, and so do its seed disks. What a failover made stays.
 * `MigrationComplete` is for items that allow `CompleteMigration` (inferred from the name). The names of its tasks are inferred.
 */
export function disable(
  vault: Vault,
  item: ProtectedItem,
  { properties }: z.infer<typeof disableInput>,
): Job {
  const completes = properties.disableProtectionReason === 'MigrationComplete';
  requireAllowed(item, completes ? 'CompleteMigration' : 'DisableProtection');
  const totalMs = secondsOf(vault.world.durations.removeSeconds, item.random);
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_Delete',
    scenarioName: 'DisableDr',
    friendlyName: completes ? 'Complete migration' : 'Disable replication',
    detailsType: 'AsrJobDetails',
    tasks: [
      task(
        'DisableProtectionPrerequisitesCheck',
        'Prerequisites check for disabling protection',
        totalMs * 0.2,
      ),
      task('DisableProtection', 'Disabling protection', totalMs * 0.8),
    ],
    failure: fails(vault, item),
    succeeded: () => {
      if (vault.world.section.quirks.disableLeaves === 'nothing') deleteSeedDisks(vault, item);
      item.fabric.removeItem(item);
    },
  });
}

function deleteSeedDisks({ world }: Vault, { disks }: ProtectedItem): void {
  for (const { seedManagedDiskId } of disks) world.compute.deleteDisk(seedManagedDiskId);
}

/** A source side that does not answer any more, so that only a purge helps (documented; code and words are inferred). */
function fails({ world }: Vault, { source, friendlyName }: ProtectedItem): JobFailure | undefined {
  if (!world.section.quirks.disableFails.includes(source.instanceId)) return undefined;
  return {
    code: '78008',
    message: `Replication could not be disabled for '${friendlyName}'.`,
    possibleCauses: 'The replication appliance or the machine does not respond.',
    recommendedAction:
      'Remove the item without the cleanup of its configuration: this purges it from the vault.',
  };
}

/** Purges an item: the vault forgets it, and everything it made in Azure stays behind, seed disks too (field-notes.md; the job is inferred). */
export function purge(vault: Vault, item: ProtectedItem): Job {
  requireFree(item);
  const durationMs = secondsOf(vault.world.durations.removeSeconds, item.random);
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_Purge',
    scenarioName: 'PurgeDr',
    friendlyName: 'Purge protected item',
    detailsType: 'AsrJobDetails',
    tasks: [task('PurgeProtection', 'Purging protection', durationMs)],
    succeeded: () => item.fabric.removeItem(item),
  });
}
