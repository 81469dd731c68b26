import type { VirtualMachine } from '@azure/arm-compute';
import type { VmPlan } from '../plan/index.ts';
import { nameOf, resourceGroupOf, sameId } from './arm-id.ts';
import type { ActivityDeps, AzureClients } from './clouds.ts';
import { ifThere } from './cloud-errors.ts';
import { finalFailure, notYet, passingFailure } from './failures.ts';
import { readItem, type ItemAddress } from './site-recovery/items.ts';
import { providerOf } from './site-recovery/providers/providers.ts';

/** The Azure VM that a failover made. */
export interface MigratedVm {
  /** ARM id. Found by the disks; the name may not be the one that was asked for. */
  readonly id: string;
  readonly name: string;
  readonly size: string;
  readonly diskIds: readonly string[];
}

/** Finding and validating the VM that a failover made. */
export const migratedVmActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Finds the migrated VM by its disks, never by its name: after a name clash the VM that has the name is somebody else's.
   * @throws `MigratedVmUnknown`: retried while Azure catches up, final when the disks belong to different machines.
   */
  async findMigratedVm(item: ItemAddress): Promise<MigratedVm> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const read = await readItem(azure, item);
    const diskIds = read === undefined ? [] : providerOf(item.environment).details(read).targetDiskIds;
    const owners = await Promise.all(diskIds.map((id) => ownerOf(azure, id)));
    const [owner, ...others] = distinct(owners.filter((id) => id !== undefined));
    if (others.length > 0) throw disksScattered(item, owners);
    if (owner === undefined)
      throw vmUnknown(item, diskIds.length === 0 ? 'the item names no disks' : 'no VM has its disks');
    if (owners.includes(undefined)) throw vmUnknown(item, `not all of its disks are attached to ${owner}`);
    const vm = await azure.compute.virtualMachines.get(resourceGroupOf(owner), nameOf(owner));
    return { id: owner, name: nameOf(owner), size: vm.hardwareProfile?.vmSize ?? '', diskIds };
  },

  /**
   * Waits until every check of the plan that ARM can answer has passed: it runs, its agent is Ready, its disks are
   * those of the item. Needs no network to the VM.
   */
  async awaitValidated(vm: VmPlan, migrated: MigratedVm): Promise<void> {
    const azure = clouds.azure(vm.environment.subscriptionId);
    const read = await azure.compute.virtualMachines.get(resourceGroupOf(migrated.id), migrated.name, {
      expand: 'instanceView',
    });
    const missing = [...missingDisks(read, migrated), ...missingPower(read), ...missingAgent(read)];
    if (missing.length > 0) throw notYet({ text: missing.join('; ') }, pollIntervalMs);
  },
});

async function ownerOf(azure: AzureClients, diskId: string): Promise<string | undefined> {
  const disk = await ifThere(() => azure.compute.disks.get(resourceGroupOf(diskId), nameOf(diskId)));
  return disk?.managedBy;
}

function distinct(ids: readonly string[]): string[] {
  return ids.filter((id, at) => ids.findIndex((other) => sameId(id, other)) === at);
}

function vmUnknown(item: ItemAddress, why: string) {
  return passingFailure('MigratedVmUnknown', `${item.name}: the migrated VM cannot be told: ${why}`, {
    code: 'MIGRATED_VM_UNKNOWN',
    suggestion:
      'Nothing is validated, committed or deleted without it. Look at the item’s disks in Azure, then retry',
  });
}

function disksScattered(item: ItemAddress, owners: readonly (string | undefined)[]) {
  return finalFailure(
    'MigratedVmUnknown',
    `${item.name}: its disks belong to ${owners.map((owner) => owner ?? 'nobody').join(', ')}`,
    {
      code: 'MIGRATED_VM_UNKNOWN',
      suggestion: 'Somebody moved disks since the failover. Put them back to one VM, then retry',
    },
  );
}

function missingDisks({ storageProfile }: VirtualMachine, { diskIds }: MigratedVm): string[] {
  const there = [storageProfile?.osDisk, ...(storageProfile?.dataDisks ?? [])].flatMap(
    (disk) => disk?.managedDisk?.id ?? [],
  );
  const missing = diskIds.filter((id) => !there.some((other) => sameId(id, other)));
  return missing.map((id) => `disk ${nameOf(id)} is not attached`);
}

function missingPower({ instanceView }: VirtualMachine): string[] {
  const codes = (instanceView?.statuses ?? []).map(({ code }) => code);
  if (codes.includes('PowerState/running')) return [];
  return [`power state is ${codes.find((code) => code?.startsWith('PowerState/')) ?? 'unknown'}`];
}

function missingAgent({ instanceView }: VirtualMachine): string[] {
  const statuses = instanceView?.vmAgent?.statuses ?? [];
  if (statuses.some(({ displayStatus }) => displayStatus === 'Ready')) return [];
  return [`the VM agent is ${statuses[0]?.displayStatus ?? 'silent'}`];
}
