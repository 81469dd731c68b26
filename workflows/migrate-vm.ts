import { allHandlersFinished, CancellationScope, CancelledFailure, condition } from '@temporalio/workflow';
import { commit, finish, validate } from './complete-machine.ts';
import { cutOverWhenAsked } from './cut-over.ts';
import { EndAsked, MachineRun } from './machine-run.ts';
import type { MachineStatus, MigrateVmInput } from './messages.ts';
import { preflight, replicate } from './prepare-machine.ts';
import { readTiming } from './steps.ts';

/**
 * Carries one machine from EC2 to Azure.
 * Its whole body is non-cancellable: a cancel is a flag that ends the machine at the next safe point, while nothing was
 * stopped or failed over.
 * @returns the machine's last status. Closes as cancelled when a cancel ended it.
 */
export async function migrateVm({ vm, timing }: MigrateVmInput): Promise<MachineStatus> {
  const { cancelRequested } = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const run = new MachineRun(vm, timing === undefined ? readTiming() : Promise.resolve(timing));
    run.listen();
    cancelRequested.catch(() => run.cancelled());
    try {
      await migrate(run);
    } catch (cause) {
      if (!(cause instanceof EndAsked)) throw cause;
      await run.undo();
      run.note(
        'Ended by Temporal’s cancel. Nothing was stopped; what replicates goes on until it is disabled in the vault',
      );
      run.enter('aborted');
      await run.flushed();
      throw new CancelledFailure(`${run.address} was cancelled before its cutover`);
    }
    await condition(allHandlersFinished);
    await run.flushed();
    return run.status;
  });
}

async function migrate(run: MachineRun): Promise<void> {
  const found = await preflight(run);
  if (found === 'migrated') return run.enter('completed');
  await replicate(run, found);
  await cutOverWhenAsked(run, found);
  const migrated = await validate(run, found);
  await commit(run, found);
  await finish(run, found, migrated);
  run.enter('completed');
}
