import { contains } from './cidr.ts';
import type { Estate, PlainRow } from './estate.ts';
import type { ScenarioAclEntry } from './network-section.ts';

/** One numbered entry of a network ACL. */
export interface AclEntry {
  readonly CidrBlock: string;
  readonly Egress: boolean;
  readonly PortRange?: { readonly From: number; readonly To: number };
  /** Number of the protocol; `-1` for all of them. */
  readonly Protocol: string;
  readonly RuleAction: 'allow' | 'deny';
  readonly RuleNumber: number;
}

export interface NetworkAclAnswer {
  readonly NetworkAclId: string;
  readonly VpcId: string;
  readonly IsDefault: boolean;
  readonly OwnerId: string;
  readonly Associations: readonly {
    readonly NetworkAclAssociationId: string;
    readonly NetworkAclId: string;
    readonly SubnetId: string;
  }[];
  readonly Entries: readonly AclEntry[];
  readonly Tags: readonly never[];
}

const protocolNumbers = { all: '-1', icmp: '1', tcp: '6', udp: '17' } as const;
/** Every ACL ends with an entry that denies the rest; EC2 numbers it so. */
const lastNumber = 32_767;

/** The ACLs of the section, and the default one of each VPC, which has all subnets that no other has and lets everything through. */
export function networkAcls({ section, vpcs, subnets }: Estate): PlainRow<NetworkAclAnswer>[] {
  const taken = new Set(section.networkAcls.flatMap(({ subnetIds }) => subnetIds));
  const described = section.networkAcls.map(({ networkAclId, vpcId, subnetIds, ingress, egress }) =>
    answerOf(section.account, networkAclId, vpcId, {
      isDefault: false,
      subnetIds,
      entries: [...entries(ingress, false), ...entries(egress, true)],
    }),
  );
  const defaults = vpcs.all().map(({ id }) => {
    const subnetIds = subnets
      .all()
      .filter(({ answer }) => answer.VpcId === id)
      .map((row) => row.id);
    const open = [
      {
        number: 100,
        action: 'allow' as const,
        protocol: 'all' as const,
        ports: undefined,
        cidr: '0.0.0.0/0',
      },
    ];
    return answerOf(section.account, `acl-${id.slice('vpc-'.length)}`, id, {
      isDefault: true,
      subnetIds: subnetIds.filter((subnetId) => !taken.has(subnetId)),
      entries: [...entries(open, false), ...entries(open, true)],
    });
  });
  return [...described, ...defaults].map((answer) => ({ id: answer.NetworkAclId, answer }));
}

function answerOf(
  account: string,
  id: string,
  vpcId: string,
  acl: {
    readonly isDefault: boolean;
    readonly subnetIds: readonly string[];
    readonly entries: readonly AclEntry[];
  },
): NetworkAclAnswer {
  return {
    NetworkAclId: id,
    VpcId: vpcId,
    IsDefault: acl.isDefault,
    OwnerId: account,
    Associations: acl.subnetIds.map((SubnetId) => ({
      NetworkAclAssociationId: `aclassoc-${SubnetId.slice('subnet-'.length)}`,
      NetworkAclId: id,
      SubnetId,
    })),
    Entries: acl.entries,
    Tags: [],
  };
}

function entries(described: readonly ScenarioAclEntry[], Egress: boolean): AclEntry[] {
  const own = described.map(({ number, action, protocol, ports, cidr }): AclEntry => ({
    CidrBlock: cidr,
    Egress,
    ...(ports === undefined ? {} : { PortRange: { From: ports.from, To: ports.to } }),
    Protocol: protocolNumbers[protocol],
    RuleAction: action,
    RuleNumber: number,
  }));
  const rest: AclEntry = {
    CidrBlock: '0.0.0.0/0',
    Egress,
    Protocol: '-1',
    RuleAction: 'deny',
    RuleNumber: lastNumber,
  };
  return [...own, rest].sort((a, b) => a.RuleNumber - b.RuleNumber);
}

/** The first entry in order that concerns a TCP packet decides. */
export function aclLets(
  { Entries }: NetworkAclAnswer,
  packet: { readonly isEgress: boolean; readonly address: string; readonly port: number },
): boolean {
  const entry = Entries.find(
    ({ Egress, CidrBlock, Protocol, PortRange }) =>
      Egress === packet.isEgress &&
      contains(CidrBlock, packet.address) &&
      (Protocol === '-1' || Protocol === '6') &&
      (PortRange === undefined || (packet.port >= PortRange.From && packet.port <= PortRange.To)),
  );
  return entry?.RuleAction === 'allow';
}
