import type { Tag } from './answers.ts';
import { AwsError, invalidValue } from './aws-error.ts';
import type { Estate, SecurityGroupRow } from './estate.ts';
import { groupIds, requireRows } from './named-rows.ts';
import { addRules } from './security-rules.ts';
import type { RuleTerms } from './security-rules.ts';

/** A security group that comes to be. */
export interface NewSecurityGroup {
  readonly groupId: string;
  readonly name: string;
  readonly vpcId: string | undefined;
  readonly description?: string;
  readonly tags?: readonly Tag[];
  readonly rules: readonly RuleTerms[];
}

/** Makes a security group with its rules. */
export function addSecurityGroup(estate: Estate, group: NewSecurityGroup): SecurityGroupRow {
  const { groupId, name, vpcId, description = name, tags = [], rules } = group;
  const { account, region } = estate.section;
  const row: SecurityGroupRow = {
    id: groupId,
    answer: {
      GroupId: groupId,
      GroupName: name,
      Description: description,
      OwnerId: account,
      VpcId: vpcId,
      SecurityGroupArn: `arn:aws:ec2:${region}:${account}:security-group/${groupId}`,
      IpPermissions: [],
      IpPermissionsEgress: [],
      Tags: tags,
    },
    rules: [],
  };
  estate.securityGroups.add(row);
  addRules(estate, row, rules);
  return row;
}

/** The groups of these ids. @throws AwsError `InvalidGroup.NotFound`. */
export function namedGroups(estate: Estate, ids: readonly string[]): SecurityGroupRow[] {
  requireRows(estate.securityGroups, ids, groupIds);
  return ids.flatMap((id) => estate.securityGroups.get(id) ?? []);
}

/**
 * Checks that a group of this name may be made in a VPC.
 * @throws AwsError `InvalidGroup.Duplicate`, `InvalidParameterValue` for a name that EC2 keeps for itself.
 */
export function requireFreeName({ securityGroups }: Estate, name: string, vpcId: string): void {
  if (/^sg-/i.test(name)) {
    throw invalidValue(`Invalid value '${name}' for groupName. Group names may not be in the format sg-*`);
  }
  const isTaken = securityGroups
    .all()
    .some(({ answer }) => answer.VpcId === vpcId && answer.GroupName === name);
  if (!isTaken) return;
  throw new AwsError(
    'InvalidGroup.Duplicate',
    `The security group '${name}' already exists for VPC '${vpcId}'`,
  );
}

/**
 * Deletes a group.
 * @throws AwsError `DependencyViolation` while an interface carries it or another group's rule names it, `CannotDelete` for a VPC's default group.
 */
export function deleteGroup({ instances, securityGroups }: Estate, row: SecurityGroupRow): void {
  if (row.answer.GroupName === 'default') {
    throw new AwsError(
      'CannotDelete',
      `the specified group: "${row.id}" name: "default" cannot be deleted by a user`,
    );
  }
  const [carrier] = instances.lookup('instance.group-id', [row.id], 0);
  const naming = securityGroups
    .all()
    .find(
      ({ id, rules }) =>
        id !== row.id && rules.some(({ peer }) => peer.kind === 'group' && peer.groupId === row.id),
    );
  if (carrier !== undefined || naming !== undefined) {
    throw new AwsError('DependencyViolation', `resource ${row.id} has a dependent object`);
  }
  securityGroups.remove(row);
}
