import { CreateSecurityGroup$, DeleteSecurityGroup$, DescribeSecurityGroups$ } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { action, dryRun } from '../action.ts';
import { missingParameter } from '../aws-error.ts';
import type { SecurityGroupRow } from '../estate.ts';
import { present } from '../estate.ts';
import type { Filterable } from '../filters.ts';
import { filters, tagKeys } from '../filters.ts';
import { listRows } from '../list-rows.ts';
import { groupIds, requireRows, vpcIds } from '../named-rows.ts';
import { paging } from '../pages.ts';
import { addSecurityGroup, deleteGroup, namedGroups, requireFreeName } from '../security-groups.ts';
import { everythingOut } from '../security-rules.ts';
import type { IpPermission } from '../security-rules.ts';
import { requestedTags } from '../tags.ts';

const named = (permissions: readonly IpPermission[]) =>
  permissions.flatMap(({ UserIdGroupPairs }) => UserIdGroupPairs.map(({ GroupId }) => GroupId));
const blocks = (permissions: readonly IpPermission[]) =>
  permissions.flatMap(({ IpRanges }) => IpRanges.map(({ CidrIp }) => CidrIp));

const groupFilters: Filterable<SecurityGroupRow> = {
  description: ({ answer }) => [answer.Description],
  'egress.ip-permission.cidr': ({ answer }) => blocks(answer.IpPermissionsEgress),
  'egress.ip-permission.group-id': ({ answer }) => named(answer.IpPermissionsEgress),
  'group-id': ({ id }) => [id],
  'group-name': ({ answer }) => [answer.GroupName],
  'ip-permission.cidr': ({ answer }) => blocks(answer.IpPermissions),
  'ip-permission.group-id': ({ answer }) => named(answer.IpPermissions),
  'owner-id': ({ answer }) => [answer.OwnerId],
  'tag-key': tagKeys,
  'vpc-id': ({ answer }) => present([answer.VpcId]),
};

const describeSecurityGroups = action({
  operation: DescribeSecurityGroups$,
  kind: 'read',
  input: z.strictObject({
    ...dryRun,
    ...filters,
    ...paging,
    GroupIds: z.array(z.string()).default([]),
    GroupNames: z.array(z.string()).default([]),
  }),
  targets: ({ GroupIds }) => GroupIds,
  perform: ({ GroupIds, GroupNames, Filters, ...paged }, { securityGroups }) => {
    const byName = GroupNames.length === 0 ? [] : [{ Name: 'group-name', Values: GroupNames }];
    const { answers, next } = listRows({
      table: securityGroups,
      ids: GroupIds,
      words: groupIds,
      filters: [...Filters, ...byName],
      known: groupFilters,
      paged,
    });
    return { SecurityGroups: answers, ...next };
  },
});

/** A new group lets everything out, and nobody in. */
const createSecurityGroup = action({
  operation: CreateSecurityGroup$,
  kind: 'write',
  input: z.strictObject({
    ...dryRun,
    GroupName: z.string().min(1).max(255),
    Description: z.string().min(1).max(255),
    VpcId: z.string().optional(),
    TagSpecifications: z
      .array(z.strictObject({ ResourceType: z.literal('security-group'), Tags: requestedTags.default([]) }))
      .default([]),
  }),
  targets: ({ GroupName }) => [GroupName],
  perform: ({ GroupName, Description, VpcId, TagSpecifications }, estate) => {
    const vpcId = VpcId ?? estate.vpcs.all().find(({ answer }) => answer.IsDefault)?.id;
    if (vpcId === undefined) throw missingParameter('vpcId');
    requireRows(estate.vpcs, [vpcId], vpcIds);
    requireFreeName(estate, GroupName, vpcId);
    const { answer } = addSecurityGroup(estate, {
      groupId: estate.ids.next('sg'),
      name: GroupName,
      description: Description,
      vpcId,
      tags: TagSpecifications.flatMap(({ Tags }) => Tags),
      rules: [everythingOut],
    });
    return { GroupId: answer.GroupId, SecurityGroupArn: answer.SecurityGroupArn, Tags: answer.Tags };
  },
});

const deleteSecurityGroup = action({
  operation: DeleteSecurityGroup$,
  kind: 'delete',
  input: z.strictObject({ ...dryRun, GroupId: z.string() }),
  targets: ({ GroupId }) => [GroupId],
  perform: ({ GroupId }, estate) => {
    for (const row of namedGroups(estate, [GroupId])) deleteGroup(estate, row);
    return { Return: true, GroupId };
  },
});

export const groupActions = [describeSecurityGroups, createSecurityGroup, deleteSecurityGroup];
