import { machineInvariants } from './machine-invariants.ts';
import type { Broken } from './broken.ts';
import type { Facts } from './facts.ts';
import { runInvariants } from './run-invariants.ts';

/** Judges a run that is over by every invariant. */
export function judge(facts: Facts): Broken[] {
  const { seed, plan } = facts.run;
  const afterThaw = facts.deeds.some(({ what }) => what === 'freeze-worker');
  const ofMachines = facts.machines.flatMap((machine) =>
    machineInvariants.flatMap(({ invariant, evidence }) =>
      evidence(machine, facts).map((said) => ({ invariant, machine: machine.machine.name, evidence: said })),
    ),
  );
  const ofRun = runInvariants.flatMap(({ invariant, evidence }) =>
    evidence(facts).map((said) => ({ invariant, machine: plan.name, evidence: said })),
  );
  return [...ofMachines, ...ofRun].map((broken) => ({ seed, ...broken, afterThaw }));
}
