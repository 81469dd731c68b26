import type { CutoverWindow, VmPlan } from '../plan/resolve.ts';
import { estimateText } from './cutover-estimate.ts';
import { openingAt, type Opening } from './cutover-windows.ts';
import type { CutoverEstimate, ReleaseTerms } from './messages.ts';

/** What time has to do with a machine's cutover. */
export interface Timeliness {
  /** Why it may not begin now. */
  readonly heldBack?: string;
  /** When that is over, where it is by itself. */
  readonly until?: number;
  /** The window that it waits for. */
  readonly window?: CutoverWindow;
  /** When to look again. */
  readonly changesAt?: number;
}

/** When a machine's release takes effect: from an instant on, inside windows, and only where it would end inside. */
export class CutoverRelease {
  readonly #planned: () => VmPlan;
  readonly #estimate: () => CutoverEstimate | undefined;
  #terms: ReleaseTerms = {};
  #anyTime = false;

  /** @param planned what the plan says of the machine now. */
  constructor(planned: () => VmPlan, estimate: () => CutoverEstimate | undefined) {
    this.#planned = planned;
    this.#estimate = estimate;
  }

  /** A person releases it anew: what was said before does not count any more. */
  set(terms: ReleaseTerms): void {
    this.#terms = terms;
    this.#anyTime = false;
  }

  /** A person lets it cut over outside its windows. */
  letAnyTime(): void {
    this.#anyTime = true;
  }

  get estimate(): CutoverEstimate | undefined {
    return this.#windows.length === 0 ? undefined : this.#estimate();
  }

  /** No window is left in which it could begin and end. */
  get hasNoWindowLeft(): boolean {
    return this.#opening?.kind === 'never';
  }

  get now(): Timeliness {
    const opening = this.#opening;
    if (opening?.kind === 'never') return { heldBack: `no window is left for its cutover${this.#basis}` };
    const effective = this.#effectiveAt;
    if (effective > Date.now()) {
      const at = new Date(effective).toISOString();
      return { heldBack: `its release takes effect at ${at}`, until: effective, changesAt: effective };
    }
    if (opening?.kind === 'open') return { changesAt: opening.lastStart + 1 };
    return opening === undefined ? {} : this.#waitingFor(opening);
  }

  /** What to say of a cutover that begins now. */
  get promise(): string | undefined {
    const opening = this.#opening;
    if (opening?.kind !== 'open') return undefined;
    const { until } = opening.window;
    return this.estimate === undefined
      ? `The window is open until ${until}. No cutover was measured and the plan has no estimateMinutes: that it ends in time can’t be promised`
      : `The window is open until ${until}; the cutover should end in time${this.#basis}`;
  }

  #waitingFor({ window, opensAt }: Extract<Opening, { kind: 'later' }>): Timeliness {
    const heldBack = `waits for the window ${window.from} to ${window.until}${this.#basis}`;
    return { heldBack, until: opensAt, window, changesAt: opensAt };
  }

  get #windows(): readonly CutoverWindow[] {
    return this.#anyTime ? [] : (this.#terms.within ?? this.#planned().windows ?? []);
  }

  get #effectiveAt(): number {
    return this.#terms.at === undefined ? 0 : Date.parse(this.#terms.at);
  }

  get #opening(): Opening | undefined {
    if (this.#windows.length === 0) return undefined;
    const minutes = this.estimate?.minutes;
    const from = Math.max(Date.now(), this.#effectiveAt);
    return openingAt(this.#windows, from, minutes === undefined ? undefined : minutes * 60_000);
  }

  /** What the estimate comes from, in words. */
  get #basis(): string {
    return this.estimate === undefined ? '' : ` (${estimateText(this.estimate)})`;
  }
}
