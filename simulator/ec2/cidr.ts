/** The IPv4 addresses of a block such as `10.0.1.0/24`: the first one as a number, and how many. */
export function addressRange(cidr: string): { readonly first: number; readonly size: number } {
  const [address = '', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return { first: Math.floor(numeric(address) / size) * size, size };
}

/** True where an address lies in a block. */
export function contains(cidr: string, address: string): boolean {
  const { first, size } = addressRange(cidr);
  return numeric(address) >= first && numeric(address) < first + size;
}

/** The block of so many bits around an address, or around a block. */
export function blockAround(address: string, bits: number): string {
  return `${dotted(addressRange(`${address.split('/')[0] ?? ''}/${bits}`).first)}/${bits}`;
}

/** An address, from the number that it is. */
export function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function numeric(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
