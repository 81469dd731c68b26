import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { Environment, VmPlan } from '../../plan/index.ts';
import type { AzureClients } from '../clouds.ts';
import { isNotFound } from '../cloud-errors.ts';

/** Where a protected item is: all that a Site Recovery call about it needs. */
export interface ItemAddress {
  readonly environment: Environment;
  readonly fabric: string;
  readonly container: string;
  readonly name: string;
}

/** The arguments that every SDK method about an item begins with. */
export type ItemArguments = readonly [
  vault: string,
  resourceGroup: string,
  fabric: string,
  container: string,
  item: string,
];

/** The item's name is ours to choose (recorded): one that a second run of the same plan arrives at too. */
export function itemName(vm: VmPlan): string {
  return `portage-${vm.plan}-${vm.name}`.toLowerCase();
}

/** The address as the SDK takes it: vault first. */
export function argumentsOf({ environment, fabric, container, name }: ItemAddress): ItemArguments {
  return [environment.vault, environment.resourceGroup, fabric, container, name];
}

/** The protected item as a GET answers it (a LIST is poorer, recorded); `undefined` where there is none. */
export async function readItem(
  azure: AzureClients,
  item: ItemAddress,
): Promise<ReplicationProtectedItem | undefined> {
  try {
    return await azure.siteRecovery.replicationProtectedItems.get(...argumentsOf(item));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** True when Site Recovery says that it would take this operation now: `UnplannedFailover`, `Commit`, … */
export function allows(item: ReplicationProtectedItem, operation: string): boolean {
  return item.properties?.allowedOperations?.includes(operation) ?? false;
}

/** The item's state in Site Recovery's words, for messages. */
export function stateOf(item: ReplicationProtectedItem): string {
  const { protectionState = 'unknown', protectionStateDescription } = item.properties ?? {};
  return protectionStateDescription === undefined
    ? protectionState
    : `${protectionState} (${protectionStateDescription})`;
}
