import type { Estate, InstanceRow, SnapshotRow } from './estate.ts';

/**
 * EC2 is eventually consistent: until `untilMs` of simulated time, DescribeInstances and DescribeInstanceStatus go on
 * showing this instance as they show it now, and snapshots made of it meanwhile are not listed.
 */
export function holdBack(estate: Estate, instanceId: string, untilMs: number): void {
  const row = estate.instances.get(instanceId);
  if (row !== undefined) row.heldBack = { answer: visibleInstance(estate, row).answer, untilMs };
}

/** The instance as reads show it. */
export function visibleInstance({ clock }: Estate, row: InstanceRow): InstanceRow {
  const { heldBack } = row;
  return heldBack === undefined || heldBack.untilMs <= clock.nowMs
    ? row
    : { ...row, answer: heldBack.answer };
}

/** The snapshot, once reads show it. */
export function visibleSnapshot({ clock }: Estate, row: SnapshotRow): SnapshotRow | undefined {
  return row.visibleFromMs <= clock.nowMs ? row : undefined;
}
