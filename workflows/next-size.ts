import { ActivityFailure } from '@temporalio/common';
import { troubleOf } from './attention.ts';
import { awaitJob } from './await-job.ts';
import type { CutoverAttempt } from './cut-over.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';

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
  const { size = '', nextSizes } = run.vm.target;
  const sizes = [size, ...nextSizes];
  const current = sizes.find((one) => !attempt.exhaustedSizes.includes(one)) ?? size;
  attempt.exhaustedSizes = [...attempt.exhaustedSizes, current];
  if (attempt.exhaustedSizes.length === sizes.length) {
    await run.untilRetried('Fail over', noneLeft(sizes));
    attempt.exhaustedSizes = [];
  }
  const next = sizes.find((one) => !attempt.exhaustedSizes.includes(one)) ?? size;
  await setSize(run, found, next);
  run.note(`Azure had no capacity for ${current}: the failover is tried again with ${next}`);
}

async function setSize(run: MachineRun, { item }: Found, size: string): Promise<void> {
  const vm = { ...run.vm, target: { ...run.vm.target, size, nextSizes: [] } };
  await run.step(`Set the size ${size}`, async ({ act, wait }) => {
    await awaitJob(run, { wait }, item, await act.beginTargetSettings(vm, item));
    await act.checkTargetSettings(vm, item);
  });
}

function noneLeft(sizes: readonly string[]) {
  return {
    code: 'NO_SIZE_LEFT',
    message: `Azure has no capacity for any size that the plan names: ${sizes.join(', ')}`,
    suggestion:
      'The source is stopped, and no failover stands. Retry, which begins with the first size again; or turn back, and try another day or with other sizes',
  };
}
