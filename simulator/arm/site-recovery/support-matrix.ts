import type { JobFailure } from '../../faults.ts';
import type { ProtectedItem } from './protected-item.ts';

const maxDataDisks = 64;
const maxDataDiskGiB = 32 * 1024;
const maxOsDiskGiB = { BIOS: 2048, UEFI: 4095 } as const;

/** Why the service can't protect a machine: its limits are documented, how its job fails on them is inferred. */
export function unsupported({ disks, source, fabric }: ProtectedItem): JobFailure | undefined {
  const { unsupportedVolumes } = fabric.vault.world.section.quirks;
  const volume = source.disks.find(({ volumeId }) => unsupportedVolumes.includes(volumeId));
  if (volume !== undefined)
    return unfit(
      `The disk '${volume.deviceName}' (${volume.volumeId}) of the machine '${source.hostName}' is not supported.`,
    );
  const most = maxOsDiskGiB[source.firmware];
  for (const { diskName, isOsDisk, sizeGiB } of disks) {
    const limit = isOsDisk ? most : maxDataDiskGiB;
    if (sizeGiB > limit)
      return unfit(
        `The disk '${diskName}' of the machine '${source.hostName}' has ${sizeGiB} GB, more than the supported ${limit} GB.`,
      );
  }
  const dataDisks = disks.filter(({ isOsDisk }) => !isOsDisk).length;
  if (dataDisks <= maxDataDisks) return undefined;
  return unfit(
    `The machine '${source.hostName}' has ${dataDisks} data disks, more than the supported ${maxDataDisks}.`,
  );
}

function unfit(message: string): JobFailure {
  return {
    code: 'DiskNotSupported',
    message,
    possibleCauses: 'The disk does not meet the support matrix of Site Recovery.',
    recommendedAction:
      'Change the disk, or leave it out where the provider allows that, then enable replication again.',
  };
}
