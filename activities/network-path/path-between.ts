import { aclObstacle } from './network-acls.ts';
import type { Network, NetworkEnd } from './network.ts';
import type { Found, Obstacle } from './obstacle.ts';
import type { PortRange } from './port-range.ts';
import { routeObstacle } from './routes.ts';
import { groupObstacle } from './security-groups.ts';

/** Whether TCP connections from one address to ports of another come about. */
export interface Path {
  readonly suffices: boolean;
  /** Everything that stands in the way, never just the first. */
  readonly obstacles: readonly Obstacle[];
}

/**
 * Follows a connection through security groups, network ACLs and route tables, there and back. Only what EC2 shows is
 * judged: an end without an interface refuses nothing, and neither do the guests' own firewalls.
 * @param ports what is connected to; every one of them has to be open.
 */
export function pathBetween(
  network: Network,
  { from, to, ports }: { readonly from: NetworkEnd; readonly to: NetworkEnd; readonly ports: PortRange },
): Path {
  const answers = ephemeralPorts(from);
  const obstacles = [
    at('from', groupObstacle(network, from, to, 'out', ports)),
    at('to', groupObstacle(network, to, from, 'in', ports)),
    ...(sameSubnet(from, to) ? [] : between(network, from, to, ports, answers)),
  ].flatMap((obstacle) => obstacle ?? []);
  return { suffices: obstacles.length === 0, obstacles };
}

function between(
  network: Network,
  from: NetworkEnd,
  to: NetworkEnd,
  ports: PortRange,
  answers: PortRange,
): (Obstacle | undefined)[] {
  const there = { ports, isAnswer: false };
  const back = { ports: answers, isAnswer: true };
  return [
    at('from', routeObstacle(network, from, to)),
    at('from', aclObstacle(network, { own: from, other: to, way: 'out of', ...there })),
    at('to', aclObstacle(network, { own: to, other: from, way: 'into', ...there })),
    at('to', routeObstacle(network, to, from)),
    at('to', aclObstacle(network, { own: to, other: from, way: 'out of', ...back })),
    at('from', aclObstacle(network, { own: from, other: to, way: 'into', ...back })),
  ];
}

/** From which ports an operating system connects out of the box: the answers come back to these (documented). */
function ephemeralPorts({ osType }: NetworkEnd): PortRange {
  return osType === 'Linux' ? { from: 32_768, to: 60_999 } : { from: 49_152, to: 65_535 };
}

/** Within a subnet there are no network ACLs and no routes to go by. */
function sameSubnet({ attachedTo: one }: NetworkEnd, { attachedTo: other }: NetworkEnd): boolean {
  return one !== undefined && one.subnetId === other?.subnetId;
}

function at(end: Obstacle['end'], found: Found | undefined): Obstacle | undefined {
  return found === undefined ? undefined : { ...found, end };
}
