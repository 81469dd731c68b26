import {
  GetCommandInvocationCommand,
  InvocationDoesNotExist,
  paginateListCommands,
  SendCommandCommand,
  type GetCommandInvocationCommandOutput,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** Commands that Systems Manager runs on an instance, one after the other, in the shell of its operating system. */
export interface Script {
  readonly instanceId: string;
  readonly osType: 'Windows' | 'Linux';
  /**
   * At most 100 characters, another for each asking and the same for each try of it: it is stored as the command's
   * comment, by which a try finds what an earlier one sent.
   */
  readonly key: string;
  readonly commands: readonly string[];
  /** Until the service gives up a script that does not end; an hour unless told. */
  readonly timeoutSeconds?: number;
}

/** How a script stands. */
export type ScriptState =
  | { readonly ended: false; readonly progress: string }
  | {
      readonly ended: true;
      /** The script's own; -1 where it never ended: it was not delivered, was cancelled or ran out of its time. */
      readonly exitCode: number;
      /** In the service's words: `Success`, `Failed`, `DeliveryTimedOut`, … */
      readonly status: string;
      /** The beginning of what it printed: 24,000 characters of output, 8,000 of errors (documented). */
      readonly output: string;
      readonly errors: string;
    };

/** AWS's own documents, which every region has. */
const documents = { Windows: 'AWS-RunPowerShellScript', Linux: 'AWS-RunShellScript' } as const;
/** How long a command waits for an agent that does not fetch it. The service takes 30 seconds or more. */
const deliverySeconds = 120;
const unfinished: readonly (string | undefined)[] = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];

/**
 * Has a script run on an instance, or finds it sent already under the same key.
 * @returns the command's id; ask `readScript` for its end.
 * @throws SSMServiceException `InvalidInstanceId` where Systems Manager does not manage the instance.
 */
export async function beginScript(ssm: SSMClient, script: Script): Promise<string> {
  return (await sentUnder(ssm, script)) ?? sendScript(ssm, script);
}

/** The same without looking for an earlier one: for a script that may run any number of times, since it changes nothing. */
export async function sendScript(ssm: SSMClient, script: Script): Promise<string> {
  const { Command } = await ssm.send(
    new SendCommandCommand({
      InstanceIds: [script.instanceId],
      DocumentName: documents[script.osType],
      Comment: script.key,
      TimeoutSeconds: deliverySeconds,
      Parameters: {
        commands: [...script.commands],
        executionTimeout: [String(script.timeoutSeconds ?? 3600)],
      },
    }),
  );
  if (Command?.CommandId === undefined) throw new Error('Systems Manager took a command and named no id');
  return Command.CommandId;
}

/** How a script stands that `beginScript` has sent. One that the service does not show yet has not ended. */
export async function readScript(
  ssm: SSMClient,
  instanceId: string,
  commandId: string,
): Promise<ScriptState> {
  const read = await invocation(ssm, instanceId, commandId);
  const status = read?.StatusDetails ?? read?.Status ?? 'Pending';
  if (read === undefined || unfinished.includes(read.Status))
    return { ended: false, progress: `command ${commandId} on ${instanceId}: ${status}` };
  return {
    ended: true,
    exitCode: read.ResponseCode ?? -1,
    status,
    output: read.StandardOutputContent ?? '',
    errors: read.StandardErrorContent ?? '',
  };
}

async function sentUnder(ssm: SSMClient, { instanceId, key }: Script): Promise<string | undefined> {
  for await (const { Commands = [] } of paginateListCommands({ client: ssm }, { InstanceId: instanceId })) {
    const sent = Commands.find(({ Comment }) => Comment === key);
    if (sent !== undefined) return sent.CommandId;
  }
  return undefined;
}

async function invocation(
  ssm: SSMClient,
  instanceId: string,
  commandId: string,
): Promise<GetCommandInvocationCommandOutput | undefined> {
  try {
    return await ssm.send(new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: instanceId }));
  } catch (error) {
    if (error instanceof InvocationDoesNotExist) return undefined;
    throw error;
  }
}
