import type { Guest } from './guest.ts';
import type { Software } from './software.ts';

/** What Windows listens on out of the box: RPC, file sharing, remote desktop; its dynamic RPC ports besides. */
const windowsPorts = [135, 445, 3389] as const;
const dynamicRpc = { first: 49_152, last: 65_535 };
/** What a domain controller listens on besides: names, Kerberos, LDAP (documented). */
const controllerPorts = [53, 88, 389] as const;
/** Control and data channel of a configuration server or an appliance (documented). */
const serverPorts = [443, 9443] as const;

/** Ports that something on the guest listens on; Windows' dynamic ones for RPC are left out. */
export function listeningPorts({ facts, osType }: Guest, { server }: Software): number[] {
  const usual = osType === 'Windows' ? windowsPorts : [22];
  const ports = [
    ...usual,
    ...facts.listens,
    ...(facts.domainController ? controllerPorts : []),
    ...Object.keys(facts.http).map(Number),
    ...(server === undefined ? [] : serverPorts),
  ];
  return [...new Set(ports)].toSorted((one, other) => one - other);
}

/** True where something on the guest answers on a TCP port, and its own firewall lets it. */
export function listens(guest: Guest, software: Software, port: number): boolean {
  if (guest.facts.blocks.includes(port)) return false;
  if (listeningPorts(guest, software).includes(port)) return true;
  return guest.osType === 'Windows' && port >= dynamicRpc.first && port <= dynamicRpc.last;
}
