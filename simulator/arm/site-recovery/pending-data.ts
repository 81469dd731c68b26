import type { ProtectedDisk, ProtectedItem } from './protected-item.ts';
import type { PendingData } from './replicated-writes.ts';

/**
 * What of a disk's data has not come through; undefined where nothing on its source writes. Writers write to the first data
 * disk, where there is one. When the agent has stopped it goes on telling what it last had (inferred); after a failover nothing
 * is pending any more.
 */
export function pendingOf(item: ProtectedItem, disk: ProtectedDisk, nowMs: number): PendingData | undefined {
  const { writes, disks, replicationEndedMs } = item;
  if (writes === undefined) return undefined;
  const written = disks.find(({ isOsDisk }) => !isOsDisk) ?? disks[0];
  if (disk !== written || replicationEndedMs !== undefined) return { atAgent: 0, inLogStore: 0 };
  return writes.pending(nowMs, item.lastRunningMs);
}
