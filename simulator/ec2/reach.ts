import { contains } from './cidr.ts';
import type { Estate, InstanceRow, SecurityGroupRow } from './estate.ts';
import { groupsOf, present } from './estate.ts';
import { stateOf } from './lifecycle.ts';
import { listens } from './listeners.ts';
import type { RuleTerms } from './security-rules.ts';

/** One end of a connection: an address, and the instance that has it where the account knows one. */
interface End {
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

function meets(estate: Estate, from: End, to: End, port: number): boolean {
  const isUp = ({ row }: End) => row === undefined || stateOf(row) === 'running';
  if (!isUp(from) || !isUp(to)) return false;
  if (to.row !== undefined && !listens(to.row, port)) return false;
  return (
    groupsLet(estate, from, to, { port, isEgress: true }) &&
    groupsLet(estate, to, from, { port, isEgress: false })
  );
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
      (rule) => rule.isEgress === wanted.isEgress && isTcp(rule, wanted.port) && isPeer(rule, other),
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

function isPeer({ peer }: RuleTerms, { address, row }: End): boolean {
  if (peer.kind === 'cidr') return contains(peer.cidr, address);
  if (peer.kind === 'group') return row !== undefined && groupsOf(row).includes(peer.groupId);
  return false;
}
