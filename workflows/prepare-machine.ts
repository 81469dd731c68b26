import type {
  DiscoveredMachine,
  ItemAddress,
  ReplicationSetting,
  SourceInstance,
} from '../activities/index.ts';
import { troubleOfBlockers, type Trouble } from './attention.ts';
import { awaitJob } from './await-job.ts';
import { installMobility } from './install-mobility.ts';
import { disabling } from './disable-replication.ts';
import type { MachineRun } from './machine-run.ts';
import { closeFirewall, withFirewall } from './open-firewall.ts';
import { setTarget, setTargetAnew } from './set-target.ts';
import type { Steps } from './steps.ts';
import { jobText } from './story.ts';
import type { Undo } from './undo-list.ts';

/** What preflight found a machine and its place in the vault to be. */
export interface Found {
  readonly source: SourceInstance;
  readonly setting: ReplicationSetting;
  readonly item: ItemAddress;
}

/**
 * Looks until nothing speaks against it: blockers ask for a person, who cures them and has it looked at again.
 * @returns `migrated` when the clouds' tags say that an earlier run has completed it.
 */
export async function preflight(run: MachineRun): Promise<Found | 'migrated'> {
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
    run.item = item;
    const blockers = looked.findings.filter(({ severity }) => severity === 'blocker');
    if (source && setting && item && blockers.length === 0) {
      run.note(
        `Found ${source.instanceId} (${source.osType}, ${source.instanceType}) at ${source.privateIp}`,
      );
      return { source, setting, item };
    }
    await run.untilRetried('Preflight', blockers.length > 0 ? troubleOfBlockers(blockers) : incomplete);
  }
}

/** Somebody accepted a finding that nothing can do without, such as a machine without an address. */
const incomplete: Trouble = {
  code: 'INCOMPLETE',
  message: 'What was found is not enough to replicate the machine, although the plan accepts every finding',
  suggestion: 'Look at the accepted findings: one of them has to be cured',
};

/** From a machine that Site Recovery may not even know of to one that is ready to fail over. */
export async function replicate(run: MachineRun, found: Found): Promise<void> {
  const { source, item } = found;
  run.enter('preparing');
  run.onUndo(releasing(run, source.instanceId));
  await run.step('Claim the instance', ({ act }) => act.claimSource(run.vm, source.instanceId));
  const isEnabled = await run.step('Look whether replication is enabled', ({ act }) => act.isEnabled(item));
  if (!isEnabled) await installMobility(run, found);
  const machine = await find(run, found);
  run.onUndo(disabling(run, item));
  if (isEnabled) await closeFirewall(run);
  else
    await withFirewall(run, found, machine, () =>
      run.step('Enable replication', (steps) => enable(run, steps, found, machine)),
    );
  await run.step('Replicate', async (steps) => {
    await enable(run, steps, found, machine);
    run.enter('replicating');
    await run.wait(() => steps.wait.awaitInterfaces(item));
    await setTargetAnew(run, item, steps);
    await setTarget(run, item, steps);
    await run.wait(() => steps.wait.awaitProtected(item));
  });
  run.enter('ready');
}

/** The claim goes last: until then no other plan touches the machine. */
function releasing(run: MachineRun, instanceId: string): Undo {
  const name = 'Take the claim off the instance';
  return {
    name,
    undo: async () => {
      await run.step(name, ({ act }) => act.releaseSource(run.vm, instanceId));
      run.note(
        'The Mobility service stays on the machine: uninstall it there where nobody needs it any more',
      );
    },
  };
}

async function find(run: MachineRun, { source, setting, item }: Found): Promise<DiscoveredMachine> {
  return run.step('Find it in Site Recovery', async ({ act, wait }) => {
    const job = await act.beginDiscovery(run.vm, source, setting);
    await awaitJob(run, { wait }, item, job);
    return run.wait(() => wait.awaitDiscovered(run.vm, source, setting));
  });
}

/** Enables replication, or finds it enabled; what a failed try has left is removed first. */
async function enable(
  run: MachineRun,
  { act, wait }: Steps,
  { item, setting }: Found,
  machine: DiscoveredMachine,
): Promise<void> {
  const removal = await act.beginClearFailedEnable(item, await act.markItemJobs(item));
  if (removal !== undefined) {
    await awaitJob(run, { wait }, item, removal);
    await run.wait(() => wait.awaitItemGone(item));
  }
  const job = await act.beginReplication(run.vm, item, setting, machine);
  if (job === undefined) return;
  run.note(`Replication is being enabled as ${item.name}${jobText(job)}`);
  await awaitJob(run, { wait }, item, job);
}
