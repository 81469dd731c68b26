import type { MigratedVm } from '../activities/index.ts';
import { adaptMigratedVm } from './adapt.ts';
import { awaitJob } from './await-job.ts';
import { compareMigratedVm } from './compare-guests.ts';
import { doActions } from './machine-actions.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import { unquiesceInAzure } from './quiesce.ts';
import { jobText } from './story.ts';
import { validateMigratedVm } from './validate.ts';

/** Finds the Azure VM by its disks, makes it and its applications live in Azure, and waits until it has passed the plan's checks. */
export async function validate(run: MachineRun, found: Found): Promise<MigratedVm> {
  const { item } = found;
  run.enter('adapting');
  const migrated = await run.step('Find the Azure VM by its disks', ({ act }) => act.findMigratedVm(item));
  run.azureVm = migrated;
  run.note(
    `The Azure VM is ${migrated.name}, ${migrated.size}, known by its ${migrated.diskIds.length} disks`,
  );
  if (migrated.name !== run.vm.target.vmName)
    run.note(`Azure named the VM ${migrated.name}: ${run.vm.target.vmName} was taken`);
  await run.stepOr('Put on the Azure VM what the plan says', ['skip'], ({ act }) =>
    act.applyVmSettings(run.vm, migrated),
  );
  const { licence } = run.vm.target;
  if (licence) run.note(`Licence ${licence.type} on ${migrated.name}, confirmed by ${licence.confirmedBy}`);
  await adaptMigratedVm(run, found, migrated);
  await unquiesceInAzure(run, found, migrated);
  await validateMigratedVm(run, found, migrated);
  await compareMigratedVm(run, found, migrated, run.sourcePicture);
  run.validated();
  run.note('The Azure VM is validated');
  return migrated;
}

/** Commits: one-way. */
export async function commit(run: MachineRun, { item }: Found): Promise<void> {
  const { jointJob } = run;
  if (jointJob !== undefined)
    await run.step('Wait for the end of its group’s recovery plan', ({ wait }) =>
      run.wait(() => wait.awaitPlanJobEnded(item, jointJob)),
    );
  run.enter('committing');
  await run.step('Commit', async ({ act, wait }) => {
    const mark = await act.markItemJobs(item);
    run.cutover.reach('committing');
    try {
      const job = await act.beginCommit(item, mark);
      run.cutover.reach('committed');
      run.note(`The commit is accepted${jobText(job)}`);
      await awaitJob(run, { wait }, item, job);
    } catch (failure) {
      if (!(await act.isCommitted(item, mark))) run.cutover.reach('failed-over');
      throw failure;
    }
  });
}

/**
 * Ends replication as a completed migration, and leaves the source as the plan says: stopped, kept apart, and marked.
 * @returns the ids of the snapshots of the source, where the plan wants some.
 */
export async function finish(
  run: MachineRun,
  found: Found,
  migrated: MigratedVm,
): Promise<{ readonly snapshots: readonly string[] }> {
  const { item, source } = found;
  run.enter('finishing');
  await doActions(run, run.vm.after);
  await run.step('Complete the migration', async ({ act, wait }) => {
    const job = await act.beginCompleteMigration(item, await act.markItemJobs(item));
    await awaitJob(run, { wait }, item, job);
    await run.wait(() => wait.awaitItemGone(item));
  });
  const snapshots = run.vm.afterCommit === 'keep' ? [] : await takeSnapshots(run, found);
  await keepApart(run, found);
  await run.step('Mark the source as migrated', ({ act }) =>
    act.markSourceCompleted(run.vm, source.instanceId, migrated.id),
  );
  return { snapshots };
}

async function takeSnapshots(run: MachineRun, { source }: Found): Promise<readonly string[]> {
  const ids = await run.stepOr('Take snapshots of the source', ['skip'], async ({ act, wait }) => {
    await act.beginSnapshots(run.vm, source.instanceId);
    return run.wait(() => wait.awaitSnapshots(run.vm));
  });
  if (ids === 'skip') return [];
  run.note(`Snapshots of the source: ${ids.join(', ')}`);
  return ids;
}

/** A source that somebody starts again must reach nobody, and nobody it. */
async function keepApart(run: MachineRun, { source }: Found): Promise<void> {
  const groups = await run.stepOr('Keep the source apart', ['skip'], ({ act }) =>
    act.quarantineSource(run.vm, source.instanceId),
  );
  if (groups !== 'skip')
    run.note(
      `The source is kept apart by ${groups.join(', ')}; the groups that it had stand in its tags portage:groups/<interface>`,
    );
}
