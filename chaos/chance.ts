import { Random } from '../simulator/random.ts';

/** A run's only source of chance. */
export class Chance {
  readonly #random: Random;

  constructor(seed: string) {
    this.#random = new Random(seed);
  }

  happens(probability: number): boolean {
    return this.#random.next() < probability;
  }

  /** A whole number, from and to included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.#random.next() * (to - from + 1));
  }

  oneOf<T>(all: readonly [T, ...T[]]): T {
    return all[this.between(0, all.length - 1)] ?? all[0];
  }
}
