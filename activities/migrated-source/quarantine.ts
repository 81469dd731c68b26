import type { EC2Client, Instance, InstanceNetworkInterface } from '@aws-sdk/client-ec2';
import type { VmPlan } from '../../plan/index.ts';
import { planTag, quarantineTag, tag } from '../claim.ts';
import { setGroups } from '../firewall/group-members.ts';
import { makeOwnGroup, ownGroupIn, setRules, type OwnGroup } from '../firewall/machine-group.ts';

/** EC2 takes 256 characters as the value of a tag: so many ids of groups, each with a space. */
const idsInTag = 12;

/**
 * Puts an instance's interfaces into a group that lets nothing in or out, in place of those that they have. Which these were
 * stands on the instance first. An interface that is there already is left as it is.
 * @returns the group of each VPC.
 */
export async function quarantine(ec2: EC2Client, vm: VmPlan, instance: Instance): Promise<readonly string[]> {
  const groups = new Set<string>();
  for (const one of instance.NetworkInterfaces ?? []) {
    const group = await quarantineGroup(ec2, vm.plan, one.VpcId ?? '');
    await moveInto(ec2, instance.InstanceId ?? '', one, group);
    groups.add(group);
  }
  return [...groups];
}

async function moveInto(
  ec2: EC2Client,
  instanceId: string,
  { NetworkInterfaceId: id = '', Groups = [] }: InstanceNetworkInterface,
  group: string,
): Promise<void> {
  const own = Groups.flatMap(({ GroupId }) => GroupId ?? []);
  if (own.length === 1 && own[0] === group) return;
  await tag(ec2, instanceId, originalGroups(id, own));
  await setGroups(ec2, id, [group]);
}

/** `portage:groups/eni-…`: what a person gives the interface back. */
function originalGroups(interfaceId: string, ids: readonly string[]): Record<string, string> {
  const name = `portage:groups/${interfaceId}`;
  const parts = Array.from({ length: Math.ceil(ids.length / idsInTag) }, (_, at) =>
    ids.slice(at * idsInTag, (at + 1) * idsInTag).join(' '),
  );
  return Object.fromEntries(parts.map((part, at) => [at === 0 ? name : `${name}/${at + 1}`, part]));
}

/** The plan's group in a VPC; made where there is none, and freed of the rule that lets everything out. */
async function quarantineGroup(ec2: EC2Client, plan: string, vpcId: string): Promise<string> {
  const group = quarantineOf(plan);
  const found = (await ownGroupIn(ec2, vpcId, group)) ?? (await makeOwnGroup(ec2, vpcId, group));
  await setRules(ec2, found, []);
  return found.id;
}

function quarantineOf(plan: string): OwnGroup {
  return {
    name: `portage-quarantine-${plan}`,
    description: `Portage: sources of ${plan} that were migrated; nothing in, nothing out`,
    tags: [
      { Key: planTag, Value: plan },
      { Key: quarantineTag, Value: 'sources' },
    ],
  };
}
