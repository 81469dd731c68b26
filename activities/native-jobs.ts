import type { Job } from '@azure/arm-recoveryservices-siterecovery';
import type { AzureClients } from './clouds.ts';
import { finalFailure } from './failures.ts';
import type { ItemAddress } from './site-recovery/items.ts';
import { jobNamed, jobsOn, waitsForCleanUp, type JobMark } from './site-recovery/jobs.ts';
import type { NativePlan } from './site-recovery/native-plan.ts';

/** A recovery plan's job has ended, well or not; that of a test also where it stays open until the clean-up. */
export function hasEnded(properties: Job['properties']): boolean {
  const isTestDone = properties !== undefined && waitsForCleanUp({ properties });
  return isTestDone || ['Succeeded', 'Failed', 'Cancelled'].includes(properties?.state ?? '');
}

/** There is nothing of a recovery plan's job to wait for. */
export async function isOver(
  azure: AzureClients,
  item: ItemAddress,
  job: string | undefined,
): Promise<boolean> {
  if (job === undefined) return true;
  return hasEnded((await jobNamed(azure, item.environment, job))?.properties);
}

/** The job of a scenario that was begun on a recovery plan since the mark, or that still runs. */
export async function begunSince(
  azure: AzureClients,
  plan: NativePlan,
  { known, since }: JobMark,
  scenario: string,
): Promise<string | undefined> {
  const jobs = await jobsOn(azure, plan.environment, { scenario, targetName: plan.name, since });
  return jobs.find(({ name, properties }) => !known.includes(name) || !hasEnded(properties))?.name;
}

/** Site Recovery would refuse it now. @param what it is, in words. */
export function notAllowed(plan: NativePlan, what: string, allowed: readonly string[]) {
  return finalFailure(
    'NotAllowed',
    `Recovery plan ${plan.name}: Site Recovery does not allow ${what}; it allows ${allowed.join(', ') || 'nothing'}`,
    {
      code: 'NOT_ALLOWED',
      suggestion: 'Look at the recovery plan and its machines in the vault, cure them, then retry',
    },
  );
}
