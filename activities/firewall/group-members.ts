import {
  DescribeNetworkInterfacesCommand,
  ModifyNetworkInterfaceAttributeCommand,
  paginateDescribeNetworkInterfaces,
  type EC2Client,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import { finalFailure } from '../failures.ts';
import { isNamed } from './machine-group.ts';

/** Adds a group to an interface, beside those that it has. @throws `SecurityGroupsUsedUp` (final). */
export async function attachGroup(ec2: EC2Client, interfaceId: string, groupId: string): Promise<void> {
  const groupIds = await groupsOf(ec2, interfaceId);
  if (groupIds.includes(groupId)) return;
  try {
    await setGroups(ec2, interfaceId, [...groupIds, groupId]);
  } catch (error) {
    if (!isNamed(error, 'SecurityGroupsPerInterfaceLimitExceeded')) throw error;
    throw finalFailure(
      'SecurityGroupsUsedUp',
      `${interfaceId} has ${groupIds.length} security groups (${groupIds.join(', ')}), and EC2 allows no more on an interface`,
      {
        code: 'SECURITY_GROUPS_USED_UP',
        suggestion:
          'Take one of them off the interface, or raise the quota “Security groups per network interface”, then retry; or let the server in by a rule of the machine’s own: where that suffices Portage attaches none',
      },
    );
  }
}

/**
 * Takes a group off every interface that has it.
 * @throws `LastSecurityGroup` (final) where an interface has no other: EC2 leaves none without.
 */
export async function detachGroup(ec2: EC2Client, groupId: string): Promise<void> {
  for (const { NetworkInterfaceId: id = '', Groups = [] } of await membersOf(ec2, groupId)) {
    const others = Groups.flatMap(({ GroupId }) => GroupId ?? []).filter((one) => one !== groupId);
    if (others.length === 0) throw lastGroup(id, groupId);
    await setGroups(ec2, id, others);
  }
}

async function membersOf(ec2: EC2Client, groupId: string): Promise<NetworkInterface[]> {
  const found: NetworkInterface[] = [];
  const filters = { Filters: [{ Name: 'group-id', Values: [groupId] }] };
  for await (const page of paginateDescribeNetworkInterfaces({ client: ec2 }, filters))
    found.push(...(page.NetworkInterfaces ?? []));
  return found;
}

function lastGroup(interfaceId: string, groupId: string) {
  return finalFailure('LastSecurityGroup', `${groupId} is the only security group left on ${interfaceId}`, {
    code: 'LAST_SECURITY_GROUP',
    suggestion: 'Somebody took the machine’s own groups off the interface: give it one back, then retry',
  });
}

async function groupsOf(ec2: EC2Client, interfaceId: string): Promise<string[]> {
  const answer = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [interfaceId] }));
  const groups = answer.NetworkInterfaces?.[0]?.Groups ?? [];
  return groups.flatMap(({ GroupId }) => GroupId ?? []);
}

/** Gives an interface these groups, and no other. */
export async function setGroups(
  ec2: EC2Client,
  interfaceId: string,
  groupIds: readonly string[],
): Promise<void> {
  await ec2.send(
    new ModifyNetworkInterfaceAttributeCommand({
      NetworkInterfaceId: interfaceId,
      Groups: [...groupIds],
    }),
  );
}
