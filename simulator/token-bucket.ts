/** Tokens that come back with time; each request takes one. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #asOfMs: number;

  constructor(limit: { readonly burst: number; readonly perSecond: number }, nowMs: number) {
    this.#burst = limit.burst;
    this.#perSecond = limit.perSecond;
    this.#tokens = limit.burst;
    this.#asOfMs = nowMs;
  }

  /** Takes a token. Answers 0, or the seconds until there is one, and takes none. */
  take(nowMs: number): number {
    this.#refill(nowMs);
    if (this.#tokens < 1) return (1 - this.#tokens) / this.#perSecond;
    this.#tokens -= 1;
    return 0;
  }

  /** Whole tokens left. */
  get left(): number {
    return Math.floor(this.#tokens);
  }

  #refill(nowMs: number): void {
    const gained = ((nowMs - this.#asOfMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, gained));
    this.#asOfMs = Math.max(this.#asOfMs, nowMs);
  }
}
