import type { VirtualMachine, VirtualMachineUpdate } from '@azure/arm-compute';
import type { NetworkInterface } from '@azure/arm-network';
import type { Target, VmPlan } from '../plan/index.ts';
import { nameOf, resourceGroupOf, sameId } from './arm-id.ts';
import { planTag, vmTag } from './claim.ts';
import type { ActivityDeps, AzureClients } from './clouds.ts';
import { notYet } from './failures.ts';
import type { MigratedVm } from './migrated-vm.ts';

/** What Site Recovery cannot give the migrated VM at api-version 2023-06-01, as far as every provider goes. */
export const migratedVmSettingsActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Puts tags, licence and network security group of the plan on the VM that the failover made. Looks first, sends only
   * what is missing, and looks again after the poll interval until all of it shows: done twice it is the same.
   * Tags that are there already stay, and so does everything else of its interfaces.
   * @param migrated known by its disks.
   * @see PATCH …/virtualMachines/{vm}; PUT …/networkInterfaces/{nic}
   */
  async applyVmSettings(vm: VmPlan, migrated: MigratedVm): Promise<void> {
    const azure = clouds.azure(vm.environment.subscriptionId);
    const read = await azure.compute.virtualMachines.get(resourceGroupOf(migrated.id), migrated.name);
    const update = missingOnVm(vm, read);
    const open = await withoutGroup(azure, vm.target, read);
    if (update === undefined && open.length === 0) return;
    const missing = [
      ...Object.keys(update ?? {}),
      ...open.map(({ name = '' }) => `network security group of ${name}`),
    ];
    const waiting = notYet({ text: `being set: ${missing.join(', ')}` }, pollIntervalMs);
    if ([read, ...open].some(({ provisioningState }) => provisioningState === 'Updating')) throw waiting;
    if (update !== undefined)
      await azure.compute.virtualMachines
        .update(resourceGroupOf(migrated.id), migrated.name, update)
        .submitted();
    for (const nic of open) await guard(azure, nic, vm.target.networkSecurityGroupId);
    throw waiting;
  },
});

/** The tags and the licence that the VM does not have yet; `undefined` when it has all of them. A PATCH replaces all tags, whose names are alike whatever their case. */
function missingOnVm(
  vm: VmPlan,
  { tags = {}, licenseType }: VirtualMachine,
): VirtualMachineUpdate | undefined {
  const wanted = { ...vm.target.tags, [planTag]: vm.plan, [vmTag]: vm.name };
  const others = Object.entries(tags).filter(([key]) => !Object.keys(wanted).some((one) => sameId(one, key)));
  const hasTags = Object.entries(wanted).every(([key, value]) =>
    Object.entries(tags).some(([other, there]) => sameId(other, key) && there === value),
  );
  const licence = licenceOf(vm.target);
  const hasLicence = licence === undefined || licence === licenseType;
  if (hasTags && hasLicence) return undefined;
  return {
    ...(hasTags ? {} : { tags: { ...Object.fromEntries(others), ...wanted } }),
    ...(hasLicence ? {} : { licenseType: licence }),
  };
}

/** As Azure's VMs name it: `Windows_Server` where Site Recovery says `WindowsServer`. */
function licenceOf({ licence }: Target): string | undefined {
  return licence?.type === 'WindowsServer' ? 'Windows_Server' : licence?.type;
}

/** The VM's interfaces that do not have the plan's network security group yet. */
async function withoutGroup(
  azure: AzureClients,
  { networkSecurityGroupId: wanted }: Target,
  { networkProfile }: VirtualMachine,
): Promise<NetworkInterface[]> {
  if (wanted === undefined) return [];
  const ids = (networkProfile?.networkInterfaces ?? []).flatMap(({ id }) => id ?? []);
  const nics = await Promise.all(
    ids.map((id) => azure.network.networkInterfaces.get(resourceGroupOf(id), nameOf(id))),
  );
  return nics.filter(({ networkSecurityGroup }) => !sameId(networkSecurityGroup?.id ?? '', wanted));
}

/** An interface is put as it was read, with nothing else changed. */
async function guard(azure: AzureClients, nic: NetworkInterface, groupId: string | undefined): Promise<void> {
  const { id = '' } = nic;
  await azure.network.networkInterfaces
    .createOrUpdate(resourceGroupOf(id), nameOf(id), {
      ...nic,
      ...(groupId !== undefined && { networkSecurityGroup: { id: groupId } }),
    })
    .submitted();
}
