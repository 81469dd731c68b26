import { contains } from './cidr.ts';
import type { Estate, InstanceRow, SecurityGroupRow } from './estate.ts';
import { groupsOf, present } from './estate.ts';
import { stateOf } from './instance-state.ts';
import { listens } from '../guest/listeners.ts';
import { aclsLet } from './reach-acls.ts';
import { isRouted } from './reach-routes.ts';
import type { RuleTerms } from './security-rules.ts';

/** One end of a connection: an address, and the instance that has it where the account knows one. */
export interface End {
  readonly address: string;
  readonly row: InstanceRow | undefined;
}

/**
 * True where a TCP connection from one private address to another comes about right now. Two instances of different
 * networks may share an address: one pair that meets is enough.
 */
export function reaches(estate: Estate, fromIp: string, toIp: string, port: number): boolean {
  return endsAt(estate, fromIp).some((from) =>
    endsAt(estate, toIp).some((to) => meets(estate, from, to, port)),
  );
}

function endsAt({ instances }: Estate, address: string): End[] {
  const found = [...instances.lookup('network-interface.addresses.private-ip-address', [address], 0)];
  return found.length === 0 ? [{ address, row: undefined }] : found.map(([, row]) => ({ address, row }));
}

/** Both are up, the way there and back exists and no ACL closes it, both sides' groups let it, and something listens. */
function meets(estate: Estate, from: End, to: End, port: number): boolean {
  return (
    isUp(from) &&
    isUp(to) &&
    isRouted(estate, from, to) &&
    isRouted(estate, to, from) &&
    aclsLet(estate, from, to, port) &&
    groupsLet(estate, from, to, { port, isEgress: true }) &&
    groupsLet(estate, to, from, { port, isEgress: false }) &&
    (to.row === undefined || listens(to.row.guest, to.row.software, port))
  );
}

function isUp({ row }: End): boolean {
  return row === undefined || stateOf(row) === 'running';
}

/** Security groups are stateful: the answer comes back by itself. Without an instance there is no group, and nothing refuses. */
function groupsLet(
  estate: Estate,
  own: End,
  other: End,
  wanted: { readonly port: number; readonly isEgress: boolean },
): boolean {
  if (own.row === undefined) return true;
  return securityGroups(estate, own.row).some(({ rules }) =>
    rules.some(
      (rule) => rule.isEgress === wanted.isEgress && isTcp(rule, wanted.port) && isPeer(estate, rule, other),
    ),
  );
}

function securityGroups({ securityGroups: groups }: Estate, row: InstanceRow): SecurityGroupRow[] {
  return present(groupsOf(row).map((id) => groups.get(id)));
}

function isTcp({ protocol, fromPort, toPort }: RuleTerms, port: number): boolean {
  if (protocol === '-1') return true;
  if (protocol !== 'tcp' && protocol !== '6') return false;
  return port >= (fromPort ?? 0) && port <= (toPort ?? 65_535);
}

function isPeer({ section }: Estate, { peer }: RuleTerms, { address, row }: End): boolean {
  switch (peer.kind) {
    case 'cidr':
      return contains(peer.cidr, address);
    case 'group':
      return row !== undefined && groupsOf(row).includes(peer.groupId);
    case 'prefix-list': {
      const list = section.prefixLists.find(({ prefixListId }) => prefixListId === peer.prefixListId);
      return list?.cidrs.some((cidr) => contains(cidr, address)) === true;
    }
    case 'cidr6':
      return false;
  }
}
