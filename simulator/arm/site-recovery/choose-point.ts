import { badInput } from './asr-error.ts';
import type { ProtectedItem } from './protected-item.ts';
import { latestPoint, recoveryPoints, type RecoveryPoint } from './recovery-points.ts';

/** Number of the last write that a point holds; undefined where nothing writes. */
export function heldBy({ writes }: ProtectedItem, { timeMs, holds }: RecoveryPoint): number | undefined {
  return writes === undefined ? undefined : (holds ?? writes.processedBy(timeMs));
}

/**
 * The recovery point that a request means. Without one it is the latest: what the agent has sent becomes a point of its
 * own, unless a forced stop has put that in doubt.
 */
export function choosePoint(item: ProtectedItem, id: string | undefined, nowMs: number): RecoveryPoint {
  if (id !== undefined && id !== '') {
    const name = id.slice(id.lastIndexOf('/') + 1).toLowerCase();
    const point = recoveryPoints(item, nowMs).find((each) => each.name === name);
    if (point === undefined) throw badInput(`The recovery point '${id}' does not exist.`);
    return point;
  }
  const newest = latestPoint(item, nowMs);
  if (newest === undefined) throw badInput(`The protected item '${item.name}' has no recovery point.`);
  const holds = item.writes?.arrivedBy(nowMs) ?? 0;
  const isAll = newest.timeMs >= item.lastRunningMs && holds <= (heldBy(item, newest) ?? 0);
  if (item.resyncRequired || isAll) return newest;
  const last: RecoveryPoint = {
    name: item.random.fork(`latest/${item.lastRunningMs}/${holds}`).guid(),
    timeMs: item.lastRunningMs,
    type: 'CrashConsistent',
    holds,
  };
  item.extraPoints = [...item.extraPoints, last];
  return last;
}
