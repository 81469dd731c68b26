import { Context } from '@temporalio/activity';
import { notYet } from './failures.ts';

/** How often something that may pass by itself has to be seen before it counts. */
const looks = 3;

/**
 * Has an activity look again, a poll interval later, until what it saw has been there at several looks: a machine that runs
 * is not held up, and no person asked, for what passes by itself.
 * @param said what speaks against it.
 * @throws `NotYet` but at the last look.
 */
export function untilItPersists(said: string, pollIntervalMs: number): void {
  const { attempt } = Context.current().info;
  if (attempt < looks) throw notYet({ text: `look ${attempt} of ${looks}: ${said}` }, pollIntervalMs);
}
