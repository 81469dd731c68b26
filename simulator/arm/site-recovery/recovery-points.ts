import type { InstanceType } from './fabric.ts';
import type { ProtectedItem } from './protected-item.ts';

/** A point in time that an item can be failed over to. */
export interface RecoveryPoint {
  readonly name: string;
  readonly timeMs: number;
  readonly type: 'CrashConsistent' | 'AppConsistent';
  /** Number of the last write that it holds, where that is not what was processed by its time. */
  readonly holds?: number;
}

/**
 * The item's recovery points, newest first: one for each interval of its policy since the first one, no older than the
 * policy's history, none after the source stopped or the failover began. They are worked out when asked for, so that a
 * vault of thousands costs nothing while nobody looks. What matters is kept as it is: the point of a failover, and after
 * a commit nothing else.
 */
export function recoveryPoints(item: ProtectedItem, nowMs: number): readonly RecoveryPoint[] {
  if (item.keptPoint !== undefined) return [item.keptPoint];
  if (item.firstPointMs === undefined) return [];
  const { firstPointMs, policy, extraPoints } = item;
  const endMs = item.replicationEndedMs ?? nowMs;
  const oldestMs = endMs - policy.schedule.recoveryPointHistoryMinutes * 60_000;
  const lastIndex = lastPointIndex(item, nowMs);
  const points = [...extraPoints];
  for (let index = lastIndex; index >= 0; index -= 1) {
    const point = pointAt(item, firstPointMs, index);
    if (point.timeMs < oldestMs) break;
    points.push(point);
  }
  return points.sort((one, other) => other.timeMs - one.timeMs);
}

/** The newest point, without working out the others. */
export function latestPoint(item: ProtectedItem, nowMs: number): RecoveryPoint | undefined {
  if (item.keptPoint !== undefined) return item.keptPoint;
  if (item.firstPointMs === undefined) return undefined;
  const last = pointAt(item, item.firstPointMs, lastPointIndex(item, nowMs));
  return item.extraPoints.reduce((newest, point) => (point.timeMs > newest.timeMs ? point : newest), last);
}

function lastPointIndex(item: ProtectedItem, nowMs: number): number {
  const endMs = Math.min(nowMs, item.lastRunningMs, item.replicationEndedMs ?? Infinity);
  return Math.max(0, Math.floor((endMs - (item.firstPointMs ?? endMs)) / intervalMs(item)));
}

function pointAt(item: ProtectedItem, firstPointMs: number, index: number): RecoveryPoint {
  const timeMs = firstPointMs + index * intervalMs(item);
  const { appConsistentMinutes } = item.policy.schedule;
  const perHour =
    appConsistentMinutes === 0
      ? 0
      : Math.max(1, Math.round((appConsistentMinutes * 60_000) / intervalMs(item)));
  const type = perHour > 0 && index % perHour === 0 ? 'AppConsistent' : 'CrashConsistent';
  return { name: item.random.fork(`point/${index}`).guid(), timeMs, type };
}

function intervalMs({ policy }: ProtectedItem): number {
  const { crashConsistentMinutes, appConsistentMinutes } = policy.schedule;
  return Math.max(1, crashConsistentMinutes || appConsistentMinutes || 5) * 60_000;
}

/** A point as list and get answer it. */
export function recoveryPointBody(point: RecoveryPoint, id: string, instanceType: InstanceType): unknown {
  return {
    name: point.name,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems/recoveryPoints',
    id,
    properties: {
      recoveryPointTime: new Date(point.timeMs).toISOString(),
      recoveryPointType: point.type,
      providerSpecificDetails: { instanceType, isMultiVmSyncPoint: 'false' },
    },
  };
}
