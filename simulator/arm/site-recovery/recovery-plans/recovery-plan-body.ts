import { stateDescription } from '../job-body.ts';
import { serviceTime } from '../service-time.ts';
import type { Vault } from '../vault.ts';
import { machinesOf, allowedPlanOperations, type PlanGroup, type RecoveryPlan } from './recovery-plan.ts';

/** A plan as GET answers it (recorded for an idle one, official examples for the others). */
export function planBody(vault: Vault, plan: RecoveryPlan): unknown {
  return body(vault, plan, plan.groups.map(groupBody));
}

/** A plan as a LIST answers it: without its groups (recorded). */
export function listedPlanBody(vault: Vault, plan: RecoveryPlan): unknown {
  return body(vault, plan, []);
}

function body(vault: Vault, plan: RecoveryPlan, groups: readonly unknown[]): unknown {
  const { lastTestFailoverMs, lastUnplannedFailoverMs, job } = plan;
  return {
    id: plan.id,
    name: plan.name,
    type: 'Microsoft.RecoveryServices/vaults/replicationRecoveryPlans',
    properties: {
      friendlyName: plan.name,
      primaryFabricId: plan.fabric.ids.fabric,
      primaryFabricFriendlyName: plan.fabric.friendlyName,
      recoveryFabricId: 'Microsoft Azure',
      recoveryFabricFriendlyName: 'Microsoft Azure',
      failoverDeploymentModel: plan.failoverDeploymentModel,
      replicationProviders: machinesOf(plan).length === 0 ? [] : [plan.fabric.provider],
      allowedOperations: allowedPlanOperations(plan),
      ...(lastTestFailoverMs === undefined ? {} : { lastTestFailoverTime: serviceTime(lastTestFailoverMs) }),
      ...(lastUnplannedFailoverMs === undefined
        ? {}
        : { lastUnplannedFailoverTime: serviceTime(lastUnplannedFailoverMs) }),
      currentScenario:
        job === undefined
          ? null
          : {
              scenarioName: job.plan.scenarioName,
              jobId: vault.ids.job(job.name),
              startTime: serviceTime(job.startMs),
            },
      currentScenarioStatus: job?.state ?? null,
      currentScenarioStatusDescription: job === undefined ? null : stateDescription(job),
      groups,
      providerSpecificDetails: [],
    },
  };
}

function groupBody({ groupType, items, startGroupActions, endGroupActions }: PlanGroup): unknown {
  return {
    groupType,
    replicationProtectedItems: items.map(({ id, internalIdentifier }) => ({
      id,
      virtualMachineId: internalIdentifier,
    })),
    startGroupActions,
    endGroupActions,
  };
}
