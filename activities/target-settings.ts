import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { VmPlan } from '../plan/index.ts';
import type { ActivityDeps, Clouds } from './clouds.ts';
import { finalFailure, passingFailure } from './failures.ts';
import { addressesByMac, findInstance } from './instances.ts';
import { begin } from './site-recovery/begin.ts';
import { argumentsOf, readItem, runningOn, type ItemAddress } from './site-recovery/items.ts';
import type { TargetSettings } from './site-recovery/providers/provider.ts';
import { providerOf } from './site-recovery/providers/providers.ts';
import { differences, unknownInterfaces, wantedSettings } from './site-recovery/wanted-settings.ts';

/** What a failover will make of a machine, as far as it can be set only once the item shows the machine's interfaces. */
export const targetSettingsActivities = ({ clouds }: ActivityDeps) => ({
  /**
   * Sets name, size, networks, static addresses and the choice of interfaces, unless the item shows them so already.
   * A PATCH whose answer was lost is either seen as done, or done again, which is the same.
   * @returns the job's name, or `undefined` when there is nothing to set.
   * @throws `InterfaceUnknown` (final) when the plan names an interface that the item does not show.
   * @see PATCH …/replicationProtectedItems/{item}, api-version 2023-06-01
   */
  async beginTargetSettings(vm: VmPlan, item: ItemAddress): Promise<string | undefined> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const { read, shown, wanted } = await look(clouds, vm, item);
    if (differences(wanted, shown).length === 0) return undefined;
    const running = runningOn(read);
    if (running !== undefined)
      throw passingFailure('Conflict', `${item.name}: ${running.scenario} is still running`, {
        code: 'OPERATION_IN_PROGRESS',
        suggestion: 'Wait until it has ended: Portage looks again by itself',
      });
    const input = providerOf(item.environment).targetInput(vm, wanted);
    return begin((options) =>
      azure.siteRecovery.replicationProtectedItems.beginUpdate(...argumentsOf(item), input, options),
    );
  },

  /** Reads the settings back. @throws `TargetSettingsDiffer` (final) when the service shows others than the plan's. */
  async checkTargetSettings(vm: VmPlan, item: ItemAddress): Promise<void> {
    const { shown, wanted } = await look(clouds, vm, item);
    const said = differences(wanted, shown);
    if (said.length === 0) return;
    throw finalFailure('TargetSettingsDiffer', `${item.name}: ${said.join('; ')}`, {
      code: 'TARGET_SETTINGS_DIFFER',
      suggestion:
        'Site Recovery took the settings and shows others. Look at Compute and Network of the item in the vault; correct the plan where Azure cannot do what it says, then retry',
    });
  },
});

/** How the item's settings differ from the plan's, in words. */
export async function settingsDifferences(
  clouds: Clouds,
  vm: VmPlan,
  item: ReplicationProtectedItem,
): Promise<string[]> {
  const shown = await settingsOf(clouds, vm, item);
  return differences(wantedSettings(vm.target, shown), shown);
}

interface Look {
  readonly read: ReplicationProtectedItem;
  readonly shown: TargetSettings;
  readonly wanted: TargetSettings;
}

async function look(clouds: Clouds, vm: VmPlan, item: ItemAddress): Promise<Look> {
  const read = await readItem(clouds.azure(item.environment.subscriptionId), item);
  if (read === undefined)
    throw finalFailure('ReplicationFailed', `${item.name} is gone`, {
      code: 'REPLICATION_FAILED',
      suggestion: 'Look who disabled its replication, then retry',
    });
  const shown = await settingsOf(clouds, vm, read);
  const unknown = unknownInterfaces(vm.target, shown);
  if (unknown.length > 0) throw interfaceUnknown(item, unknown, shown);
  return { read, shown, wanted: wantedSettings(vm.target, shown) };
}

/**
 * The item's settings. Where the plan chooses interfaces, they have the addresses that EC2 knows them by: an item tells
 * none that DHCP gave (recorded of a configuration server), or another one first. Both sides know an interface by its MAC address.
 */
async function settingsOf(
  clouds: Clouds,
  vm: VmPlan,
  item: ReplicationProtectedItem,
): Promise<TargetSettings> {
  const shown = providerOf(vm.environment).targetSettings(item);
  if (vm.target.interfaces === undefined) return shown;
  const search = await findInstance(clouds.ec2(vm.source.region), vm);
  if (search.kind !== 'found') return shown;
  const addresses = addressesByMac(search.instance);
  const interfaces = shown.interfaces.map((one) => ({
    ...one,
    sourceIp: addresses.get(one.id.toLowerCase()) ?? one.sourceIp,
  }));
  return { ...shown, interfaces };
}

function interfaceUnknown(item: ItemAddress, unknown: readonly string[], { interfaces }: TargetSettings) {
  const there = interfaces.map(({ sourceIp, id }) => sourceIp || id).join(', ');
  return finalFailure(
    'InterfaceUnknown',
    `${item.name} shows no interface with address ${unknown.join(', ')}; it shows ${there}`,
    {
      code: 'INTERFACE_UNKNOWN',
      suggestion: 'Correct target.interfaces to addresses that the source has, then retry',
    },
  );
}
