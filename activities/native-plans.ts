import type { ActivityDeps } from './clouds.ts';
import { begin } from './site-recovery/begin.ts';
import { beforeMargin, jobsOn, type JobMark } from './site-recovery/jobs.ts';
import {
  isPortagesOwn,
  membersOf,
  nativePlanArguments,
  readNativePlan,
  sameGroups,
  wantedGroups,
  type NativePlan,
} from './site-recovery/native-plan.ts';

/** As the jobs of its failover are called. */
export const planFailoverScenario = 'UnplannedFailover';

/** Site Recovery's own recovery plans: made, changed and taken away. */
export const nativePlanActivities = ({ clouds }: ActivityDeps) => ({
  /**
   * Makes a recovery plan, or changes one that is there, unless it is as it should be already.
   * @returns the job's name, or `undefined` when there is nothing to do.
   * @see PUT, PATCH …/replicationRecoveryPlans/{plan}, api-version 2023-06-01
   */
  async beginNativePlan(plan: NativePlan): Promise<string | undefined> {
    const azure = clouds.azure(plan.environment.subscriptionId);
    const [there, members] = await Promise.all([readNativePlan(azure, plan), membersOf(azure, plan)]);
    const now = there?.properties?.groups ?? [];
    const groups = wantedGroups(now, members, plan.actions);
    if (there !== undefined && sameGroups(now, groups)) return undefined;
    const { replicationRecoveryPlans: plans } = azure.siteRecovery;
    if (there !== undefined)
      return begin((options) =>
        plans.beginUpdate(...nativePlanArguments(plan), { properties: { groups } }, options),
      );
    const properties = {
      primaryFabricId: fabricId(plan),
      recoveryFabricId: 'Microsoft Azure',
      failoverDeploymentModel: 'ResourceManager',
      groups,
    };
    return begin((options) => plans.beginCreate(...nativePlanArguments(plan), { properties }, options));
  },

  /**
   * Marks the recovery plan's jobs, so that one that is begun next can be told from what was there before.
   * @param scenario as Site Recovery names those jobs.
   */
  async markNativePlan(plan: NativePlan, scenario: string = planFailoverScenario): Promise<JobMark> {
    const azure = clouds.azure(plan.environment.subscriptionId);
    let date = '';
    await readNativePlan(azure, plan, { onResponse: ({ headers }) => (date = headers.get('date') ?? '') });
    const since = beforeMargin(new Date(date));
    const jobs = await jobsOn(azure, plan.environment, {
      scenario,
      targetName: plan.name,
      since,
    });
    return { target: plan.name, since, known: jobs.map(({ name }) => name) };
  },

  /**
   * Takes a recovery plan away, as long as it holds nothing but machines of this Portage plan.
   * @returns the job's name, or `undefined` when there is nothing to take away.
   */
  async beginNativePlanRemoval(plan: NativePlan, portagePlan: string): Promise<string | undefined> {
    const azure = clouds.azure(plan.environment.subscriptionId);
    const there = await readNativePlan(azure, plan);
    if (there === undefined || !isPortagesOwn(there, portagePlan)) return undefined;
    return begin((options) =>
      azure.siteRecovery.replicationRecoveryPlans.beginDelete(...nativePlanArguments(plan), options),
    );
  },
});

function fabricId({ environment, fabric }: NativePlan): string {
  const { subscriptionId, resourceGroup, vault } = environment;
  const vaultId = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.RecoveryServices/vaults/${vault}`;
  return `${vaultId}/replicationFabrics/${fabric}`;
}
