import type { z } from 'zod';
import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions } from '../api-versions.ts';
import { get, ok, patch, post, put, remove, type ArmAnswer, type Route } from '../route.ts';
import { accepted } from './accepted.ts';
import { applyRecoveryPoint, applyRecoveryPointInput } from './apply-recovery-point.ts';
import { badInput, notAllowed } from './asr-error.ts';
import { commit } from './commit.ts';
import { disable, disableInput, purge } from './disable.ts';
import { failOver, failoverInput } from './failover.ts';
import type { Job } from './job.ts';
import type { Registry } from '../registry.ts';
import { requireFree } from './operation.ts';
import { stageFacts, type ProtectedItem } from './protected-item.ts';
import { machinesOf } from './recovery-plans/recovery-plan.ts';
import { cleanUpTest, testFailOver, testFailoverCleanupInput, testFailoverInput } from './test-failover.ts';
import type { Vault } from './vault.ts';
import type { VaultFinder } from './vault-finder.ts';

/** Protected items: what can be read of them, and what can be done with them. */
export function protectedItemRoutes(find: VaultFinder): readonly Route[] {
  const { path, container, item } = find;
  const versions = siteRecoveryVersions;
  const list = 'replicationProtectedItems';
  const named = 'ReplicationProtectedItems';
  const action = (name: string, operation: string, answer: Route['answer']): Route =>
    post(`${item}/${name}`, `${named}_${operation}`, versions, answer);
  return [
    get(`${path}/${list}`, `${named}_List`, versions, (call) => {
      const vault = find.vault(call);
      return listItems(call, vault, vault.items);
    }),
    get(`${container}/${list}`, `${named}_ListByReplicationProtectionContainers`, versions, (call) => {
      const { vault, items } = find.containerOf(call);
      return listItems(call, vault, items);
    }),
    get(item, `${named}_Get`, versions, (call) => getItem(find, call)),
    put(item, `${named}_Create`, versions, (call) => createItem(find, call)),
    patch(item, `${named}_Update`, versions, (call) => updateItem(find, call)),
    remove(item, `${named}_Purge`, versions, plain(find, purge)),
    action('remove', 'Delete', taking(find, disableInput, disable)),
    action('testFailover', 'TestFailover', taking(find, testFailoverInput, testFailOver)),
    action('testFailoverCleanup', 'TestFailoverCleanup', taking(find, testFailoverCleanupInput, cleanUpTest)),
    action('unplannedFailover', 'UnplannedFailover', taking(find, failoverInput, failOver)),
    action('failoverCommit', 'FailoverCommit', plain(find, commit)),
    action(
      'applyRecoveryPoint',
      'ApplyRecoveryPoint',
      taking(find, applyRecoveryPointInput, applyRecoveryPoint),
    ),
    action('failoverCancel', 'FailoverCancel', never(find, 'FailoverCancel')),
    action('reProtect', 'Reprotect', never(find, 'ReProtect')),
  ];
}

function listItems(call: ArmCall, vault: Vault, items: Registry<ProtectedItem>): ArmAnswer {
  const inPlan = planFilter(vault, call.request.query.get('$filter'));
  const { elements, next } = items.page(vault.world.section.pageSize, call.request.query.get('$skipToken'));
  const value = elements
    .filter(inPlan)
    .map((item) => vault.shownInList(item))
    .filter((body) => body !== undefined);
  return ok({ value, nextLink: next === undefined ? null : call.linkTo(next) });
}

/** `$filter=RecoveryPlanName eq '…'` (recorded). @throws ArmError 400 for any other filter: nobody has seen one. */
function planFilter(vault: Vault, filter: string | null): (item: ProtectedItem) => boolean {
  if (filter === null) return () => true;
  const [, name] = /^RecoveryPlanName eq '([^']*)'$/i.exec(filter.trim()) ?? [];
  if (name === undefined) throw badInput(`The filter '${filter}' is not understood.`);
  const plan = vault.recoveryPlans.get(name);
  return (item) => plan !== undefined && machinesOf(plan).includes(item);
}

function getItem(find: VaultFinder, call: ArmCall): ArmAnswer {
  const { vault, item } = find.itemOf(call);
  return ok(vault.shown(item));
}

function createItem(find: VaultFinder, call: ArmCall): ArmAnswer {
  const fabric = find.containerOf(call);
  return accepted(call, fabric.vault, fabric.enable(call, call.param('item')));
}

function updateItem(find: VaultFinder, call: ArmCall): ArmAnswer {
  const { vault, item } = find.itemOf(call);
  return accepted(call, vault, item.fabric.update(call, item));
}

/** An operation without a body. */
function plain(find: VaultFinder, operate: (vault: Vault, item: ProtectedItem) => Job): Route['answer'] {
  return (call) => {
    const { vault, item } = find.itemOf(call);
    return accepted(call, vault, operate(vault, item));
  };
}

/** An operation with a body. */
function taking<Shape extends z.ZodType>(
  find: VaultFinder,
  shape: Shape,
  operate: (vault: Vault, item: ProtectedItem, input: z.infer<Shape>) => Job,
): Route['answer'] {
  return (call) => {
    const { vault, item } = find.itemOf(call);
    return accepted(call, vault, operate(vault, item, call.body(shape)));
  };
}

/** Operations of other providers, or of ways back that there are not (site-recovery.md §5, §8). */
function never(find: VaultFinder, operation: string): Route['answer'] {
  return (call) => {
    const { item } = find.itemOf(call);
    requireFree(item);
    throw notAllowed(operation, item.name, stageFacts(item).protectionState);
  };
}
