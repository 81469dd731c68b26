import { paginateDescribeVolumes, type EC2Client } from '@aws-sdk/client-ec2';
import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { VmPlan } from '../../plan/index.ts';
import { findInstance } from '../instances.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';

interface AttachedVolume {
  readonly volumeId: string;
  readonly device: string;
  readonly sizeGiB: number;
  readonly attachedMs: number;
}

/**
 * The volumes of the source that no protected disk can be, in words: one that was attached after replication was enabled is
 * not picked up (field notes), and would stay behind without a word. Neither side knows the other's names, so they are
 * compared by size, the longest attached first; of several alike the latest is named. An item that tells no disks cannot be
 * compared.
 */
export async function unprotectedVolumes(
  ec2: EC2Client,
  vm: VmPlan,
  item: ReplicationProtectedItem,
): Promise<string[]> {
  const { protectedDiskBytes } = providerOf(vm.environment).details(item);
  const search = await findInstance(ec2, vm);
  if (protectedDiskBytes.length === 0 || search.kind !== 'found') return [];
  const free = protectedDiskBytes.map(wholeGiB);
  const volumes = await attachedVolumes(ec2, search.instance.InstanceId);
  return volumes.flatMap(({ volumeId, device, sizeGiB }) => {
    const at = free.indexOf(sizeGiB);
    if (at !== -1) free.splice(at, 1);
    return at === -1
      ? [`${device} (${volumeId}, ${sizeGiB} GiB) is attached to the source and is not replicated`]
      : [];
  });
}

/** Systems tell the size of a disk in whole cylinders: some megabytes less than it has. */
function wholeGiB(bytes: number): number {
  return Math.round(bytes / 2 ** 30);
}

async function attachedVolumes(ec2: EC2Client, instanceId: string): Promise<AttachedVolume[]> {
  const found: AttachedVolume[] = [];
  const filters = [{ Name: 'attachment.instance-id', Values: [instanceId] }];
  for await (const { Volumes = [] } of paginateDescribeVolumes({ client: ec2 }, { Filters: filters }))
    for (const { VolumeId = '', Size = 0, Attachments = [] } of Volumes) {
      const attachment = Attachments.find(({ InstanceId }) => InstanceId === instanceId);
      found.push({
        volumeId: VolumeId,
        device: attachment?.Device ?? '',
        sizeGiB: Size,
        attachedMs: attachment?.AttachTime?.getTime() ?? 0,
      });
    }
  return found.sort((one, other) => one.attachedMs - other.attachedMs);
}
