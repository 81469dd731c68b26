import { nameOf, resourceGroupOf, subscriptionOf } from '../arm-id.ts';
import type { Clouds } from '../clouds.ts';

/** The operating system of an Azure VM, as its disk tells it. */
export async function osTypeOfVm(clouds: Clouds, vmId: string): Promise<'Windows' | 'Linux'> {
  const { compute } = clouds.azure(subscriptionOf(vmId));
  const { storageProfile } = await compute.virtualMachines.get(resourceGroupOf(vmId), nameOf(vmId));
  return storageProfile?.osDisk?.osType === 'Linux' ? 'Linux' : 'Windows';
}
