import { ArmError } from '../arm-error.ts';
import { same } from '../resource.ts';
import type { SizeRestriction } from './compute-section.ts';
import type { VirtualMachine } from './virtual-machine.ts';
import { vmSize, vmSizes, type VmSize } from './vm-sizes.ts';

/** @throws ArmError 400 for a size that there is not. */
export function existingSize(name: string): VmSize {
  const size = vmSize(name);
  if (size !== undefined) return size;
  const valid = vmSizes.map((each) => each.name).join(',');
  throw new ArmError(
    400,
    'InvalidParameter',
    `The value ${name} provided for the VM size is not valid. The valid sizes in the current region are: ${valid}. Find out more on the valid VM sizes in each region at https://aka.ms/azure-regions.`,
  );
}

/** Why a machine can't be of a size, whatever the quota: it boots another generation, or has too many disks or interfaces. */
export function unfitness(
  size: VmSize,
  {
    name,
    generation,
    dataDisks,
    interfaces,
  }: Pick<VirtualMachine, 'name' | 'generation'> & {
    readonly dataDisks: number;
    readonly interfaces: number;
  },
): ArmError | undefined {
  if (!size.generations.includes(generation)) {
    const number = generation === 'V1' ? '1' : '2';
    const message = `The selected VM size '${size.name}' cannot boot Hypervisor Generation '${number}'. If this was a Create operation please check that the Hypervisor Generation of the Image matches the Hypervisor Generation of the selected VM Size. If this was an Update operation please select a Hypervisor Generation '${number}' VM Size.`;
    return new ArmError(400, 'BadRequest', message);
  }
  if (dataDisks > size.maxDataDisks) {
    const message = `The maximum number of data disks allowed to be attached to a VM of this size is ${size.maxDataDisks}.`;
    return new ArmError(409, 'OperationNotAllowed', message);
  }
  if (interfaces <= size.maxInterfaces) return undefined;
  const message = `The number of network interfaces for virtual machine ${name} exceeds the maximum allowed for the virtual machine size ${size.name}. The number of network interfaces is ${interfaces} and the maximum allowed is ${size.maxInterfaces}.`;
  return new ArmError(400, 'NetworkInterfaceCountExceeded', message);
}

/** Why the subscription can't have a size in a region, or has no machine of it left. */
export function unavailability(
  size: VmSize,
  location: string,
  zone: string | undefined,
  {
    restrictions,
    exhausted,
  }: { readonly restrictions: readonly SizeRestriction[]; readonly exhausted: readonly string[] },
): ArmError | undefined {
  const restricted = restrictions.some(
    (each) =>
      same(each.size, size.name) &&
      (each.zones === undefined || each.zones.some((without) => without === zone)),
  );
  if (restricted) {
    const message = `The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: ${size.name}' is currently not available in location '${location}'. Please try another size or deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details.`;
    return new ArmError(409, 'SkuNotAvailable', message);
  }
  if (!exhausted.some((each) => same(each, size.name))) return undefined;
  const message =
    'Allocation failed. We do not have sufficient capacity for the requested VM size in this region. Read more about improving likelihood of allocation success at https://aka.ms/allocation-guidance';
  return new ArmError(409, 'AllocationFailed', message);
}
