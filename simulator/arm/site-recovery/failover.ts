import { z } from 'zod';
import { minutesOf } from '../../durations.ts';
import { badInput } from './asr-error.ts';
import { choosePoint } from './choose-point.ts';
import { hydrate, type Hydration } from './hydration.ts';
import { task, type Job, type JobTask } from './job.ts';
import { requireAllowed, startOperation } from './operation.ts';
import { requireInstanceType } from './policies.ts';
import type { ProtectedItem } from './protected-item.ts';
import { watchSource } from './source-watch.ts';
import { createTargetMachine, failoverMachine, machineRefusal, nameTargetDisks } from './target-machine.ts';
import type { Vault } from './vault.ts';

/**
 * `POST …/unplannedFailover`. `performShutdown` is a string; that the service refuses a boolean is inferred. The classic
 * provider has no such thing (recorded).
 */
export const failoverInput = z.object({
  properties: z.object({
    failoverDirection: z.literal('PrimaryToRecovery'),
    sourceSiteOperations: z.enum(['Required', 'NotRequired']).optional(),
    providerSpecificDetails: z.object({
      instanceType: z.string(),
      performShutdown: z.enum(['true', 'false']).optional(),
      recoveryPointId: z.string().optional(),
    }),
  }),
});

/**
 * Fails an item over. A source that still runs does not stop it (traps, site-recovery.md §8), and a physical server is
 * never shut down by the service.
 */
export function failOver(vault: Vault, item: ProtectedItem, input: z.infer<typeof failoverInput>): Job {
  const { instanceType, recoveryPointId, performShutdown } = input.properties.providerSpecificDetails;
  const { provider } = item.fabric;
  requireInstanceType(provider, instanceType);
  if (provider === 'InMageRcm' && performShutdown === undefined) {
    throw badInput(`The failover input of the provider '${provider}' lacks 'performShutdown'.`);
  }
  requireAllowed(item, 'UnplannedFailover');
  if (item.settings.targetNetworkId === '') {
    throw badInput(`The protected item '${item.name}' has no target network.`);
  }
  const { clock } = vault.world;
  watchSource(item, clock.nowMs);
  const point = choosePoint(item, recoveryPointId, clock.nowMs);
  item.replicationEndedMs = clock.nowMs;
  const guest = vault.world.sources.copyOfGuest(item.source.instanceId);
  const hydration = hydrate(item);
  const job: Job = startOperation(vault, item, {
    name: 'ReplicationProtectedItems_UnplannedFailover',
    scenarioName: 'UnplannedFailover',
    friendlyName: 'Failover',
    detailsType: 'FailoverJobDetails',
    tasks: failoverTasks(vault, item, hydration, () => {
      item.failoverPoint = point;
      item.failoverGuest = guest;
      const made = createTargetMachine(item, failoverMachine(item), { guest, point });
      nameTargetDisks(item, made.machine);
      item.machineId = made.machine.id;
      job.warning = made.warning;
    }),
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
    // Replication has stopped and does not go on (documented): the item wants a resync.
    cancelled: () => {
      hydration.end();
      item.stage = { is: 'failover-failed' };
      item.resyncRequired = true;
    },
  });
  return job;
}

function failoverTasks(
  { world }: Vault,
  item: ProtectedItem,
  hydration: Hydration,
  make: () => void,
): JobTask[] {
  const ownMs = minutesOf(world.durations.failoverMinutes, item.random);
  const hydrationMs = minutesOf(world.durations.hydrationMinutes, item.random);
  return [
    {
      ...task('VmUfoPrerequisitesCheck', 'Prerequisites check for failover', ownMs * 0.05, hydration.begin),
      check: hydration.refusal,
    },
    task('VmShutdownVmOnPrimary', 'Shut down the virtual machine', ownMs * 0.05),
    {
      ...task('VmFailover', 'Start failover', hydrationMs + ownMs * 0.6, make),
      check: () => hydration.outcome() ?? machineRefusal(item, failoverMachine(item)),
    },
    task('VmFoStartVmOnSecondary', 'Start the virtual machine', ownMs * 0.3),
  ];
}
