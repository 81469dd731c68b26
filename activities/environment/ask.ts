import { Context } from '@temporalio/activity';
import type { ActivityDeps } from '../clouds.ts';
import type { EnvironmentRequest } from './request.ts';

/** How a plan reaches the workflow that prepares its vault. */
export const askActivities = ({ temporal }: ActivityDeps) => ({
  /**
   * Tells the workflow of a vault that a plan needs it, and starts that workflow where none runs. Telling it again
   * changes nothing but that a failed step is tried once more.
   * @param workflowId the vault's, the same for all plans.
   */
  async askForEnvironment(workflowId: string, request: EnvironmentRequest): Promise<void> {
    await temporal.workflow.signalWithStart('prepareEnvironment', {
      workflowId,
      taskQueue: Context.current().info.taskQueue,
      signal: 'prepareFor',
      signalArgs: [request],
      staticSummary: `Environment ${request.environment.vault}`,
    });
  },
});
