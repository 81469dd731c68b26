import type { Plan } from './schema.ts';

/** A plan with every default worked out: what workflows go by. Plain JSON. */
export interface ResolvedPlan {
  readonly name: string;
  readonly limits: Limits;
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

/** What is done before or after a group's cutover. `id` is `<group>/before/1`, counted from 1. */
export type Action =
  | { readonly kind: 'manual'; readonly id: string; readonly text: string }
  | { readonly kind: 'webhook'; readonly id: string; readonly url: string | { readonly env: string } };

/** One machine's migration, complete: nothing has to be looked up in the plan again. */
export interface VmPlan {
  readonly plan: string;
  readonly group: string;
  readonly name: string;
  readonly source: { readonly region: string };
  /** At least one of `instanceId` and `privateIp` is there. */
  readonly locate: { readonly instanceId?: string; readonly privateIp?: string; readonly vpcId?: string };
  readonly environment: Environment;
  readonly target: Target;
  readonly mobility: 'preinstalled';
  readonly testFailover: 'never';
  readonly cutover: 'manual' | 'automatic';
  readonly validation: readonly { readonly kind: 'agent' }[];
  /** The source stays stopped; `snapshot` also takes a snapshot of its volumes. */
  readonly afterCommit: 'keep' | 'snapshot';
  /** Codes of findings that are warnings for this machine instead of blockers. */
  readonly accept: readonly string[];
}

/** Where the machine goes. Ids are full ARM ids. */
export interface Target {
  readonly resourceGroupId: string;
  readonly vmName: string;
  readonly networkId: string;
  readonly subnetName: string;
  readonly testNetworkId?: string;
  readonly testSubnetName?: string;
  /** `Standard_LRS`, `StandardSSD_LRS`, … as Site Recovery spells them. */
  readonly diskType: string;
  /** Absent: Site Recovery chooses. */
  readonly size?: string;
}

/** One vault with its appliances, policy and cache account. */
export interface Environment {
  readonly name: string;
  readonly provider: 'modernized';
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly vault: string;
  readonly appliances: readonly { readonly name: string; readonly instanceId?: string }[];
  readonly cacheStorageAccountId: string;
  readonly policy: {
    readonly name: string;
    readonly recoveryPointHours?: number;
    readonly crashConsistentMinutes?: number;
    readonly appConsistentMinutes?: number;
  };
}

/** Works out every default of a plan: plan, then group, then machine; names of Azure resources become full ARM ids. */
export function resolvePlan(plan: Plan): ResolvedPlan {
  throw new Error(`resolvePlan is being written: ${plan.name}`);
}
