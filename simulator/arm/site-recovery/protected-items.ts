import type { z } from 'zod';
import { minutesOf } from '../../durations.ts';
import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions } from '../api-versions.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';
import { accepted } from './accepted.ts';
import { badInput, notAllowed, notThere } from './asr-error.ts';
import { disable, disableInput, purge } from './disable.ts';
import { enable } from './enable.ts';
import { enableInput, updateInput } from './enable-input.ts';
import { applyRecoveryPoint, applyRecoveryPointInput, commit, failOver, failoverInput } from './failover.ts';
import { changedSettings } from './item-settings.ts';
import type { Job } from './job.ts';
import { requireFree, startOperation } from './operation.ts';
import { requireInMageRcm } from './policies.ts';
import { isOver, stageFacts, type ProtectedItem } from './protected-item.ts';
import { recoveryPointBody, recoveryPoints } from './recovery-points.ts';
import { cleanUpTest, testFailOver, testFailoverCleanupInput, testFailoverInput } from './test-failover.ts';
import type { Vault } from './vault.ts';
import type { VaultFinder } from './vault-finder.ts';

/** Everything about protected items. */
export function protectedItemRoutes(find: VaultFinder): readonly Route[] {
  const { path, container, item } = find;
  const versions = siteRecoveryVersions;
  const items = 'ReplicationProtectedItems';
  const action = (name: string, operation: string, answer: Route['answer']): Route => ({
    method: 'POST',
    path: `${item}/${name}`,
    operation: `${items}_${operation}`,
    apiVersions: versions,
    answer,
  });
  const onItem = { path: item, apiVersions: versions };
  return [
    get(`${path}/replicationProtectedItems`, `${items}_List`, versions, (call) =>
      listItems(call, find.vault(call)),
    ),
    get(
      `${container}/replicationProtectedItems`,
      `${items}_ListByReplicationProtectionContainers`,
      versions,
      (call) => listItems(call, find.containerOf(call)),
    ),
    get(item, `${items}_Get`, versions, (call) => getItem(find, call)),
    { ...onItem, method: 'PUT', operation: `${items}_Create`, answer: (call) => createItem(find, call) },
    {
      ...onItem,
      method: 'PATCH',
      operation: `${items}_Update`,
      answer: taking(find, updateInput, (vault, each, { properties }) =>
        update(vault, each, properties.providerSpecificDetails),
      ),
    },
    { ...onItem, method: 'DELETE', operation: `${items}_Purge`, answer: plain(find, purge) },
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
    get(`${item}/recoveryPoints`, 'RecoveryPoints_ListByReplicationProtectedItems', versions, (call) =>
      listPoints(find, call),
    ),
    get(`${item}/recoveryPoints/{point}`, 'RecoveryPoints_Get', versions, (call) => getPoint(find, call)),
  ];
}

function listItems(call: ArmCall, vault: Vault): ArmAnswer {
  const { elements, next } = vault.items.page(
    vault.world.section.pageSize,
    call.request.query.get('$skipToken'),
  );
  const value = elements.map((item) => vault.shownInList(item)).filter((body) => body !== undefined);
  return ok({ value, nextLink: next === undefined ? null : call.linkTo(next) });
}

function getItem(find: VaultFinder, call: ArmCall): ArmAnswer {
  const { vault, item } = find.itemOf(call);
  return ok(vault.shown(item));
}

function createItem(find: VaultFinder, call: ArmCall): ArmAnswer {
  const vault = find.containerOf(call);
  const { policyId, providerSpecificDetails } = call.body(enableInput).properties;
  return accepted(call, vault, enable(vault, call.param('item'), policyId, providerSpecificDetails));
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

/** Changes what a failover will make. Inferred: while the item has not failed over. */
function update(
  vault: Vault,
  item: ProtectedItem,
  input: z.infer<typeof updateInput>['properties']['providerSpecificDetails'],
): Job {
  requireInMageRcm(input.instanceType);
  requireFree(item);
  if (isOver(item)) throw notAllowed('Update', item.name, stageFacts(item).protectionState);
  if (input.vmNics !== undefined && (item.stage.is === 'enabling' || item.stage.is === 'enabling-failed')) {
    throw badInput('The network interfaces of the machine are not known yet.');
  }
  const settings = changedSettings(item.settings, input, vault.world);
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_Update',
    scenarioName: 'UpdateVmProperties',
    friendlyName: 'Update the virtual machine',
    detailsType: 'AsrJobDetails',
    tasks: [
      {
        name: 'UpdateVmPropertiesTask',
        friendlyName: 'Update the virtual machine properties',
        durationMs: minutesOf(vault.world.durations.updateMinutes, item.random),
      },
    ],
    succeeded: () => {
      item.settings = settings;
    },
  });
}

function listPoints(find: VaultFinder, call: ArmCall): ArmAnswer {
  const { vault, item } = find.itemOf(call);
  const points = recoveryPoints(item, vault.world.clock.nowMs);
  const value = points.map((point) =>
    recoveryPointBody(point, vault.ids.recoveryPoint(item.name, point.name)),
  );
  return ok({ value, nextLink: null });
}

function getPoint(find: VaultFinder, call: ArmCall): ArmAnswer {
  const { vault, item } = find.itemOf(call);
  const name = call.param('point').toLowerCase();
  const point = recoveryPoints(item, vault.world.clock.nowMs).find((each) => each.name === name);
  const id = vault.ids.recoveryPoint(item.name, name);
  if (point === undefined) throw notThere(id);
  return ok(recoveryPointBody(point, id));
}
