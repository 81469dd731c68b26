import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { VmPlan } from '../plan/index.ts';
import type { ActivityDeps } from './clouds.ts';
import { finalFailure, notYet } from './failures.ts';
import type { SourceInstance } from './preflight/source.ts';
import { begin } from './site-recovery/begin.ts';
import {
  allows,
  argumentsOf,
  readItem,
  runningOn,
  stateOf,
  type ItemAddress,
} from './site-recovery/items.ts';
import { markJobs, readJob, type JobMark } from './site-recovery/jobs.ts';
import type { DiscoveredMachine, ReplicationSetting } from './site-recovery/provider.ts';
import { providerOf } from './site-recovery/providers.ts';

/** From a machine that Site Recovery has discovered to one that it protects. */
export const replicationActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /** What a person must do so that Site Recovery sees the machine; `undefined` when it does already. */
  async discoveryStep(
    vm: VmPlan,
    source: SourceInstance,
    setting: ReplicationSetting,
  ): Promise<string | undefined> {
    const provider = providerOf(vm.environment);
    const found = await provider.discovered(
      clouds.azure(vm.environment.subscriptionId),
      setting,
      source.privateIp,
    );
    return found.length > 0 ? undefined : provider.howToAdd(vm.environment, source.privateIp);
  },

  /**
   * Waits until Site Recovery has discovered the machine, however long.
   * @throws `DiscoveredTwice` (final) when two discovered machines have its address.
   */
  async awaitDiscovered(
    vm: VmPlan,
    source: SourceInstance,
    setting: ReplicationSetting,
  ): Promise<DiscoveredMachine> {
    const azure = clouds.azure(vm.environment.subscriptionId);
    const [machine, ...others] = await providerOf(vm.environment).discovered(
      azure,
      setting,
      source.privateIp,
    );
    if (machine === undefined)
      throw notYet({ text: `${source.privateIp} is not discovered yet` }, pollIntervalMs);
    if (others.length === 0) return machine;
    const names = [machine, ...others].map(({ displayName, id }) => `${displayName} (${id})`);
    throw finalFailure(
      'DiscoveredTwice',
      `${source.privateIp} belongs to ${names.length} discovered machines: ${names.join(', ')}`,
      {
        code: 'DISCOVERED_TWICE',
        suggestion: 'Remove the stale one on its appliance, then retry',
      },
    );
  },

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
    const input = providerOf(vm.environment).enableInput(vm, setting, machine);
    return begin((options) =>
      azure.siteRecovery.replicationProtectedItems.beginCreate(...argumentsOf(item), input, options),
    );
  },

  /**
   * Waits until a job of the item has ended well, however long.
   * @throws `JobFailed` (final) with what Site Recovery says about it.
   */
  async awaitJob(item: ItemAddress, job: string): Promise<void> {
    const state = await readJob(clouds.azure(item.environment.subscriptionId), item, job);
    if (!state.ended) throw notYet({ text: state.progress }, pollIntervalMs);
  },

  /**
   * Waits until initial replication is finished, however long: the item is Protected and would take a test failover.
   * That the enable job succeeded does not mean it (recorded: 50 minutes more).
   * @throws `ReplicationFailed` (final) when the item is gone or in a failed state.
   */
  async awaitProtected(item: ItemAddress): Promise<void> {
    const read = await readItem(clouds.azure(item.environment.subscriptionId), item);
    if (read === undefined || read.properties?.protectionState?.endsWith('Failed'))
      throw replicationFailed(item, read);
    if (read.properties?.protectionState === 'Protected' && allows(read, 'TestFailover')) return;
    const { initialReplicationPercent: percent } = providerOf(item.environment).details(read);
    const text = `${stateOf(read)}, health ${read.properties?.replicationHealth ?? 'unknown'}`;
    throw notYet({ text, ...(percent === undefined ? {} : { percent }) }, pollIntervalMs);
  },
});

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
