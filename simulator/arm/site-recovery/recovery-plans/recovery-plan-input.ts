import { z } from 'zod';

const location = z.enum(['Primary', 'Recovery']);
const direction = z.enum(['PrimaryToRecovery', 'RecoveryToPrimary']);
const comments = z.object({ comments: z.string().optional() });

const actionInput = z.object({
  actionName: z.string().min(1),
  failoverTypes: z
    .array(
      z.enum([
        'ReverseReplicate',
        'Commit',
        'PlannedFailover',
        'UnplannedFailover',
        'DisableProtection',
        'TestFailover',
        'TestFailoverCleanup',
        'Failback',
        'FinalizeFailback',
        'CancelFailover',
        'ChangePit',
        'RepairReplication',
        'SwitchProtection',
        'CompleteMigration',
      ]),
    )
    .min(1),
  failoverDirections: z.array(direction).min(1),
  customDetails: z.discriminatedUnion('instanceType', [
    z.object({ instanceType: z.literal('ManualActionDetails'), description: z.string().optional() }),
    z.object({
      instanceType: z.literal('AutomationRunbookActionDetails'),
      runbookId: z.string().optional(),
      timeout: z.string().optional(),
      fabricLocation: location,
    }),
    z.object({
      instanceType: z.literal('ScriptActionDetails'),
      path: z.string(),
      timeout: z.string().optional(),
      fabricLocation: location,
    }),
  ]),
});
/** Something that a plan's run does before or after the machines of a group. */
export type PlanAction = z.infer<typeof actionInput>;

const groupInput = z.object({
  groupType: z.enum(['Shutdown', 'Failover', 'Boot']),
  replicationProtectedItems: z
    .array(z.object({ id: z.string(), virtualMachineId: z.string().optional() }))
    .default([]),
  startGroupActions: z.array(actionInput).default([]),
  endGroupActions: z.array(actionInput).default([]),
});
export type GroupInput = z.infer<typeof groupInput>;

/** `PUT replicationRecoveryPlans/{p}`. */
export const recoveryPlanInput = z.object({
  properties: z.object({
    primaryFabricId: z.string(),
    recoveryFabricId: z.string(),
    failoverDeploymentModel: z.enum(['NotApplicable', 'Classic', 'ResourceManager']).optional(),
    groups: z.array(groupInput),
  }),
});

/** `PATCH replicationRecoveryPlans/{p}`. */
export const recoveryPlanUpdate = z.object({
  properties: z.object({ groups: z.array(groupInput).optional() }),
});

/** Which point each machine is failed over to: on a plan a type, never a point's id (published types). */
const recoveryPointType = z.enum([
  'Latest',
  'LatestProcessed',
  'LatestApplicationConsistent',
  'LatestCrashConsistent',
]);
export type RecoveryPointType = z.infer<typeof recoveryPointType>;

/** `POST …/unplannedFailover`. */
export const planFailoverInput = z.object({
  properties: z.object({
    failoverDirection: z.literal('PrimaryToRecovery'),
    sourceSiteOperations: z.enum(['Required', 'NotRequired']),
    providerSpecificDetails: z.array(z.object({ instanceType: z.string(), recoveryPointType })).default([]),
  }),
});
export type PlanFailoverInput = z.infer<typeof planFailoverInput>['properties'];

/** `POST …/testFailover`. */
export const planTestFailoverInput = z.object({
  properties: z.object({
    failoverDirection: z.literal('PrimaryToRecovery'),
    networkType: z.string(),
    networkId: z.string().optional(),
    providerSpecificDetails: z.array(z.object({ instanceType: z.string(), recoveryPointType })).default([]),
  }),
});
export type PlanTestFailoverInput = z.infer<typeof planTestFailoverInput>['properties'];

/** `POST …/testFailoverCleanup`. */
export const planTestCleanupInput = z.object({ properties: comments });
