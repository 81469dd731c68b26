// For programs. Workflows import `parse.ts` and `resolve.ts` themselves: `load.ts` needs Node, which their sandbox lacks.
export type { AdaptationName, OwnScript } from './adaptations.ts';
export { resourceGroupId } from './azure-names.ts';
export { changesInWords } from './changes-in-words.ts';
export { InvalidPlan, type PlanError } from './invalid-plan.ts';
export { loadPlan } from './load.ts';
export { parsePlan } from './parse.ts';
export { machineChanges, planChanges, type PlanChange } from './plan-changes.ts';
export type { Probe } from './probes.ts';
export {
  resolvePlan,
  type Action,
  type AutomaticAction,
  type CommandsAction,
  type WebhookAction,
  type Deployment,
  type Environment,
  type Limits,
  type Notification,
  type PlannedNetwork,
  type PlannedServer,
  type Quiesce,
  type QuiesceAction,
  type RecoveryPointChoice,
  type ResolvedGroup,
  type ResolvedPlan,
  type Target,
  type VmPlan,
} from './resolve.ts';
export { planSchema, type Plan } from './schema.ts';
