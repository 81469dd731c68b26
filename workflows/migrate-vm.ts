import { CancellationScope, CancelledFailure } from '@temporalio/workflow';
import type {
  Finding,
  ItemAddress,
  JobMark,
  MigratedVm,
  ReplicationSetting,
  SourceInstance,
} from '../activities/index.ts';
import { failureType, type Trouble } from './attention.ts';
import { EndAsked, MachineRun, TurnBackAsked } from './machine-run.ts';
import type { MachineStatus, MigrateVmInput } from './messages.ts';
import { readTiming } from './steps.ts';

/** What preflight found a machine and its place in the vault to be. */
interface Found {
  readonly source: SourceInstance;
  readonly setting: ReplicationSetting;
  readonly item: ItemAddress;
}

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
      run.note(
        'Ended by Temporal’s cancel. Nothing was stopped; what replicates goes on until it is disabled in the vault',
      );
      run.enter('aborted');
      await run.flushed();
      throw new CancelledFailure(`${run.address} was cancelled before its cutover`);
    }
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

/**
 * Looks until nothing speaks against it: blockers ask for a person, who cures them and has it looked at again.
 * @returns `migrated` when the clouds' tags say that an earlier run has completed it.
 */
async function preflight(run: MachineRun): Promise<Found | 'migrated'> {
  run.enter('preflight');
  for (;;) {
    const looked = await run.step('Preflight', ({ act }) => act.checkMachine(run.vm));
    run.findings = looked.findings;
    if (looked.migratedAs !== undefined) {
      run.note(`Migrated by an earlier run, to ${looked.migratedAs}: nothing is done again`);
      return 'migrated';
    }
    const { instance: source, setting, item } = looked;
    run.source = source;
    const blockers = looked.findings.filter(({ severity }) => severity === 'blocker');
    if (source && setting && item && blockers.length === 0) {
      run.note(
        `Found ${source.instanceId} (${source.osType}, ${source.instanceType}) at ${source.privateIp}`,
      );
      return { source, setting, item };
    }
    await run.untilRetried('Preflight', blockers.length > 0 ? allOf(blockers) : incomplete);
  }
}

/** Somebody accepted a finding that nothing can do without, such as a machine without an address. */
const incomplete: Trouble = {
  code: 'INCOMPLETE',
  message: 'What was found is not enough to replicate the machine, although the plan accepts every finding',
  suggestion: 'Look at the accepted findings: one of them has to be cured',
};

function allOf(blockers: readonly Finding[]): Trouble {
  return {
    code: blockers[0]?.code ?? '',
    message: blockers.map(({ code, message }) => `${code}: ${message}`).join('; '),
    suggestion: blockers.map(({ suggestion }) => suggestion).join('; '),
  };
}

/** From a machine that Site Recovery may not even know of to one that is ready to fail over. */
async function replicate(run: MachineRun, { source, setting, item }: Found): Promise<void> {
  run.enter('preparing');
  await run.step('Claim the instance', ({ act }) => act.claimSource(run.vm, source.instanceId));
  const machine = await run.step('Find it in Site Recovery', async ({ act, wait }) => {
    const discovered = () => run.wait(() => wait.awaitDiscovered(run.vm, source, setting));
    const missing = await act.discoveryStep(run.vm, source, setting);
    if (missing === undefined) return discovered();
    return run.waitForPerson('Find it in Site Recovery', notDiscovered(source, missing), discovered);
  });
  await run.step('Replicate', async ({ act, wait }) => {
    const job = await act.beginReplication(run.vm, item, setting, machine);
    run.note(`Replication is being enabled as ${item.name}${jobText(job)}`);
    if (job !== undefined) await run.wait(() => wait.awaitJob(item, job));
    run.enter('replicating');
    await run.wait(() => wait.awaitProtected(item));
  });
  run.enter('ready');
}

function notDiscovered(source: SourceInstance, suggestion: string): Trouble {
  const message = `Site Recovery has discovered no machine with address ${source.privateIp} (${source.instanceId})`;
  return { code: 'MACHINE_NOT_DISCOVERED', message, suggestion };
}

/** Waits for a person, or the plan, and cuts over; a cutover that is turned back waits to be asked for again. */
async function cutOverWhenAsked(run: MachineRun, found: Found): Promise<void> {
  if (run.vm.cutover === 'automatic') run.askForFailover();
  do await run.untilFailoverAsked();
  while (!(await cutOverOrTurnBack(run, found)));
}

/** @returns false when the cutover was turned back. */
async function cutOverOrTurnBack(run: MachineRun, found: Found): Promise<boolean> {
  const attempt: CutoverAttempt = { wasRunning: undefined, mark: undefined };
  for (let goOn = cutOver; ; goOn = failOver) {
    try {
      await goOn(run, found, attempt);
      return true;
    } catch (cause) {
      if (!(cause instanceof TurnBackAsked)) throw cause;
      if (await acceptedAfterAll(run, found, attempt)) continue;
      await turnBack(run, found, attempt);
      return false;
    }
  }
}

/** What a cutover has to remember to be undone. */
interface CutoverAttempt {
  /** Whether the source ran before it was stopped; `undefined` as long as nobody touched it. */
  wasRunning: boolean | undefined;
  /** The item's jobs before the failover was asked for; `undefined` as long as it was not. */
  mark: JobMark | undefined;
}

async function cutOver(run: MachineRun, found: Found, attempt: CutoverAttempt): Promise<void> {
  const { instanceId } = found.source;
  run.beginCutover();
  const power = await run.step('Look at its health once more', async ({ act }) => {
    const state = await act.readPowerState(run.vm, instanceId);
    await act.checkBeforeStop(found.item, state === 'running');
    return state;
  });

  run.enter('stopping-source');
  await run.step('Stop the source', async ({ act, wait }) => {
    attempt.wasRunning ??= power === 'running';
    run.sourceTouched();
    await act.stopSource(run.vm, instanceId);
    await run.wait(() => wait.awaitStopped(run.vm, instanceId));
  });
  run.sourceStopped();
  run.note(`The source is stopped; before, it was ${power}`);

  await failOver(run, found, attempt);
}

async function failOver(run: MachineRun, { item }: Found, attempt: CutoverAttempt): Promise<void> {
  run.enter('failing-over');
  await run.step('Fail over', async ({ act, wait }) => {
    const mark = await act.markItemJobs(item);
    attempt.mark ??= mark;
    const job = await act.beginFailover(item, mark);
    run.failoverAccepted();
    run.note(`The failover is accepted${jobText(job)}`);
    if (job === undefined) return;
    try {
      await run.wait(() => wait.awaitJob(item, job));
    } catch (failure) {
      if (failureType(failure) === 'JobFailed' && (await act.failoverState(item, mark)) === 'none')
        run.failoverFailed();
      throw failure;
    }
  });
}

/**
 * A begin whose answer was lost may have been accepted without showing yet: it is given the time to show, and asked for,
 * before the source is started again. There must never be two live copies.
 */
async function acceptedAfterAll(
  run: MachineRun,
  { item }: Found,
  { mark }: CutoverAttempt,
): Promise<boolean> {
  if (mark === undefined) return false;
  run.enter('turning-back');
  const state = await run.step('Look whether the failover was accepted', async ({ act, settle }) => {
    await settle();
    return act.failoverState(item, mark);
  });
  if (state === 'none') return false;
  run.tooLateToTurnBack();
  return true;
}

/** Undoes a cutover whose failover was not accepted: the source runs again if it ran before; replication was never touched. */
async function turnBack(run: MachineRun, { source }: Found, { wasRunning }: CutoverAttempt): Promise<void> {
  run.enter('turning-back');
  if (wasRunning) {
    await run.step('Start the source again', async ({ act, wait }) => {
      if ((await act.readPowerState(run.vm, source.instanceId)) === 'stopping')
        await run.wait(() => wait.awaitStopped(run.vm, source.instanceId));
      await act.startSource(run.vm, source.instanceId);
      await run.wait(() => wait.awaitRunning(run.vm, source.instanceId));
    });
    run.note('Turned back: the source runs again');
  } else run.note('Turned back: the source is as it was before');
  run.turnedBack();
}

/** Finds the Azure VM by its disks and waits until it has passed the plan's checks. */
async function validate(run: MachineRun, { item }: Found): Promise<MigratedVm> {
  run.enter('validating');
  const migrated = await run.step('Find the Azure VM by its disks', ({ act }) => act.findMigratedVm(item));
  run.azureVm = migrated;
  run.note(
    `The Azure VM is ${migrated.name}, ${migrated.size}, known by its ${migrated.diskIds.length} disks`,
  );
  if (migrated.name !== run.vm.target.vmName)
    run.note(`Azure named the VM ${migrated.name}: ${run.vm.target.vmName} was taken`);
  await run.step('Validate the Azure VM', ({ validate }) => validate.awaitValidated(run.vm, migrated));
  run.validated();
  run.note('The Azure VM is validated');
  return migrated;
}

async function commit(run: MachineRun, { item }: Found): Promise<void> {
  run.enter('committing');
  await run.step('Commit', async ({ act, wait }) => {
    const job = await act.beginCommit(item, await act.markItemJobs(item));
    run.committed();
    run.note(`The commit is accepted${jobText(job)}`);
    if (job !== undefined) await run.wait(() => wait.awaitJob(item, job));
  });
}

/** Ends replication as a completed migration, and leaves the source as the plan says. */
async function finish(run: MachineRun, found: Found, migrated: MigratedVm): Promise<void> {
  const { item, source } = found;
  run.enter('finishing');
  await run.step('Complete the migration', async ({ act, wait }) => {
    const job = await act.beginCompleteMigration(item, await act.markItemJobs(item));
    if (job !== undefined) await run.wait(() => wait.awaitJob(item, job));
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

function jobText(job: string | undefined): string {
  return job === undefined ? '' : `, job ${job}`;
}
