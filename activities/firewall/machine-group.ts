import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  EC2ServiceException,
  paginateDescribeSecurityGroups,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type EC2Client,
  type IpPermission,
  type SecurityGroup,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { VmPlan } from '../../plan/index.ts';
import { planTag, vmTag } from '../claim.ts';
import { passingFailure } from '../failures.ts';
import type { PushRule } from './push-rules.ts';

/** Portage's own security group for one machine. */
export interface MachineGroup {
  readonly id: string;
  readonly group: SecurityGroup;
}

/** The name of a machine's group. Its tags say whose it is: names of two plans may run into each other. */
export const groupNameOf = ({ plan, name }: VmPlan): string => `portage-${plan}-${name}`;

/** The groups that carry the machine's tags: one, and one more where it was in another VPC before. */
export async function machineGroups(ec2: EC2Client, vm: VmPlan): Promise<MachineGroup[]> {
  return ownGroups(ec2, ownGroupOf(vm));
}

/** The groups of a name that carry certain tags. */
async function ownGroups(
  ec2: EC2Client,
  { name, tags }: Pick<OwnGroup, 'name' | 'tags'>,
): Promise<MachineGroup[]> {
  const tagged = tags.map(({ Key = '', Value = '' }) => ({ Name: `tag:${Key}`, Values: [Value] }));
  const found: MachineGroup[] = [];
  const filters = { Filters: [{ Name: 'group-name', Values: [name] }, ...tagged] };
  for await (const page of paginateDescribeSecurityGroups({ client: ec2 }, filters))
    for (const group of page.SecurityGroups ?? [])
      if (group.GroupId !== undefined) found.push({ id: group.GroupId, group });
  return found;
}

/** What the machine's group is to be. */
export function ownGroupOf(vm: VmPlan): OwnGroup {
  return {
    name: groupNameOf(vm),
    description: `Portage: lets Site Recovery install the Mobility service on ${vm.plan}/${vm.name}`,
    tags: tagsOf(vm),
  };
}

/** A security group of Portage's own. Its tags say whose it is. */
export interface OwnGroup {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly Tag[];
}

/** A group of Portage's own as it is in a VPC. */
export async function ownGroupIn(
  ec2: EC2Client,
  vpcId: string,
  own: OwnGroup,
): Promise<MachineGroup | undefined> {
  return (await ownGroups(ec2, own)).find(({ group }) => group.VpcId === vpcId);
}

/**
 * Makes a group in a VPC, tagged from its first moment. It begins with the rule that lets everything out.
 * @throws `GroupNameTaken` (retried) while the name is taken by one that has not the tags, or not yet; `Conflict` (retried)
 *   while it does not show.
 */
export async function makeOwnGroup(ec2: EC2Client, vpcId: string, own: OwnGroup): Promise<MachineGroup> {
  await createGroup(ec2, vpcId, own);
  const made = await ownGroupIn(ec2, vpcId, own);
  if (made !== undefined) return made;
  throw passingFailure('Conflict', 'The new security group does not show yet', {
    code: 'GROUP_NOT_VISIBLE',
    suggestion: 'Wait: Portage looks again by itself',
  });
}

async function createGroup(
  ec2: EC2Client,
  vpcId: string,
  { name, description, tags }: OwnGroup,
): Promise<void> {
  try {
    await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: description,
        VpcId: vpcId,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: [...tags] }],
      }),
    );
  } catch (error) {
    if (!isNamed(error, 'InvalidGroup.Duplicate')) throw error;
    throw passingFailure('GroupNameTaken', `A security group named ${name} exists in ${vpcId} already`, {
      code: 'GROUP_NAME_TAKEN',
      suggestion: 'Wait: it may be Portage’s own. If it stays, it is somebody else’s: rename it, then retry',
    });
  }
}

/** Brings the group's rules to exactly those wanted: nothing out, and in what is asked for. */
export async function setRules(
  ec2: EC2Client,
  { id, group }: MachineGroup,
  wanted: readonly PushRule[],
): Promise<void> {
  const { IpPermissions = [], IpPermissionsEgress = [] } = group;
  if (IpPermissionsEgress.length > 0)
    await unless('InvalidPermission.NotFound', () =>
      ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: IpPermissionsEgress })),
    );
  const there = IpPermissions.flatMap(eachAlone);
  const rules = wanted.map(asPermission);
  const surplus = there.filter((rule) => !rules.some((one) => sameRule(one, rule)));
  if (surplus.length > 0)
    await unless('InvalidPermission.NotFound', () =>
      ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: surplus })),
    );
  for (const rule of rules.filter((one) => !there.some((other) => sameRule(one, other))))
    await unless('InvalidPermission.Duplicate', () =>
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: [rule] })),
    );
}

/**
 * Deletes the group; one that is gone is gone.
 * @throws `Conflict` (retried) while EC2 still counts an interface that it was taken off.
 */
export async function deleteGroup(ec2: EC2Client, id: string): Promise<void> {
  try {
    await unless('InvalidGroup.NotFound', () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: id })));
  } catch (error) {
    if (!isNamed(error, 'DependencyViolation')) throw error;
    throw passingFailure('Conflict', `${id} is still in use: ${error.message}`, {
      code: 'DependencyViolation',
      suggestion: `Find the interface or rule that uses ${id}, take it off there, then retry`,
    });
  }
}

const tagsOf = (vm: VmPlan) => [
  { Key: planTag, Value: vm.plan },
  { Key: vmTag, Value: vm.name },
];

function asPermission({ ports, from, description }: PushRule): IpPermission {
  return {
    IpProtocol: 'tcp',
    FromPort: ports.from,
    ToPort: ports.to,
    IpRanges: [{ CidrIp: from, Description: description }],
  };
}

/** EC2 lists rules of the same ports together. */
function eachAlone({ IpRanges = [], Ipv6Ranges, PrefixListIds, UserIdGroupPairs, ...ports }: IpPermission) {
  const others = { Ipv6Ranges: Ipv6Ranges ?? [], PrefixListIds: PrefixListIds ?? [], UserIdGroupPairs };
  const hasOthers = Object.values(others).some((list) => (list?.length ?? 0) > 0);
  const alone: IpPermission[] = IpRanges.map((range) => ({ ...ports, IpRanges: [range] }));
  return hasOthers ? [...alone, { ...ports, ...others }] : alone;
}

function sameRule(one: IpPermission, other: IpPermission): boolean {
  const key = ({ IpProtocol, FromPort, ToPort, IpRanges }: IpPermission) =>
    [IpProtocol, FromPort, ToPort, IpRanges?.[0]?.CidrIp].join(' ');
  return key(one) === key(other);
}

async function unless(name: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!isNamed(error, name)) throw error;
  }
}

/** True for EC2's error of this code. */
export function isNamed(error: unknown, name: string): error is EC2ServiceException {
  return error instanceof EC2ServiceException && error.name === name;
}
