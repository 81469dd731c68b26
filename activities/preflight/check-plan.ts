import { ApplicationFailure } from '@temporalio/common';
import PQueue from 'p-queue';
import type { ResolvedPlan, VmPlan } from '../../plan/index.ts';
import { asFailure } from '../cloud-errors.ts';
import { suggestionOf } from '../failures.ts';
import { AwsPermissions } from './aws-permissions.ts';
import { Findings, type Finding } from './findings.ts';
import { lookAtMachine } from './preflight.ts';
import type { Looking } from './source.ts';

/** Machines looked at side by side: EC2 and ARM throttle each their callers. */
const machinesAtOnce = 8;

/**
 * Looks at a plan and all its machines in both clouds, and says everything that speaks against it. Changes nothing, and
 * needs no Temporal server. A machine that cannot be looked at does not keep the others from it.
 * @returns what concerns the plan as a whole, then what concerns each machine, in the plan's order.
 */
export async function checkPlan(
  look: Omit<Looking, 'permissions'>,
  plan: ResolvedPlan,
): Promise<readonly Finding[]> {
  const looking = { ...look, permissions: new AwsPermissions() };
  const queue = new PQueue({ concurrency: machinesAtOnce });
  const machines = plan.groups.flatMap((group) => group.machines);
  const found = await Promise.all(machines.map((vm) => queue.add(() => findingsOf(looking, vm))));
  return found.flat();
}

async function findingsOf(looking: Looking, vm: VmPlan): Promise<readonly Finding[]> {
  try {
    return (await lookAtMachine(looking, vm)).findings;
  } catch (error) {
    const failure = asFailure(error);
    if (!(failure instanceof ApplicationFailure)) throw failure;
    const findings = new Findings(vm);
    findings.blocker('NOT_LOOKED_AT', `It could not be looked at: ${failure.message}`, suggestionOf(failure));
    return findings.all;
  }
}
