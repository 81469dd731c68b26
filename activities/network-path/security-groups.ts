import type { IpPermission } from '@aws-sdk/client-ec2';
import { blockContains } from './ipv4.ts';
import type { Network, NetworkEnd } from './network.ts';
import type { Found } from './obstacle.ts';
import { allPorts, portsText, without, type PortRange } from './port-range.ts';

/**
 * What the security groups of one end's interface keep from the other end: their rules add up, and they let the answers
 * of what they let through.
 * @param way `in` where the end is connected to, `out` where it connects.
 */
export function groupObstacle(
  network: Network,
  own: NetworkEnd,
  other: NetworkEnd,
  way: 'in' | 'out',
  ports: PortRange,
): Found | undefined {
  if (own.attachedTo === undefined) return undefined;
  const { groupIds } = own.attachedTo;
  const groups = network.securityGroups.filter(({ GroupId = '' }) => groupIds.includes(GroupId));
  const rules = groups.flatMap(({ IpPermissions = [], IpPermissionsEgress = [] }) =>
    way === 'in' ? IpPermissions : IpPermissionsEgress,
  );
  const closed = rules
    .filter((rule) => isFor(network, rule, other))
    .reduce((left, rule) => without(left, portsOf(rule)), [ports]);
  const [first] = closed;
  if (first === undefined) return undefined;
  const names = groups.map(({ GroupId = '', GroupName = '' }) => `${GroupId} (${GroupName})`).join(', ');
  const whom = way === 'in' ? `in from ${other.address}` : `out to ${other.address}`;
  return {
    layer: 'security-group',
    id: groupIds.join(', '),
    message: `No rule of ${own.address}’s security groups ${names} lets ${portsText(first)} ${whom}`,
  };
}

function isFor(network: Network, rule: IpPermission, { address, attachedTo }: NetworkEnd): boolean {
  if (!['tcp', '6', '-1'].includes(rule.IpProtocol ?? '')) return false;
  const blocks = [
    ...(rule.IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []),
    ...(rule.PrefixListIds ?? []).flatMap(
      ({ PrefixListId = '' }) => network.prefixLists.get(PrefixListId) ?? [],
    ),
  ];
  const members = (rule.UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []);
  return (
    blocks.some((block) => blockContains(block, address)) ||
    members.some((id) => attachedTo?.groupIds.includes(id))
  );
}

function portsOf({ IpProtocol, FromPort, ToPort }: IpPermission): PortRange {
  if (IpProtocol === '-1') return allPorts;
  return { from: FromPort ?? allPorts.from, to: ToPort ?? allPorts.to };
}
