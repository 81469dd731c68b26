import type { ActivityDeps, AzureClients } from './clouds.ts';
import { finalFailure, notYet } from './failures.ts';
import { begunSince, hasEnded, isOver, notAllowed } from './native-jobs.ts';
import { planFailoverScenario as scenario } from './native-plans.ts';
import { begin } from './site-recovery/begin.ts';
import { isFailedOver, readItem, runningOn, type ItemAddress } from './site-recovery/items.ts';
import { jobNamed, jobSince, readJob, type JobMark } from './site-recovery/jobs.ts';
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
    const begun = await begunSince(azure, plan, mark, scenario);
    if (begun !== undefined) return begun;

    const read = await readNativePlan(azure, plan);
    if (!read?.properties?.allowedOperations?.includes(scenario)) {
      if (await areFailedOver(azure, plan)) return undefined;
      throw notAllowed(plan, 'a failover', read?.properties?.allowedOperations ?? []);
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

async function areFailedOver(azure: AzureClients, plan: NativePlan): Promise<boolean> {
  const items = await Promise.all(itemsOf(plan).map((item) => readItem(azure, item)));
  return items.every((item) => item !== undefined && isFailedOver(item));
}

function notFailedOver(item: ItemAddress) {
  return finalFailure('NotFailedOver', `${item.name} was not failed over by the recovery plan of its group`, {
    code: 'NOT_FAILED_OVER',
    suggestion:
      'Look at the recovery plan’s job in the vault. A retry fails this machine over by itself; turning back starts its source again',
  });
}
