import type { ActivityDeps } from './clouds.ts';
import { finalFailure, notYet } from './failures.ts';
import { begunSince, isOver, notAllowed } from './native-jobs.ts';
import { begin } from './site-recovery/begin.ts';
import {
  hasTestVm,
  readItem,
  runningOn,
  testFailoverScenario,
  type ItemAddress,
} from './site-recovery/items.ts';
import { jobSince, readJob, type JobMark } from './site-recovery/jobs.ts';
import {
  itemsOf,
  nativePlanArguments,
  readNativePlan,
  type NativePlan,
} from './site-recovery/native-plan.ts';
import { providerOf } from './site-recovery/providers/providers.ts';

const cleanUpScenario = 'TestFailoverCleanup';

/** Trying machines out by a recovery plan of Site Recovery: its jobs, and what each machine sees of them. */
export const nativeTestActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Begins the test failover of a recovery plan to each machine's latest recovery point, or finds the one begun since the
   * mark; wait with `awaitNativeJob`.
   * @param networkId ARM id of the test network of all its machines.
   * @returns the job's name.
   * @throws `NotAllowed` (final) when Site Recovery would refuse it now: also while a test VM of one of them stands.
   * @see POST …/replicationRecoveryPlans/{plan}/testFailover, api-version 2023-06-01
   */
  async beginNativeTest(plan: NativePlan, mark: JobMark, networkId: string): Promise<string> {
    const azure = clouds.azure(plan.environment.subscriptionId);
    const begun = await begunSince(azure, plan, mark, testFailoverScenario);
    if (begun !== undefined) return begun;
    const allowed = (await readNativePlan(azure, plan))?.properties?.allowedOperations ?? [];
    if (!allowed.includes(testFailoverScenario)) throw notAllowed(plan, 'a test failover', allowed);
    const properties = {
      ...{ failoverDirection: 'PrimaryToRecovery', networkType: 'VmNetworkAsInput', networkId },
      providerSpecificDetails: [providerOf(plan.environment).planFailoverInput()],
    };
    return begin((options) =>
      azure.siteRecovery.replicationRecoveryPlans.beginTestFailover(
        ...nativePlanArguments(plan),
        { properties },
        options,
      ),
    );
  },

  /**
   * Begins to clean a recovery plan's test up, or finds it begun or done.
   * @param comment stands in the vault's job.
   * @returns the job's name, or `undefined` when no test VM of its machines stands.
   * @throws `NotAllowed` (final) when Site Recovery would refuse it now.
   * @see POST …/replicationRecoveryPlans/{plan}/testFailoverCleanup, api-version 2023-06-01
   */
  async beginNativeTestCleanUp(
    plan: NativePlan,
    mark: JobMark,
    comment: string,
  ): Promise<string | undefined> {
    const azure = clouds.azure(plan.environment.subscriptionId);
    const begun = await begunSince(azure, plan, mark, cleanUpScenario);
    if (begun !== undefined) return begun;
    const items = await Promise.all(itemsOf(plan).map((item) => readItem(azure, item)));
    if (!items.some(hasTestVm)) return undefined;
    const allowed = (await readNativePlan(azure, plan))?.properties?.allowedOperations ?? [];
    if (!allowed.includes(cleanUpScenario)) throw notAllowed(plan, 'the clean-up of a test', allowed);
    const input = { properties: { comments: comment } };
    return begin((options) =>
      azure.siteRecovery.replicationRecoveryPlans.beginTestFailoverCleanup(
        ...nativePlanArguments(plan),
        input,
        options,
      ),
    );
  },

  /**
   * Waits until the recovery plan of its group has made a machine's test VM, however long.
   * @param mark the machine's own jobs before.
   * @param planJob the recovery plan's job.
   * @throws `JobFailed` (final) when its own job failed; `NotTested` (final) when the recovery plan's job ended without it.
   */
  async awaitTestByPlan(item: ItemAddress, mark: JobMark, planJob: string): Promise<void> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const read = await readItem(azure, item);
    if (hasTestVm(read) && runningOn(read) === undefined) return;
    const own = await jobSince(azure, item, mark, testFailoverScenario);
    const state = own === undefined ? undefined : await readJob(azure, item.environment, own);
    if (state === undefined && (await isOver(azure, item, planJob))) throw notTested(item);
    const text = state?.ended === false ? state.progress : 'the recovery plan has not made its test VM yet';
    throw notYet({ text }, pollIntervalMs);
  },
});

function notTested(item: ItemAddress) {
  return finalFailure('NotTested', `${item.name} was not tested by the recovery plan of its group`, {
    code: 'NOT_TESTED',
    suggestion: 'Look at the recovery plan’s job in the vault. A retry tests this machine by itself',
  });
}
