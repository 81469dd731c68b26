import { isGrpcServiceError, type Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { z } from 'zod';
import { machineReportSignal } from '../workflows/messages.ts';
import { phases } from '../workflows/phases.ts';

/** gRPC's status code for it; seen of a token that a workflow's end had overtaken. */
const invalidArgument = 3;

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
  client: Client,
  workflowId: string,
  stop: AbortSignal,
): AsyncGenerator<Report> {
  let seen = 0;
  for (let token: Uint8Array | undefined; ;) {
    const page = await readPage(client, workflowId, stop, token);
    for (const { eventId, workflowExecutionSignaledEventAttributes: signal } of page?.history?.events ?? []) {
      const [payload] = signal?.input?.payloads ?? [];
      const isNew = Number(eventId) > seen;
      seen = Math.max(seen, Number(eventId));
      if (isNew && signal?.signalName === machineReportSignal.name && payload) yield read(payload);
    }
    token = page?.nextPageToken;
    if (token?.length === 0) return;
  }
}

/** @returns `undefined` when the server does not know its own token any more: it has to be read from the start again. */
async function readPage(
  { connection, workflowService, options: { namespace } }: Client,
  workflowId: string,
  stop: AbortSignal,
  token: Uint8Array | undefined,
) {
  const request = { namespace, execution: { workflowId }, waitNewEvent: true };
  try {
    return await connection.withAbortSignal(stop, () =>
      workflowService.getWorkflowExecutionHistory({ ...request, ...(token && { nextPageToken: token }) }),
    );
  } catch (error) {
    if (token !== undefined && isStale(error)) return undefined;
    throw error;
  }
}

function isStale(error: unknown): boolean {
  const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined;
  return code === invalidArgument;
}

function read(payload: Payload): Report {
  return report.parse(defaultPayloadConverter.fromPayload(payload));
}
