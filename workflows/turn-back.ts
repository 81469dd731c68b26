import type { CutoverAttempt } from './cut-over.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import { unquiesceOnSource } from './quiesce.ts';

/** Undoes a cutover whose failover was not accepted: the source runs again if it ran before; replication was never touched. */
export async function startSourceAgain(
  run: MachineRun,
  { source }: Found,
  { wasRunning }: CutoverAttempt,
): Promise<void> {
  await run.undoing('turning-back', async () => {
    if (wasRunning) {
      await startSource(run, source.instanceId);
      run.note('Turned back: the source runs again');
    } else run.note('Turned back: the source is as it was before');
    await unquiesceOnSource(run);
  });
}

/**
 * Goes back to the source after the failover was accepted. The Azure VM is out of service before the source comes to
 * life: there must never be two live copies. Replication is of no more use by then; a person says whether what the
 * failover made is deleted.
 * @returns `stays` when the source would not start and a person chose Azure after all.
 */
export async function returnToSource(
  run: MachineRun,
  found: Found,
  { wasRunning }: CutoverAttempt,
): Promise<'left' | 'stays'> {
  return run.undoing('turning-back', async () => {
    const { item, source } = found;
    const azureVm = await run.step('Find the Azure VM by its disks', ({ act }) => act.findMigratedVm(item));
    run.azureVm = azureVm;
    await run.step('Deallocate the Azure VM', ({ wait }) => wait.deallocateVm(item, azureVm));
    run.note(`${azureVm.name} is deallocated`);
    if (wasRunning && (await startSource(run, source.instanceId, 'stay-in-azure')) === 'stay-in-azure') {
      await run.step('Stop the source', async ({ act, wait }) => {
        await act.stopSource(run.vm, source.instanceId);
        await wait.awaitStopped(run.vm, source.instanceId);
      });
      await run.step('Start the Azure VM again', ({ wait }) => wait.startVm(item, azureVm));
      run.note('The source would not start: the machine stays in Azure');
      run.decisions.forgetLeaving();
      return 'stays';
    }
    run.note(
      wasRunning ? 'Turned back: the source runs again' : 'Turned back: the source is as it was before',
    );
    await unquiesceOnSource(run);
    run.sourceLives();

    const answer = await run.ask(
      'What becomes of the Azure VM',
      {
        code: 'DELETE_AZURE_VM',
        message: `${azureVm.name} is deallocated, with ${azureVm.diskIds.length} disks; its replication ends`,
        suggestion:
          'Delete it with its disks and interfaces, or keep it for a look: kept, it costs its disks',
      },
      ['delete', 'keep'],
    );
    if (answer === 'delete') {
      const interfaces = await run.step('Look at the Azure VM', ({ act }) =>
        act.interfacesOfVm(item, azureVm),
      );
      await run.step('Delete the Azure VM', ({ wait }) => wait.deleteVm(item, azureVm, interfaces));
      run.note(`${azureVm.name} is deleted, with its disks and interfaces`);
    } else run.note(`${azureVm.name} is kept, deallocated`);
    return 'left';
  });
}

/** @param otherWay an answer that a person may give where the source will not start. @returns that answer, if it was given. */
async function startSource<Answer extends string>(
  run: MachineRun,
  instanceId: string,
  ...otherWay: readonly Answer[]
): Promise<Answer | undefined> {
  return run.stepOr('Start the source again', otherWay, async ({ act, wait }) => {
    if ((await act.readPowerState(run.vm, instanceId)) === 'stopping')
      await wait.awaitStopped(run.vm, instanceId);
    await act.startSource(run.vm, instanceId);
    await wait.awaitRunning(run.vm, instanceId);
    return undefined;
  });
}
