import type { SourceInstance } from '../preflight/source.ts';
import { pushPorts } from '../mobility/ports.ts';
import type { ServerInNetwork } from '../mobility/servers.ts';
import type { Network, NetworkEnd } from '../network-path/network.ts';
import { pathBetween } from '../network-path/path-between.ts';
import type { PortRange } from '../network-path/port-range.ts';

/** Ports of a machine that one server comes in on. */
export interface PushRule {
  readonly ports: PortRange;
  /** The server's address alone, `10.0.2.10/32`. */
  readonly from: string;
  readonly description: string;
}

/** The rules that a machine's own security groups lack for a push installation, and none that they have. */
export function missingRules(
  network: Network,
  machine: NetworkEnd,
  osType: SourceInstance['osType'],
  servers: readonly ServerInNetwork[],
): PushRule[] {
  return servers.flatMap(({ name, address, end }) =>
    pushPorts[osType]
      .filter((ports) => isShut(network, end, machine, ports))
      .map((ports) => ({
        ports,
        from: `${address}/32`,
        description: `Portage: ${name} installs the Mobility service`,
      })),
  );
}

/** Only what the machine's own groups refuse: a rule cures neither an ACL nor a route. */
function isShut(network: Network, from: NetworkEnd, to: NetworkEnd, ports: PortRange): boolean {
  const { obstacles } = pathBetween(network, { from, to, ports });
  return obstacles.some(({ layer, end }) => layer === 'security-group' && end === 'to');
}
