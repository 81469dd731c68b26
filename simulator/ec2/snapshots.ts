import type { SnapshotAnswer, Tag } from './answers.ts';
import { AwsError } from './aws-error.ts';
import type { Estate, InstanceRow, SnapshotRow } from './estate.ts';
import { present } from './estate.ts';

/** What a person wants snapshots of, and how they are marked. */
interface Wish {
  readonly withBootVolume: boolean;
  readonly excludedVolumeIds: readonly string[];
  readonly description: string;
  readonly tags: readonly Tag[];
  readonly copyVolumeTags: boolean;
}

/**
 * Begins one snapshot of each of the instance's volumes. They are `pending`, and `completed` after the section's `snapshotMinutes`.
 * @throws AwsError `IncorrectInstanceState` for an instance that has no volumes left.
 */
export function takeSnapshots(estate: Estate, instance: InstanceRow, wish: Wish): SnapshotRow[] {
  const ids = (instance.answer.BlockDeviceMappings ?? [])
    .filter(({ DeviceName }) => wish.withBootVolume || DeviceName !== instance.answer.RootDeviceName)
    .map(({ Ebs }) => Ebs?.VolumeId);
  const wanted = present(ids).filter((id) => !wish.excludedVolumeIds.includes(id));
  if (wanted.length === 0) {
    throw new AwsError(
      'IncorrectInstanceState',
      `The instance '${instance.id}' has no volumes to take snapshots of.`,
    );
  }
  return wanted.map((volumeId) => takeSnapshot(estate, instance, volumeId, wish));
}

function takeSnapshot(estate: Estate, instance: InstanceRow, volumeId: string, wish: Wish): SnapshotRow {
  const { clock, ids, section, snapshots, volumes } = estate;
  const volume = volumes.get(volumeId)?.answer;
  const answer: SnapshotAnswer = {
    SnapshotId: ids.next('snap'),
    VolumeId: volumeId,
    VolumeSize: volume?.Size,
    State: 'pending',
    Progress: '0%',
    StartTime: clock.now.toISOString(),
    OwnerId: section.account,
    Description: wish.description,
    Encrypted: volume?.Encrypted ?? false,
    StorageTier: 'standard',
    Tags: [...(wish.copyVolumeTags ? (volume?.Tags ?? []) : []), ...wish.tags],
  };
  const row: SnapshotRow = { id: answer.SnapshotId, answer, visibleFromMs: instance.heldBack?.untilMs ?? 0 };
  snapshots.add(row);
  clock.after(section.snapshotMinutes * 60_000, () => complete(estate, row));
  return row;
}

function complete({ clock }: Estate, row: SnapshotRow): void {
  const now = clock.now.toISOString();
  row.answer = { ...row.answer, State: 'completed', Progress: '100%', CompletionTime: now };
}
