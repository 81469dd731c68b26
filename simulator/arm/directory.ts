import type { Clock } from '../clock.ts';

/** The directory of the tenant: who a role can be assigned to. */
export class Directory {
  readonly tenantId: string;
  readonly #clock: Clock;
  readonly #sinceMs = new Map<string, number>();

  constructor(tenantId: string, clock: Clock) {
    this.tenantId = tenantId;
    this.#clock = clock;
  }

  /** Makes a principal: an identity, a user, an application. */
  add(principalId: string): void {
    this.#sinceMs.set(principalId.toLowerCase(), this.#clock.nowMs);
  }

  remove(principalId: string): void {
    this.#sinceMs.delete(principalId.toLowerCase());
  }

  /** For how long this principal has been there, in milliseconds of simulated time; undefined when it is not. */
  ageMs(principalId: string): number | undefined {
    const since = this.#sinceMs.get(principalId.toLowerCase());
    return since === undefined ? undefined : this.#clock.nowMs - since;
  }
}
