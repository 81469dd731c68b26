import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import type { ActivityDeps } from './clouds.ts';
import { notYet } from './failures.ts';

/** A machine's workflow, as a plan that did not start it finds it. */
export type MachineRun =
  | { readonly state: 'running' }
  /** It has closed: with its last phase, or `undefined` where it failed, was terminated or cancelled. */
  | { readonly state: 'closed'; readonly phase: string | undefined };

const outcome = z.object({ phase: z.string() });

/** Looking at machine workflows through the Temporal client: for a plan that finds them already there. */
export const machineRunActivities = ({ temporal, pollIntervalMs }: ActivityDeps) => ({
  /** How the latest run of a machine's workflow stands. */
  async lookUpMachine(workflowId: string): Promise<MachineRun> {
    return lookUp(temporal.workflow.getHandle(workflowId));
  },

  /** Waits until a machine's workflow has closed, however long. */
  async awaitMachineClosed(workflowId: string): Promise<string | undefined> {
    const run = await lookUp(temporal.workflow.getHandle(workflowId));
    if (run.state === 'running') throw notYet({ text: `${workflowId} is running` }, pollIntervalMs);
    return run.phase;
  },
});

async function lookUp(handle: WorkflowHandle): Promise<MachineRun> {
  const { status } = await handle.describe();
  if (status.name === 'RUNNING') return { state: 'running' };
  try {
    return { state: 'closed', phase: outcome.parse(await handle.result()).phase };
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { state: 'closed', phase: undefined };
    throw error;
  }
}
