import {
  GetCommandInvocationCommand,
  SendCommandCommand,
  SSMClient,
  SSMServiceException,
} from '@aws-sdk/client-ssm';
import type { GetCommandInvocationResult } from '@aws-sdk/client-ssm';
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { startAccount } from './simulator-ec2-account.ts';
import type { Account } from './simulator-ec2-account.ts';

/** A simulated account with the real client of Systems Manager beside EC2's. */
export interface SsmAccount extends Account {
  readonly ssm: SSMClient;
  /** Runs a script to its end on one instance. */
  readonly run: (instanceId: string, ...commands: string[]) => Promise<GetCommandInvocationResult>;
}

/** Starts a simulator of its own for one test; the test's end takes it down. */
export async function startSsmAccount(
  t: TestContext,
  section: Parameters<typeof startAccount>[1],
): Promise<SsmAccount> {
  const account = await startAccount(t, section);
  const credentials = { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-a-secret' };
  const ssm = new SSMClient({
    endpoint: account.address,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
  });
  t.after(() => ssm.destroy());
  const run: SsmAccount['run'] = async (instanceId, ...commands) => {
    const isWindows = (await account.machine(instanceId))?.osType === 'Windows';
    const { Command } = await ssm.send(
      new SendCommandCommand({
        DocumentName: isWindows ? 'AWS-RunPowerShellScript' : 'AWS-RunShellScript',
        InstanceIds: [instanceId],
        Parameters: { commands },
      }),
    );
    await account.skip(40);
    return ssm.send(
      new GetCommandInvocationCommand({ CommandId: Command?.CommandId ?? '', InstanceId: instanceId }),
    );
  };
  return { ...account, ssm, run };
}

/** How Systems Manager refused: its code, HTTP status and message. */
export async function ssmRefusal(promise: Promise<unknown>): Promise<SSMServiceException> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SSMServiceException, `expected a refusal, got ${String(error)}`);
  return error;
}
