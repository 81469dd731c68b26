import type { Clock } from '../../clock.ts';
import type { SourceMachine, SourceMachines } from '../../source-machines.ts';
import type { ProtectedItem } from './protected-item.ts';

/** After so long without a heartbeat the service calls the agent lost. Inferred. */
const lostAfterMs = 15 * 60_000;

/**
 * Looks at an item's source, as its agent would report: the agent sends while the machine runs or shuts down; a forced
 * stop leaves what it had not sent in doubt, so the item wants a resync from then on (field-notes.md).
 */
export function watchSource(
  item: ProtectedItem,
  sources: SourceMachines,
  nowMs: number,
): SourceMachine | undefined {
  const machine = sources.byInstanceId(item.machine.instanceId);
  if (machine?.state === 'running' || machine?.state === 'stopping') item.lastRunningMs = nowMs;
  if (machine?.wasForceStopped === true && item.replicationEndedMs === undefined) item.resyncRequired = true;
  return machine;
}

/** True once the agent has been silent for too long while it is still wanted. */
export function agentLost(item: ProtectedItem, nowMs: number): boolean {
  return item.replicationEndedMs === undefined && nowMs - item.lastRunningMs > lostAfterMs;
}

/** How often an agent whose machine shuts down is looked at: what it sends until then still counts. */
const shutdownLookMs = 5_000;

/** Follows a source until it runs steadily or not at all, so that the agent's last sign of life is known also when nobody reads. */
export function followSource(item: ProtectedItem, sources: SourceMachines, clock: Clock): void {
  const state = watchSource(item, sources, clock.nowMs)?.state;
  if (state === 'stopping' || state === 'pending') {
    clock.after(shutdownLookMs, () => followSource(item, sources, clock));
  }
}
