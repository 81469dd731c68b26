import type { Subnet } from '@azure/arm-network';
import { placeInBlock, prefixLength } from '../network-path/ipv4.ts';

// Azure keeps the first four addresses of a subnet and the last: learn.microsoft.com, virtual-network/virtual-networks-faq.
const keptAtStart = 4;
const keptAtEnd = 1;

/** The address blocks of a subnet. */
export function blocksOf({ addressPrefix, addressPrefixes }: Subnet): readonly string[] {
  return addressPrefixes ?? (addressPrefix === undefined ? [] : [addressPrefix]);
}

/** True for an address of a block that Azure keeps for itself. */
export function isKept(block: string, address: string): boolean {
  const place = placeInBlock(block, address);
  return place !== undefined && (place < keptAtStart || place >= sizeOf(block) - keptAtEnd);
}

/** How many addresses of a subnet nothing has yet. */
export function freeAddresses(subnet: Subnet): number {
  const usable = blocksOf(subnet)
    .map((block) => sizeOf(block) - keptAtStart - keptAtEnd)
    .reduce((sum, count) => sum + count, 0);
  return usable - (subnet.ipConfigurations ?? []).length;
}

function sizeOf(block: string): number {
  return 2 ** (32 - prefixLength(block));
}
