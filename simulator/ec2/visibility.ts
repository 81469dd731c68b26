import type { Estate, InstanceRow, SnapshotRow } from './estate.ts';

/** EC2 is eventually consistent: until `untilMs` of simulated time, reads still show this instance as it is now. */
export function holdBack({ instances }: Estate, instanceId: string, untilMs: number): void {
  const row = instances.get(instanceId);
  if (row !== undefined) row.heldBack = { answer: row.answer, untilMs };
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
