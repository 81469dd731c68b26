import type { RecoveryPoint } from '../activities/index.ts';
import type { QuiesceStatus } from './messages.ts';
import type { Undo } from './undo-list.ts';

/** Whether a machine's applications were brought to rest for its cutover, and what came of it. */
export class QuiesceState {
  readonly #changed: () => void;
  #undo: Undo | undefined;
  #status: QuiesceStatus | undefined;
  #point: RecoveryPoint | undefined;

  /** @param changed is told whenever it stands otherwise. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get status(): QuiesceStatus | undefined {
    return this.#status;
  }

  /** How its applications are started again on the source; nothing where they were never stopped. */
  get undo(): Undo | undefined {
    return this.#undo;
  }

  /** The recovery point that holds everything written before, where the latest one is not needed. */
  get point(): RecoveryPoint | undefined {
    return this.#point;
  }

  begin(undo: Undo): void {
    this.#undo = undo;
    this.#become({ state: 'stopping' });
  }

  /** @param marker by Site Recovery's clock. */
  mark(marker: string): void {
    this.#become({ state: 'draining', marker });
  }

  /** @param point absent: nothing is pending. */
  drained(point: RecoveryPoint | undefined): void {
    this.#point = point;
    this.#become({
      state: 'drained',
      ...(point && { recoveryPoint: { name: point.name, time: point.time } }),
    });
  }

  /** It is gone on with, although not everything is known to be in Azure. */
  givenUp(): void {
    this.#become({ state: 'given-up' });
  }

  /** The applications work again. */
  ended(where: 'source' | 'azure'): void {
    if (where === 'source') this.#undo = this.#point = undefined;
    this.#become({ startedIn: where });
  }

  #become(more: Partial<QuiesceStatus>): void {
    const { state = 'stopping' } = this.#status ?? {};
    this.#status = { ...(more.state === 'stopping' ? {} : this.#status), state, ...more };
    this.#changed();
  }
}
