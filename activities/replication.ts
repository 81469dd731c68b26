import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { VmPlan } from '../plan/index.ts';
import type { ActivityDeps, AzureClients } from './clouds.ts';
import { finalFailure, notYet } from './failures.ts';
import { begin } from './site-recovery/begin.ts';
import { plannedServers, readFabric } from './site-recovery/fabric.ts';
import {
  allows,
  argumentsOf,
  readItem,
  runningOn,
  stateOf,
  type ItemAddress,
} from './site-recovery/items.ts';
import { warningOf, type JobWarning } from './site-recovery/job-warning.ts';
import { markJobs, readJob, type JobMark } from './site-recovery/jobs.ts';
import { placeMachine } from './site-recovery/providers/place-machine.ts';
import type {
  DiscoveredMachine,
  ReplicationServer,
  ReplicationSetting,
} from './site-recovery/providers/provider.ts';
import { providerOf } from './site-recovery/providers/providers.ts';

/** From a machine that Site Recovery has discovered to one that it protects. */
export const replicationActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /** Marks the item's jobs, so that what is asked for next can be told from what was there before. */
  async markItemJobs(item: ItemAddress): Promise<JobMark> {
    return markJobs(clouds.azure(item.environment.subscriptionId), item);
  },

  /**
   * Enables replication, or finds it enabled.
   * The item is there as soon as the service has accepted it, so that a try whose answer was lost finds its own.
   * @returns the job's name, or `undefined` when the item is there and nothing runs on it.
   * @see PUT …/replicationProtectedItems/{item}, api-version 2023-06-01
   */
  async beginReplication(
    vm: VmPlan,
    item: ItemAddress,
    setting: ReplicationSetting,
    machine: DiscoveredMachine,
  ): Promise<string | undefined> {
    const azure = clouds.azure(vm.environment.subscriptionId);
    const there = await readItem(azure, item);
    if (there !== undefined) return runningOn(there)?.job;
    const server = await serverFor(azure, vm, setting, machine);
    const input = providerOf(vm.environment).enableInput(vm, setting, machine, server);
    return begin((options) =>
      azure.siteRecovery.replicationProtectedItems.beginCreate(...argumentsOf(item), input, options),
    );
  },

  /**
   * Waits until a job of the vault has ended well, however long.
   * @returns what Site Recovery says beside the success, if anything.
   * @throws `JobFailed` (final) with what Site Recovery says about it.
   */
  async awaitJob(
    { environment }: Pick<ItemAddress, 'environment'>,
    job: string,
  ): Promise<JobWarning | undefined> {
    const azure = clouds.azure(environment.subscriptionId);
    const state = await readJob(azure, environment, job);
    if (!state.ended) throw notYet({ text: state.progress }, pollIntervalMs);
    return warningOf(azure, environment, job);
  },

  /**
   * Waits until the item shows the machine's interfaces, however long: nothing can be set on them before.
   * @throws `ReplicationFailed` (final) when the item is gone or in a failed state.
   */
  async awaitInterfaces(item: ItemAddress): Promise<void> {
    const read = await readItem(clouds.azure(item.environment.subscriptionId), item);
    if (read === undefined || hasFailed(read)) throw replicationFailed(item, read);
    if (providerOf(item.environment).targetSettings(read).interfaces.length > 0) return;
    throw notYet({ text: `${stateOf(read)}; no interfaces yet` }, pollIntervalMs);
  },

  /**
   * Waits until initial replication is finished, however long: the item is Protected and would take a test failover.
   * That the enable job succeeded does not mean it (recorded: 50 minutes more).
   * @throws `ReplicationFailed` (final) when the item is gone or in a failed state.
   */
  async awaitProtected(item: ItemAddress): Promise<void> {
    const read = await readItem(clouds.azure(item.environment.subscriptionId), item);
    if (read === undefined || hasFailed(read)) throw replicationFailed(item, read);
    if (read.properties?.protectionState === 'Protected' && allows(read, 'TestFailover')) return;
    const { initialReplicationPercent: percent } = providerOf(item.environment).details(read);
    const text = `${stateOf(read)}, health ${read.properties?.replicationHealth ?? 'unknown'}`;
    throw notYet({ text, ...(percent === undefined ? {} : { percent }) }, pollIntervalMs);
  },
});

/** Chosen anew by how its servers are now: preflight may be long ago. */
async function serverFor(
  azure: AzureClients,
  vm: VmPlan,
  setting: ReplicationSetting,
  machine: DiscoveredMachine,
): Promise<ReplicationServer> {
  const fabric = await readFabric(azure, vm.environment, setting.fabric);
  const server = placeMachine(machine, plannedServers(vm.environment, fabric));
  if (server !== undefined) return server;
  const { serverKind } = providerOf(vm.environment);
  throw finalFailure(
    'SeenByNoServer',
    `${machine.displayName} is seen by ${machine.seenBy.join(', ')}, none of which the plan names`,
    {
      code: 'SEEN_BY_NO_SERVER',
      suggestion: `Add it to a ${serverKind} that the plan names, or name that ${serverKind} in the plan, then retry`,
    },
  );
}

function hasFailed({ properties }: ReplicationProtectedItem): boolean {
  return properties?.protectionState?.endsWith('Failed') ?? false;
}

function replicationFailed(item: ItemAddress, read: ReplicationProtectedItem | undefined) {
  const state = read === undefined ? 'gone' : stateOf(read);
  const errors = read?.properties?.healthErrors ?? [];
  const said = errors
    .map(({ errorCode = '', errorMessage = '' }) => `${errorCode} ${errorMessage}`)
    .join('; ');
  return finalFailure('ReplicationFailed', `${item.name} is ${state}${said === '' ? '' : `: ${said}`}`, {
    code: errors[0]?.errorCode ?? 'REPLICATION_FAILED',
    suggestion:
      errors[0]?.recommendedAction ??
      'Look at the item in the vault, cure its cause or disable its replication there, then retry',
  });
}
