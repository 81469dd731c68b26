/** One thing that will happen in the simulated clouds. */
interface Event {
  readonly dueMs: number;
  readonly happen: () => void;
}

/**
 * The simulated clouds' own time. It runs `speed` times as fast as the wall clock and drives every state machine:
 * nothing in the simulator waits on a real timer, so the same requests at the same simulated times meet the same
 * clouds. Whoever reads or changes the clouds calls `catchUp` first.
 */
export class Clock {
  readonly speed: number;
  /** Simulated time at which the story began, in milliseconds since 1970. */
  readonly startMs: number;
  readonly #events: Event[] = [];
  #originMs: number;
  #wallOriginMs: number;
  #nowMs: number;

  /** @param start simulated time at which the story begins. @param speed simulated seconds per wall second. */
  constructor(start: Date, speed: number) {
    this.speed = speed;
    this.startMs = start.getTime();
    this.#originMs = start.getTime();
    this.#nowMs = this.#originMs;
    this.#wallOriginMs = performance.now();
  }

  /** Simulated time, in milliseconds since 1970. Stands still between two calls of `catchUp`. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Simulated time as the clouds write it, `2026-03-01T20:00:00.0000000Z`-style detail is left to the caller. */
  get now(): Date {
    return new Date(this.#nowMs);
  }

  /** Lets something happen after `delayMs` of simulated time. Events of one instant happen in the order they were asked for. */
  after(delayMs: number, happen: () => void): void {
    const event = { dueMs: this.#nowMs + delayMs, happen };
    this.#events.splice(this.#firstAfter(event.dueMs), 0, event);
  }

  /** Brings the clouds to the present: everything due happens, each at its own simulated instant. */
  catchUp(): void {
    this.#runTo(this.#originMs + (performance.now() - this.#wallOriginMs) * this.speed);
  }

  /** Jumps ahead by `ms` of simulated time. */
  skip(ms: number): void {
    this.catchUp();
    this.#originMs += ms;
    this.catchUp();
  }

  /** Place of the first event that is due later; binary search. */
  #firstAfter(dueMs: number): number {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.dueMs ?? 0) > dueMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #runTo(untilMs: number): void {
    for (let next = this.#events[0]; next !== undefined && next.dueMs <= untilMs; next = this.#events[0]) {
      this.#events.shift();
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.happen();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }
}
