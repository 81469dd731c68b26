import { badInput } from './asr-error.ts';
import type { ProtectedItem } from './protected-item.ts';
import { latestPoint, recoveryPoints, type RecoveryPoint } from './recovery-points.ts';

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
  if (item.resyncRequired || newest.timeMs >= item.lastRunningMs) return newest;
  const last: RecoveryPoint = {
    name: item.random.fork(`latest/${item.lastRunningMs}`).guid(),
    timeMs: item.lastRunningMs,
    type: 'CrashConsistent',
  };
  item.extraPoints = [...item.extraPoints, last];
  return last;
}
