import { DescribeInstanceInformationCommand, type SSMClient } from '@aws-sdk/client-ssm';

/**
 * Whether Systems Manager can run something on an instance: `online`; `lost` where its agent has stopped reporting;
 * `unknown` where it never did, for want of an agent, an instance profile or a way to the service.
 */
export type ManagedState = 'online' | 'lost' | 'unknown';

/** How Systems Manager sees an instance now. */
export async function managedState(ssm: SSMClient, instanceId: string): Promise<ManagedState> {
  const answer = await ssm.send(
    new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [instanceId] }] }),
  );
  const [information] = answer.InstanceInformationList ?? [];
  if (information === undefined) return 'unknown';
  return information.PingStatus === 'Online' ? 'online' : 'lost';
}
