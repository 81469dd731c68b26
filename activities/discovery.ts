import type { OperationOptions } from '@azure/core-client';
import type { VmPlan } from '../plan/index.ts';
import type { ActivityDeps } from './clouds.ts';
import { finalFailure, notYet } from './failures.ts';
import type { SourceInstance } from './preflight/source.ts';
import { begin } from './site-recovery/begin.ts';
import { readFabric } from './site-recovery/fabric.ts';
import { recentJobOn } from './site-recovery/jobs.ts';
import type { DiscoveredMachine, ReplicationSetting } from './site-recovery/providers/provider.ts';
import { providerOf } from './site-recovery/providers/providers.ts';

/** How Site Recovery comes to know a machine, by its private address. */
export const discoveryActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Makes the machine known to Site Recovery where a call can do it; where none can, the environment asks a person.
   * Look first: a machine that is known, and a discovery that runs or has just ended, are found.
   * @returns the job that does it; `undefined` where there is none to wait for.
   */
  async beginDiscovery(
    vm: VmPlan,
    source: SourceInstance,
    setting: ReplicationSetting,
  ): Promise<string | undefined> {
    const azure = clouds.azure(vm.environment.subscriptionId);
    const provider = providerOf(vm.environment);
    const { discovery } = provider;
    if (discovery.by === 'person') return undefined;
    if ((await provider.discovered(azure, vm.environment, setting, source.privateIp)).length > 0)
      return undefined;
    const machine = { name: `${vm.plan}-${vm.name}`, privateIp: source.privateIp, osType: source.osType };
    const { now } = await readFabric(azure, vm.environment, setting.fabric);
    const job = { scenario: discovery.scenario, targetName: machine.name, now };
    const begun = await recentJobOn(azure, vm.environment, job);
    const send = (options: OperationOptions) =>
      discovery.send(azure, vm.environment, setting, machine, options);
    return begun ?? begin(send);
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
      vm.environment,
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
        suggestion: `Remove the stale one on its ${providerOf(vm.environment).serverKind}, then retry`,
      },
    );
  },
});
