import { mostBytesPerDay, mostMachines } from './health.ts';
import type { DiscoveredMachine, ReplicationServer } from './provider.ts';

/**
 * Which server replicates a machine: of those that see it and are well, the one that is used least once the machine's
 * disks, which all go through it at first, have been added to its load. Equal ones are told apart by the machine's id,
 * so that machines which are placed at the same moment spread, and a second try comes to the same.
 * @returns `undefined` where no server sees it.
 */
export function placeMachine(
  machine: DiscoveredMachine,
  servers: readonly ReplicationServer[],
): ReplicationServer | undefined {
  const seeing = servers.filter(({ name }) => machine.seenBy.length === 0 || machine.seenBy.includes(name));
  const well = seeing.filter(({ complaints }) => complaints.length === 0);
  const candidates = well.length > 0 ? well : seeing;
  const bytes = machine.disks.reduce((sum, disk) => sum + disk.bytes, 0);
  const least = Math.min(...candidates.map((server) => load(server, bytes)));
  const equal = candidates.filter((server) => load(server, bytes) === least);
  return equal[hash(machine.id) % equal.length];
}

/** Share of what a server can do that it would be doing: of its machines or of its bytes, whichever is more. */
function load({ machines, bytesPerDay }: ReplicationServer, moreBytes: number): number {
  return Math.max((machines + 1) / mostMachines, (bytesPerDay + moreBytes) / mostBytesPerDay);
}

function hash(text: string): number {
  return Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7);
}
