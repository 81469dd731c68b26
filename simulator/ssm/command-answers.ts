import type { CommandRow, Invocation } from './commands.ts';
import { isOver } from './commands.ts';

/** GetCommandInvocation shows so many characters, the lists of plug-ins fewer (API reference). */
const limits = { stdout: 24_000, stderr: 8_000, listed: 2_500 };
const noLog = { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false };

/** A command as SendCommand and ListCommands answer it. */
export function commandAnswer(command: CommandRow): Record<string, unknown> & { readonly Status: string } {
  const invocations = [...command.invocations.values()];
  const count = (...statuses: readonly string[]) =>
    invocations.filter(({ status }) => statuses.includes(status)).length;
  const status = statusOf(invocations);
  return {
    CommandId: command.id,
    DocumentName: command.document.name,
    DocumentVersion: '$DEFAULT',
    Comment: command.comment,
    ExpiresAfter: new Date(
      command.requestedMs + (command.timeoutSeconds + command.run.executionTimeoutSeconds) * 1000,
    ),
    Parameters: command.parameters,
    InstanceIds: command.instanceIds,
    Targets: command.targets,
    RequestedDateTime: new Date(command.requestedMs),
    Status: status,
    StatusDetails: status,
    OutputS3Region: '',
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    MaxConcurrency: '50',
    MaxErrors: '0',
    TargetCount: invocations.length,
    CompletedCount: invocations.filter(isOver).length,
    ErrorCount: count('Failed', 'TimedOut'),
    DeliveryTimedOutCount: invocations.filter(({ statusDetails }) => statusDetails === 'DeliveryTimedOut')
      .length,
    ServiceRole: '',
    CloudWatchOutputConfig: noLog,
    TimeoutSeconds: command.timeoutSeconds,
  };
}

function statusOf(invocations: readonly Invocation[]): string {
  const statuses = new Set(invocations.map(({ status }) => status));
  if (statuses.size === 1) return [...statuses][0] ?? 'Success';
  if (invocations.every(isOver)) {
    return (
      ['Failed', 'TimedOut', 'Cancelled'].find((status) =>
        invocations.some((one) => one.status === status),
      ) ?? 'Success'
    );
  }
  return invocations.length === 0 ? 'Success' : 'InProgress';
}

/** An invocation as GetCommandInvocation answers it: its times are text, not numbers. */
export function invocationAnswer(command: CommandRow, invocation: Invocation): Record<string, unknown> {
  const { startedMs, endedMs } = invocation;
  const time = (ms: number | undefined) => (ms === undefined ? '' : new Date(ms).toISOString());
  return {
    CommandId: command.id,
    InstanceId: invocation.row.id,
    Comment: command.comment,
    DocumentName: command.document.name,
    DocumentVersion: '$DEFAULT',
    PluginName: command.document.plugin,
    ResponseCode: invocation.responseCode,
    ExecutionStartDateTime: time(startedMs),
    ExecutionElapsedTime:
      startedMs === undefined || endedMs === undefined ? '' : `PT${(endedMs - startedMs) / 1000}S`,
    ExecutionEndDateTime: startedMs === undefined ? '' : time(endedMs),
    Status: invocation.status,
    StatusDetails: invocation.statusDetails,
    StandardOutputContent: cut(invocation.stdout, limits.stdout, '\n---Output truncated---'),
    StandardOutputUrl: '',
    StandardErrorContent: cut(invocation.stderr, limits.stderr, '\n---Error truncated----'),
    StandardErrorUrl: '',
    CloudWatchOutputConfig: noLog,
  };
}

/** An invocation as ListCommandInvocations answers it. */
export function listedInvocation(
  command: CommandRow,
  invocation: Invocation,
  withDetails: boolean,
): Record<string, unknown> {
  const shared = { Status: invocation.status, StatusDetails: invocation.statusDetails };
  const time = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms));
  const plugin = {
    ...shared,
    Name: command.document.plugin,
    ResponseCode: invocation.responseCode,
    ResponseStartDateTime: time(invocation.startedMs),
    ResponseFinishDateTime: time(invocation.endedMs),
    Output: cut(outputOf(invocation), limits.listed, '\n---Output truncated---'),
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    OutputS3Region: '',
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
  };
  return {
    ...shared,
    CommandId: command.id,
    InstanceId: invocation.row.id,
    InstanceName: '',
    Comment: command.comment,
    DocumentName: command.document.name,
    DocumentVersion: '$DEFAULT',
    RequestedDateTime: new Date(command.requestedMs),
    StandardOutputUrl: '',
    StandardErrorUrl: '',
    CommandPlugins: withDetails ? [plugin] : [],
    ServiceRole: '',
    CloudWatchOutputConfig: noLog,
  };
}

function outputOf({ stdout, stderr }: Invocation): string {
  return stderr === '' ? stdout : `${stdout}\n----------ERROR-------\n${stderr}`;
}

function cut(text: string, most: number, mark: string): string {
  return text.length <= most ? text : `${text.slice(0, most - mark.length)}${mark}`;
}
