import type { JobFailure } from '../../faults.ts';
import { busy, notAllowed } from './asr-error.ts';
import type { Job, JobPlan } from './job.ts';
import { allowedOperations, stageFacts, type ProtectedItem } from './protected-item.ts';
import type { Vault } from './vault.ts';

/** An operation on an item that is about to start. */
export interface Operation extends Pick<
  JobPlan,
  | 'scenarioName'
  | 'friendlyName'
  | 'tasks'
  | 'detailsType'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'failingTask'
  | 'endsAs'
> {
  /** As the ledger and the faults call it. */
  readonly name: string;
  /** Why the job fails by what the clouds are like now; a fault that was asked for comes first. */
  readonly failure?: JobFailure | undefined;
}

/** @throws ArmError 409 while another operation of the item runs. */
export function requireFree(item: ProtectedItem): void {
  if (item.operation !== undefined)
    throw busy(item.name, item.operation.plan.scenarioName, item.operation.name);
}

/** @throws ArmError 409 while another operation runs, 400 unless `allowedOperations` names this one. */
export function requireAllowed(item: ProtectedItem, operation: string): void {
  requireFree(item);
  if (allowedOperations(item).includes(operation)) return;
  throw notAllowed(operation, item.name, stageFacts(item).protectionState);
}

/** Starts an operation's job; until it ends, every other operation on the item is refused. */
export function startOperation(vault: Vault, item: ProtectedItem, operation: Operation): Job {
  const { name, failure, succeeded, failed, cancelled = failed, ...plan } = operation;
  const job = vault.jobs.start(
    {
      ...plan,
      target: {
        objectId: item.internalIdentifier, // recorded: not its name
        objectName: item.friendlyName,
        instanceType: 'ProtectionEntity',
      },
      affectedObjects: {
        PrimaryCloudName: item.fabric.containerFriendlyName,
        RecoveryVmName: item.settings.targetVmName,
      },
      resourceId: item.id,
      failure: vault.world.faults.takeJobFailure({ operation: name, target: item.id }) ?? failure,
      succeeded: () => {
        item.operation = undefined;
        succeeded();
      },
      failed: () => {
        item.operation = undefined;
        failed?.();
      },
      cancelled: () => {
        item.operation = undefined;
        cancelled?.();
      },
    },
    vault.visibleFromMs(item.id),
  );
  item.operation = job;
  return job;
}
