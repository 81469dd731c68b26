import { paginateDescribeVolumes, type EC2Client, type Volume } from '@aws-sdk/client-ec2';
import type { FoundInstance } from '../instances.ts';
import type { BootMode } from './boot-mode.ts';
import type { Findings } from './findings.ts';

/** An EBS volume as an instance has it. */
export interface SourceVolume {
  readonly volumeId: string;
  /** `/dev/sda1`, `xvdb`. */
  readonly device: string;
  readonly sizeGiB: number;
  readonly isRoot: boolean;
  /** Other instances that it is attached to. */
  readonly sharedWith: readonly string[];
}

const maxDataDisks = 64;
const maxDataGiB = 32 * 1024;
/** Largest disk of an operating system, by the boot mode, which decides the generation of the VM. */
const maxOsGiB = { BIOS: 2048, UEFI: 4095 };

/** The volumes of an instance. Whether EBS encrypts them does not matter: the guest sees them plain. */
export async function readVolumes(
  ec2: EC2Client,
  { InstanceId, RootDeviceName }: FoundInstance,
): Promise<SourceVolume[]> {
  const filters = [{ Name: 'attachment.instance-id', Values: [InstanceId] }];
  const found: Volume[] = [];
  for await (const page of paginateDescribeVolumes({ client: ec2 }, { Filters: filters }))
    found.push(...(page.Volumes ?? []));
  return found.map(({ VolumeId = '', Size = 0, Attachments = [] }) => {
    const owners = Attachments.flatMap((one) => one.InstanceId ?? []);
    const device = Attachments.find((one) => one.InstanceId === InstanceId)?.Device ?? '';
    return {
      volumeId: VolumeId,
      device,
      sizeGiB: Size,
      isRoot: device === RootDeviceName,
      sharedWith: owners.filter((owner) => owner !== InstanceId),
    };
  });
}

/** Whether Azure has disks for its volumes. */
export function checkVolumes(
  volumes: readonly SourceVolume[],
  bootMode: BootMode | undefined,
  findings: Findings,
): void {
  const data = volumes.filter(({ isRoot }) => !isRoot);
  if (data.length > maxDataDisks)
    findings.blocker(
      'TOO_MANY_DISKS',
      `${data.length} data volumes are attached; Site Recovery replicates up to ${maxDataDisks}`,
      'Bring the data onto fewer volumes',
    );
  for (const volume of volumes) {
    checkSize(volume, bootMode ?? 'BIOS', findings);
    if (volume.sharedWith.length > 0)
      findings.blocker(
        'SHARED_DISK',
        `${nameOf(volume)} is attached to ${volume.sharedWith.join(', ')} too: Site Recovery does not replicate a shared disk`,
        'Give each machine a volume of its own',
      );
  }
}

function checkSize(volume: SourceVolume, bootMode: BootMode, findings: Findings): void {
  const { sizeGiB, isRoot } = volume;
  if (isRoot && sizeGiB > maxOsGiB[bootMode])
    findings.blocker(
      'DISK_TOO_LARGE',
      `${nameOf(volume)} with the operating system has ${sizeGiB} GiB; a VM of generation ${bootMode === 'UEFI' ? 2 : 1}, to which ${bootMode} leads, takes up to ${maxOsGiB[bootMode]}`,
      'Move the data off it and make the system volume smaller',
    );
  if (!isRoot && sizeGiB > maxDataGiB)
    findings.blocker(
      'DISK_TOO_LARGE',
      `${nameOf(volume)} has ${sizeGiB} GiB; a managed disk has up to ${maxDataGiB}`,
      'Spread the data over smaller volumes',
    );
}

function nameOf({ device, volumeId }: SourceVolume): string {
  return `${device} (${volumeId})`;
}
