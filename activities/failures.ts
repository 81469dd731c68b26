import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { z } from 'zod';

/** What a failure carries for the person who meets it. It goes into Temporal's history: no secrets. */
export interface FailureDetails {
  /** The cloud's own error code, or ours. */
  readonly code: string;
  /** What to do about it. */
  readonly suggestion: string;
  /** The cloud's request id, for its support. */
  readonly requestId?: string;
}

const advice = z.object({ suggestion: z.string() });

/** What a failure tells to do about it. */
export function suggestionOf({ details }: ApplicationFailure): string {
  return advice.safeParse(details?.[0]).data?.suggestion ?? 'Cure what the message names, then look again';
}

/**
 * A failure that no retry cures: the machine asks for a person.
 * @param type public: retry policies, alerts and `status --json` match on it.
 */
export function finalFailure(type: string, message: string, details: FailureDetails): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true, details: [details] });
}

/** A failure that a later try may cure, after `retryDelayMs` when the cloud said how long to wait. */
export function passingFailure(
  type: string,
  message: string,
  details: FailureDetails,
  retryDelayMs?: number,
): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    details: [details],
    ...(retryDelayMs === undefined ? {} : { nextRetryDelay: retryDelayMs }),
  });
}

/** How far something that is waited for has come. Temporal shows it on the pending activity; no history is written. */
export interface Progress {
  /** What is waited for, and how it stands, in a few words. */
  readonly text: string;
  /** 0–100, where the cloud tells one. */
  readonly percent?: number;
}

/** Not an error: what is waited for has not come yet. Look again after `pollIntervalMs`. */
export function notYet(progress: Progress, pollIntervalMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'NotYet',
    message: progress.text,
    details: [progress],
    nextRetryDelay: pollIntervalMs,
    category: ApplicationFailureCategory.BENIGN,
  });
}
