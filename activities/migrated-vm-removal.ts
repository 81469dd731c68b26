import type { VirtualMachine } from '@azure/arm-compute';
import { nameOf, resourceGroupOf, sameId } from './arm-id.ts';
import type { ActivityDeps, AzureClients } from './clouds.ts';
import { ifThere } from './cloud-errors.ts';
import { finalFailure, notYet } from './failures.ts';
import type { MigratedVm } from './migrated-vm.ts';
import type { ItemAddress } from './site-recovery/items.ts';

/** Taking the VM of a failover out of service, and away, when a machine goes back to its source. Known by its disks. */
export const migratedVmRemovalActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /** Waits until the VM is deallocated, and has it deallocated: there must never be two live copies. */
  async deallocateVm(item: ItemAddress, migrated: MigratedVm): Promise<void> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const power = await powerOf(azure, migrated);
    if (power === 'deallocated' || power === 'gone') return;
    if (power !== 'deallocating')
      await azure.compute.virtualMachines.deallocate(resourceGroupOf(migrated.id), migrated.name).submitted();
    throw notYet({ text: `${migrated.name} is ${power}` }, pollIntervalMs);
  },

  /** Waits until the VM runs again, and has it started. */
  async startVm(item: ItemAddress, migrated: MigratedVm): Promise<void> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const power = await powerOf(azure, migrated);
    if (power === 'running') return;
    if (power !== 'starting')
      await azure.compute.virtualMachines.start(resourceGroupOf(migrated.id), migrated.name).submitted();
    throw notYet({ text: `${migrated.name} is ${power}` }, pollIntervalMs);
  },

  /**
   * Deletes the VM, its interfaces and its disks, one after the other, and waits until they are gone.
   * @param interfaceIds as they were before the VM went.
   * @throws `MigratedVmUnknown` (final) where a VM of that id has other disks now: it is not the one that was made.
   */
  async deleteVm(item: ItemAddress, migrated: MigratedVm, interfaceIds: readonly string[]): Promise<void> {
    const azure = clouds.azure(item.environment.subscriptionId);
    const vm = await readVm(azure, migrated);
    if (vm !== undefined) {
      if (!hasDisks(vm, migrated)) throw otherVm(migrated);
      if (vm.provisioningState !== 'Deleting')
        await azure.compute.virtualMachines.delete(resourceGroupOf(migrated.id), migrated.name).submitted();
      throw notYet({ text: `${migrated.name} is being deleted` }, pollIntervalMs);
    }
    const left = [
      ...(await Promise.all(interfaceIds.map((id) => deleteInterface(azure, id)))),
      ...(await Promise.all(migrated.diskIds.map((id) => deleteDisk(azure, id)))),
    ].flat();
    if (left.length > 0) throw notYet({ text: `being deleted: ${left.join(', ')}` }, pollIntervalMs);
  },

  /** ARM ids of the VM's interfaces. */
  async interfacesOfVm(item: ItemAddress, migrated: MigratedVm): Promise<string[]> {
    const vm = await readVm(clouds.azure(item.environment.subscriptionId), migrated);
    return (vm?.networkProfile?.networkInterfaces ?? []).flatMap(({ id }) => id ?? []);
  },
});

/** What a VM does, as its instance view has it: `running`, `deallocated`, …; `gone` where there is none. */
async function powerOf(azure: AzureClients, migrated: MigratedVm): Promise<string> {
  const vm = await readVm(azure, migrated);
  if (vm === undefined) return 'gone';
  if (!hasDisks(vm, migrated)) throw otherVm(migrated);
  const codes = (vm.instanceView?.statuses ?? []).map(({ code = '' }) => code);
  return codes.find((code) => code.startsWith('PowerState/'))?.slice('PowerState/'.length) ?? 'unknown';
}

async function readVm(azure: AzureClients, { id, name }: MigratedVm): Promise<VirtualMachine | undefined> {
  return ifThere(() =>
    azure.compute.virtualMachines.get(resourceGroupOf(id), name, { expand: 'instanceView' }),
  );
}

function hasDisks({ storageProfile }: VirtualMachine, { diskIds }: MigratedVm): boolean {
  const there = [storageProfile?.osDisk, ...(storageProfile?.dataDisks ?? [])];
  return diskIds.every((id) => there.some((disk) => sameId(disk?.managedDisk?.id ?? '', id)));
}

function otherVm({ name }: MigratedVm) {
  return finalFailure('MigratedVmUnknown', `${name} does not have the disks of the failover any more`, {
    code: 'MIGRATED_VM_UNKNOWN',
    suggestion: 'Somebody moved disks since the failover. Put them back, then retry',
  });
}

/** @returns the name of what is still there. */
async function deleteInterface(azure: AzureClients, id: string): Promise<string[]> {
  const { networkInterfaces } = azure.network;
  const there = await ifThere(() => networkInterfaces.get(resourceGroupOf(id), nameOf(id)));
  if (there === undefined) return [];
  if (there.provisioningState !== 'Deleting')
    await networkInterfaces.delete(resourceGroupOf(id), nameOf(id)).submitted();
  return [nameOf(id)];
}

async function deleteDisk(azure: AzureClients, id: string): Promise<string[]> {
  const there = await ifThere(() => azure.compute.disks.get(resourceGroupOf(id), nameOf(id)));
  if (there === undefined) return [];
  await azure.compute.disks.delete(resourceGroupOf(id), nameOf(id)).submitted();
  return [nameOf(id)];
}
