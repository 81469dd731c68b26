import { createHash } from 'node:crypto';
import type { SourceMachine } from '../../../source-machines.ts';
import type { NewDisk } from '../replicate.ts';

/**
 * A machine's disks as the classic provider calls them: by a GUID in braces and capitals, `{A0F5A31E-…}`, and on Windows by
 * the drive (recorded). The id stays the disk's own.
 */
export function azureV2Disks({ osType, disks }: SourceMachine): NewDisk[] {
  return disks.map(({ volumeId, deviceName, isRoot, sizeGiB }, at) => ({
    diskId: `{${guidOf(volumeId)}}`,
    diskName: osType === 'Windows' ? `\\\\.\\PHYSICALDRIVE${at}` : deviceName,
    isOsDisk: isRoot,
    sizeGiB,
  }));
}

function guidOf(volumeId: string): string {
  const hex = createHash('md5').update(volumeId).digest('hex').toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
