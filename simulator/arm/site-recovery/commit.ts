import { secondsOf } from '../../durations.ts';
import { task, type Job } from './job.ts';
import { requireAllowed, startOperation } from './operation.ts';
import type { ProtectedItem } from './protected-item.ts';
import type { Vault } from './vault.ts';

/** Commits a failover: the other recovery points are gone for good. */
export function commit(vault: Vault, item: ProtectedItem): Job {
  requireAllowed(item, 'Commit');
  const totalMs = secondsOf(vault.world.durations.commitSeconds, item.random);
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_FailoverCommit',
    scenarioName: 'CommitFailover',
    friendlyName: 'Commit',
    detailsType: 'AsrJobDetails',
    tasks: [
      task('VmCommitPrerequisitesCheck', 'Prerequisites check', totalMs / 3),
      task('VmCommit', 'Commit', (totalMs * 2) / 3),
    ],
    succeeded: () => {
      item.stage = { is: 'committed' };
      item.keptPoint = item.failoverPoint;
      item.extraPoints = [];
    },
  });
}
