import { ActivityFailure } from '@temporalio/common';
import { troubleOf } from './attention.ts';
import type { CutoverAttempt } from './cut-over.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import { setTarget, withSize } from './set-target.ts';

/**
 * What a failover's job ends with where the region has no machine of a size left (documented: hydration process; Azure
 * Compute's allocation errors). Site Recovery's own code for a VM that Compute refused carries Compute's in its text.
 */
const allocationErrors =
  /SkuNotAvailable|AllocationFailed|ComputeRpVmAllocationFailed|OverconstrainedAllocationRequest/;

/** True where a failover has failed for want of capacity for its size. */
export function lacksCapacity(failure: unknown): boolean {
  if (!(failure instanceof ActivityFailure)) return false;
  const { code, message } = troubleOf(failure);
  return allocationErrors.test(`${code} ${message}`);
}

/**
 * Sets the next size of the plan's list on the item. When none is left a person is asked, and a retry begins with the first
 * one again: capacity comes back.
 */
export async function takeNextSize(run: MachineRun, found: Found, attempt: CutoverAttempt): Promise<void> {
  const current = nextOf(run, attempt);
  attempt.exhaustedSizes = [...attempt.exhaustedSizes, current];
  const sizes = sizesOf(run);
  if (sizes.every((size) => attempt.exhaustedSizes.includes(size))) {
    await run.untilRetried('Fail over', noneLeft(sizes));
    attempt.exhaustedSizes = [];
  }
  const next = nextOf(run, attempt);
  await run.step(`Set the size ${next}`, (steps) =>
    setTarget(run, found.item, steps, withSize(run.vm, next)),
  );
  run.note(`Azure had no capacity for ${current}: the failover is tried again with ${next}`);
}

/** As the plan names them now. */
function sizesOf({ vm }: MachineRun): readonly string[] {
  const { size = '', nextSizes } = vm.target;
  return [size, ...nextSizes];
}

function nextOf(run: MachineRun, { exhaustedSizes }: CutoverAttempt): string {
  const sizes = sizesOf(run);
  return sizes.find((size) => !exhaustedSizes.includes(size)) ?? sizes[0] ?? '';
}

function noneLeft(sizes: readonly string[]) {
  return {
    code: 'NO_SIZE_LEFT',
    message: `Azure has no capacity for any size that the plan names: ${sizes.join(', ')}`,
    suggestion:
      'The source is stopped, and no failover stands. Retry, which begins with the first size again; or turn back, and try another day or with other sizes',
  };
}
