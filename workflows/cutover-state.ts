/** How far the source and the failover have gone: what a cutover may still be undone from. */
type Reached =
  | 'untouched'
  | 'source-touched'
  /** EC2 was told to stop the source. */
  | 'source-stopped'
  /** A recovery plan of the vault is about to fail it over. */
  | 'joined'
  /** A failover is in flight, which is never cancelled. */
  | 'failing-over'
  | 'failed-over'
  | 'committing'
  | 'committed';

/** Where a machine's cutover stands between its source and Azure. */
export class CutoverState {
  #reached: Reached = 'untouched';

  reach(reached: Reached): void {
    this.#reached = reached;
  }

  get hasTouchedSource(): boolean {
    return this.#reached !== 'untouched';
  }

  /** The downtime has not begun. */
  get isBeforeStop(): boolean {
    return this.#reached === 'untouched' || this.#reached === 'source-touched';
  }

  /** The source was touched, and no failover of it stands or is about to. */
  get canBeUndone(): boolean {
    return this.#reached === 'source-touched' || this.#reached === 'source-stopped';
  }

  /** The failover has ended well: going back is possible still, and ends replication. */
  get isFailedOver(): boolean {
    return this.#reached === 'failed-over';
  }

  get isInFlight(): boolean {
    return this.#reached === 'joined' || this.#reached === 'failing-over';
  }

  /** A failover was accepted, or is about to be with its group. */
  get isInAzure(): boolean {
    return this.isInFlight || this.isFailedOver;
  }

  /** Nothing leads back. */
  get isOneWay(): boolean {
    return this.#reached === 'committing' || this.#reached === 'committed';
  }

  /** What is in flight, and what is committed, is not left: it is waited for. */
  get isFixed(): boolean {
    return this.isInFlight || this.isOneWay;
  }
}
