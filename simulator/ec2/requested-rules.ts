import { z } from 'zod';
import { AwsError, invalidValue, missingParameter } from './aws-error.ts';
import { blockAround } from './cidr.ts';
import type { Estate, SecurityGroupRow } from './estate.ts';
import { namedGroups } from './security-groups.ts';
import { isSameRule } from './security-rules.ts';
import type { Peer, RuleTerms, SecurityRule } from './security-rules.ts';

const told = { Description: z.string().max(255).optional() };

/** The `IpPermissions` of a request. */
export const requestedPermissions = z.array(
  z.strictObject({
    IpProtocol: z.string(),
    FromPort: z.number().optional(),
    ToPort: z.number().optional(),
    IpRanges: z.array(z.strictObject({ CidrIp: z.string(), ...told })).default([]),
    Ipv6Ranges: z.array(z.strictObject({ CidrIpv6: z.string(), ...told })).default([]),
    PrefixListIds: z.array(z.strictObject({ PrefixListId: z.string(), ...told })).default([]),
    UserIdGroupPairs: z
      .array(z.strictObject({ GroupId: z.string(), UserId: z.string().optional(), ...told }))
      .default([]),
  }),
);

/** EC2's quota of rules for each direction of a group. */
const mostRules = 60;

/**
 * A request's permissions, one rule for each peer.
 * @throws AwsError for a block that is none, a group that does not exist, missing ports.
 */
export function requestedRules(
  estate: Estate,
  permissions: z.output<typeof requestedPermissions>,
  isEgress: boolean,
): RuleTerms[] {
  return permissions.flatMap((permission) => {
    const { IpProtocol: protocol, FromPort: fromPort, ToPort: toPort } = permission;
    if (/^(tcp|udp|6|17)$/.test(protocol) && (fromPort === undefined || toPort === undefined)) {
      throw missingParameter('fromPort');
    }
    const ports = protocol === '-1' ? {} : { fromPort, toPort };
    const terms = peersOf(estate, permission).map(({ peer, description }) => ({
      isEgress,
      protocol,
      ...ports,
      peer,
      description,
    }));
    if (terms.length === 0) throw missingParameter('ipRanges');
    return terms;
  });
}

function peersOf(
  estate: Estate,
  permission: z.output<typeof requestedPermissions>[number],
): { readonly peer: Peer; readonly description: string | undefined }[] {
  namedGroups(
    estate,
    permission.UserIdGroupPairs.map(({ GroupId }) => GroupId),
  );
  return [
    ...permission.IpRanges.map(({ CidrIp, Description }) => ({
      peer: { kind: 'cidr' as const, cidr: block(CidrIp) },
      description: Description,
    })),
    ...permission.Ipv6Ranges.map(({ CidrIpv6, Description }) => ({
      peer: { kind: 'cidr6' as const, cidr: CidrIpv6 },
      description: Description,
    })),
    ...permission.PrefixListIds.map(({ PrefixListId, Description }) => ({
      peer: { kind: 'prefix-list' as const, prefixListId: PrefixListId },
      description: Description,
    })),
    ...permission.UserIdGroupPairs.map(({ GroupId, Description }) => ({
      peer: { kind: 'group' as const, groupId: GroupId },
      description: Description,
    })),
  ];
}

/** EC2 keeps a block without the bits that stand behind its prefix. */
function block(cidr: string): string {
  if (!z.cidrv4().safeParse(cidr).success) throw invalidValue(`CIDR block ${cidr} is malformed`);
  return blockAround(cidr, Number(cidr.split('/')[1]));
}

/** @throws AwsError `InvalidPermission.Duplicate`, `RulesPerSecurityGroupLimitExceeded`. */
export function requireNewRules({ rules }: SecurityGroupRow, wanted: readonly RuleTerms[]): void {
  const known = wanted.find((terms) => rules.some((rule) => isSameRule(rule, terms)));
  if (known !== undefined) {
    throw new AwsError(
      'InvalidPermission.Duplicate',
      `the specified rule "${inWords(known)}, ALLOW" already exists`,
    );
  }
  const count = rules.filter(({ isEgress }) => isEgress === wanted[0]?.isEgress).length;
  if (count + wanted.length <= mostRules) return;
  throw new AwsError(
    'RulesPerSecurityGroupLimitExceeded',
    'The maximum number of rules per security group has been reached.',
  );
}

/** The group's rules that a request describes or names. @throws AwsError `InvalidPermission.NotFound`, `InvalidSecurityGroupRuleId.NotFound`. */
export function existingRules(
  { rules }: SecurityGroupRow,
  wanted: readonly RuleTerms[],
  ruleIds: readonly string[],
): SecurityRule[] {
  const named = ruleIds.map((id) => {
    const rule = rules.find((candidate) => candidate.id === id);
    if (rule !== undefined) return rule;
    throw new AwsError(
      'InvalidSecurityGroupRuleId.NotFound',
      `The security group rule ID '${id}' does not exist`,
    );
  });
  const described = wanted.map((terms) => {
    const rule = rules.find((candidate) => isSameRule(candidate, terms));
    if (rule !== undefined) return rule;
    throw new AwsError(
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    );
  });
  return [...named, ...described];
}

function inWords({ protocol, fromPort, toPort, peer }: RuleTerms): string {
  const ports = fromPort === undefined ? '' : `, from port: ${fromPort}, to port: ${toPort ?? fromPort}`;
  return `peer: ${peerText(peer)}, ${protocol === '-1' ? 'ALL' : protocol.toUpperCase()}${ports}`;
}

function peerText(peer: Peer): string {
  if (peer.kind === 'group') return peer.groupId;
  return peer.kind === 'prefix-list' ? peer.prefixListId : peer.cidr;
}
