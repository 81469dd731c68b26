import type { VmPlan } from '../plan/resolve.ts';
import type { CutoverEstimate, MeasuredCutover, TestStatus } from './messages.ts';

const minuteMs = 60_000;

/** How long a machine's cutover will take: the longest that was measured; what the plan says where nothing was. */
export class EstimatedCutover {
  readonly #planned: () => VmPlan;
  #finished: MeasuredCutover | undefined;

  /** @param planned what the plan says of the machine now. */
  constructor(planned: () => VmPlan) {
    this.#planned = planned;
  }

  /** Another machine of the plan has finished its cutover, and took longer than those before. */
  heard(finished: MeasuredCutover): void {
    if (finished.ms > (this.#finished?.ms ?? 0)) this.#finished = finished;
  }

  /** @param test the machine's own last test. */
  after(test: TestStatus | undefined): CutoverEstimate | undefined {
    const tested = testedMs(test);
    const { vm, ms } = this.#finished ?? { vm: '', ms: 0 };
    if (tested !== undefined && tested >= ms) return { minutes: tested / minuteMs, from: 'test' };
    if (ms > 0) return { minutes: ms / minuteMs, from: 'finished-machine', vm };
    const { estimateMinutes } = this.#planned();
    return estimateMinutes === undefined ? undefined : { minutes: estimateMinutes, from: 'plan' };
  }
}

/** From the beginning of a test that passed until its VM was validated. */
function testedMs(test: TestStatus | undefined): number | undefined {
  if (test?.outcome !== 'passed' || test.endedAt === undefined) return undefined;
  return Date.parse(test.endedAt) - Date.parse(test.startedAt);
}

/** An estimate in words. */
export function estimateText({ minutes, from, vm }: CutoverEstimate): string {
  const sources = {
    test: 'its last test took',
    'finished-machine': `${vm ?? 'a machine of the plan'} took`,
    plan: 'the plan says',
  };
  return `${sources[from]} ${Math.round(minutes * 10) / 10} minutes`;
}
