import type { NetworkAcl, NetworkAclEntry } from '@aws-sdk/client-ec2';
import { blockContains } from './ipv4.ts';
import type { Network, NetworkEnd } from './network.ts';
import type { Found } from './obstacle.ts';
import { allPorts, overlap, portsText, without, type PortRange } from './port-range.ts';

/** Packets that cross the border of a subnet. */
export interface Crossing {
  /** The end in the subnet, and the one that it talks with. */
  readonly own: NetworkEnd;
  readonly other: NetworkEnd;
  readonly way: 'into' | 'out of';
  /** The ports that the packets are for. */
  readonly ports: PortRange;
  /** True for the answers of a connection: an ACL knows no connections, so that these need a rule of their own. */
  readonly isAnswer: boolean;
}

/** The entry of a subnet's network ACL that refuses packets: the first that is about them decides, by its number. */
export function aclObstacle(network: Network, crossing: Crossing): Found | undefined {
  const { own, other, way, ports, isAnswer } = crossing;
  const acl = network.acls.find(({ Associations = [] }) =>
    Associations.some(({ SubnetId }) => SubnetId === own.attachedTo?.subnetId),
  );
  if (acl === undefined || own.attachedTo === undefined) return undefined;
  const refused = refusal(entriesOf(acl, way), other.address, ports);
  if (refused === undefined) return undefined;
  const what = isAnswer ? `the answers (${portsText(refused.ports)})` : portsText(refused.ports);
  const direction = way === 'into' ? `from ${other.address} into` : `to ${other.address} out of`;
  const side = way === 'into' ? 'inbound' : 'outbound';
  return {
    layer: 'network-acl',
    id: acl.NetworkAclId ?? '',
    message: `${side} rule ${refused.rule} of network ACL ${acl.NetworkAclId ?? ''} refuses ${what} ${direction} ${own.attachedTo.subnetId}`,
  };
}

function entriesOf({ Entries = [] }: NetworkAcl, way: Crossing['way']): NetworkAclEntry[] {
  return Entries.filter(({ Egress = false }) => Egress === (way === 'out of')).sort(
    (one, next) => (one.RuleNumber ?? 0) - (next.RuleNumber ?? 0),
  );
}

/** What no entry is about is refused by the last one, which EC2 shows as `*`. */
function refusal(
  entries: readonly NetworkAclEntry[],
  address: string,
  ports: PortRange,
): { readonly rule: string; readonly ports: PortRange } | undefined {
  let left: readonly PortRange[] = [ports];
  for (const entry of entries.filter((one) => isAbout(one, address))) {
    const about = portsOf(entry);
    const refused = left.find((range) => overlap(range, about));
    if (refused !== undefined && entry.RuleAction === 'deny')
      return { rule: ruleName(entry), ports: refused };
    left = without(left, about);
  }
  const [rest] = left;
  return rest === undefined ? undefined : { rule: '*', ports: rest };
}

/** The number of the rule that ends every ACL (documented). */
const lastRule = 32_767;

function ruleName({ RuleNumber = lastRule }: NetworkAclEntry): string {
  return RuleNumber === lastRule ? '*' : String(RuleNumber);
}

function isAbout({ Protocol, CidrBlock = '' }: NetworkAclEntry, address: string): boolean {
  return (Protocol === '-1' || Protocol === '6') && blockContains(CidrBlock, address);
}

function portsOf({ Protocol, PortRange: range }: NetworkAclEntry): PortRange {
  if (Protocol === '-1') return allPorts;
  return { from: range?.From ?? allPorts.from, to: range?.To ?? allPorts.to };
}
