import type { z } from 'zod';
import { siteRecoveryVersions } from '../../api-versions.ts';
import type { ArmCall } from '../../arm-call.ts';
import { pagedList } from '../../paged-list.ts';
import { get, ok, patch, post, put, remove, type ArmAnswer, type Route } from '../../route.ts';
import { accepted } from '../accepted.ts';
import { asrError, badInput, notAllowed, notThere } from '../asr-error.ts';
import { startEnvironmentJob } from '../environment-job.ts';
import { operationResult } from '../job-routes.ts';
import type { Job } from '../job.ts';
import type { VaultFinder } from '../vault-finder.ts';
import type { Vault } from '../vault.ts';
import { checkedGroups } from './checked-groups.ts';
import { cleanPlanTestUp, commitPlan, failPlanOver, requirePlanFree, testPlan } from './plan-operations.ts';
import { listedPlanBody, planBody } from './recovery-plan-body.ts';
import {
  planFailoverInput,
  planTestCleanupInput,
  planTestFailoverInput,
  recoveryPlanInput,
  recoveryPlanUpdate,
} from './recovery-plan-input.ts';
import type { PlanGroup, RecoveryPlan } from './recovery-plan.ts';

const named = 'ReplicationRecoveryPlans';

/** Recovery plans of a vault. */
export function recoveryPlanRoutes(find: VaultFinder): readonly Route[] {
  const plans = `${find.path}/replicationRecoveryPlans`;
  const one = `${plans}/{plan}`;
  const versions = siteRecoveryVersions;
  const action = (name: string, operation: string, answer: Route['answer']): Route =>
    post(`${one}/${name}`, `${named}_${operation}`, versions, answer);
  return [
    get(plans, `${named}_List`, versions, (call) => listPlans(call, find.vault(call))),
    get(one, `${named}_Get`, versions, (call) => getPlan(call, find.vault(call))),
    put(one, `${named}_Create`, versions, (call) => createPlan(call, find.vault(call))),
    patch(one, `${named}_Update`, versions, (call) => updatePlan(call, find.vault(call))),
    remove(one, `${named}_Delete`, versions, (call) => deletePlan(call, find.vault(call))),
    action('unplannedFailover', 'UnplannedFailover', taking(find, planFailoverInput, failPlanOver)),
    action('testFailover', 'TestFailover', taking(find, planTestFailoverInput, testPlan)),
    action('testFailoverCleanup', 'TestFailoverCleanup', taking(find, planTestCleanupInput, cleanPlanTestUp)),
    action('failoverCommit', 'FailoverCommit', (call) => {
      const { vault, plan } = existing(find, call);
      return accepted(call, vault, commitPlan(vault, plan));
    }),
    action('plannedFailover', 'PlannedFailover', never(find, 'PlannedFailover')),
    action('reProtect', 'Reprotect', never(find, 'ReverseReplicate')),
    action('failoverCancel', 'FailoverCancel', never(find, 'CancelFailover')),
    get(`${one}/operationresults/{operation}`, 'OperationResults_Get', versions, (call) =>
      operationResult(call, find.vault(call), (vault) => shownPlan(vault, call.param('plan'))),
    ),
  ];
}

function listPlans(call: ArmCall, vault: Vault): ArmAnswer {
  return pagedList(call, vault.recoveryPlans, vault.world.section.pageSize, (plan) =>
    listedPlanBody(vault, plan),
  );
}

function getPlan(call: ArmCall, vault: Vault): ArmAnswer {
  return ok(planBody(vault, planNamed(vault, call)));
}

function createPlan(call: ArmCall, vault: Vault): ArmAnswer {
  const { primaryFabricId, recoveryFabricId, failoverDeploymentModel, groups } =
    call.body(recoveryPlanInput).properties;
  const name = call.param('plan');
  const fabric = [...vault.fabrics].find(
    ({ ids }) => ids.fabric.toLowerCase() === primaryFabricId.toLowerCase(),
  );
  if (fabric === undefined) throw badInput(`The primary fabric '${primaryFabricId}' does not exist.`);
  if (recoveryFabricId !== 'Microsoft Azure')
    throw badInput(`The recovery fabric '${recoveryFabricId}' is not supported.`);
  if (vault.recoveryPlans.get(name) !== undefined) throw nameInUse(name);
  const plan: RecoveryPlan = {
    name,
    id: vault.ids.recoveryPlan(name),
    fabric,
    failoverDeploymentModel: failoverDeploymentModel ?? 'ResourceManager',
    groups: checkedGroups(fabric, groups),
    job: undefined,
    lastTestFailoverMs: undefined,
    lastUnplannedFailoverMs: undefined,
  };
  const job = startPlanJob(vault, plan, 'Create', () => {
    if (vault.recoveryPlans.get(name) === undefined) vault.recoveryPlans.add(name, plan);
  });
  return accepted(call, vault, job);
}

function updatePlan(call: ArmCall, vault: Vault): ArmAnswer {
  const plan = planNamed(vault, call);
  const { groups } = call.body(recoveryPlanUpdate).properties;
  requirePlanFree(plan);
  const changed: readonly PlanGroup[] =
    groups === undefined ? plan.groups : checkedGroups(plan.fabric, groups);
  const job = startPlanJob(vault, plan, 'Update', () => {
    plan.groups = changed;
  });
  return accepted(call, vault, job);
}

function deletePlan(call: ArmCall, vault: Vault): ArmAnswer {
  const plan = planNamed(vault, call);
  requirePlanFree(plan);
  const job = startPlanJob(vault, plan, 'Delete', () => vault.recoveryPlans.remove(plan.name));
  return accepted(call, vault, job);
}

/** A job about a plan itself; what its scenario is called is inferred. */
function startPlanJob(
  vault: Vault,
  { id }: RecoveryPlan,
  operation: 'Create' | 'Update' | 'Delete',
  succeeded: () => void,
): Job {
  return startEnvironmentJob(vault, {
    operation: `${named}_${operation}`,
    id,
    scenarioName: `${operation}RecoveryPlan`,
    tasks: [`${operation}RecoveryPlanTask`],
    instanceType: 'RecoveryPlan',
    span: vault.world.durations.recoveryPlanSeconds,
    succeeded,
  });
}

function taking<Properties>(
  find: VaultFinder,
  shape: z.ZodType<{ readonly properties: Properties }>,
  operate: (vault: Vault, plan: RecoveryPlan, input: Properties) => Job,
): Route['answer'] {
  return (call) => {
    const { vault, plan } = existing(find, call);
    return accepted(call, vault, operate(vault, plan, call.body(shape).properties));
  };
}

/** Ways back that there are not from physical servers, and a planned failover, which there is of Hyper-V alone (documented). */
function never(find: VaultFinder, operation: string): Route['answer'] {
  return (call) => {
    const { plan } = existing(find, call);
    requirePlanFree(plan);
    throw notAllowed(operation, plan.name, 'NotSupported');
  };
}

function existing(find: VaultFinder, call: ArmCall): { readonly vault: Vault; readonly plan: RecoveryPlan } {
  const vault = find.vault(call);
  return { vault, plan: planNamed(vault, call) };
}

function planNamed(vault: Vault, call: ArmCall): RecoveryPlan {
  const plan = vault.recoveryPlans.get(call.param('plan'));
  if (plan === undefined) throw notThere(vault.ids.recoveryPlan(call.param('plan')));
  return plan;
}

function shownPlan(vault: Vault, name: string): unknown {
  const plan = vault.recoveryPlans.get(name);
  return plan === undefined ? undefined : planBody(vault, plan);
}

function nameInUse(name: string) {
  return asrError({
    status: 409,
    code: 'RecoveryPlanAlreadyExists', // inferred
    message: `A recovery plan with the name '${name}' exists already.`,
    possibleCauses: 'The name is in use.',
    recommendedAction: 'Choose another name, or update the recovery plan that there is.',
  });
}
