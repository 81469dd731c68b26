import { condition } from '@temporalio/workflow';
import type { VmPlan } from '../plan/resolve.ts';
import { CutoverApprovals } from './cutover-approvals.ts';
import { EstimatedCutover } from './cutover-estimate.ts';
import { CutoverRelease } from './cutover-release.ts';
import type { MachineTest } from './machine-test.ts';
import type { CutoverEstimate, HeldBack, TestStatus } from './messages.ts';

/** All that holds a machine back which is ready: the test and the approvals it lacks, and the time. */
export class CutoverGate {
  readonly release: CutoverRelease;
  readonly measured: EstimatedCutover;
  readonly approvals: CutoverApprovals;
  readonly #test: MachineTest;

  /**
   * @param planned what the plan says of the machine now.
   * @param seen what, beside plan and test, somebody has to have seen who approves.
   */
  constructor(planned: () => VmPlan, test: MachineTest, seen: () => unknown) {
    this.#test = test;
    this.approvals = new CutoverApprovals(planned, () => [planned(), outcomeOf(test.status), seen()]);
    this.measured = new EstimatedCutover(planned);
    this.release = new CutoverRelease(planned, () => this.measured.after(test.status));
  }

  get isOpen(): boolean {
    return this.holdsBack === undefined;
  }

  /** Why the machine may not cut over now. */
  get holdsBack(): string | undefined {
    const parts = [this.#test.holdsBack, this.approvals.holdsBack, this.release.now.heldBack];
    const reasons = parts.filter((reason) => reason !== undefined);
    return reasons.length === 0 ? undefined : reasons.join('; ');
  }

  /** The same as statuses tell it. */
  get told(): HeldBack {
    const { holdsBack } = this;
    if (holdsBack === undefined) return {};
    const { until, window } = this.release.now;
    return {
      heldBack: holdsBack,
      ...(until !== undefined && { heldBackUntil: new Date(until).toISOString() }),
      ...(window && { window }),
    };
  }

  /** What somebody does next about it; that there is nothing to do, where it only waits for a time. */
  get next(): string | undefined {
    const { heldBack, until } = this.release.now;
    const waits = until === undefined ? undefined : `Nothing to do: ${heldBack ?? ''}`;
    return this.#test.next ?? this.approvals.next ?? waits;
  }

  get estimate(): CutoverEstimate | undefined {
    return this.release.estimate;
  }

  /** Waits for something, or until the gate may stand otherwise: with time, or because somebody has said something. */
  async until(isOver: () => boolean, mostMs = Infinity): Promise<void> {
    const { changesAt } = this;
    const hasChanged = () => isOver() || this.changesAt !== changesAt;
    const restMs = Math.min(mostMs, (changesAt ?? Infinity) - Date.now());
    if (restMs === Infinity) return condition(hasChanged);
    await condition(hasChanged, Math.max(1, restMs));
  }

  /** When it changes by itself. */
  get changesAt(): number | undefined {
    const times = [this.release.now.changesAt, this.approvals.changesAt].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}

function outcomeOf(test: TestStatus | undefined): unknown {
  return test && [test.startedAt, test.outcome];
}
