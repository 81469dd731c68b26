/** Makes ids as EC2 does (`i-` and 17 hex digits), from the scenario's seed: the same seed gives the same ids. */
export class Ids {
  readonly #random: () => number;

  /** @param random seeded; numbers from 0 up to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** An id with this prefix: `i`, `vol`, `eni`, `r`, `snap`, … */
  next(prefix: string): string {
    return `${prefix}-0${this.hex(16)}`;
  }

  /** So many hex digits. */
  hex(digits: number): string {
    return Array.from({ length: digits }, () => Math.floor(this.#random() * 16).toString(16)).join('');
  }

  /** A public IPv4 address out of the documentation range 198.51.100.0/24 and its neighbours. */
  publicAddress(): string {
    return `198.51.${100 + this.#below(20)}.${1 + this.#below(254)}`;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}
