import type { ChaosWorld } from './chaos-world.ts';
import type { DrawnRun } from './drawn-run.ts';
import { historiesOf } from './histories.ts';
import { machineWorkflowId } from '../workflows/messages.ts';

/** How long a machine stood still after the worker had died in the middle of an effect on it. */
export interface Recovery {
  readonly seed: number;
  readonly machine: string;
  /** From the death until its next activity was scheduled or had ended. */
  readonly fromDeath: number;
  /** From the instant at which another worker was there; 0 where the start of that was all it took. */
  readonly fromReplacement: number;
}

/** Measured at the histories, whose times are the server's. */
export async function recoveriesOf(
  { workers, temporal }: ChaosWorld,
  runs: readonly DrawnRun[],
): Promise<Recovery[]> {
  const measured = runs.map(async (run) => {
    const hit = workers.kills.flatMap((kill) => {
      const machine = run.machines.find(({ item, instanceId }) => [item, instanceId].includes(kill.target));
      return machine === undefined ? [] : [{ kill, machine }];
    });
    if (hit.length === 0) return [];
    const histories = await historiesOf(temporal, run);
    return hit.flatMap(({ kill: { at, replacedAt }, machine: { name } }) => {
      const own = histories.filter(({ workflowId }) => workflowId === machineWorkflowId(run.plan.name, name));
      const next = own.flatMap(({ steps }) => steps).find((step) => step.kind !== 'heard' && step.at > at);
      if (next === undefined) return [];
      const since = (instant: Date) => Math.max(0, (next.at.getTime() - instant.getTime()) / 1000);
      return [{ seed: run.seed, machine: name, fromDeath: since(at), fromReplacement: since(replacedAt) }];
    });
  });
  return (await Promise.all(measured)).flat();
}
