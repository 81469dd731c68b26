import type { SourceMachine } from '../../source-machines.ts';
import type { ProtectedItem } from './protected-item.ts';

/** After so long without a heartbeat the service calls the agent lost. Inferred. */
const lostAfterMs = 15 * 60_000;

/** Control and data, from the machine to its server (documented). */
const replicationPorts = [443, 9443];

/**
 * Looks at an item's source, as its agent would report: the agent sends while the machine runs or shuts down and reaches
 * its server; a forced stop leaves what it had not sent in doubt, so the item wants a resync from then on (field-notes.md).
 */
export function watchSource(item: ProtectedItem, nowMs: number): SourceMachine | undefined {
  const { sources } = item.fabric.vault.world;
  const machine = sources.byInstanceId(item.machine.instanceId);
  if (machine?.state === 'running' || machine?.state === 'stopping') {
    if (machine.state === 'running') item.cutOffSinceMs = cutOffSince(item, machine);
    item.lastRunningMs = item.cutOffSinceMs ?? heardUntil(item, nowMs);
  }
  noteSent(item, machine, nowMs);
  if (machine?.wasForceStopped === true && item.replicationEndedMs === undefined) item.resyncRequired = true;
  return machine;
}

/** The agent has sent from the last look until it was last heard, if it could at that look. */
function noteSent(item: ProtectedItem, machine: SourceMachine | undefined, nowMs: number): void {
  if (item.writes === undefined || item.replicationEndedMs !== undefined) return;
  const isUp = machine?.state === 'running' || machine?.state === 'stopping';
  if (item.sendingSinceMs !== undefined) item.writes.send(item.sendingSinceMs, item.lastRunningMs);
  item.sendingSinceMs = isUp && item.lastRunningMs === nowMs ? nowMs : undefined;
}

/** True while the agent reports and its data arrives. */
export function isReplicating(item: ProtectedItem, nowMs: number): boolean {
  return watchSource(item, nowMs)?.state === 'running' && item.lastRunningMs === nowMs;
}

/** True once the agent has been silent for too long while it is still wanted. */
export function agentLost(item: ProtectedItem, nowMs: number): boolean {
  return item.replicationEndedMs === undefined && nowMs - item.lastRunningMs > lostAfterMs;
}

/** How often an agent whose machine shuts down is looked at: what it sends until then still counts. */
const shutdownLookMs = 5_000;

/** Follows a source until it runs steadily or not at all, so that the agent's last sign of life is known also when nobody reads. */
export function followSource(item: ProtectedItem): void {
  const { clock } = item.fabric.vault.world;
  const state = watchSource(item, clock.nowMs)?.state;
  if (state === 'stopping' || state === 'pending') clock.after(shutdownLookMs, () => followSource(item));
}

/** Since when the machine's way to its server is closed; undefined while it is open. */
function cutOffSince(item: ProtectedItem, { privateIp }: SourceMachine): number | undefined {
  const server = item.fabric.serverById(item.settings.processServerId);
  const { sources } = item.fabric.vault.world;
  const isOpen =
    server === undefined ||
    replicationPorts.every((port) => sources.reaches(privateIp, server.ipAddress, port));
  if (isOpen) return undefined;
  return item.cutOffSinceMs ?? item.lastRunningMs;
}

/** An agent that falls silent by itself sends nothing from then on. */
function heardUntil(item: ProtectedItem, nowMs: number): number {
  const { section, clock } = item.fabric.vault.world;
  const quirk = section.quirks.agentsFallSilent.find(
    ({ instanceId }) => instanceId === item.source.instanceId,
  );
  return quirk === undefined ? nowMs : Math.min(nowMs, clock.startMs + quirk.afterMinutes * 60_000);
}
