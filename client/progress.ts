import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { z } from 'zod';

/** What a machine waits for in the clouds, as its pending activity last saw it. */
export interface WaitingFor {
  readonly text: string;
  /** 0–100, where the cloud tells one. */
  readonly percent?: number;
}

const progress = z.object({ text: z.string(), percent: z.number().optional() });

/**
 * Reads the progress of a wait from Temporal's pending activities: it is there while the activity is retried, and
 * nowhere in the history.
 */
export function progressOf({ raw }: WorkflowExecutionDescription): WaitingFor | undefined {
  for (const { lastFailure } of raw.pendingActivities ?? []) {
    const told = lastFailure?.applicationFailureInfo;
    if (told?.type !== 'NotYet') continue;
    const [details] = told.details?.payloads ?? [];
    return (details && read(details)) ?? { text: lastFailure?.message ?? '' };
  }
  return undefined;
}

function read(payload: Payload): WaitingFor | undefined {
  const { data } = progress.safeParse(defaultPayloadConverter.fromPayload(payload));
  if (data === undefined) return undefined;
  return data.percent === undefined ? { text: data.text } : { text: data.text, percent: data.percent };
}
