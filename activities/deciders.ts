import { Context } from '@temporalio/activity';
import type { ActivityDeps } from './clouds.ts';
import { notYet } from './failures.ts';

/** Who decided something: read from the history, where Temporal keeps the identity of whoever asked. */
export const deciderActivities = ({ temporal, pollIntervalMs }: ActivityDeps) => ({
  /**
   * The identity behind an update of the workflow that asks. It is what the caller's client says of itself (the command
   * line: user@host): who may call at all is for the namespace's own authorization.
   * @param updateId as the workflow's own update information names it.
   */
  async whoAsked(updateId: string): Promise<string> {
    const { workflowExecution } = Context.current().info;
    const request = { namespace: temporal.options.namespace, execution: workflowExecution ?? null };
    for (let nextPageToken: Uint8Array | undefined; ;) {
      const page = await temporal.workflowService.getWorkflowExecutionHistoryReverse({
        ...request,
        ...(nextPageToken && { nextPageToken }),
      });
      for (const { workflowExecutionUpdateAcceptedEventAttributes: accepted } of page.history?.events ?? []) {
        const meta = accepted?.acceptedRequest?.meta;
        if (meta?.updateId === updateId) return meta.identity ?? '';
      }
      if (page.nextPageToken.length === 0)
        throw notYet({ text: `update ${updateId} does not show in the history yet` }, pollIntervalMs);
      nextPageToken = page.nextPageToken;
    }
  },
});
