import type { Tag } from './answers.ts';
import type { Estate, SecurityGroupRow } from './estate.ts';

/** Whom a rule lets in, or out to whom. */
export type Peer =
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'cidr6'; readonly cidr: string }
  | { readonly kind: 'group'; readonly groupId: string }
  | { readonly kind: 'prefix-list'; readonly prefixListId: string };

/** What a rule says; without ports it means all of them. */
export interface RuleTerms {
  readonly isEgress: boolean;
  /** `tcp`, `udp`, `icmp`, a protocol's number, or `-1` for all of them. */
  readonly protocol: string;
  readonly fromPort?: number | undefined;
  readonly toPort?: number | undefined;
  readonly peer: Peer;
  readonly description?: string | undefined;
}

/** One rule of a security group. */
export interface SecurityRule extends RuleTerms {
  /** `sgr-…` */
  readonly id: string;
  readonly tags: readonly Tag[];
}

/** Rules of one protocol and port range, as a group lists them. */
export interface IpPermission {
  readonly IpProtocol: string;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly IpRanges: { readonly CidrIp: string; readonly Description?: string | undefined }[];
  readonly Ipv6Ranges: { readonly CidrIpv6: string; readonly Description?: string | undefined }[];
  readonly PrefixListIds: { readonly PrefixListId: string; readonly Description?: string | undefined }[];
  readonly UserIdGroupPairs: {
    readonly GroupId: string;
    readonly UserId: string;
    readonly Description?: string | undefined;
  }[];
}

/** The rule of a VPC's default group: its own members may reach each other. */
export function membersIn(groupId: string): RuleTerms {
  return { isEgress: false, protocol: '-1', peer: { kind: 'group', groupId } };
}

/** The rule that EC2 gives every new group. */
export const everythingOut: RuleTerms = {
  isEgress: true,
  protocol: '-1',
  peer: { kind: 'cidr', cidr: '0.0.0.0/0' },
};

/** Adds rules to a group. */
export function addRules(
  { ids, section }: Pick<Estate, 'ids' | 'section'>,
  row: SecurityGroupRow,
  added: readonly RuleTerms[],
  tags: readonly Tag[] = [],
): SecurityRule[] {
  const made = added.map((terms) => ({ ...terms, id: ids.next('sgr'), tags }));
  setRules(section.account, row, [...row.rules, ...made]);
  return made;
}

/** Takes rules out of a group. */
export function removeRules(
  { section }: Pick<Estate, 'section'>,
  row: SecurityGroupRow,
  removed: readonly SecurityRule[],
): void {
  setRules(
    section.account,
    row,
    row.rules.filter((rule) => !removed.includes(rule)),
  );
}

/** True where two rules mean the same, whatever their descriptions. */
export function isSameRule(one: RuleTerms, other: RuleTerms): boolean {
  return (
    one.isEgress === other.isEgress &&
    samePorts(one, other) &&
    JSON.stringify(one.peer) === JSON.stringify(other.peer)
  );
}

function setRules(account: string, row: SecurityGroupRow, rules: readonly SecurityRule[]): void {
  row.rules = rules;
  row.answer = {
    ...row.answer,
    IpPermissions: permissions(
      account,
      rules.filter(({ isEgress }) => !isEgress),
    ),
    IpPermissionsEgress: permissions(
      account,
      rules.filter(({ isEgress }) => isEgress),
    ),
  };
}

function permissions(account: string, rules: readonly SecurityRule[]): IpPermission[] {
  const grouped: { readonly of: SecurityRule; readonly permission: IpPermission }[] = [];
  for (const rule of rules) {
    let group = grouped.find(({ of }) => samePorts(of, rule));
    if (group === undefined) grouped.push((group = { of: rule, permission: emptyPermission(rule) }));
    addPeer(account, group.permission, rule);
  }
  return grouped.map(({ permission }) => permission);
}

function emptyPermission({ protocol, fromPort, toPort }: RuleTerms): IpPermission {
  return {
    IpProtocol: protocol,
    ...(fromPort === undefined ? {} : { FromPort: fromPort }),
    ...(toPort === undefined ? {} : { ToPort: toPort }),
    IpRanges: [],
    Ipv6Ranges: [],
    PrefixListIds: [],
    UserIdGroupPairs: [],
  };
}

function addPeer(account: string, permission: IpPermission, { peer, description }: RuleTerms): void {
  const told = description === undefined ? {} : { Description: description };
  switch (peer.kind) {
    case 'cidr':
      permission.IpRanges.push({ CidrIp: peer.cidr, ...told });
      return;
    case 'cidr6':
      permission.Ipv6Ranges.push({ CidrIpv6: peer.cidr, ...told });
      return;
    case 'group':
      permission.UserIdGroupPairs.push({ GroupId: peer.groupId, UserId: account, ...told });
      return;
    case 'prefix-list':
      permission.PrefixListIds.push({ PrefixListId: peer.prefixListId, ...told });
  }
}

function samePorts(one: RuleTerms, other: RuleTerms): boolean {
  return one.protocol === other.protocol && one.fromPort === other.fromPort && one.toPort === other.toPort;
}
