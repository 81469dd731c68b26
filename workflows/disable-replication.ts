import type { ItemAddress } from '../activities/index.ts';
import { awaitJob } from './await-job.ts';
import type { MachineRun } from './machine-run.ts';
import type { Undo } from './undo-list.ts';

/** Ends replication for good when the machine is given up: registered before it is enabled. */
export function disabling(run: MachineRun, item: ItemAddress): Undo {
  return { name: 'Disable replication', undo: () => disableReplication(run, item) };
}

/**
 * Disables replication on both sides. Only where Site Recovery refuses that for good, and a person says so, the vault
 * forgets the item: that leaves behind what was made for it.
 */
export async function disableReplication(run: MachineRun, item: ItemAddress): Promise<void> {
  const answer = await run.stepOr('Disable replication', ['purge', 'leave'], async ({ act, wait }) => {
    const job = await act.beginDisable(item, await act.markItemJobs(item));
    await awaitJob(run, { wait }, item, job);
    await wait.awaitItemGone(item);
    return 'disabled' as const;
  });
  if (answer === 'leave')
    return run.note(
      `${item.name} is left in the vault: it replicates, and costs, until somebody disables it`,
    );
  if (answer === 'purge') {
    await run.step('Purge the item', async ({ act, wait }) => {
      const job = await act.beginPurge(item);
      await awaitJob(run, { wait }, item, job);
      await wait.awaitItemGone(item);
    });
    return run.note(`${item.name} is purged: look for seed disks that it left, portage-${run.vm.plan}`);
  }
  run.note('Replication is disabled');
}
