import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import type { ActivityDeps } from '../clouds.ts';
import { notYet } from '../failures.ts';
import type { EnvironmentRequest } from './request.ts';

/** How a plan reaches the workflow that prepares its vault. */
export const askActivities = ({ temporal, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Tells the workflow of a vault that a plan needs it, and starts that workflow where none runs. Telling it again
   * changes nothing but that a failed step is tried once more.
   * @param workflowId the vault's, the same for all plans.
   * @returns the id of the run that was told.
   */
  async askForEnvironment(workflowId: string, request: EnvironmentRequest): Promise<string> {
    const { signaledRunId } = await temporal.workflow.signalWithStart('prepareEnvironment', {
      workflowId,
      taskQueue: Context.current().info.taskQueue,
      signal: 'prepareFor',
      signalArgs: [request],
      staticSummary: `Environment ${request.environment.vault}`,
    });
    return signaledRunId;
  },

  /** Waits until that run of a vault's workflow has closed, however long and whatever closed it. */
  async awaitEnvironmentClosed(workflowId: string, runId: string): Promise<void> {
    if (await isRunning(temporal.workflow.getHandle(workflowId, runId)))
      throw notYet({ text: `${workflowId} is running` }, pollIntervalMs);
  },
});

async function isRunning(handle: WorkflowHandle): Promise<boolean> {
  try {
    const { status } = await handle.describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false; // somebody deleted it
    throw error;
  }
}
