/** A block of IPv4 addresses; addresses are numbers. */
export interface Block {
  readonly first: number;
  readonly last: number;
  /** Length of the prefix. */
  readonly bits: number;
}

/** The address as a number; undefined for what is no IPv4 address. */
export function addressOf(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** `10.0.0.4` for its number. */
export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** The block that holds `10.0.0.5/24`; undefined for what is not in CIDR notation. */
export function blockOf(prefix: string): Block | undefined {
  const [, text = '', length = ''] = /^([^/]+)\/(\d{1,2})$/.exec(prefix) ?? [];
  const [address, bits] = [addressOf(text), Number(length)];
  if (address === undefined || length === '' || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1, bits };
}

/** `10.0.0.0/24`. */
export function blockText({ first, bits }: Block): string {
  return `${addressText(first)}/${bits}`;
}

export function contains(outer: Block, inner: Block): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlap(one: Block, other: Block): boolean {
  return one.first <= other.last && other.first <= one.last;
}
