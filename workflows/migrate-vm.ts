import { allHandlersFinished, CancellationScope, CancelledFailure, condition } from '@temporalio/workflow';
import { finish } from './complete-machine.ts';
import { cutOverWhenAsked } from './cut-over.ts';
import { AbortAsked, MachineRun } from './machine-run.ts';
import { cancelled } from './machine-verbs.ts';
import type { MachineStatus, MigrateVmInput } from './messages.ts';
import type { Notification } from '../plan/resolve.ts';
import { preflight, replicate } from './prepare-machine.ts';
import { readTiming } from './steps.ts';
import { watchAfterwards } from './watch-afterwards.ts';

/**
 * Carries one machine from EC2 to Azure.
 * Its whole body is non-cancellable: a cancel means abort, which gives the machine up at the next safe point, and is noted
 * once it is committed.
 * @returns the machine's last status. Closes as cancelled when a cancel ended it.
 */
export async function migrateVm({ vm, timing, notifications = [] }: MigrateVmInput): Promise<MachineStatus> {
  const { cancelRequested } = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const run = new MachineRun(vm, timing === undefined ? readTiming() : Promise.resolve(timing));
    run.listen();
    cancelRequested.catch(() => cancelled(run));
    try {
      await migrate(run, notifications);
    } catch (cause) {
      if (!(cause instanceof AbortAsked)) throw cause;
      await run.undo();
      run.note('Given up: what was made for it is taken away, as far as the notes do not say otherwise');
      run.enter('aborted');
    }
    await condition(allHandlersFinished);
    await run.flushed();
    if (run.wasCancelled) throw new CancelledFailure(`${run.address} was cancelled before its commit`);
    return run.status;
  });
}

async function migrate(run: MachineRun, notifications: readonly Notification[]): Promise<void> {
  const found = await preflight(run);
  if (found === 'migrated') return run.enter('completed');
  await replicate(run, found);
  const migrated = await cutOverWhenAsked(run, found);
  if (migrated === undefined) return run.enter('turned-back');
  const { snapshots } = await finish(run, found, migrated);
  await watchAfterwards(run, { instanceId: found.source.instanceId, notifications, snapshots });
  run.enter('completed');
}
