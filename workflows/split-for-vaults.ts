import type { ResolvedGroup, VmPlan } from '../plan/resolve.ts';

/** A recovery plan takes no more machines (documented). */
const mostMachines = 100;

/** One recovery plan of a vault that a group needs. */
export interface VaultShare {
  readonly name: string;
  readonly vms: readonly VmPlan[];
}

/**
 * The recovery plans that a group needs: each is of one vault and takes so many machines. They depend on nothing but the
 * group as it was planned, so that a machine stays in its own whatever becomes of the others.
 */
export function splitForVaults(plan: string, { name, machines }: ResolvedGroup): readonly VaultShare[] {
  const environments = [...new Set(machines.map(({ environment }) => environment.name))];
  const shares = environments.flatMap((one) => {
    const own = machines.filter(({ environment }) => environment.name === one);
    return chunks(own, mostMachines);
  });
  return shares.map((vms, at) => ({ name: `portage-${plan}-${name}${at === 0 ? '' : `--${at + 1}`}`, vms }));
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, at) => all.slice(at * size, (at + 1) * size));
}
