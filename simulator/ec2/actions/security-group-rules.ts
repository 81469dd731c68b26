import {
  AuthorizeSecurityGroupEgress$,
  AuthorizeSecurityGroupIngress$,
  DescribeSecurityGroupRules$,
  RevokeSecurityGroupEgress$,
  RevokeSecurityGroupIngress$,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import { AwsError } from '../aws-error.ts';
import type { Estate, SecurityGroupRow } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filtered, filters, tagKeys } from '../filters.ts';
import { pageRequest, paging, takePage } from '../pages.ts';
import { existingRules, requestedPermissions, requestedRules, requireNewRules } from '../requested-rules.ts';
import { namedGroups } from '../security-groups.ts';
import { addRules, removeRules } from '../security-rules.ts';
import type { SecurityRule } from '../security-rules.ts';
import { Table } from '../table.ts';
import { requestedTags } from '../tags.ts';
import type { OperationSchema } from '../wire-shape.ts';

function authorize(operation: OperationSchema, isEgress: boolean) {
  return action({
    operation,
    kind: 'write',
    input: z.strictObject({
      ...dryRun,
      GroupId: z.string(),
      IpPermissions: requestedPermissions.min(1),
      TagSpecifications: z
        .array(
          z.strictObject({ ResourceType: z.literal('security-group-rule'), Tags: requestedTags.default([]) }),
        )
        .default([]),
    }),
    targets: ({ GroupId }) => [GroupId],
    perform: ({ GroupId, IpPermissions, TagSpecifications }, estate) => {
      const group = namedGroup(estate, GroupId);
      const wanted = requestedRules(estate, IpPermissions, isEgress);
      requireNewRules(group, wanted);
      const tags = TagSpecifications.flatMap(({ Tags }) => Tags);
      const made = addRules(estate, group, wanted, tags);
      return { Return: true, SecurityGroupRules: made.map((rule) => ruleAnswer(estate, group, rule)) };
    },
  });
}

function revoke(operation: OperationSchema, isEgress: boolean) {
  return action({
    operation,
    kind: 'delete',
    input: z.strictObject({
      ...dryRun,
      GroupId: z.string(),
      IpPermissions: requestedPermissions.default([]),
      SecurityGroupRuleIds: z.array(z.string()).default([]),
    }),
    targets: ({ GroupId }) => [GroupId],
    perform: ({ GroupId, IpPermissions, SecurityGroupRuleIds }, estate) => {
      const group = namedGroup(estate, GroupId);
      const wanted = requestedRules(estate, IpPermissions, isEgress);
      removeRules(estate, group, existingRules(group, wanted, SecurityGroupRuleIds));
      return { Return: true };
    },
  });
}

function namedGroup(estate: Estate, id: string): SecurityGroupRow {
  const [group] = namedGroups(estate, [id]);
  if (group === undefined)
    throw new AwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
  return group;
}

/** A rule, with the group that it belongs to. */
interface RuleRow {
  readonly id: string;
  readonly group: SecurityGroupRow;
  readonly rule: SecurityRule;
  readonly answer: { readonly Tags: SecurityRule['tags'] };
}

const ruleFilters: Filterable<RuleRow> = {
  'group-id': ({ group }) => [group.id],
  'security-group-rule-id': ({ id }) => [id],
  'tag-key': tagKeys,
};

const describeSecurityGroupRules = action({
  operation: DescribeSecurityGroupRules$,
  kind: 'read',
  input: z.strictObject({
    ...dryRun,
    ...filters,
    ...paging,
    SecurityGroupRuleIds: z.array(z.string()).default([]),
  }),
  targets: ({ SecurityGroupRuleIds }) => SecurityGroupRuleIds,
  perform: ({ SecurityGroupRuleIds: ids, Filters, ...paged }, estate) => {
    const table = new Table<RuleRow>();
    for (const group of estate.securityGroups.all()) {
      for (const rule of group.rules) table.add({ id: rule.id, group, rule, answer: { Tags: rule.tags } });
    }
    const page = pageRequest(paged);
    const { rows, ...next } = takePage(
      filtered({ table, ids, filters: Filters, known: ruleFilters, from: page.from }),
      page,
    );
    return { SecurityGroupRules: rows.map(({ group, rule }) => ruleAnswer(estate, group, rule)), ...next };
  },
});

/** A rule by itself; where it means every port, EC2 writes -1. */
function ruleAnswer(
  { section }: Estate,
  group: SecurityGroupRow,
  { id, isEgress, protocol, fromPort = -1, toPort = -1, peer, description, tags }: SecurityRule,
): Record<string, unknown> {
  return {
    SecurityGroupRuleId: id,
    GroupId: group.id,
    GroupOwnerId: section.account,
    IsEgress: isEgress,
    IpProtocol: protocol,
    FromPort: fromPort,
    ToPort: toPort,
    ...(peer.kind === 'cidr' ? { CidrIpv4: peer.cidr } : {}),
    ...(peer.kind === 'cidr6' ? { CidrIpv6: peer.cidr } : {}),
    ...(peer.kind === 'prefix-list' ? { PrefixListId: peer.prefixListId } : {}),
    ...(peer.kind === 'group'
      ? { ReferencedGroupInfo: { GroupId: peer.groupId, UserId: section.account, VpcId: group.answer.VpcId } }
      : {}),
    Description: description,
    Tags: tags,
  };
}

export const ruleActions = [
  authorize(AuthorizeSecurityGroupIngress$, false),
  authorize(AuthorizeSecurityGroupEgress$, true),
  revoke(RevokeSecurityGroupIngress$, false),
  revoke(RevokeSecurityGroupEgress$, true),
  describeSecurityGroupRules,
];
