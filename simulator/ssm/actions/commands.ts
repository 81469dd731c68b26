import { CancelCommand$, ListCommands$, SendCommand$ } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { AwsError } from '../../ec2/aws-error.ts';
import { ssmAction } from '../action.ts';
import { commandAnswer } from '../command-answers.ts';
import { cancelCommand, sendCommand } from '../commands.ts';
import type { CommandRow } from '../commands.ts';
import { documentNamed, requirePlatform, runParameters } from '../documents.ts';
import { managedByTag, managedInstances } from '../managed-instances.ts';
import { page, paging } from '../pages.ts';
import type { SystemsManager } from '../systems-manager.ts';

const targetsSchema = z.array(z.strictObject({ Key: z.string(), Values: z.array(z.string()).min(1) }));

const sendCommandAction = ssmAction({
  operation: SendCommand$,
  kind: 'write',
  input: z.strictObject({
    DocumentName: z.string(),
    DocumentVersion: z.string().optional(),
    InstanceIds: z.array(z.string()).max(50, 'Member must have length less than or equal to 50').default([]),
    Targets: targetsSchema.default([]),
    Parameters: z.record(z.string(), z.array(z.string())).default({}),
    Comment: z.string().max(100, 'Member must have length less than or equal to 100').default(''),
    TimeoutSeconds: z.number().int().min(30).max(2_592_000).default(3600),
    MaxConcurrency: z.string().optional(),
    MaxErrors: z.string().optional(),
  }),
  targets: ({ InstanceIds }) => InstanceIds,
  perform: (input, ssm) => {
    const document = documentNamed(input.DocumentName.replace(/^arn:aws:ssm:[^:]*::document\//, ''));
    const rows = [
      ...managedInstances(ssm.estate, input.InstanceIds),
      ...input.Targets.flatMap((target) => targeted(ssm, target)),
    ];
    if (input.InstanceIds.length === 0 && input.Targets.length === 0) {
      throw new AwsError('ValidationException', 'Either instanceIds or targets must be provided.');
    }
    requirePlatform(document, rows);
    const command = sendCommand(
      ssm,
      {
        document,
        run: runParameters(input.Parameters),
        parameters: input.Parameters,
        comment: input.Comment,
        instanceIds: input.InstanceIds,
        targets: input.Targets,
        timeoutSeconds: input.TimeoutSeconds,
      },
      rows,
    );
    return { Command: commandAnswer(command) };
  },
});

function targeted(
  ssm: SystemsManager,
  { Key, Values }: { readonly Key: string; readonly Values: readonly string[] },
) {
  if (Key === 'InstanceIds') return managedInstances(ssm.estate, Values);
  if (Key.startsWith('tag:')) return managedByTag(ssm.estate, Key.slice('tag:'.length), Values);
  throw new AwsError('InvalidTarget', `The target key '${Key}' is not valid.`);
}

/** A command by its id. @throws AwsError `InvalidCommandId`. */
function commandNamed({ commands }: SystemsManager, id: string): CommandRow {
  const command = commands.get(id);
  if (command === undefined) throw new AwsError('InvalidCommandId', '');
  return command;
}

const cancelCommandAction = ssmAction({
  operation: CancelCommand$,
  kind: 'write',
  input: z.strictObject({ CommandId: z.string(), InstanceIds: z.array(z.string()).default([]) }),
  targets: ({ CommandId }) => [CommandId],
  perform: ({ CommandId }, ssm) => {
    cancelCommand(ssm, commandNamed(ssm, CommandId));
    return {};
  },
});

/** Newest first (seen in real answers). */
const listCommands = ssmAction({
  operation: ListCommands$,
  kind: 'read',
  input: z.strictObject({
    ...paging,
    CommandId: z.string().optional(),
    InstanceId: z.string().optional(),
    Filters: z.array(z.strictObject({ key: z.string(), value: z.string() })).default([]),
  }),
  targets: ({ CommandId, InstanceId }) => [CommandId ?? InstanceId ?? []].flat(),
  perform: ({ CommandId, InstanceId, Filters, ...paged }, ssm) => {
    const named = CommandId === undefined ? ssm.commands.all() : [commandNamed(ssm, CommandId)];
    const rows = named
      .filter(({ invocations }) => InstanceId === undefined || invocations.has(InstanceId))
      .filter((command) => Filters.every((filter) => passes(command, filter)))
      .reverse();
    const { rows: shown, ...next } = page(rows, paged, { least: 1, most: 50, usual: 50 });
    return { Commands: shown.map(commandAnswer), ...next };
  },
});

function passes(
  command: CommandRow,
  { key, value }: { readonly key: string; readonly value: string },
): boolean {
  switch (key) {
    case 'InvokedAfter':
      return command.requestedMs >= Date.parse(value);
    case 'InvokedBefore':
      return command.requestedMs < Date.parse(value);
    case 'Status':
      return commandAnswer(command).Status === value;
    case 'DocumentName':
      return command.document.name === value;
    default:
      throw new AwsError('InvalidFilterKey', `The filter key '${key}' is not valid.`);
  }
}

export const commandActions = [sendCommandAction, cancelCommandAction, listCommands];
