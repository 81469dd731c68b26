import { isAmong, personOf } from '../plan/people.ts';
import type { VmPlan } from '../plan/resolve.ts';
import type { ApprovalsStatus } from './messages.ts';
import { sha256 } from './sha-256.ts';

const hourMs = 3_600_000;

interface Given {
  readonly by: string;
  readonly at: number;
  /** The hash of what was approved. */
  readonly subject: string;
}

/** The approvals of one machine's cutover: by distinct people, each of what there was to see, each for a time. */
export class CutoverApprovals {
  readonly #planned: () => VmPlan;
  readonly #address: string;
  readonly #seen: () => unknown;
  readonly #given: Given[] = [];
  readonly #lost = new Set<Given>();

  /**
   * @param planned what the plan says of the machine now.
   * @param seen all that an approval is about: what of it changes has to be approved again.
   */
  constructor(planned: () => VmPlan, seen: () => unknown) {
    const { plan, name } = planned();
    this.#planned = planned;
    this.#address = `${plan}/${name}`;
    this.#seen = seen;
  }

  get #asked(): VmPlan['approvals'] {
    return this.#planned().approvals;
  }

  /** The hash of what there is to approve now. */
  get subject(): string {
    return sha256(JSON.stringify(this.#seen()));
  }

  get holdsBack(): string | undefined {
    if (this.#asked === undefined) return undefined;
    const { length } = this.#counting;
    const { cutover } = this.#asked;
    return length < cutover ? `${length} of ${cutover} approvals of its cutover were given` : undefined;
  }

  get next(): string | undefined {
    return this.holdsBack === undefined
      ? undefined
      : `Approve its cutover: portage approve ${this.#address} --cutover`;
  }

  /** When the next approval that counts will have expired. */
  get changesAt(): number | undefined {
    const ends = this.#counting.map((given) => this.#expiresAt(given));
    return ends.length === 0 ? undefined : Math.min(...ends);
  }

  get status(): ApprovalsStatus | undefined {
    if (this.#asked === undefined) return undefined;
    const counting = this.#counting;
    return {
      needed: this.#asked.cutover,
      subject: this.subject,
      given: this.#given.map((given) => ({
        by: given.by,
        at: new Date(given.at).toISOString(),
        expiresAt: new Date(this.#expiresAt(given)).toISOString(),
        counts: counting.includes(given),
      })),
    };
  }

  /** @returns what there is to tell of approvals that do not count any more, once for each. */
  get newlyLost(): string[] {
    const subject = this.#given.length === 0 ? '' : this.subject;
    return this.#given
      .filter((given) => !this.#lost.has(given) && !this.#counts(given, subject))
      .map((given) => {
        this.#lost.add(given);
        const why = given.subject === subject ? 'it has expired' : 'what was approved has changed since';
        return `The approval of the cutover by ${given.by} does not count any more: ${why}`;
      });
  }

  /** @throws Error that says why there is nothing to approve. */
  refuse(): void {
    if (this.#asked === undefined) throw new Error(`the plan asks for no approvals of ${this.#address}`);
    if (this.holdsBack === undefined)
      throw new Error(`the cutover of ${this.#address} has all ${this.#asked.cutover} approvals already`);
  }

  /**
   * @param subject what the person approves.
   * @throws Error that says why this person's approval does not count.
   */
  refuseFrom(by: string, subject: string): void {
    this.refuse();
    const { from } = this.#asked ?? {};
    if (from !== undefined && !isAmong(by, from))
      throw new Error(`${by} is not among those whose approvals count: ${from.join(', ')}`);
    if (this.#counting.some((given) => personOf(given.by) === personOf(by)))
      throw new Error(`${personOf(by)} has approved the cutover of ${this.#address} already`);
    if (subject !== this.subject)
      throw new Error(`what ${by} approved of ${this.#address} has changed since: look again`);
  }

  approve(by: string, subject: string): string {
    this.#given.push({ by, at: Date.now(), subject });
    return `The cutover of ${this.#address} is approved by ${by}: ${this.#counting.length} of ${this.#asked?.cutover ?? 0}`;
  }

  get #counting(): readonly Given[] {
    if (this.#given.length === 0) return [];
    const { subject } = this;
    return this.#given.filter((given) => this.#counts(given, subject));
  }

  #counts(given: Given, subject: string): boolean {
    return given.subject === subject && this.#expiresAt(given) > Date.now();
  }

  #expiresAt({ at }: Given): number {
    return at + (this.#asked?.validHours ?? 0) * hourMs;
  }
}
