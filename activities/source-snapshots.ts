import {
  CreateSnapshotsCommand,
  paginateDescribeSnapshots,
  type EC2Client,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import type { VmPlan } from '../plan/index.ts';
import { planTag, vmTag } from './claim.ts';
import type { ActivityDeps } from './clouds.ts';
import { finalFailure, notYet } from './failures.ts';

/** Copies of a source's volumes, once its machine lives in Azure. */
export const sourceSnapshotActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /** Begins a snapshot of all the source's volumes, or finds the one already begun by its tags. */
  async beginSnapshots(vm: VmPlan, instanceId: string): Promise<void> {
    const ec2 = clouds.ec2(vm.source.region);
    if ((await snapshotsOf(ec2, vm)).length > 0) return;
    await ec2.send(
      new CreateSnapshotsCommand({
        InstanceSpecification: { InstanceId: instanceId },
        Description: `Portage: source of ${vm.plan}/${vm.name} after its migration`,
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: snapshotTags(vm) }],
      }),
    );
  },

  /**
   * Waits until the snapshots are complete, however long; EC2 may take a while to show any.
   * @returns their ids. @throws `SnapshotFailed` (final).
   */
  async awaitSnapshots(vm: VmPlan): Promise<string[]> {
    const snapshots = await snapshotsOf(clouds.ec2(vm.source.region), vm);
    const failed = snapshots.find(({ State }) => State === 'error');
    if (failed !== undefined)
      throw finalFailure(
        'SnapshotFailed',
        `Snapshot ${failed.SnapshotId ?? ''} failed: ${failed.StateMessage ?? ''}`,
        {
          code: 'SNAPSHOT_FAILED',
          suggestion: 'Delete the failed snapshots, then retry',
        },
      );
    const done = snapshots.filter(({ State }) => State === 'completed');
    if (done.length === 0 || done.length < snapshots.length)
      throw notYet({ text: `${done.length} of ${snapshots.length} snapshots complete` }, pollIntervalMs);
    return done.flatMap(({ SnapshotId }) => SnapshotId ?? []);
  },
});

const snapshotTags = (vm: VmPlan) => [
  { Key: planTag, Value: vm.plan },
  { Key: vmTag, Value: vm.name },
];

async function snapshotsOf(ec2: EC2Client, vm: VmPlan): Promise<Snapshot[]> {
  const filters = snapshotTags(vm).map(({ Key, Value }) => ({ Name: `tag:${Key}`, Values: [Value] }));
  const found: Snapshot[] = [];
  for await (const page of paginateDescribeSnapshots(
    { client: ec2 },
    { OwnerIds: ['self'], Filters: filters },
  ))
    found.push(...(page.Snapshots ?? []));
  return found;
}
