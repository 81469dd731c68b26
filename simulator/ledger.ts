import { isOperation } from './faults.ts';
import type { Recognized } from './service.ts';

/** One request that reached a simulated cloud. */
export interface LedgerEntry {
  readonly seq: number;
  /** Wall-clock time, ISO 8601. */
  readonly time: string;
  /** The clouds' own time, ISO 8601. */
  readonly simulatedTime: string;
  readonly service: Recognized['service'];
  readonly operation: string;
  readonly target: string;
  readonly kind: Recognized['kind'];
  readonly permission: Recognized['permission'];
  /** `answered` by the cloud, `throttled` at its door, `refused` or `dropped` by a fault. */
  readonly outcome: 'answered' | 'throttled' | 'refused' | 'dropped';
  /** The HTTP status that was or, when the answer was dropped after the effect, would have been sent; 0 without an effect. */
  readonly status: number;
  readonly requestId: string;
}

/** Everything that both clouds were asked, in order: what tests and figures are counted from. */
export class Ledger {
  readonly #entries: LedgerEntry[] = [];

  record(entry: Omit<LedgerEntry, 'seq'>): void {
    this.#entries.push({ seq: this.#entries.length + 1, ...entry });
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Entries of one operation (in full, or without the resource in front) and with `target` in their id, in any case. */
  select(operation?: string, target?: string): LedgerEntry[] {
    return this.#entries.filter(
      (entry) =>
        (operation === undefined || isOperation(entry.operation, operation)) &&
        (target === undefined || entry.target.toLowerCase().includes(target.toLowerCase())),
    );
  }
}
