import { minutesOf } from '../../durations.ts';
import type { z } from 'zod';
import { badInput, notAllowed } from './asr-error.ts';
import type { updateInput } from './enable-input.ts';
import { changedSettings } from './item-settings.ts';
import { task, type Job } from './job.ts';
import { requireFree, startOperation } from './operation.ts';
import { requireInMageRcm } from './policies.ts';
import { isOver, stageFacts, type ProtectedItem } from './protected-item.ts';
import type { Vault } from './vault.ts';

/** Changes what a failover will make. Inferred: while the item has not failed over. The job's names are inferred too. */
export function update(vault: Vault, item: ProtectedItem, { properties }: z.infer<typeof updateInput>): Job {
  const input = properties.providerSpecificDetails;
  requireInMageRcm(input.instanceType);
  requireFree(item);
  if (isOver(item)) throw notAllowed('Update', item.name, stageFacts(item).protectionState);
  if (input.vmNics !== undefined && item.stage.is === 'enabling-failed') {
    throw badInput('The network interfaces of the machine are not known.');
  }
  const settings = changedSettings(item.settings, input, vault.world);
  const durationMs = minutesOf(vault.world.durations.updateMinutes, item.random);
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_Update',
    scenarioName: 'UpdateVmProperties',
    friendlyName: 'Update the virtual machine',
    detailsType: 'AsrJobDetails',
    tasks: [task('UpdateVmPropertiesTask', 'Update the virtual machine properties', durationMs)],
    succeeded: () => {
      item.settings = settings;
    },
  });
}
