import { commit } from '../commit.ts';
import { badInput, busy, notAllowed } from '../asr-error.ts';
import { failOver } from '../failover.ts';
import type { Job } from '../job.ts';
import { requireInstanceType } from '../policies.ts';
import { allowedOperations, isOver, type ProtectedItem } from '../protected-item.ts';
import { recoveryPoints } from '../recovery-points.ts';
import { cleanUpTest, testFailOver } from '../test-failover.ts';
import type { Vault } from '../vault.ts';
import { PlanRun, type PlanOperation } from './plan-run.ts';
import type { PlanFailoverInput, PlanTestFailoverInput, RecoveryPointType } from './recovery-plan-input.ts';
import { allowedPlanOperations, isRunning, type RecoveryPlan } from './recovery-plan.ts';

/**
 * Fails the machines of a plan over. Those that are over already are left out (documented: later plans skip them).
 * @throws ArmError 409 while the plan runs, 400 unless at least one machine can fail over.
 */
export function failPlanOver(vault: Vault, plan: RecoveryPlan, input: PlanFailoverInput): Job {
  const type = recoveryPointTypeOf(plan, input);
  const performShutdown = input.sourceSiteOperations === 'Required' ? 'true' : 'false';
  return run(vault, plan, 'UnplannedFailover', {
    name: 'ReplicationRecoveryPlans_UnplannedFailover',
    scenarioName: 'UnplannedFailover',
    friendlyName: 'Failover',
    detailsType: 'FailoverJobDetails',
    runs: ({ failoverTypes, failoverDirections }) =>
      failoverTypes.includes('UnplannedFailover') && failoverDirections.includes('PrimaryToRecovery'),
    skips: isOver,
    begin: (item) =>
      failOver(vault, item, {
        properties: {
          failoverDirection: 'PrimaryToRecovery',
          sourceSiteOperations: input.sourceSiteOperations,
          providerSpecificDetails: {
            instanceType: plan.fabric.provider,
            performShutdown,
            recoveryPointId: pointOf(item, type, vault.world.clock.nowMs),
          },
        },
      }),
    succeeded: () => {
      plan.lastUnplannedFailoverMs = vault.world.clock.nowMs;
    },
  });
}

/** Makes a test VM for each machine of a plan. */
export function testPlan(vault: Vault, plan: RecoveryPlan, input: PlanTestFailoverInput): Job {
  const type = recoveryPointTypeOf(plan, input);
  const { networkId } = input;
  const ends = vault.world.section.quirks.testFailoverJobEnds;
  return run(vault, plan, 'TestFailover', {
    name: 'ReplicationRecoveryPlans_TestFailover',
    scenarioName: 'TestFailover',
    friendlyName: 'Test failover',
    detailsType: 'TestFailoverJobDetails',
    ...(ends === 'Suspended' ? { endsAs: ends } : {}),
    runs: ({ failoverTypes, failoverDirections }) =>
      failoverTypes.includes('TestFailover') && failoverDirections.includes('PrimaryToRecovery'),
    skips: isOver,
    begin: (item) =>
      testFailOver(vault, item, {
        properties: {
          providerSpecificDetails: {
            instanceType: plan.fabric.provider,
            ...(networkId === undefined ? {} : { networkId }),
            recoveryPointId: pointOf(item, type, vault.world.clock.nowMs),
          },
        },
      }),
    succeeded: () => {
      plan.lastTestFailoverMs = vault.world.clock.nowMs;
    },
  });
}

/** Takes the test VMs of a plan away. */
export function cleanPlanTestUp(vault: Vault, plan: RecoveryPlan): Job {
  return run(vault, plan, 'TestFailoverCleanup', {
    name: 'ReplicationRecoveryPlans_TestFailoverCleanup',
    scenarioName: 'TestFailoverCleanup',
    friendlyName: 'Cleanup test failover',
    detailsType: 'AsrJobDetails',
    ...withoutActions('TestFailoverCleanup'),
    begin: (item) => cleanUpTest(vault, item),
  });
}

/** Commits every machine of a plan that has been failed over. */
export function commitPlan(vault: Vault, plan: RecoveryPlan): Job {
  return run(vault, plan, 'Commit', {
    name: 'ReplicationRecoveryPlans_FailoverCommit',
    scenarioName: 'CommitFailover',
    friendlyName: 'Commit',
    detailsType: 'AsrJobDetails',
    ...withoutActions('Commit'),
    begin: (item) => commit(vault, item),
  });
}

/** @throws ArmError 409 while a run of the plan goes on or waits for a person. */
export function requirePlanFree(plan: RecoveryPlan): void {
  if (plan.job !== undefined && isRunning(plan)) {
    throw busy(plan.name, plan.job.plan.scenarioName, plan.job.name);
  }
}

function run(vault: Vault, plan: RecoveryPlan, operation: string, does: PlanOperation): Job {
  requirePlanFree(plan);
  if (!allowedPlanOperations(plan).includes(operation)) throw notAllowed(operation, plan.name, 'NotAllowed');
  plan.job = new PlanRun(vault, plan, does).job;
  return plan.job;
}

/** Operations that leave out what does not allow them, and to which no action of a plan belongs. */
function withoutActions(operation: string): Pick<PlanOperation, 'runs' | 'skips' | 'succeeded'> {
  return {
    runs: () => false,
    skips: (item) => !allowedOperations(item).includes(operation),
    succeeded: () => undefined,
  };
}

function recoveryPointTypeOf(
  { fabric }: RecoveryPlan,
  { providerSpecificDetails }: Pick<PlanFailoverInput, 'providerSpecificDetails'>,
): RecoveryPointType {
  for (const { instanceType } of providerSpecificDetails) requireInstanceType(fabric.provider, instanceType);
  if (providerSpecificDetails.length > 1) throw badInput('The request has two inputs for one provider.');
  return providerSpecificDetails[0]?.recoveryPointType ?? 'Latest';
}

/** The point that a type means for a machine. @throws ArmError 400 where the machine has none of that type. */
function pointOf(item: ProtectedItem, type: RecoveryPointType, nowMs: number): string | undefined {
  if (type === 'Latest') return undefined;
  const points = recoveryPoints(item, nowMs);
  const wanted = { LatestApplicationConsistent: 'AppConsistent', LatestCrashConsistent: 'CrashConsistent' };
  const point = type === 'LatestProcessed' ? points[0] : points.find((each) => each.type === wanted[type]);
  if (point === undefined)
    throw badInput(`The protected item '${item.name}' has no recovery point of type '${type}'.`);
  return point.name;
}
