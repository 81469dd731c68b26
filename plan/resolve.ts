import { assumptions } from './assumptions.ts';
import { resolveActions, type Action } from './resolve-action.ts';
import { resolveMachine, type Group, type VmPlan } from './resolve-machine.ts';
import type { Plan } from './schema.ts';

export type { Deployment, Environment, PlannedNetwork, PlannedServer } from './resolve-environment.ts';
export type { CutoverWindow } from './cutover-window.ts';
export type {
  Action,
  AutomaticAction,
  CommandsAction,
  MachineOfPlan,
  ManualAction,
  WebhookAction,
} from './resolve-action.ts';
export type { Probe } from './probes.ts';
export type { RecoveryPointChoice, Target, VmPlan } from './resolve-machine.ts';
export type { Quiesce, QuiesceAction } from './resolve-quiesce.ts';

/** A plan with every default worked out: what workflows go by. Plain JSON. */
export interface ResolvedPlan {
  readonly name: string;
  /** Who runs the failover of a group: Portage itself, or Site Recovery's own recovery plan. */
  readonly engine: 'portage' | 'site-recovery';
  readonly limits: Limits;
  /** Who is told what while it runs. */
  readonly notifications?: readonly Notification[];
  /** Codes of findings about the whole plan that are warnings instead of blockers. */
  readonly accept: readonly string[];
  /** In the order of their cutover. */
  readonly groups: readonly ResolvedGroup[];
  /** Sentences about what the plan does not say and Portage therefore assumes; `start` prints them. */
  readonly assumed: readonly string[];
}

export interface Limits {
  /** Machines that are between preflight and completion at once. */
  readonly inFlight: number;
  /** Initial replications that run at once. */
  readonly initialReplications: number;
  /** Machines that may fail: above it no further cutover starts. A percentage is already worked out, rounded up. */
  readonly failures: number;
}

/** Machines that cut over together, and what is done before and after. */
export interface ResolvedGroup {
  readonly name: string;
  readonly before: readonly Action[];
  readonly after: readonly Action[];
  readonly machines: readonly VmPlan[];
}

/** A webhook that is told what happens, signed with a secret of the worker. */
export interface Notification {
  readonly url: string | { readonly env: string };
  readonly secret: { readonly env: string };
  readonly on: readonly ('ready' | 'attention' | 'window' | 'completed' | 'source-started')[];
}

/**
 * Works out every default of a plan: plan, then group, then machine; names of Azure resources become full ARM ids.
 * Runs in Temporal's workflow sandbox.
 * @param plan from `loadPlan` or `parsePlan`, which know that nothing is missing.
 */
export function resolvePlan(plan: Plan): ResolvedPlan {
  const machineCount = plan.groups.reduce((count, group) => count + group.vms.length, 0);
  return {
    name: plan.name,
    engine: plan.engine ?? 'portage',
    limits: {
      inFlight: plan.limits?.inFlight ?? 200,
      initialReplications: plan.limits?.initialReplications ?? 20,
      failures: failuresTolerated(plan.limits?.failures ?? '10%', machineCount),
    },
    ...(plan.notifications && {
      notifications: plan.notifications.map(({ webhook, secret, on }) => ({ url: webhook, secret, on })),
    }),
    accept: plan.accept ?? [],
    groups: plan.groups.map((group) => resolveGroup(plan, group)),
    assumed: assumptions(plan),
  };
}

/** A percentage of all machines, rounded up. */
function failuresTolerated(failures: number | string, machineCount: number): number {
  if (typeof failures === 'number') return failures;
  // In thousandths of a percent, as whole numbers: 7% of 100 is 7, not 7.000000000000001 rounded up.
  const thousandths = Math.round(Number.parseFloat(failures) * 1000);
  return Math.ceil((thousandths * machineCount) / 100_000);
}

/** What a group's actions do not say of where they run is as its first machine has it. */
function resolveGroup(plan: Plan, group: Group): ResolvedGroup {
  const machines = group.vms.map((vm) => resolveMachine(plan, group, vm));
  const [first] = machines;
  if (first === undefined) throw new TypeError(`the plan was not checked: no machine in ${group.name}`);
  const { target, source } = first;
  const place = { region: source.region, target };
  return {
    name: group.name,
    before: resolveActions(group.before, { ...place, path: `${group.name}/before` }),
    after: resolveActions(group.after, { ...place, path: `${group.name}/after` }),
    machines,
  };
}
