import { ActivityFailure } from '@temporalio/common';
import { uuid4 } from '@temporalio/workflow';
import type { Activities, MigratedVm } from '../activities/index.ts';
import { failureType, troubleOf } from './attention.ts';
import type { MachineRun } from './machine-run.ts';

/** Where a VM could not be asked, nothing is known of it: neither that it is well nor that it is not. */
export interface Inconclusive {
  readonly kind: 'inconclusive';
  readonly why: string;
}

/**
 * Has something run on an Azure VM by a run command, which is taken away whatever came of it.
 * @param ask the activity, with the run command's name: another for each asking.
 */
export async function runInAzure<T>(
  run: MachineRun,
  vm: MigratedVm,
  step: string,
  ask: (activities: Activities, name: string) => Promise<T>,
): Promise<T | Inconclusive> {
  return run.step(step, async ({ inAzure, act }) => {
    const name = `portage-${uuid4()}`;
    const end = await run.wait(() => ask(inAzure, name).catch(nothingKnown));
    await act.removeRunCommand(run.vm, vm, name).catch((failure: unknown) => notRemoved(run, name, failure));
    return end;
  });
}

/** Its time was over while its agent was still waited for. */
function nothingKnown(failure: unknown): Inconclusive {
  if (failureType(failure) !== 'NotYet' || !(failure instanceof ActivityFailure)) throw failure;
  return { kind: 'inconclusive', why: troubleOf(failure).message };
}

/** It does no harm where it is. */
function notRemoved(run: MachineRun, name: string, failure: unknown): void {
  if (!(failure instanceof ActivityFailure)) throw failure;
  run.note(`The run command ${name} stays on the VM: ${troubleOf(failure).message}`);
}
