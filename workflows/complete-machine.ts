import type { MigratedVm } from '../activities/index.ts';
import { awaitJob } from './await-job.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import { unquiesceInAzure } from './quiesce.ts';
import { jobText } from './story.ts';

/** Finds the Azure VM by its disks and waits until it has passed the plan's checks. */
export async function validate(run: MachineRun, found: Found): Promise<MigratedVm> {
  const { item } = found;
  run.enter('validating');
  const migrated = await run.step('Find the Azure VM by its disks', ({ act }) => act.findMigratedVm(item));
  run.azureVm = migrated;
  run.note(
    `The Azure VM is ${migrated.name}, ${migrated.size}, known by its ${migrated.diskIds.length} disks`,
  );
  if (migrated.name !== run.vm.target.vmName)
    run.note(`Azure named the VM ${migrated.name}: ${run.vm.target.vmName} was taken`);
  await run.step('Put on the Azure VM what the plan says', ({ act }) =>
    act.applyVmSettings(run.vm, migrated),
  );
  const { licence } = run.vm.target;
  if (licence) run.note(`Licence ${licence.type} on ${migrated.name}, confirmed by ${licence.confirmedBy}`);
  await unquiesceInAzure(run, found, migrated);
  await run.step('Validate the Azure VM', ({ validate }) => validate.awaitValidated(run.vm, migrated));
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

/** Ends replication as a completed migration, and leaves the source as the plan says. */
export async function finish(run: MachineRun, found: Found, migrated: MigratedVm): Promise<void> {
  const { item, source } = found;
  run.enter('finishing');
  await run.step('Complete the migration', async ({ act, wait }) => {
    const job = await act.beginCompleteMigration(item, await act.markItemJobs(item));
    await awaitJob(run, { wait }, item, job);
    await run.wait(() => wait.awaitItemGone(item));
  });
  if (run.vm.afterCommit === 'snapshot') {
    const ids = await run.step('Take snapshots of the source', async ({ act, wait }) => {
      await act.beginSnapshots(run.vm, source.instanceId);
      return run.wait(() => wait.awaitSnapshots(run.vm));
    });
    run.note(`Snapshots of the source: ${ids.join(', ')}`);
  }
  await run.step('Mark the source as migrated', ({ act }) =>
    act.markSourceCompleted(run.vm, source.instanceId, migrated.id),
  );
}
