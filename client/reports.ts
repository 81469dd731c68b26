import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { z } from 'zod';
import { machineReportSignal } from '../workflows/messages.ts';
import { phases } from '../workflows/phases.ts';

const report = z.object({
  vm: z.string(),
  phase: z.enum(phases),
  attention: z.object({ code: z.string(), message: z.string(), suggestion: z.string() }).optional(),
});

/** A machine has entered a phase, or has begun or ceased to need a person. */
export type Report = z.infer<typeof report>;

/**
 * Follows the reports that a plan hears, in its history: nothing is missed between two looks. Temporal holds each
 * request until there is something new.
 */
export async function* reportsOf(
  { connection, workflowService, options: { namespace } }: Client,
  workflowId: string,
  stop: AbortSignal,
): AsyncGenerator<Report> {
  const request = { namespace, execution: { workflowId }, waitNewEvent: true };
  let nextPageToken: Uint8Array | undefined;
  do {
    const answer = await connection.withAbortSignal(stop, () =>
      workflowService.getWorkflowExecutionHistory({ ...request, ...(nextPageToken && { nextPageToken }) }),
    );
    for (const { workflowExecutionSignaledEventAttributes: signal } of answer.history?.events ?? []) {
      const [payload] = signal?.input?.payloads ?? [];
      if (signal?.signalName === machineReportSignal.name && payload) yield read(payload);
    }
    ({ nextPageToken } = answer);
  } while (nextPageToken.length > 0);
}

function read(payload: Payload): Report {
  return report.parse(defaultPayloadConverter.fromPayload(payload));
}
