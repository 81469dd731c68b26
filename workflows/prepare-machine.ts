import type { Finding, ItemAddress, ReplicationSetting, SourceInstance } from '../activities/index.ts';
import type { Trouble } from './attention.ts';
import type { MachineRun } from './machine-run.ts';
import type { Steps } from './steps.ts';
import { jobText } from './story.ts';

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
export async function replicate(run: MachineRun, { source, setting, item }: Found): Promise<void> {
  run.enter('preparing');
  await run.step('Claim the instance', ({ act }) => act.claimSource(run.vm, source.instanceId));
  const machine = await run.step('Find it in Site Recovery', async ({ act, wait }) => {
    const discovered = () => run.wait(() => wait.awaitDiscovered(run.vm, source, setting));
    const begun = await act.beginDiscovery(run.vm, source, setting);
    if (begun.by === 'person')
      return run.waitForPerson(
        'Find it in Site Recovery',
        notDiscovered(source, begun.suggestion),
        discovered,
      );
    if (begun.by === 'job') await run.wait(() => wait.awaitJob(item, begun.job));
    return discovered();
  });
  await run.step('Replicate', async ({ act, wait }) => {
    const job = await act.beginReplication(run.vm, item, setting, machine);
    run.note(`Replication is being enabled as ${item.name}${jobText(job)}`);
    if (job !== undefined) await run.wait(() => wait.awaitJob(item, job));
    run.enter('replicating');
    await run.wait(() => wait.awaitInterfaces(item));
    await setTarget(run, item, { act, wait });
    await run.wait(() => wait.awaitProtected(item));
  });
  run.enter('ready');
}

/** Sets what can be set only once the item shows the machine's interfaces, and reads it back. */
async function setTarget(run: MachineRun, item: ItemAddress, { act, wait }: Pick<Steps, 'act' | 'wait'>) {
  const job = await act.beginTargetSettings(run.vm, item);
  if (job !== undefined) await run.wait(() => wait.awaitJob(item, job));
  await act.checkTargetSettings(run.vm, item);
  if (job !== undefined) run.note(`What the failover will make is set as the plan says, job ${job}`);
}

function notDiscovered(source: SourceInstance, suggestion: string): Trouble {
  const message = `Site Recovery has discovered no machine with address ${source.privateIp} (${source.instanceId})`;
  return { code: 'MACHINE_NOT_DISCOVERED', message, suggestion };
}
