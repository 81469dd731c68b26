import type { ArmResource } from '../resource.ts';

/** How the execution of a script stands. */
export type ExecutionState = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'TimedOut' | 'Canceled';

/** A name and a value; without a name it is the next of the script's arguments. */
export interface ScriptParameter {
  readonly name: string;
  readonly value: string;
}

/** What was asked to be run. */
export interface RunCommandWish {
  readonly source: { readonly script?: string; readonly scriptUri?: string; readonly commandId?: string };
  readonly parameters: readonly ScriptParameter[];
  readonly protectedParameters: readonly ScriptParameter[];
  readonly asyncExecution: boolean;
  readonly timeoutInSeconds: number;
  readonly treatFailureAsDeploymentFailure: boolean;
}

/** A managed run command of a VM. */
export interface RunCommand extends ArmResource {
  readonly virtualMachineId: string;
  wish: RunCommandWish;
  /** Counts the requests that changed it: what an earlier one began does not go on. */
  turn: number;
  provisioning: 'Creating' | 'Updating' | 'Succeeded' | 'Failed' | 'Deleting';
  execution: ExecutionState;
  message: string;
  exitCode: number;
  output: string;
  error: string;
  startMs: number | undefined;
  endMs: number | undefined;
}

/** True once its script has ended, however it did. */
export function isOver({ execution }: RunCommand): boolean {
  return execution !== 'Pending' && execution !== 'Running';
}

/** A run command as GET answers it; secrets are never shown (documented). @param withView `$expand=instanceView`. */
export function runCommandBody(command: RunCommand, withView: boolean): object {
  const { id, name, type, location, tags, wish, provisioning } = command;
  const { source, parameters, asyncExecution, timeoutInSeconds, treatFailureAsDeploymentFailure } = wish;
  return {
    id,
    name,
    type,
    location,
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    properties: {
      source,
      ...(parameters.length === 0 ? {} : { parameters }),
      asyncExecution,
      timeoutInSeconds,
      treatFailureAsDeploymentFailure,
      provisioningState: provisioning,
      ...(withView ? { instanceView: instanceView(command) } : {}),
    },
  };
}

/** Output and error are the last 4 KB of each (documented). */
function instanceView(command: RunCommand): object {
  const { execution, message, exitCode, output, error, startMs, endMs } = command;
  return {
    executionState: execution,
    executionMessage: message,
    exitCode,
    output: lastBytes(output),
    error: lastBytes(error),
    ...(startMs === undefined ? {} : { startTime: new Date(startMs).toISOString() }),
    ...(endMs === undefined ? {} : { endTime: new Date(endMs).toISOString() }),
    statuses: [],
  };
}

function lastBytes(text: string): string {
  return Buffer.from(text).subarray(-4096).toString('utf8');
}
