import { Context } from '@temporalio/activity';
import { passingFailure } from './failures.ts';

/** An effect is not sent in the last part of its attempt: the answer must still find somebody who waits for it. */
const marginMs = 2_000;

/**
 * Refuses when the running attempt is past its own deadline. Called just before an effect is sent: a worker that was
 * frozen and thawed would otherwise act on a decision that another attempt has long replaced.
 * Counted from the instant the server scheduled the attempt, so that the time a task spent frozen before it began counts too.
 * @throws `TooLate`, retried: the next attempt looks afresh.
 */
export function refuseWhenTooLate(): void {
  const { currentAttemptScheduledTimestampMs, startToCloseTimeoutMs } = Context.current().info;
  const leftMs = currentAttemptScheduledTimestampMs + startToCloseTimeoutMs - Date.now();
  if (leftMs > Math.min(marginMs, startToCloseTimeoutMs / 10)) return;
  throw passingFailure('TooLate', 'This attempt is past its deadline: nothing was sent', {
    code: 'TooLate',
    suggestion:
      'Nothing to do: the next attempt looks first. If it repeats, the worker has too much to do or its clock is wrong',
  });
}
