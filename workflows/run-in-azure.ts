import { ActivityFailure } from '@temporalio/common';
import { uuid4 } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import { failureType, troubleOf } from './attention.ts';
import type { MachineRun } from './machine-run.ts';

/** Where a VM could not be asked, nothing is known of it: neither that it is well nor that it is not. */
export interface Inconclusive {
  readonly kind: 'inconclusive';
  readonly why: string;
}

/**
 * Has something run in Azure by a run command, which is taken away whatever came of it.
 * @param ask the activity, with the run command's name: another for each asking.
 * @param remove takes that run command away.
 */
export async function runInAzure<T>(
  run: MachineRun,
  step: string,
  ask: (activities: Activities, name: string) => Promise<T>,
  remove: (activities: Activities, name: string) => Promise<void>,
): Promise<T | Inconclusive> {
  return run.step(step, ({ inAzure, act }) =>
    byRunCommand(
      run,
      (name) => ask(inAzure, name).catch(nothingKnown),
      (name) => remove(act, name),
    ),
  );
}

/** The same within a step of the caller's own, which fails where `ask` does. */
export async function byRunCommand<T>(
  run: MachineRun,
  ask: (name: string) => Promise<T>,
  remove: (name: string) => Promise<void>,
): Promise<T> {
  const name = `portage-${uuid4()}`;
  try {
    return await run.wait(() => ask(name));
  } finally {
    await remove(name).catch((failure: unknown) => notRemoved(run, name, failure));
  }
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
