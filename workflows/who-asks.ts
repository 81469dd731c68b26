import { CancellationScope, currentUpdateInfo } from '@temporalio/workflow';
import { readTiming, stepsOf } from './steps.ts';

/** Who sent the update to a plan that is being handled. */
export async function whoAsks(): Promise<string> {
  const id = currentUpdateInfo()?.id ?? '';
  return CancellationScope.nonCancellable(async () =>
    stepsOf(await readTiming(), 'Who asks').act.whoAsked(id),
  );
}
