import type { NetworkInterfaceAnswer } from './answers.ts';
import { AwsError, invalidValue } from './aws-error.ts';
import type { Estate, InstanceRow } from './estate.ts';
import { interfaceIds, requireRows } from './named-rows.ts';
import { namedGroups } from './security-groups.ts';
import { Table } from './table.ts';

/** A network interface, and the instance that it is attached to. */
export interface InterfaceRow {
  readonly id: string;
  readonly instance: InstanceRow;
  readonly answer: NetworkInterfaceAnswer & { readonly Tags: readonly never[] };
}

/** The network interfaces of instances, as DescribeNetworkInterfaces describes them. */
export function interfacesOf({ section }: Estate, instances: Iterable<InstanceRow>): Table<InterfaceRow> {
  const table = new Table<InterfaceRow>();
  for (const instance of instances) {
    for (const own of instance.answer.NetworkInterfaces ?? []) {
      if (own.NetworkInterfaceId === undefined) continue;
      const attachment = {
        ...own.Attachment,
        InstanceId: instance.id,
        InstanceOwnerId: section.account,
      };
      const answer = {
        ...own,
        AvailabilityZone: instance.answer.Placement?.AvailabilityZone,
        RequesterManaged: false,
        Attachment: attachment,
        TagSet: [],
        Tags: [],
      };
      table.add({ id: own.NetworkInterfaceId, instance, answer });
    }
  }
  return table;
}

/** One interface by its id. @throws AwsError `InvalidNetworkInterfaceID.NotFound`. */
export function namedInterface(estate: Estate, id: string): InterfaceRow {
  const found = estate.instances.lookup('network-interface.network-interface-id', [id], 0);
  const table = interfacesOf(
    estate,
    [...found].map(([, row]) => row),
  );
  requireRows(table, [id], interfaceIds);
  const row = table.get(id);
  if (row === undefined) throw new Error(`${id} is no interface`);
  return row;
}

/**
 * Gives an interface other security groups in place of those that it has.
 * @throws AwsError `SecurityGroupsPerInterfaceLimitExceeded`, `InvalidGroup.NotFound`, and for groups of another VPC `InvalidParameterValue`.
 */
export function setGroups(
  estate: Estate,
  { id, instance, answer }: InterfaceRow,
  groupIds: readonly string[],
): void {
  if (groupIds.length > estate.section.quotas.securityGroupsPerInterface) {
    throw new AwsError(
      'SecurityGroupsPerInterfaceLimitExceeded',
      'The maximum number of security groups per interface has been reached.',
    );
  }
  if (groupIds.length === 0) throw invalidValue('At least one security group must be specified.');
  const rows = namedGroups(estate, [...new Set(groupIds)]);
  if (rows.some((row) => row.answer.VpcId !== answer.VpcId)) {
    throw invalidValue('You have specified two resources that belong to different networks.');
  }
  const groups = rows.map(({ id: GroupId, answer: { GroupName } }) => ({ GroupId, GroupName }));
  const interfaces = instance.answer.NetworkInterfaces ?? [];
  const isFirst = interfaces[0]?.NetworkInterfaceId === id;
  instance.answer = {
    ...instance.answer,
    NetworkInterfaces: interfaces.map((own) =>
      own.NetworkInterfaceId === id ? { ...own, Groups: groups } : own,
    ),
    ...(isFirst ? { SecurityGroups: groups } : {}),
  };
  estate.instances.reindex(instance);
}
