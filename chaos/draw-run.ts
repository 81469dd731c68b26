import { Chance } from './chance.ts';
import { drawDeeds } from './draw-deeds.ts';
import { drawFaults } from './draw-faults.ts';
import type { CloudFault, Deed, DrawnMachine, DrawnRun } from './drawn-run.ts';
import { planOf, planNameOf } from './plan-of-run.ts';

/** A plan, its machines and everything that happens to them. The same seed draws the same run. */
export function drawRun(seed: number): DrawnRun {
  const chance = new Chance(`chaos/${seed}`);
  const count = chance.between(1, 6);
  const push = chance.happens(0.35);
  const machines = Array.from({ length: count }, (_, at) => drawMachine(chance, seed, at + 1, push));
  const deeds = drawDeeds(chance, machines);
  return {
    seed,
    machines,
    plan: planOf(seed, machines, {
      groups: Math.min(count, chance.between(1, 3)),
      engine: chance.happens(0.2) ? 'site-recovery' : 'portage',
      testFailover: chance.oneOf(['required', 'optional', 'never']),
      cutover: chance.happens(0.2) ? 'automatic' : 'manual',
      initialReplications: chance.between(1, 6),
      webhook: chance.happens(0.4),
    }),
    faults: [...gapsFor(deeds), ...machines.flatMap((machine) => drawFaults(chance, machine))],
    deeds,
  };
}

/** The worker, or the server, goes after a request was accepted and before anybody has heard so. */
function gapsFor(deeds: readonly Deed[]): CloudFault[] {
  return deeds
    .filter(({ what }) => what === 'kill-worker' || what === 'freeze-worker' || what === 'restart-server')
    .map(({ at }) => ({ ...at, latencyMs: 1000, count: 1 }));
}

function drawMachine(chance: Chance, seed: number, number: number, push: boolean): DrawnMachine {
  const name = machineNameOf(seed, number);
  return {
    name,
    instanceId: `i-${String(seed).padStart(14, '0')}${String(number).padStart(3, '0')}`,
    item: `portage-${planNameOf(seed)}-${name}`,
    push,
    hasNamesake: chance.happens(0.12),
    triesAgain: chance.happens(0.6),
    taste: chance.between(0, 9),
  };
}

/** No name is part of another: faults and the ledger are told apart by it. */
export const machineNameOf = (seed: number, number: number): string =>
  `s${String(seed).padStart(4, '0')}x${number}`;
