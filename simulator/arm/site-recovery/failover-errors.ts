import type { JobFailure } from '../../faults.ts';
import type { ArmError } from '../arm-error.ts';

/** What the hydration of a machine can end with. Codes are documented, texts inferred. */
export function hydrationSizeRefused(size: string, location: string): JobFailure {
  return {
    code: 'SkuNotAvailableForHydrationVM',
    message: `The size '${size}' cannot be used for the temporary virtual machine of the failover in '${location}', and no other size can.`,
    possibleCauses:
      'The size has no temporary disk, does not boot generation 1, or is not available in the region.',
    recommendedAction: 'Choose another size of the target virtual machine, then try the failover again.',
  };
}

/** The temporary VM can't be made: no quota, no capacity, a policy. */
export function hydrationRefused({ code, message }: ArmError): JobFailure {
  return {
    code: 'ComputeRpVmAllocationFailed',
    message: `The temporary virtual machine of the failover could not be created: ${code}: ${message}`,
    possibleCauses:
      'The quota of the subscription is used up, the region has no capacity, or a policy denies it.',
    recommendedAction: 'Raise the quota, choose another size or exempt the virtual machine, then try again.',
  };
}

/** Documented: drivers and services of the machine could not be made fit for Azure. */
export function hydrationFailed(host: string): JobFailure {
  return {
    code: '170010',
    message: `Site Recovery was not able to create a failed over virtual machine in Azure: the hydration of '${host}' failed.`,
    possibleCauses: 'The start type of drivers or services of the machine could not be changed.',
    recommendedAction:
      'Set the drivers atapi, intelide, storflt, vmbus and storvsc to boot start, then try again.',
  };
}

/** Documented: quota, a policy, or sizes that do not go together. */
export function machineRefused({ code, message }: ArmError): JobFailure {
  return {
    code: '28031',
    message: `Site Recovery was not able to create a failed over virtual machine in Azure: ${code}: ${message}`,
    possibleCauses:
      'The quota of the subscription is used up, the size is not available, or a policy denies it.',
    recommendedAction: 'Raise the quota, choose another size or exempt the virtual machine, then try again.',
  };
}

/** The region has no machine of the size left. Documented by its code. */
export function allocationFailed({ message }: ArmError): JobFailure {
  return {
    code: 'ComputeRpVmAllocationFailed',
    message,
    possibleCauses: 'The region has no capacity for the size of the target virtual machine.',
    recommendedAction: 'Choose another size of the target virtual machine, then try the failover again.',
  };
}

/** Documented, without a number: another machine, such as a test VM that was left behind, has the address. */
export function addressRefused(host: string, { message }: ArmError): JobFailure {
  return {
    code: 'ReplicaIpAddressInvalid',
    message: `One or more replica IP addresses for the network adapter of virtual machine '${host}' is invalid: ${message}`,
    possibleCauses: 'The address is in use, for example by a test virtual machine, or not in the subnet.',
    recommendedAction: 'Clean up the test failover or change the address, then try the failover again.',
  };
}
