import type { BlockDeviceAnswer, Tag, VolumeAnswer } from './answers.ts';
import { AwsError, invalidValue } from './aws-error.ts';
import type { Estate, InstanceRow, PlainRow } from './estate.ts';

/** A new volume. */
export interface NewVolume {
  readonly device: string;
  readonly sizeGiB: number;
  readonly type: string;
  readonly encrypted: boolean;
  /** Whether several instances may have it at once. */
  readonly multiAttach?: boolean | undefined;
}

/**
 * Makes a volume and attaches it to an instance.
 * @throws AwsError `InvalidParameterValue` where the device name is taken, `IncorrectState` for an instance that is gone.
 */
export function attachVolume(estate: Estate, row: InstanceRow, volume: NewVolume): void {
  const devices = row.answer.BlockDeviceMappings ?? [];
  if (devices.some(({ DeviceName }) => DeviceName === volume.device)) {
    throw invalidValue(
      `Invalid value '${volume.device}' for unixDevice. Attachment point ${volume.device} is already in use`,
    );
  }
  const state = row.answer.State?.Name;
  if (state !== 'running' && state !== 'stopped') {
    throw new AwsError('IncorrectState', `Instance '${row.id}' is not 'running' or 'stopped'.`);
  }
  const device = addVolume(estate, volume, {
    instanceId: row.id,
    availabilityZone: row.answer.Placement?.AvailabilityZone,
    deleteOnTermination: false,
    tags: [],
  });
  row.answer = { ...row.answer, BlockDeviceMappings: [...devices, device] };
}

/**
 * Detaches a volume; it stays, `available`.
 * @throws AwsError `InvalidAttachment.NotFound`.
 */
export function detachVolume(estate: Estate, row: InstanceRow, volumeId: string): void {
  const devices = row.answer.BlockDeviceMappings ?? [];
  if (!devices.some(({ Ebs }) => Ebs?.VolumeId === volumeId)) {
    throw new AwsError(
      'InvalidAttachment.NotFound',
      `Volume '${volumeId}' is not attached to instance '${row.id}'`,
    );
  }
  row.answer = {
    ...row.answer,
    BlockDeviceMappings: devices.filter(({ Ebs }) => Ebs?.VolumeId !== volumeId),
  };
  releaseVolume(estate, volumeId, false);
}

/** Lets go of a volume whose instance is gone: it goes too, or stays without attachment. */
export function releaseVolume({ volumes }: Estate, volumeId: string, deleteOnTermination: boolean): void {
  const volume = volumes.get(volumeId);
  if (volume === undefined) return;
  if (deleteOnTermination) {
    volumes.remove(volume);
    return;
  }
  volume.answer = { ...volume.answer, State: 'available', Attachments: [] };
  volumes.reindex(volume);
}

/** Makes a volume that is attached to an instance. @returns the instance's side of it. */
export function addVolume(
  { clock, ids, volumes }: Estate,
  {
    device,
    sizeGiB,
    type,
    encrypted,
    multiAttach = false,
    volumeId = ids.next('vol'),
  }: NewVolume & { readonly volumeId?: string | undefined },
  owner: {
    readonly instanceId: string;
    readonly availabilityZone: string | undefined;
    readonly deleteOnTermination: boolean;
    readonly tags: Tag[];
  },
): BlockDeviceAnswer {
  const attached = {
    VolumeId: volumeId,
    AttachTime: clock.now.toISOString(),
    DeleteOnTermination: owner.deleteOnTermination,
  };
  const answer: VolumeAnswer = {
    VolumeId: volumeId,
    Size: sizeGiB,
    VolumeType: type,
    Encrypted: encrypted,
    State: 'in-use',
    AvailabilityZone: owner.availabilityZone,
    CreateTime: attached.AttachTime,
    MultiAttachEnabled: multiAttach,
    SnapshotId: '',
    Attachments: [{ ...attached, InstanceId: owner.instanceId, Device: device, State: 'attached' }],
    Tags: owner.tags,
  };
  volumes.add({ id: volumeId, answer });
  return { DeviceName: device, Ebs: { ...attached, Status: 'attached' } };
}

/** Attaches a volume that other instances have already. @returns the instance's side of it. */
export function attachAlso(
  { clock, volumes }: Estate,
  volume: PlainRow<VolumeAnswer>,
  instanceId: string,
  device: string,
): BlockDeviceAnswer {
  const attached = {
    VolumeId: volume.id,
    AttachTime: clock.now.toISOString(),
    DeleteOnTermination: false,
  };
  const attachment = { ...attached, InstanceId: instanceId, Device: device, State: 'attached' };
  volume.answer = { ...volume.answer, Attachments: [...(volume.answer.Attachments ?? []), attachment] };
  volumes.reindex(volume);
  return { DeviceName: device, Ebs: { ...attached, Status: 'attached' } };
}
