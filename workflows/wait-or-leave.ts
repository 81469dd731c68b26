import { CancellationScope, condition } from '@temporalio/workflow';

/**
 * Waits for an activity as long as nobody has a reason to leave; one that is left is called off, so that nothing goes on
 * looking for it.
 * @param leave says, or throws, what the wait ends with when it is left.
 */
export async function waitOrLeave<T>(
  activity: () => Promise<T>,
  mayLeave: () => boolean,
  leave: () => T,
): Promise<T> {
  const scope = new CancellationScope();
  const waited = scope.run(activity);
  await Promise.race([condition(mayLeave), waited.catch(() => undefined)]);
  if (!mayLeave()) return waited;
  scope.cancel();
  return leave();
}
