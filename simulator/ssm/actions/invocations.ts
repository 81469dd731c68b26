import { GetCommandInvocation$, ListCommandInvocations$ } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { AwsError } from '../../ec2/aws-error.ts';
import { ssmAction } from '../action.ts';
import { invocationAnswer, listedInvocation } from '../command-answers.ts';
import type { CommandRow, Invocation } from '../commands.ts';
import { page, paging } from '../pages.ts';
import type { SystemsManager } from '../systems-manager.ts';

const getCommandInvocation = ssmAction({
  operation: GetCommandInvocation$,
  kind: 'read',
  input: z.strictObject({
    CommandId: z.string().length(36, 'Member must have length equal to 36'),
    InstanceId: z.string(),
    PluginName: z.string().optional(),
  }),
  targets: ({ InstanceId }) => [InstanceId],
  perform: ({ CommandId, InstanceId, PluginName }, ssm) => {
    const command = ssm.commands.get(CommandId);
    const invocation = command?.invocations.get(InstanceId);
    if (command === undefined || invocation === undefined || !isVisible(ssm, invocation)) {
      throw new AwsError('InvocationDoesNotExist', '');
    }
    if (PluginName !== undefined && PluginName !== command.document.plugin) {
      throw new AwsError('InvalidPluginName', '');
    }
    return invocationAnswer(command, invocation);
  },
});

/** Newest command first (seen in real answers). */
const listCommandInvocations = ssmAction({
  operation: ListCommandInvocations$,
  kind: 'read',
  input: z.strictObject({
    ...paging,
    CommandId: z.string().optional(),
    InstanceId: z.string().optional(),
    Details: z.boolean().default(false),
  }),
  targets: ({ CommandId, InstanceId }) => [InstanceId ?? CommandId ?? []].flat(),
  perform: ({ CommandId, InstanceId, Details, ...paged }, ssm) => {
    const found = ssm.commands
      .all()
      .filter(({ id }) => CommandId === undefined || id === CommandId)
      .reverse()
      .flatMap((command) => invocationsOf(ssm, command, InstanceId));
    const { rows, ...next } = page(found, paged, { least: 1, most: 50, usual: 50 });
    const answers = rows.map(([command, invocation]) => listedInvocation(command, invocation, Details));
    return { CommandInvocations: answers, ...next };
  },
});

function invocationsOf(
  ssm: SystemsManager,
  command: CommandRow,
  instanceId: string | undefined,
): (readonly [CommandRow, Invocation])[] {
  return [...command.invocations.values()]
    .filter((invocation) => instanceId === undefined || invocation.row.id === instanceId)
    .filter((invocation) => isVisible(ssm, invocation))
    .map((invocation) => [command, invocation] as const);
}

/** Right after SendCommand nothing is known of an invocation yet. */
function isVisible({ estate }: SystemsManager, { visibleFromMs }: Invocation): boolean {
  return visibleFromMs <= estate.clock.nowMs;
}

export const invocationActions = [getCommandInvocation, listCommandInvocations];
