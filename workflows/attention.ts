import { ActivityFailure, ApplicationFailure, rootCause } from '@temporalio/common';
import { z } from 'zod';
import type { Finding } from '../activities/index.ts';

/** What a failed step tells the person who has to deal with it. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly suggestion: string;
}

const failureDetails = z.object({ code: z.string(), suggestion: z.string() });
const progress = z.object({ text: z.string() });

/** Reads the trouble out of a failed activity: the cloud's own words, and what to do. */
export function troubleOf(failure: ActivityFailure): Trouble {
  const told = applicationFailureIn(failure);
  if (told === undefined)
    return {
      code: 'TIMED_OUT',
      message: `${failure.activityType}: ${rootCause(failure) ?? failure.message}`,
      suggestion: 'Look whether a worker runs and reaches the clouds, then retry',
    };
  const details = failureDetails.safeParse(told.details?.[0]);
  if (details.success) return { ...details.data, message: told.message };
  if (progress.safeParse(told.details?.[0]).success)
    return {
      code: 'TOOK_TOO_LONG',
      message: `It took too long; last seen: ${told.message}`,
      suggestion: 'Look why it does not come true, then retry',
    };
  return { code: told.type ?? 'FAILED', message: told.message, suggestion: 'Cure the cause, then retry' };
}

/** All the blockers of a preflight as one trouble, the first one's code in front. */
export function troubleOfBlockers(blockers: readonly Finding[]): Trouble {
  return {
    code: blockers[0]?.code ?? '',
    message: blockers.map(({ code, message }) => `${code}: ${message}`).join('; '),
    suggestion: blockers.map(({ suggestion }) => suggestion).join('; '),
  };
}

/** The failure's type, as activities name it: `JobFailed`, `Refused`, … */
export function failureType(failure: unknown): string | undefined {
  return failure instanceof ActivityFailure ? (applicationFailureIn(failure)?.type ?? undefined) : undefined;
}

/** A step that ran out of its time carries the last attempt's failure below the time-out. */
function applicationFailureIn(failure: ActivityFailure): ApplicationFailure | undefined {
  for (
    let cause = failure.cause;
    cause instanceof Error;
    cause = 'cause' in cause && cause.cause instanceof Error ? cause.cause : undefined
  ) {
    if (cause instanceof ApplicationFailure) return cause;
  }
  return undefined;
}
