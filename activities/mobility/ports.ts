import { onePort, type PortRange } from '../network-path/port-range.ts';

/** What a machine connects to at its server: control and data of replication (documented). */
export const serverPorts: readonly PortRange[] = [onePort(443), onePort(9443)];

/** What a server connects to at a machine to push: file sharing, RPC and its dynamic ports for WMI; SSH (documented). */
export const pushPorts: Readonly<Record<'Windows' | 'Linux', readonly PortRange[]>> = {
  Windows: [onePort(445), onePort(135), { from: 49_152, to: 65_535 }],
  Linux: [onePort(22)],
};
