import type { JointTest, JointTestMessage } from './messages.ts';

/** One machine's part in a test failover that a recovery plan of the vault does for its group. */
export class JointTesting {
  #state: JointTest | undefined;
  #job: string | undefined;
  #isCleanedUp = false;

  /** Where it stands; nothing where the machine has no part in one. */
  get state(): JointTest | undefined {
    return this.#state;
  }

  get isBegun(): boolean {
    return this.#state === 'begun';
  }

  /** The job of the recovery plan, once that was begun. */
  get job(): string | undefined {
    return this.#job;
  }

  /** The recovery plan's own clean-up has taken its test VM away. */
  get isCleanedUp(): boolean {
    return this.#isCleanedUp;
  }

  /** It waits to be called, or has left again to be tested by itself. */
  want(isWanted: boolean): void {
    this.#state = isWanted ? 'waiting' : undefined;
  }

  begin(): void {
    this.#isCleanedUp = false;
    if (this.#state === 'waiting') this.#state = undefined;
  }

  become(state: Exclude<JointTest, 'waiting' | 'called'>): void {
    this.#state = state;
  }

  /** @returns whether it means anything to the machine where it stands. */
  hear(message: JointTestMessage): boolean {
    if (this.#state === undefined) return false;
    switch (message.kind) {
      case 'call':
        if (this.#state !== 'waiting') return false;
        this.#state = 'called';
        return true;
      case 'begun':
        if (this.#state !== 'joined') return false;
        this.#state = 'begun';
        this.#job = message.job;
        return true;
      case 'alone':
        this.#state = undefined;
        return true;
      case 'cleaned-up':
        this.#state = undefined;
        this.#isCleanedUp = true;
        return true;
      case 'end':
        return this.#state === 'begun';
    }
  }
}
