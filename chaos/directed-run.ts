import { machineNameOf } from './draw-run.ts';
import { targetOf } from './draw-faults.ts';
import type { CloudFault, Deed, DrawnMachine, DrawnRun } from './drawn-run.ts';
import { planNameOf, planOf } from './plan-of-run.ts';

/** What a run of one machine is to meet. Where a target is left out or empty, it is the machine. */
export interface Direction {
  readonly push?: boolean;
  readonly hasNamesake?: boolean;
  readonly faults?: readonly Omit<CloudFault, 'target'>[];
  readonly deeds?: readonly (Deed | Omit<Extract<Deed, { what: 'signals' }>, 'vm'>)[];
}

/** A run that is not drawn: one machine, and exactly this. */
export function directedRun(
  seed: number,
  { push = false, hasNamesake = false, faults = [], deeds = [] }: Direction,
): DrawnRun {
  const name = machineNameOf(seed, 1);
  const machine: DrawnMachine = {
    name,
    instanceId: `i-${String(seed).padStart(17, '0')}`,
    item: `portage-${planNameOf(seed)}-${name}`,
    ...{ push, hasNamesake, triesAgain: true, taste: 0 },
  };
  return {
    seed,
    machines: [machine],
    plan: planOf(seed, [machine], {
      ...{ groups: 1, engine: 'portage', testFailover: 'never', cutover: 'manual' },
      ...{ initialReplications: 1, webhook: false },
    }),
    faults: faults.map((fault) => ({ ...fault, target: targetOf(fault.operation, machine) })),
    deeds: deeds.map((deed) => aboutMachine(deed, machine)),
  };
}

function aboutMachine(deed: NonNullable<Direction['deeds']>[number], machine: DrawnMachine): Deed {
  const at = { operation: deed.at.operation, target: targetOf(deed.at.operation, machine) };
  return deed.what === 'signals' ? { ...deed, at, vm: machine.name } : { ...deed, at };
}
