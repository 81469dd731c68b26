import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions } from '../api-versions.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';
import { notThere } from './asr-error.ts';
import { recoveryPointBody, recoveryPoints } from './recovery-points.ts';
import type { VaultFinder } from './vault-finder.ts';

/** Recovery points of an item. */
export function recoveryPointRoutes(find: VaultFinder): readonly Route[] {
  const points = `${find.item}/recoveryPoints`;
  const versions = siteRecoveryVersions;
  return [
    get(points, 'RecoveryPoints_ListByReplicationProtectedItems', versions, (call) => listPoints(find, call)),
    get(`${points}/{point}`, 'RecoveryPoints_Get', versions, (call) => getPoint(find, call)),
  ];
}

function listPoints(find: VaultFinder, call: ArmCall): ArmAnswer {
  const { vault, item } = find.itemOf(call);
  const points = recoveryPoints(item, vault.world.clock.nowMs);
  const value = points.map((point) =>
    recoveryPointBody(point, item.fabric.ids.recoveryPoint(item.name, point.name), item.fabric.provider),
  );
  return ok({ value, nextLink: null });
}

function getPoint(find: VaultFinder, call: ArmCall): ArmAnswer {
  const { vault, item } = find.itemOf(call);
  const name = call.param('point').toLowerCase();
  const point = recoveryPoints(item, vault.world.clock.nowMs).find((each) => each.name === name);
  const id = item.fabric.ids.recoveryPoint(item.name, name);
  if (point === undefined) throw notThere(id);
  return ok(recoveryPointBody(point, id, item.fabric.provider));
}
