/** How many addresses share the first bits of a block: `10.0.0.0/16` is 16. A block without a length is one address. */
export function prefixLength(block: string): number {
  return Number(block.split('/')[1] ?? 32);
}

/** True where an IPv4 address is in a block, `10.0.0.0/16`. An IPv6 block has none. */
export function blockContains(block: string, address: string): boolean {
  const [network, given] = [number(block.split('/')[0] ?? ''), number(address)];
  if (network === undefined || given === undefined) return false;
  const size = 2 ** (32 - prefixLength(block));
  return Math.floor(network / size) === Math.floor(given / size);
}

/** Where in a block an address stands, counted from 0; `undefined` where it is not in it. */
export function placeInBlock(block: string, address: string): number | undefined {
  if (!blockContains(block, address)) return undefined;
  return (number(address) ?? 0) % 2 ** (32 - prefixLength(block));
}

/** True for the addresses of private networks (RFC 1918), which no internet gateway carries. */
export function isPrivate(address: string): boolean {
  return ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].some((block) => blockContains(block, address));
}

function number(address: string): number | undefined {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  return bytes?.reduce((sum, byte) => sum * 256 + byte, 0);
}
