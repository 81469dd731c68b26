import { ApplicationFailure } from '@temporalio/common';
import PQueue from 'p-queue';
import type { ResolvedPlan } from '../../plan/index.ts';
import { asFailure } from '../cloud-errors.ts';
import { suggestionOf } from '../failures.ts';
import { AwsPermissions } from './aws-permissions.ts';
import { azureFacts } from './azure-facts.ts';
import { Findings, type Finding, type Subject } from './findings.ts';
import { lookAtMachine } from './preflight.ts';
import type { Looking } from './source.ts';
import { lookAtWholePlan } from './whole-plan.ts';

/** Machines looked at side by side: EC2 and ARM throttle each their callers. */
const machinesAtOnce = 8;

/**
 * Looks at a plan and all its machines in both clouds, and says everything that speaks against it. Changes nothing, and
 * needs no Temporal server. A machine that cannot be looked at does not keep the others from it.
 * @returns what concerns the plan as a whole, then what concerns each machine, in the plan's order.
 */
export async function checkPlan(
  look: Pick<Looking, 'clouds' | 'patienceMs'>,
  plan: ResolvedPlan,
): Promise<readonly Finding[]> {
  const facts = azureFacts(look.clouds);
  const looking = { ...look, permissions: new AwsPermissions(), facts, isPrepared: false };
  const queue = new PQueue({ concurrency: machinesAtOnce });
  const machines = plan.groups.flatMap((group) => group.machines);
  const [together, ...looks] = await Promise.all([
    orNotLookedAt({ name: '', accept: plan.accept }, () => lookAtWholePlan(look.clouds, facts, plan)),
    ...machines.map((vm) =>
      queue.add(() => orNotLookedAt(vm, async () => (await lookAtMachine(looking, vm)).findings)),
    ),
  ]);
  return [...together, ...looks.flat()];
}

/** What a look finds, or that it came to nothing and why: the others are told all the same. */
async function orNotLookedAt(
  subject: Subject,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    const failure = asFailure(error);
    if (!(failure instanceof ApplicationFailure)) throw failure;
    const findings = new Findings(subject);
    findings.blocker('NOT_LOOKED_AT', `It could not be looked at: ${failure.message}`, suggestionOf(failure));
    return findings.all;
  }
}
