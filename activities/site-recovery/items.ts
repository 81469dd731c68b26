import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { OperationOptions } from '@azure/core-client';
import type { Environment, VmPlan } from '../../plan/index.ts';
import { nameOf } from '../arm-id.ts';
import type { AzureClients } from '../clouds.ts';
import { ifThere } from '../cloud-errors.ts';

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

/** Where a machine's protected item is, or will be. Its name is ours to choose (recorded): a second run arrives at it too. */
export function itemAddress(vm: VmPlan, place: { fabric: string; container: string }): ItemAddress {
  const { fabric, container } = place;
  return {
    environment: vm.environment,
    fabric,
    container,
    name: itemName(vm),
  };
}

/** The name of a machine's protected item. */
export function itemName({ plan, name }: VmPlan): string {
  return `portage-${plan}-${name}`.toLowerCase();
}

/** The address as the SDK takes it: vault first. */
export function argumentsOf({ environment, fabric, container, name }: ItemAddress): ItemArguments {
  return [environment.vault, environment.resourceGroup, fabric, container, name];
}

/** The protected item as a GET answers it (a LIST is poorer, recorded); `undefined` where there is none. */
export async function readItem(
  azure: AzureClients,
  item: ItemAddress,
  options: OperationOptions = {},
): Promise<ReplicationProtectedItem | undefined> {
  return ifThere(() => azure.siteRecovery.replicationProtectedItems.get(...argumentsOf(item), options));
}

/** What runs on an item now: its scenario and job; `undefined` when it is idle, which it writes as scenario `None` (recorded). */
export function runningOn(
  item: ReplicationProtectedItem | undefined,
): { scenario: string; job: string } | undefined {
  const { scenarioName: scenario, jobId } = item?.properties?.currentScenario ?? {};
  if (scenario === undefined || scenario === 'None' || jobId === undefined) return undefined;
  if (scenario === testFailoverScenario && hasTestVm(item)) return undefined;
  return { scenario, job: nameOf(jobId) };
}

/** The job of a test failover, which an item names as its scenario until the test VM is cleaned up (official example). */
export const testFailoverScenario = 'TestFailover';

/** True while a test VM of the item stands and waits to be cleaned up. */
export function hasTestVm(item: ReplicationProtectedItem | undefined): boolean {
  return item?.properties?.testFailoverState === 'WaitingForCompletion';
}

/** True when Site Recovery says that it would take this operation now: `UnplannedFailover`, `Commit`, … */
export function allows(item: ReplicationProtectedItem, operation: string): boolean {
  return item.properties?.allowedOperations?.includes(operation) ?? false;
}

/** True once a failover stands: the machine lives in Azure. */
export function isFailedOver({ properties }: ReplicationProtectedItem): boolean {
  return properties?.activeLocation === 'Recovery';
}

/** The item's state in Site Recovery's words, for messages. */
export function stateOf(item: ReplicationProtectedItem): string {
  const { protectionState = 'unknown', protectionStateDescription } = item.properties ?? {};
  return protectionStateDescription === undefined
    ? protectionState
    : `${protectionState} (${protectionStateDescription})`;
}
