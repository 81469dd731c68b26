import { pushPorts, serverPorts } from '../mobility/ports.ts';
import type { ServerInNetwork } from '../mobility/servers.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { sections } from '../systems-manager/sections.ts';

/** A connection that has to come about for a machine to replicate through a server. */
export interface Connection {
  /** The server that it is about, at either end. */
  readonly server: string;
  /** In words: who connects, and to what. */
  readonly from: string;
  readonly to: string;
  readonly address: string;
  readonly port: number;
}

/** From a machine to the servers. */
export function outgoing(machine: string, servers: readonly ServerInNetwork[]): Connection[] {
  return servers.flatMap(({ name, address }) =>
    serverPorts.map(({ from: port }) => ({ server: name, from: machine, to: name, address, port })),
  );
}

/** From a server into a machine; of the dynamic ports only some listen at a time. */
export function incoming(
  machine: string,
  { privateIp: address, osType }: SourceInstance,
  { name }: ServerInNetwork,
): Connection[] {
  return pushPorts[osType]
    .filter(({ from, to }) => from === to)
    .map(({ from: port }) => ({ server: name, from: name, to: machine, address, port }));
}

/** Tries connections, one after the other, from whatever runs it. */
export function probeCommands(
  osType: SourceInstance['osType'],
  connections: readonly Connection[],
): readonly string[] {
  return connections.flatMap(({ address, port }) =>
    osType === 'Windows'
      ? [
          `Write-Output '## ${address} ${port}'`,
          `Test-NetConnection -ComputerName ${address} -Port ${port} -InformationLevel Quiet -WarningAction SilentlyContinue`,
        ]
      : [
          `echo '## ${address} ${port}'`,
          `timeout 5 bash -c '</dev/tcp/${address}/${port}' && echo True || echo False`,
        ],
  );
}

/** Those that `probeCommands` could not make. */
export function unmade(output: string, connections: readonly Connection[]): Connection[] {
  const told = sections(output);
  return connections.filter(({ address, port }) => told.get(`${address} ${port}`)?.at(-1) !== 'True');
}

/** `db-01 → appl-1 (10.0.2.10) on TCP 9443` */
export function inWords({ from, to, address, port }: Connection): string {
  return `${from} → ${to} (${address}) on TCP ${port}`;
}
