import type { Client } from '@temporalio/client';
import { z } from 'zod';
import { machineWorkflowId, planWorkflowId } from '../workflows/messages.ts';
import type { DrawnRun } from './drawn-run.ts';

const name = z.object({ name: z.string() });
const historyEvent = z.looseObject({
  eventId: z.coerce.number(),
  eventTime: z.object({ seconds: z.coerce.number(), nanos: z.number().nullish() }),
  workflowExecutionStartedEventAttributes: z.looseObject({}).nullish(),
  activityTaskScheduledEventAttributes: z.object({ activityType: name }).nullish(),
  activityTaskCompletedEventAttributes: z.object({ scheduledEventId: z.coerce.number() }).nullish(),
  workflowExecutionSignaledEventAttributes: z
    .object({ signalName: z.string(), identity: z.string().nullish() })
    .nullish(),
  workflowExecutionUpdateAcceptedEventAttributes: z
    .object({ acceptedRequest: z.object({ input: name.extend({ args: z.unknown() }) }) })
    .nullish(),
  workflowExecutionCancelRequestedEventAttributes: z.looseObject({}).nullish(),
});

/** One event of a history, as far as an invariant asks for it. */
export interface Step {
  readonly id: number;
  readonly at: Date;
  /** The activity that is scheduled or has completed; the message that was heard. */
  readonly kind: 'scheduled' | 'completed' | 'heard';
  readonly name: string;
  /** What a message said. */
  readonly said: string;
}

/** One run of a workflow: what stands in its history, and every byte of it as text. */
export interface History {
  readonly workflowId: string;
  readonly isClosed: boolean;
  readonly steps: readonly Step[];
  readonly text: string;
}

/** Every run of a plan and its machines, the oldest first. */
export async function historiesOf(temporal: Client, { plan, machines }: DrawnRun): Promise<History[]> {
  const ids = [planWorkflowId(plan.name), ...machines.map((one) => machineWorkflowId(plan.name, one.name))];
  const histories = await Promise.all(ids.map((id) => runsOf(temporal, id)));
  return histories.flat();
}

async function runsOf(temporal: Client, workflowId: string): Promise<History[]> {
  const runs: { runId: string; startTime: Date; isClosed: boolean }[] = [];
  for await (const { runId, startTime, status } of temporal.workflow.list({
    query: `WorkflowId = '${workflowId}'`,
  }))
    runs.push({ runId, startTime, isClosed: status.name !== 'RUNNING' });
  runs.sort((one, other) => one.startTime.getTime() - other.startTime.getTime());
  return Promise.all(
    runs.map(async ({ runId, isClosed }) => {
      const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
      return { workflowId, isClosed, steps: stepsOf(events), text: textOf(events) };
    }),
  );
}

function stepsOf(events: unknown): Step[] {
  const activities = new Map<number, string>();
  return z
    .array(historyEvent)
    .parse(events)
    .flatMap((event): Step[] => {
      const id = event.eventId;
      const at = new Date(event.eventTime.seconds * 1000 + (event.eventTime.nanos ?? 0) / 1e6);
      const scheduled = event.activityTaskScheduledEventAttributes?.activityType.name;
      if (scheduled !== undefined) {
        activities.set(id, scheduled);
        return [{ id, at, kind: 'scheduled', name: scheduled, said: '' }];
      }
      const completed = event.activityTaskCompletedEventAttributes?.scheduledEventId;
      if (completed !== undefined)
        return [{ id, at, kind: 'completed', name: activities.get(completed) ?? '', said: '' }];
      const heard = heardIn(event);
      return heard === undefined ? [] : [{ id, at, kind: 'heard', ...heard }];
    });
}

function heardIn(event: z.infer<typeof historyEvent>): { name: string; said: string } | undefined {
  if (event.workflowExecutionStartedEventAttributes) return { name: 'start', said: '' };
  if (event.workflowExecutionCancelRequestedEventAttributes) return { name: 'cancel', said: '' };
  const signal = event.workflowExecutionSignaledEventAttributes?.signalName;
  if (signal !== undefined) return { name: signal, said: '' };
  const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest.input;
  return update && { name: update.name, said: textOf(update.args) };
}

/** Everything that a history says, its payloads as what they are. */
/** Everything that is in a part of a history as text, payloads too. */
export function textOf(part: unknown): string {
  if (part instanceof Uint8Array) return Buffer.from(part).toString('utf8');
  if (Array.isArray(part)) return part.map(textOf).join('\n');
  if (typeof part === 'object' && part !== null) return Object.values(part).map(textOf).join('\n');
  return typeof part === 'string' ? part : '';
}
