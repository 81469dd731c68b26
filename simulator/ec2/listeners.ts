import type { InstanceRow } from './estate.ts';

/** What Windows listens on out of the box on EC2: RPC, file sharing, remote desktop; its dynamic RPC ports besides. */
const windowsPorts = new Set([135, 445, 3389]);
const dynamicRpc = { first: 49_152, last: 65_535 };

/** Control and data channel of a configuration server or an appliance (documented). */
const serverPorts = new Set([443, 9443]);

/** True where something on the guest answers on a TCP port, and its own firewall lets it. */
export function listens({ guest, software }: InstanceRow, port: number): boolean {
  const { facts, osType } = guest;
  if (facts.blocks.includes(port)) return false;
  if (facts.listens.includes(port)) return true;
  if (software.server !== undefined && serverPorts.has(port)) return true;
  if (osType === 'Linux') return port === 22;
  return windowsPorts.has(port) || (port >= dynamicRpc.first && port <= dynamicRpc.last);
}
