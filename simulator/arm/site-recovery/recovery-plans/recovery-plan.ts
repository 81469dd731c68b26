import type { Fabric } from '../fabric.ts';
import type { Job } from '../job.ts';
import { allowedOperations, type ProtectedItem } from '../protected-item.ts';
import type { GroupInput, PlanAction } from './recovery-plan-input.ts';

/** Machines that start together, and what is done around them. */
export interface PlanGroup {
  readonly groupType: GroupInput['groupType'];
  readonly items: readonly ProtectedItem[];
  readonly startGroupActions: readonly PlanAction[];
  readonly endGroupActions: readonly PlanAction[];
}

/** One recovery plan of a vault: data only; `plan-operations.ts` changes it. */
export interface RecoveryPlan {
  readonly name: string;
  readonly id: string;
  /** Where all of its machines come from. */
  readonly fabric: Fabric;
  readonly failoverDeploymentModel: string;
  groups: readonly PlanGroup[];
  /** The job of its last run, which may still go on. */
  job: Job | undefined;
  lastTestFailoverMs: number | undefined;
  lastUnplannedFailoverMs: number | undefined;
}

/** The machines of a plan, in the order of its groups. */
export function machinesOf({ groups }: RecoveryPlan): readonly ProtectedItem[] {
  return groups.flatMap(({ items }) => items);
}

/** Takes a machine out of a plan. */
export function leavePlan(plan: RecoveryPlan, item: ProtectedItem): void {
  plan.groups = plan.groups.map((group) => ({
    ...group,
    items: group.items.filter((each) => each !== item),
  }));
}

/** True while a run of the plan goes on, or waits for a person. */
export function isRunning({ job }: RecoveryPlan): boolean {
  return job !== undefined && job.endMs === undefined;
}

const order = ['UnplannedFailover', 'TestFailover', 'TestFailoverCleanup', 'Commit'];

/**
 * `allowedOperations` of a plan. While it runs there are none (inferred); while test VMs exist, only their clean-up
 * (official example); else what at least one of its machines allows (inferred: a later run leaves out those that are
 * over already). A planned failover is never among them: there is none of physical servers (documented).
 */
export function allowedPlanOperations(plan: RecoveryPlan): readonly string[] {
  if (isRunning(plan)) return [];
  const allowed = new Set(machinesOf(plan).flatMap((item) => allowedOperations(item)));
  if (allowed.has('TestFailoverCleanup')) return ['TestFailoverCleanup'];
  return order.filter((operation) => allowed.has(operation));
}
