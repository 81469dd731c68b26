import { z } from 'zod';
import { minutesOf, secondsOf } from '../../durations.ts';
import { badInput } from './asr-error.ts';
import { hydrate } from './hydration.ts';
import type { Job } from './job.ts';
import { requireAllowed, startOperation } from './operation.ts';
import { requireInMageRcm } from './policies.ts';
import type { ProtectedItem } from './protected-item.ts';
import { latestPoint, recoveryPoints, type RecoveryPoint } from './recovery-points.ts';
import { createTargetMachine, nameTargetDisks } from './target-machine.ts';
import type { Vault } from './vault.ts';
import { watchSource } from './source-watch.ts';

/** `POST …/unplannedFailover`. `performShutdown` is a string; that the service refuses a boolean is inferred. */
export const failoverInput = z.object({
  properties: z.object({
    failoverDirection: z.literal('PrimaryToRecovery'),
    sourceSiteOperations: z.enum(['Required', 'NotRequired']).optional(),
    providerSpecificDetails: z.object({
      instanceType: z.string(),
      performShutdown: z.enum(['true', 'false']),
      recoveryPointId: z.string().optional(),
    }),
  }),
});

/**
 * Fails an item over. A source that still runs does not stop it (traps, site-recovery.md §8), and a physical server is
 * never shut down by the service.
 */
export function failOver(vault: Vault, item: ProtectedItem, input: z.infer<typeof failoverInput>): Job {
  const { instanceType, recoveryPointId } = input.properties.providerSpecificDetails;
  requireInMageRcm(instanceType);
  requireAllowed(item, 'UnplannedFailover');
  if (item.settings.targetNetworkId === '')
    throw badInput(`The protected item '${item.name}' has no target network.`);
  const { clock, durations, sources } = vault.world;
  watchSource(item, sources, clock.nowMs);
  const point = pointOf(item, recoveryPointId, clock.nowMs);
  const ownMs = minutesOf(durations.failoverMinutes, item.random);
  const hydrationMs = minutesOf(durations.hydrationMinutes, item.random);
  item.replicationEndedMs = clock.nowMs;
  const hydration = hydrate(vault, item);
  const job: Job = startOperation(vault, item, {
    name: 'ReplicationProtectedItems_UnplannedFailover',
    scenarioName: 'UnplannedFailover',
    friendlyName: 'Failover',
    detailsType: 'FailoverJobDetails',
    tasks: [
      {
        name: 'VmUfoPrerequisitesCheck',
        friendlyName: 'Prerequisites check for failover',
        durationMs: ownMs * 0.05,
        done: hydration.begin,
      },
      {
        name: 'VmShutdownVmOnPrimary',
        friendlyName: 'Shut down the virtual machine',
        durationMs: ownMs * 0.05,
      },
      {
        name: 'VmFailover',
        friendlyName: 'Start failover',
        durationMs: hydrationMs + ownMs * 0.6,
        done: () => {
          hydration.end();
          item.failoverPoint = point;
          const made = createTargetMachine(vault, item, item.settings.targetVmName, '');
          item.machineId = made.machine.id;
          job.warning = made.warning;
          nameTargetDisks(item, made.machine);
        },
      },
      { name: 'VmFoStartVmOnSecondary', friendlyName: 'Start the virtual machine', durationMs: ownMs * 0.3 },
    ],
    failingTask: 'VmFailover',
    succeeded: () => {
      item.stage = { is: 'failed-over' };
      item.lastFailoverMs = clock.nowMs;
      item.resyncRequired = false;
    },
    failed: () => {
      hydration.end();
      item.stage = { is: 'failover-failed' };
      item.replicationEndedMs = undefined;
    },
  });
  return job;
}

/** Commits a failover: the other recovery points are gone for good. */
export function commit(vault: Vault, item: ProtectedItem): Job {
  requireAllowed(item, 'Commit');
  const totalMs = secondsOf(vault.world.durations.commitSeconds, item.random);
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_FailoverCommit',
    scenarioName: 'CommitFailover',
    friendlyName: 'Commit',
    detailsType: 'AsrJobDetails',
    tasks: [
      { name: 'VmCommitPrerequisitesCheck', friendlyName: 'Prerequisites check', durationMs: totalMs / 3 },
      { name: 'VmCommit', friendlyName: 'Commit', durationMs: (totalMs * 2) / 3 },
    ],
    succeeded: () => {
      item.stage = { is: 'committed' };
      item.keptPoint = item.failoverPoint;
      item.extraPoints = [];
    },
  });
}

/** `POST …/applyRecoveryPoint`. */
export const applyRecoveryPointInput = z.object({
  properties: z.object({
    recoveryPointId: z.string().optional(),
    providerSpecificDetails: z.object({ instanceType: z.string(), recoveryPointId: z.string().optional() }),
  }),
});

/** Puts another recovery point's data under the VM that a failover made; its disks and ids stay. The names of its tasks are inferred. */
export function applyRecoveryPoint(
  vault: Vault,
  item: ProtectedItem,
  { properties }: z.infer<typeof applyRecoveryPointInput>,
): Job {
  requireInMageRcm(properties.providerSpecificDetails.instanceType);
  requireAllowed(item, 'ChangePit');
  const id = properties.providerSpecificDetails.recoveryPointId ?? properties.recoveryPointId;
  const point = pointOf(item, id, vault.world.clock.nowMs);
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_ApplyRecoveryPoint',
    scenarioName: 'ApplyRecoveryPoint',
    friendlyName: 'Change recovery point',
    detailsType: 'FailoverJobDetails',
    tasks: [
      {
        name: 'VmChangeRecoveryPoint',
        friendlyName: 'Change recovery point',
        durationMs: minutesOf(vault.world.durations.applyRecoveryPointMinutes, item.random),
      },
    ],
    succeeded: () => {
      item.failoverPoint = point;
    },
  });
}

/**
 * The recovery point that a request means. Without one it is the latest: what the agent has sent becomes a point of its
 * own, unless a forced stop has put that in doubt.
 */
export function pointOf(item: ProtectedItem, id: string | undefined, nowMs: number): RecoveryPoint {
  if (id !== undefined && id !== '') {
    const name = id.slice(id.lastIndexOf('/') + 1).toLowerCase();
    const point = recoveryPoints(item, nowMs).find((each) => each.name === name);
    if (point === undefined) throw badInput(`The recovery point '${id}' does not exist.`);
    return point;
  }
  const newest = latestPoint(item, nowMs);
  if (newest === undefined) throw badInput(`The protected item '${item.name}' has no recovery point.`);
  if (item.resyncRequired || newest.timeMs >= item.lastRunningMs) return newest;
  const last: RecoveryPoint = {
    name: item.random.fork(`latest/${item.lastRunningMs}`).guid(),
    timeMs: item.lastRunningMs,
    type: 'CrashConsistent',
  };
  item.extraPoints = [...item.extraPoints, last];
  return last;
}
