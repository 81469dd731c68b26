import { minutesOf } from '../../durations.ts';
import { badInput, notAllowed } from './asr-error.ts';
import type { ItemSettings } from './item-settings.ts';
import { task, type Job } from './job.ts';
import { requireFree, startOperation } from './operation.ts';
import { isOver, stageFacts, type ProtectedItem } from './protected-item.ts';

/**
 * That a PATCH comes at a time when the item can be changed. Inferred: while it has not failed over.
 * @throws ArmError 400, or 409 while another operation runs.
 */
export function requireChangeable(item: ProtectedItem, changesNics: boolean): void {
  requireFree(item);
  if (isOver(item)) throw notAllowed('Update', item.name, stageFacts(item).protectionState);
  if (changesNics && item.stage.is === 'enabling-failed') {
    throw badInput('The network interfaces of the machine are not known.');
  }
}

/** Changes what a failover will make. The names of job and task are inferred. */
export function startUpdate(item: ProtectedItem, settings: ItemSettings): Job {
  const { vault } = item.fabric;
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
