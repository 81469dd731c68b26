import { z } from 'zod';
import { minutesOf } from '../../durations.ts';
import { badInput } from './asr-error.ts';
import { choosePoint } from './choose-point.ts';
import { task, type Job } from './job.ts';
import { requireAllowed, startOperation } from './operation.ts';
import { requireInstanceType } from './policies.ts';
import type { ProtectedItem } from './protected-item.ts';
import type { RecoveryPoint } from './recovery-points.ts';
import { createTargetMachine, failoverMachine, nameTargetDisks } from './target-machine.ts';
import type { Vault } from './vault.ts';

/** `POST …/applyRecoveryPoint`. */
export const applyRecoveryPointInput = z.object({
  properties: z.object({
    recoveryPointId: z.string().optional(),
    providerSpecificDetails: z.object({ instanceType: z.string(), recoveryPointId: z.string().optional() }),
  }),
});

/**
 * Makes the VM of a failover anew at another recovery point: what was done to the first one is lost with it (documented for
 * the point in time; that the VM is another one of the same name, and the names of its tasks, are inferred).
 */
export function applyRecoveryPoint(
  vault: Vault,
  item: ProtectedItem,
  { properties }: z.infer<typeof applyRecoveryPointInput>,
): Job {
  requireInstanceType(item.fabric.provider, properties.providerSpecificDetails.instanceType);
  requireAllowed(item, 'ChangePit');
  const point = choosePoint(item, pointIdOf(item, properties), vault.world.clock.nowMs);
  const durationMs = minutesOf(vault.world.durations.applyRecoveryPointMinutes, item.random);
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_ApplyRecoveryPoint',
    scenarioName: 'ApplyRecoveryPoint',
    friendlyName: 'Change recovery point',
    detailsType: 'FailoverJobDetails',
    tasks: [task('VmChangeRecoveryPoint', 'Change recovery point', durationMs)],
    succeeded: () => {
      item.failoverPoint = point;
      remakeMachine(vault, item, point);
    },
  });
}

/** The modernized provider has the point in its own part of the input, the classic one outside it (published types). */
function pointIdOf(
  { fabric: { provider } }: ProtectedItem,
  { recoveryPointId, providerSpecificDetails }: z.infer<typeof applyRecoveryPointInput>['properties'],
): string {
  const id = provider === 'InMageRcm' ? providerSpecificDetails.recoveryPointId : recoveryPointId;
  if (id === undefined) throw badInput(`The input of the provider '${provider}' lacks 'recoveryPointId'.`);
  return id;
}

function remakeMachine({ world }: Vault, item: ProtectedItem, point: RecoveryPoint): void {
  if (item.machineId !== undefined) world.compute.deleteMachine(item.machineId);
  const { machine } = createTargetMachine(item, failoverMachine(item), { guest: item.failoverGuest, point });
  nameTargetDisks(item, machine);
  item.machineId = machine.id;
}
