import { z } from 'zod';
import { minutesOf } from '../../durations.ts';
import { choosePoint } from './choose-point.ts';
import { task, type Job } from './job.ts';
import { requireAllowed, startOperation } from './operation.ts';
import { requireInstanceType } from './policies.ts';
import type { ProtectedItem } from './protected-item.ts';
import { holdWrites } from './target-machine.ts';
import type { Vault } from './vault.ts';

/** `POST …/applyRecoveryPoint`. */
export const applyRecoveryPointInput = z.object({
  properties: z.object({
    recoveryPointId: z.string().optional(),
    providerSpecificDetails: z.object({ instanceType: z.string(), recoveryPointId: z.string() }),
  }),
});

/** Puts another recovery point's data under the VM that a failover made; its disks and ids stay. The names of its tasks are inferred. */
export function applyRecoveryPoint(
  vault: Vault,
  item: ProtectedItem,
  { properties }: z.infer<typeof applyRecoveryPointInput>,
): Job {
  requireInstanceType(item.fabric.provider, properties.providerSpecificDetails.instanceType);
  requireAllowed(item, 'ChangePit');
  const id = properties.providerSpecificDetails.recoveryPointId;
  const point = choosePoint(item, id, vault.world.clock.nowMs);
  const durationMs = minutesOf(vault.world.durations.applyRecoveryPointMinutes, item.random);
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_ApplyRecoveryPoint',
    scenarioName: 'ApplyRecoveryPoint',
    friendlyName: 'Change recovery point',
    detailsType: 'FailoverJobDetails',
    tasks: [task('VmChangeRecoveryPoint', 'Change recovery point', durationMs)],
    succeeded: () => {
      item.failoverPoint = point;
      const machine =
        item.machineId === undefined ? undefined : vault.world.compute.machines.get(item.machineId);
      if (machine !== undefined) holdWrites(item, machine, point);
    },
  });
}
