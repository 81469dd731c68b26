/** What people, or their plan, have decided about a machine and it has not followed yet. */
export class Decisions {
  paused = false;
  failover = false;
  /** Before its failover is accepted, or also where that ends replication for good. */
  turnBack: 'before-failover' | 'after-failover' | undefined;
  abort = false;
  /** The abort came as Temporal's cancel. */
  cancel = false;
  /** Id or name of the recovery point to fail over to. */
  recoveryPoint: string | undefined;
  /** Id or name of the one that the Azure VM shall be made anew from. */
  otherPoint: string | undefined;
  retry = false;
  /** What was answered to the attention that is open. */
  answer: string | undefined;
  /** Who answered, as Temporal's history names them. */
  answeredBy = '';

  /** A new question is open: what was said to an earlier one does not count. */
  forgetAnswers(): void {
    this.retry = false;
    this.answer = undefined;
  }

  /** The machine stays where it is, whatever was asked for. */
  forgetLeaving(): void {
    this.turnBack = undefined;
    this.abort = false;
    this.cancel = false;
    this.otherPoint = undefined;
  }
}
