import type { Write, WriteLog } from '../../guest/write-log.ts';

/** How fast data goes from a source to the cloud. */
export interface ReplicationFigures {
  /** What the agent sends in a second. */
  readonly mibPerSecond: number;
  /** From the agent's end of a transfer until the data is in the log store. */
  readonly delaySeconds: number;
  /** From there until a recovery point can hold it. */
  readonly processSeconds: number;
}

/** How much of a source's data is where, in MiB. */
export interface PendingData {
  readonly atAgent: number;
  readonly inLogStore: number;
}

/** How many writes `state` shows, the latest ones. */
const shown = 300;

/**
 * The writes of a source since its replication began, on their way to the cloud: one after the other, as fast as the agent
 * sends and as long as it does. When each was in the log store is kept, so that any recovery point can tell what it holds.
 */
export class ReplicatedWrites {
  readonly instanceId: string;
  readonly sinceMs: number;
  readonly #log: WriteLog;
  readonly #figures: ReplicationFigures;
  /** Number of the last write from before replication, which the copy of the disks holds. */
  readonly #before: number;
  /** When each of the writes since was in the log store. */
  readonly #arrivedMs: number[] = [];
  /** What of the write whose turn it is has yet to be sent, in milliseconds of sending. */
  #restMs: number | undefined;
  #sentUntilMs: number;

  constructor(instanceId: string, log: WriteLog, figures: ReplicationFigures, nowMs: number) {
    this.instanceId = instanceId;
    this.#log = log;
    this.#figures = figures;
    this.sinceMs = nowMs;
    this.#sentUntilMs = nowMs;
    this.#before = log.count(nowMs);
  }

  /** Notes that the agent has sent all the time between two instants. */
  send(fromMs: number, untilMs: number): void {
    let freeMs = Math.max(fromMs, this.#sentUntilMs);
    this.#log.count(untilMs);
    for (let write = this.#next(); write !== undefined && write.atMs <= untilMs; write = this.#next()) {
      const startMs = Math.max(freeMs, write.atMs);
      const restMs = this.#restMs ?? (write.mib / this.#figures.mibPerSecond) * 1000;
      if (startMs + restMs > untilMs) {
        this.#restMs = restMs - Math.max(0, untilMs - startMs);
        break;
      }
      this.#restMs = undefined;
      freeMs = startMs + restMs;
      this.#arrivedMs.push(freeMs + this.#figures.delaySeconds * 1000);
    }
    this.#sentUntilMs = Math.max(this.#sentUntilMs, untilMs);
  }

  /** Number of the last write that was in the log store at an instant: the latest point holds them, up to it. */
  arrivedBy(ms: number): number {
    return this.#before + countUntil(this.#arrivedMs, ms);
  }

  /** Number of the last write that a recovery point of an instant holds. */
  processedBy(ms: number): number {
    return this.arrivedBy(ms - this.#figures.processSeconds * 1000);
  }

  /** What has not come through yet, of what its agent knew when it was last heard. */
  pending(nowMs: number, heardMs: number): PendingData {
    const [count, sent, processed] = [
      this.#known(heardMs),
      this.#before + this.#arrivedMs.length,
      this.processedBy(nowMs),
    ];
    return { atAgent: this.#sum(sent + 1, count), inLogStore: this.#sum(processed + 1, sent) };
  }

  #known(heardMs: number): number {
    let last = this.#log.count(heardMs);
    while ((this.#log.get(last)?.atMs ?? 0) > heardMs) last -= 1;
    return last;
  }

  /** When a write happened; `undefined` for none. */
  timeOf(number: number): string | undefined {
    const write = this.#log.get(number);
    return write === undefined ? undefined : new Date(write.atMs).toISOString();
  }

  /** For people and tests: counts, and the latest writes. */
  state(nowMs: number): object {
    const count = this.#log.count(nowMs);
    const first = Math.max(this.#before + 1, count - shown + 1);
    const latest = Array.from({ length: Math.max(0, count - first + 1) }, (_, at) =>
      this.#log.get(first + at),
    );
    return {
      instanceId: this.instanceId,
      since: new Date(this.sinceMs).toISOString(),
      before: this.#before,
      count,
      arrived: this.arrivedBy(nowMs),
      processed: this.processedBy(nowMs),
      latest: latest.flatMap((write) => (write === undefined ? [] : [this.#shown(write, nowMs)])),
    };
  }

  #shown({ number, atMs, service, mib }: Write, nowMs: number): object {
    const arrivedMs = this.#arrivedMs[number - this.#before - 1];
    return {
      number,
      at: new Date(atMs).toISOString(),
      service,
      mib,
      arrived: (arrivedMs ?? Infinity) <= nowMs,
    };
  }

  #next(): Write | undefined {
    return this.#log.get(this.#before + this.#arrivedMs.length + 1);
  }

  #sum(first: number, last: number): number {
    let mib = 0;
    for (let number = first; number <= last; number += 1) mib += this.#log.get(number)?.mib ?? 0;
    return mib;
  }
}

/** How many of the rising numbers are no greater; binary search. */
function countUntil(rising: readonly number[], limit: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
