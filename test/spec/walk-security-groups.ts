import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeAccountAttributesCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVpcPeeringConnectionsCommand,
  GetManagedPrefixListEntriesCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { Clients } from './walk-clients.ts';

const vpcId = 'vpc-0a1b2c3d4e5f60001';

/** Opens a machine's firewall by a group of its own, closes it again, and looks at what else decides who reaches whom. */
export async function walkSecurityGroups({ ec2 }: Clients): Promise<void> {
  const created = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'portage-walk', Description: 'walk', VpcId: vpcId }),
  );
  const GroupId = created.GroupId ?? '';
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: 445, ToPort: 445, IpRanges: [{ CidrIp: '10.0.1.10/32' }] },
  ];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
  await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }),
  );
  const interfaces = await ec2.send(new DescribeNetworkInterfacesCommand({}));
  const [card] = interfaces.NetworkInterfaces ?? [];
  const NetworkInterfaceId = card?.NetworkInterfaceId ?? '';
  const before = (card?.Groups ?? []).map((group) => group.GroupId ?? '');
  await ec2.send(
    new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [...before, GroupId] }),
  );
  await ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: before }));
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  await ec2.send(new DescribeNetworkAclsCommand({}));
  await ec2.send(new DescribeRouteTablesCommand({}));
  await ec2.send(new DescribeVpcPeeringConnectionsCommand({}));
  await ec2.send(new DescribeAccountAttributesCommand({}));
  await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: 'pl-0123456789abcdef0' }));
}
