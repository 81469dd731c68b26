import type { MachineStatus } from '../client/index.ts';
import { machineWorkflowId, planWorkflowId } from '../workflows/messages.ts';
import type { ChaosWorld } from './chaos-world.ts';
import type { CloudState, LedgerEntry } from './clouds.ts';
import type { Deed, DrawnMachine, DrawnRun } from './drawn-run.ts';
import { historiesOf, type History, type Step } from './histories.ts';
import type { TwoCopies } from './live-copies.ts';

/** What an invariant is judged by, about one machine: the clouds' own ledger and state, and Temporal's histories. */
export interface MachineFacts {
  readonly machine: DrawnMachine;
  /** Every request that is about this machine, in order. */
  readonly ledger: readonly LedgerEntry[];
  readonly steps: readonly Step[];
  readonly isClosed: boolean;
  /** What it waits for a person for, at the end. */
  readonly attention: MachineStatus['attention'];
  readonly sourceState: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly groupIds: readonly string[];
  readonly item: CloudState['azure']['vaults'][number]['protectedItems'][number] | undefined;
  /** Its item's jobs, the oldest first. */
  readonly jobs: CloudState['azure']['vaults'][number]['jobs'];
  /** The VMs that its failovers made. */
  readonly vms: ReadonlySet<string>;
  readonly twoCopies: readonly TwoCopies[];
}

/** The same about a whole run. */
export interface Facts {
  readonly run: DrawnRun;
  readonly ended: boolean;
  readonly deeds: readonly Deed[];
  readonly machines: readonly MachineFacts[];
  readonly state: CloudState;
  readonly madeGroups: readonly string[];
  readonly ledger: readonly LedgerEntry[];
  readonly planSteps: readonly Step[];
  readonly secret: string;
  /** Everything that was said: histories, workers' logs, statuses. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Gathers what is known when a run is over. */
export async function gatherFacts(
  world: ChaosWorld,
  run: DrawnRun,
  { ended, deeds }: { ended: boolean; deeds: readonly Deed[] },
): Promise<Facts> {
  const { clouds, temporal, secret } = world;
  const [ledger, state, instances, { openings, quarantines }, histories] = await Promise.all([
    clouds.ledger(),
    clouds.state(),
    clouds.instances(),
    clouds.madeGroups(),
    historiesOf(temporal, run),
  ]);
  const statuses = await Promise.all(run.machines.map(({ name }) => statusOf(world, run, name)));
  const machines = run.machines.map((machine, at): MachineFacts => {
    const { name, instanceId, item } = machine;
    const own = histories.filter(({ workflowId }) => workflowId === machineWorkflowId(run.plan.name, name));
    const instance = instances.find((one) => one.InstanceId === instanceId);
    const vault = state.azure.vaults[0];
    return {
      machine,
      ledger: ledger.filter(({ target }) => isAbout(target, machine)),
      steps: own.flatMap(({ steps }) => steps),
      isClosed: own.at(-1)?.isClosed ?? true,
      attention: statuses[at]?.attention,
      sourceState: instance?.State?.Name ?? 'gone',
      tags: Object.fromEntries((instance?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      groupIds: (instance?.SecurityGroups ?? [])
        .flatMap(({ GroupId }) => GroupId ?? [])
        .filter((id) => !quarantines.includes(id)),
      item: vault?.protectedItems.find((one) => one.name === item),
      jobs: (vault?.jobs ?? []).filter(({ target }) => target.toLowerCase().endsWith(`/${item}`)),
      vms: world.copies.madeOf(instanceId),
      twoCopies: world.copies.seen.filter((one) => one.instanceId === instanceId),
    };
  });
  const planId = planWorkflowId(run.plan.name);
  return {
    ...{ run, ended, deeds, machines, state, madeGroups: openings, ledger, secret },
    planSteps: histories.filter(({ workflowId }) => workflowId === planId).flatMap(({ steps }) => steps),
    texts: {
      ...textsOf(histories),
      'the workers’ log': world.workerLog(),
      'the statuses': JSON.stringify(statuses),
    },
  };
}

function textsOf(histories: readonly History[]): Record<string, string> {
  return Object.fromEntries(histories.map(({ workflowId, text }, at) => [`${workflowId} (${at})`, text]));
}

/** A target names the item, the instance, or something in Azure or EC2 that is called after the machine. */
function isAbout(target: string, { name, instanceId, item }: DrawnMachine): boolean {
  const told = target.toLowerCase();
  return [item, instanceId, name].some((one) => told.includes(one));
}

async function statusOf({ portage }: ChaosWorld, { plan }: DrawnRun, vm: string) {
  return portage.machineStatus(plan.name, vm).catch(() => undefined);
}
