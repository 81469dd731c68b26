import {
  CancelCommandCommand,
  DeleteParameterCommand,
  DescribeInstanceInformationCommand,
  DescribeParametersCommand,
  GetCommandInvocationCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  PutParameterCommand,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import type { Clients } from './walk-clients.ts';

const instanceId = 'i-0000000000000db01';
const publicImages = '/aws/service/ami-windows-latest';

/** Runs a script on an instance, follows it, calls another one off; keeps a secret and takes it away again. */
export async function walkSsm({ ssm, skip }: Clients): Promise<void> {
  await ssm.send(new DescribeInstanceInformationCommand({}));
  const sent = await ssm.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunPowerShellScript',
      InstanceIds: [instanceId],
      Parameters: { commands: ['(Get-CimInstance Win32_OperatingSystem).Caption'] },
      Comment: 'walk',
    }),
  );
  const CommandId = sent.Command?.CommandId ?? '';
  await ssm.send(new ListCommandsCommand({ InstanceId: instanceId }));
  await skip(5);
  await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: instanceId }));
  await ssm.send(new ListCommandInvocationsCommand({ CommandId, Details: true }));
  await ssm.send(new CancelCommandCommand({ CommandId }));
  const Name = '/portage/walk';
  await ssm.send(new PutParameterCommand({ Name, Value: 'not-a-secret', Type: 'SecureString' }));
  await ssm.send(new DescribeParametersCommand({ MaxResults: 10 }));
  await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
  await ssm.send(new GetParametersCommand({ Names: [Name] }));
  await ssm.send(new GetParametersByPathCommand({ Path: publicImages }));
  await ssm.send(new DeleteParameterCommand({ Name }));
}
