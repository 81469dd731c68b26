import { minutesOf } from '../../durations.ts';
import type { VirtualMachine } from '../compute/virtual-machine.ts';
import type { Job } from './job.ts';
import type { ProtectedItem } from './protected-item.ts';
import type { Vault } from './vault.ts';

/** A VM that a failover or a test failover made. */
interface MadeMachine {
  readonly machine: VirtualMachine;
  /** What the operation status says beside its success. */
  readonly warning: Job['warning'];
}

/**
 * Makes the VM of a failover, with a disk for each protected one. Where the name is taken another one is chosen, and only
 * the operation status tells (recorded, 28175); the item then names the VM by its disks alone.
 * @param suffix behind each disk's name: a test failover's disks stand beside the real ones.
 */
export function createTargetMachine(
  vault: Vault,
  item: ProtectedItem,
  wantedName: string,
  suffix: string,
): MadeMachine {
  const { compute, resources, durations } = vault.world;
  const group = resources.groupById(item.settings.targetResourceGroupId) ?? '';
  const name = compute.hasMachine(group, wantedName) ? `${wantedName}-${item.random.guid()}` : wantedName;
  const { bootDiagnosticsAccountId: account } = item.settings;
  const machine = compute.createMachine({
    name,
    group,
    location: vault.location,
    size: item.settings.targetVmSize,
    osType: item.source.osType,
    computerName: item.source.hostName,
    osName: item.source.osName,
    bootDiagnostics:
      account === undefined
        ? undefined
        : `https://${account.slice(account.lastIndexOf('/') + 1)}.blob.core.windows.net/`,
    tags: {},
    agentReadyAfterMs: minutesOf(durations.agentReadyMinutes, item.random),
    disks: [...item.disks]
      .sort((one, other) => Number(other.isOsDisk) - Number(one.isOsDisk))
      .map(({ diskName, isOsDisk, sizeGiB }) => ({
        name: freeDiskName(vault, item, group, `${leaf(diskName)}-${name.replaceAll('-', '_')}${suffix}`),
        sizeGiB,
        sku: item.settings.diskType,
        osType: isOsDisk ? item.source.osType : undefined,
      })),
  });
  return { machine, warning: name === wantedName ? undefined : renamed(wantedName, name) };
}

/** Notes on each protected disk which disk was made of it. */
export function nameTargetDisks(item: ProtectedItem, machine: VirtualMachine): void {
  const ordered = [...item.disks].sort((one, other) => Number(other.isOsDisk) - Number(one.isOsDisk));
  for (const [at, disk] of ordered.entries()) disk.targetManagedDiskId = machine.disks[at]?.id;
}

function freeDiskName(vault: Vault, item: ProtectedItem, group: string, name: string): string {
  return vault.world.compute.hasDisk(group, name) ? `${name}-${item.random.hex(8)}` : name;
}

function leaf(diskName: string): string {
  return diskName.slice(Math.max(diskName.lastIndexOf('\\'), diskName.lastIndexOf('/')) + 1);
}

function renamed(wanted: string, name: string): Job['warning'] {
  return {
    code: '28175',
    message: `The VM name '${wanted}' was modified to '${name}' to avoid name conflicts.`,
  };
}
