import type { ArmError } from '../arm-error.ts';
import { addressOf, addressText } from './cidr.ts';
import { networkError } from './network-error.ts';
import type { Subnet } from './virtual-network.ts';

/** Which address an IP configuration asks for. */
export interface WantedAddress {
  /** Id of the IP configuration that is to have it. */
  readonly holder: string;
  /** The address as text; any free one when absent. */
  readonly privateIp: string | undefined;
}

/** An address for an IP configuration, or why the network provider refuses it. */
export function chooseAddress(
  subnet: Subnet,
  { holder, privateIp }: WantedAddress,
): { readonly address: number } | { readonly refusal: ArmError } {
  const { addresses, prefix, name } = subnet;
  if (privateIp === undefined) {
    const [address] = addresses.free(1);
    if (address !== undefined) return { address };
    const message = `Subnet ${name} with address prefix ${prefix} does not have enough capacity for 1 IP addresses.`;
    return { refusal: networkError('SubnetIsFull', message) };
  }
  const address = addressOf(privateIp);
  if (address === undefined || !addresses.has(address)) {
    const message = `Private static IP address ${privateIp} does not belong to the range of subnet prefix ${prefix}.`;
    return { refusal: networkError('PrivateIPAddressNotInSubnet', message) };
  }
  if (addresses.isReserved(address)) {
    const message = `Private static IP address ${privateIp} falls within reserved IP range of subnet prefix ${prefix}.`;
    return { refusal: networkError('PrivateIPAddressInReservedRange', message) };
  }
  const other = addresses.holderOf(address);
  if (other === undefined || other === holder) return { address };
  const message = `IP configuration ${holder} is using the private IP address ${addressText(address)} which is already allocated to resource ${other}.`;
  return { refusal: networkError('PrivateIPAddressIsAllocated', message) };
}
