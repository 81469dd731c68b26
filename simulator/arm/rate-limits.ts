import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Recognized } from '../service.ts';
import { TokenBucket } from '../token-bucket.ts';

const limit = (burst: number, perSecond: number) =>
  z
    .strictObject({ burst: z.number().positive(), perSecond: z.number().positive() })
    .default({ burst, perSecond });

/**
 * ARM's documented token buckets, for each subscription, region and principal (here: one). They refill by `clock`:
 * - `simulated` (default): by the clouds' own time. A client whose intervals are scaled to the simulator's speed meets
 *   the limits that it would meet in reality; its bursts are as fast as the machine, so at a high speed they meet
 *   milder ones.
 * - `wall`: by real seconds, whatever the speed. For tests of a client that is as fast as it can be.
 */
export const rateLimitsSchema = z.strictObject({
  clock: z.enum(['simulated', 'wall']).default('simulated'),
  reads: limit(250, 25),
  writes: limit(200, 10),
  deletes: limit(200, 10),
});
export type RateLimits = z.infer<typeof rateLimitsSchema>;

/** ARM's front door: counts requests, refuses what is too much. */
export class RateLimiter {
  readonly #now: () => number;
  readonly #buckets: Readonly<Record<Recognized['kind'], TokenBucket>>;

  constructor(limits: RateLimits, clock: Clock) {
    this.#now = limits.clock === 'wall' ? () => performance.now() : () => clock.nowMs;
    this.#buckets = {
      read: new TokenBucket(limits.reads, this.#now()),
      write: new TokenBucket(limits.writes, this.#now()),
      delete: new TokenBucket(limits.deletes, this.#now()),
    };
  }

  /** Takes a token; 0, or the seconds to wait for one. */
  take(kind: Recognized['kind']): number {
    return this.#buckets[kind].take(this.#now());
  }

  /** The header that tells how many are left. */
  remaining(kind: Recognized['kind']): Readonly<Record<string, string>> {
    return { [`x-ms-ratelimit-remaining-subscription-${kind}s`]: String(this.#buckets[kind].left) };
  }
}
