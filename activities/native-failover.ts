import type { Job } from '@azure/arm-recoveryservices-siterecovery';
import type { ActivityDeps, AzureClients } from './clouds.ts';
import { finalFailure, notYet } from './failures.ts';
import { planFailoverScenario as scenario } from './native-plans.ts';
import { begin } from './site-recovery/begin.ts';
import { isFailedOver, readItem, runningOn, type ItemAddress } from './site-recovery/items.ts';
import { jobNamed, jobsOn, jobSince, readJob, waitsForCleanUp, type JobMark } from './site-recovery/jobs.ts';
import {
  itemsOf,
  nativePlanArguments,
  readNativePlan,
  waitingAction,
  type NativePlan,
  type WaitingAction,
} from './site-recovery/native-plan.ts';
import { providerOf } from './site-recovery/providers/providers.ts';

/** A recovery plan's job, at the end or waiting for a person; not waited for while it runs. */
export type NativeJob = { readonly ended: true } | { readonly ended: false; readonly action: WaitingAction };

/** Failing machines over by a recovery plan of Site Recovery: its one job, and what each machine sees of it. */
export const nativeFailoverActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Begins the unplanned failover of a recovery plan, or finds the one begun since the mark.
   * @returns the job's name, or `undefined` when none of its machines is left to fail over.
   * @throws `NotAllowed` (final) when Site Recovery would refuse it now.
   * @see POST …/replicationRecoveryPlans/{plan}/unplannedFailover, api-version 2023-06-01
   */
  async beginNativeFailover(plan: NativePlan, mark: JobMark): Promise<string | undefined> {
    const azure = clouds.azure(plan.environment.subscriptionId);
    const jobs = await jobsOn(azure, plan.environment, {
      scenario,
      targetName: plan.name,
      since: mark.since,
    });
    const begun = jobs.find(({ name, properties }) => !mark.known.includes(name) || !hasEnded(properties));
    if (begun !== undefined) return begun.name;

    const read = await readNativePlan(azure, plan);
    if (!read?.properties?.allowedOperations?.includes(scenario)) {
      if (await areFailedOver(azure, plan)) return undefined;
      throw notAllowed(plan, read?.properties?.allowedOperations ?? []);
    }
    const properties = {
      failoverDirection: 'PrimaryToRecovery',
      sourceSiteOperations: 'NotRequired',
      providerSpecificDetails: [providerOf(plan.environment).planFailoverInput()],
    };
    return begin((options) =>
      azure.siteRecovery.replicationRecoveryPlans.beginUnplannedFailover(
        ...nativePlanArguments(plan),
        { properties },
        options,
      ),
    );
  },

  /**
   * Waits until a recovery plan's job has ended, well or not, or waits for a person; however long.
   * @param resumed tasks that it has been told to go on from, which may still show as waiting.
   */
  async awaitNativeJob(plan: NativePlan, name: string, resumed: readonly string[]): Promise<NativeJob> {
    const job = await jobNamed(clouds.azure(plan.environment.subscriptionId), plan.environment, name);
    if (hasEnded(job?.properties)) return { ended: true };
    const action = job === undefined ? undefined : waitingAction(job);
    if (action !== undefined && !resumed.includes(action.id)) return { ended: false, action };
    throw notYet({ text: `recovery plan ${plan.name} runs` }, pollIntervalMs);
  },

  /** Has a job go on that waits for a manual action. One that does not wait for it any more is left alone. */
  async resumeNativeJob(plan: NativePlan, name: string, actionId: string): Promise<void> {
    const azure = clouds.azure(plan.environment.subscriptionId);
    const { vault, resourceGroup } = plan.environment;
    const job = await jobNamed(azure, plan.environment, name);
    if (job === undefined || waitingAction(job)?.id !== actionId) return;
    const input = { properties: { comments: 'Completed in Portage' } };
    await begin((options) =>
      azure.siteRecovery.replicationJobs.beginResume(vault, resourceGroup, name, input, options),
    );
  },

  /**
   * Waits until the recovery plan of its group has failed the machine over, however long.
   * @param mark the machine's own jobs before.
   * @param planJob the recovery plan's job, where one was begun.
   * @throws `JobFailed` (final) when its own job failed; `NotFailedOver` (final) when the recovery plan's job ended without it.
   */
  async awaitFailoverByPlan(item: ItemAddress, mark: JobMark, planJob: string | undefined): Promise<void> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const read = await readItem(azure, item);
    if (read !== undefined && isFailedOver(read) && runningOn(read) === undefined) return;
    const own = await jobSince(azure, item, mark, scenario);
    const state = own === undefined ? undefined : await readJob(azure, item.environment, own);
    if (state === undefined && (await isOver(azure, item, planJob))) throw notFailedOver(item);
    const text = state?.ended === false ? state.progress : 'the recovery plan has not failed it over yet';
    throw notYet({ text }, pollIntervalMs);
  },

  /** Waits until the job of the group's recovery plan has ended, well or not: only then may a machine be committed. */
  async awaitPlanJobEnded(item: ItemAddress, job: string): Promise<void> {
    if (await isOver(clouds.azure(item.environment.subscriptionId), item, job)) return;
    throw notYet({ text: 'the recovery plan of its group still runs' }, pollIntervalMs);
  },
});

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

async function areFailedOver(azure: AzureClients, plan: NativePlan): Promise<boolean> {
  const items = await Promise.all(itemsOf(plan).map((item) => readItem(azure, item)));
  return items.every((item) => item !== undefined && isFailedOver(item));
}

function notAllowed(plan: NativePlan, allowed: readonly string[]) {
  return finalFailure(
    'NotAllowed',
    `Recovery plan ${plan.name}: Site Recovery does not allow a failover; it allows ${allowed.join(', ') || 'nothing'}`,
    {
      code: 'NOT_ALLOWED',
      suggestion: 'Look at the recovery plan and its machines in the vault, cure them, then retry',
    },
  );
}

function notFailedOver(item: ItemAddress) {
  return finalFailure('NotFailedOver', `${item.name} was not failed over by the recovery plan of its group`, {
    code: 'NOT_FAILED_OVER',
    suggestion:
      'Look at the recovery plan’s job in the vault. A retry fails this machine over by itself; turning back starts its source again',
  });
}
