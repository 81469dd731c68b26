import type { ArmCall } from '../arm-call.ts';
import { ArmError, resourceNotFound } from '../arm-error.ts';
import { diskVersions } from '../api-versions.ts';
import { listPage } from '../paged-list.ts';
import { get, ok, remove, type ArmAnswer, type Route } from '../route.ts';
import type { Compute } from './compute.ts';
import { diskBody } from './compute-bodies.ts';
import { beginCompute } from './compute-operations.ts';

/** Managed disks: read, and deleted when they are free. */
export function diskRoutes(compute: Compute): readonly Route[] {
  const type = 'Microsoft.Compute/disks';
  const ofGroup = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${type}`;
  const { pageSize } = compute.world.section;
  return [
    get(`/subscriptions/{subscription}/providers/${type}`, 'Disks_List', diskVersions, (call) =>
      listPage(call, compute.disks.all, pageSize, diskBody),
    ),
    get(ofGroup, 'Disks_ListByResourceGroup', diskVersions, (call) =>
      listPage(call, compute.disks.inGroup(call.param('group')), pageSize, diskBody),
    ),
    get(`${ofGroup}/{disk}`, 'Disks_Get', diskVersions, (call) => {
      const [group, name] = [call.param('group'), call.param('disk')];
      const disk = compute.disks.get(compute.diskId(group, name));
      if (disk === undefined) throw resourceNotFound(type, name, group);
      return ok(diskBody(disk));
    }),
    remove(`${ofGroup}/{disk}`, 'Disks_Delete', diskVersions, (call) => deleteDisk(call, compute)),
  ];
}

function deleteDisk(call: ArmCall, compute: Compute): ArmAnswer {
  const disk = compute.disks.get(compute.diskId(call.param('group'), call.param('disk')));
  if (disk === undefined) return { status: 204 };
  if (disk.managedBy !== undefined) {
    const message = `Disk ${disk.name} is attached to VM ${disk.managedBy}.`;
    throw new ArmError(409, 'OperationNotAllowed', message);
  }
  return beginCompute(call, compute.world, disk, {
    span: compute.world.durations.networkSeconds,
    answer: { status: 202 },
    done: () => compute.disks.remove(disk.id),
  });
}
