import { ActivityFailure } from '@temporalio/common';
import { uuid4 } from '@temporalio/workflow';
import type { Comparison, GuestPicture, MigratedVm } from '../activities/index.ts';
import { troubleOf, type Trouble } from './attention.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import { runInAzure } from './run-in-azure.ts';

const step = 'Compare the guests';

/** Takes a picture of the source's guest while it runs. Without one there is nothing to compare, and the machine goes on. */
export async function pictureOfSource(run: MachineRun, { source }: Found): Promise<GuestPicture | undefined> {
  return run.step('Take a picture of the source', async ({ inAzure, act }) => {
    try {
      const command = await act.beginSourcePicture(run.vm, source, `Portage, picture: ${uuid4()}`);
      if (command !== undefined)
        return await run.wait(() => inAzure.awaitSourcePicture(run.vm, source, command));
      run.note('No picture of the source was taken: Systems Manager does not reach it');
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      run.note(`No picture of the source was taken: ${troubleOf(failure).message}`);
    }
    return undefined;
  });
}

/** Compares a test VM with its source: the difference is what an approval of the test approves. */
export async function compareTestVm(
  run: MachineRun,
  found: Found,
  vm: MigratedVm,
  picture: GuestPicture | undefined,
): Promise<void> {
  const comparison = await compare(run, found, vm, picture);
  if (comparison !== undefined) run.test.compared(comparison);
}

/** Compares the real VM with its source as it was before the stop, and asks about what nobody has approved. */
export async function compareMigratedVm(
  run: MachineRun,
  found: Found,
  vm: MigratedVm,
  picture: GuestPicture | undefined,
): Promise<void> {
  for (;;) {
    const comparison = await compare(run, found, vm, picture);
    if (comparison === undefined) return;
    run.compared(comparison);
    const unapproved = notApproved(run, comparison);
    if (unapproved.length === 0) return;
    if ((await run.untilAnswered(step, troubleAbout(unapproved), ['accept'])) === 'accept')
      return run.note(`Accepted by ${run.decisions.answeredBy}: ${unapproved.join('; ')}`);
  }
}

async function compare(
  run: MachineRun,
  { source }: Found,
  vm: MigratedVm,
  picture: GuestPicture | undefined,
): Promise<Comparison | undefined> {
  if (picture === undefined) return undefined;
  const comparison = await runInAzure(
    run,
    step,
    (activities, name) => activities.awaitComparison(run.vm, vm, source, picture, name),
    (activities, name) => activities.removeRunCommand(vm.id, name),
  );
  if (comparison.kind === 'inconclusive') run.note(`${vm.name} was not compared: ${comparison.why}`);
  else if (comparison.differences.length === 0) run.note(`${vm.name} is like its source`);
  else for (const difference of comparison.differences) run.note(difference);
  return comparison;
}

function notApproved(run: MachineRun, comparison: Comparison): readonly string[] {
  if (comparison.kind === 'inconclusive') return [];
  const approved = run.test.approvedDifferences;
  return comparison.differences.filter((one) => !approved.includes(one));
}

function troubleAbout(differences: readonly string[]): Trouble {
  return {
    code: 'DIFFERENCES_NOT_APPROVED',
    message: `The Azure VM differs from its source in what no approved test has shown: ${differences.join('; ')}`,
    suggestion: 'Cure it on the VM, then retry; accept it where it is as it should be',
  };
}
