import { addressText, type Block } from './cidr.ts';

/** Azure keeps the first four addresses and the last one of each subnet (documented). */
const reservedAtTheStart = 4;

/** The addresses of one subnet, and what has them. */
export class SubnetAddresses {
  readonly #block: Block;
  /** Ids of IP configurations by address. */
  readonly #holders = new Map<number, string>();

  constructor(block: Block) {
    this.#block = block;
  }

  /** How many addresses a subnet can give away. */
  get capacity(): number {
    return Math.max(0, this.#block.last - this.#block.first + 1 - reservedAtTheStart - 1);
  }

  get used(): number {
    return this.#holders.size;
  }

  /** Ids of the IP configurations that have an address here. */
  get holders(): readonly string[] {
    return [...this.#holders.values()];
  }

  has(address: number): boolean {
    return this.#block.first <= address && address <= this.#block.last;
  }

  isReserved(address: number): boolean {
    return address < this.#block.first + reservedAtTheStart || address === this.#block.last;
  }

  /** Who has an address; undefined when it is free. */
  holderOf(address: number): string | undefined {
    return this.#holders.get(address);
  }

  /** The lowest free addresses, at most so many. */
  free(count: number): number[] {
    const found: number[] = [];
    const { first, last } = this.#block;
    for (let at = first + reservedAtTheStart; at < last && found.length < count; at += 1) {
      if (!this.#holders.has(at)) found.push(at);
    }
    return found;
  }

  take(address: number, holder: string): void {
    this.#holders.set(address, holder);
  }

  release(holder: string): void {
    for (const [address, each] of this.#holders) if (each === holder) this.#holders.delete(address);
  }

  /** The lowest free addresses as text: what the service offers instead of one that is taken. */
  suggestions(): string[] {
    return this.free(5).map(addressText);
  }
}
