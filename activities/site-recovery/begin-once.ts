import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { OperationOptions } from '@azure/core-client';
import type { AzureClients } from '../clouds.ts';
import { finalFailure, passingFailure } from '../failures.ts';
import { begin } from './begin.ts';
import { allows, readItem, runningOn, stateOf, type ItemAddress } from './items.ts';
import { jobSince, type JobMark } from './jobs.ts';

/** One thing that can be asked of a protected item. */
export interface ItemOperation {
  /** As `allowedOperations` names it. */
  readonly allowedAs: string;
  /** As its jobs, and the item's `currentScenario` while it runs, name it. */
  readonly scenario: string;
  /** True when the item shows that this has been done, whoever asked for it. */
  readonly isDone: (item: ReplicationProtectedItem | undefined) => boolean;
  readonly send: (options: OperationOptions) => Promise<unknown>;
}

/**
 * Asks for an operation exactly once, however often it is called with the same mark: look, then act.
 * @returns the name of its job, or `undefined` when the item shows that it was done before.
 * @throws `NotAllowed` (final) when Site Recovery would refuse it now; `Conflict` (retried) while another operation runs.
 */
export async function beginOnce(
  azure: AzureClients,
  address: ItemAddress,
  mark: JobMark,
  operation: ItemOperation,
): Promise<string | undefined> {
  const begun = await jobSince(azure, address, mark, operation.scenario);
  if (begun !== undefined) return begun;

  const item = await readItem(azure, address);
  if (operation.isDone(item)) return undefined;

  const running = runningOn(item);
  if (running?.scenario === operation.scenario) return running.job;
  if (running !== undefined) throw inTheWay(address, running.scenario);
  if (item === undefined || !allows(item, operation.allowedAs))
    throw notAllowed(address, operation.allowedAs, item);

  return begin(operation.send);
}

function inTheWay(address: ItemAddress, scenario: string) {
  return passingFailure('Conflict', `${address.name}: ${scenario} is still running`, {
    code: 'OPERATION_IN_PROGRESS',
    suggestion: 'Wait until it has ended: Portage looks again by itself',
  });
}

function notAllowed(address: ItemAddress, operation: string, item: ReplicationProtectedItem | undefined) {
  const state = item === undefined ? 'not there' : stateOf(item);
  const allowed = item?.properties?.allowedOperations?.join(', ') ?? '';
  return finalFailure(
    'NotAllowed',
    `${address.name}: Site Recovery does not allow ${operation} while the item is ${state}; it allows ${allowed || 'nothing'}`,
    {
      code: 'NOT_ALLOWED',
      suggestion: 'Look at the item’s health in the vault, cure it, then retry',
    },
  );
}
