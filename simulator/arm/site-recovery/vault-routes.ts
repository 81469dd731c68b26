import { siteRecoveryVersions } from '../api-versions.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';
import { containerBody } from './container-body.ts';
import { appliancesBody } from './modernized/appliance-bodies.ts';
import { ModernizedFabric } from './modernized/fabric.ts';
import type { VaultFinder } from './vault-finder.ts';

/** The vault's fabrics with their containers, and its appliances. */
export function vaultRoutes(find: VaultFinder): readonly Route[] {
  const { path, fabric, container } = find;
  const versions = siteRecoveryVersions;
  const containers = 'ReplicationProtectionContainers';
  return [
    get(`${path}/replicationFabrics`, 'ReplicationFabrics_List', versions, (call) =>
      list([...find.vault(call).fabrics].map((each) => each.body(false))),
    ),
    get(fabric, 'ReplicationFabrics_Get', versions, (call) => ok(find.fabricOf(call).body(true))),
    get(`${path}/replicationAppliances`, 'ReplicationAppliances_List', versions, (call) =>
      ok(appliancesBody([...find.vault(call).fabrics].filter((each) => each instanceof ModernizedFabric))),
    ),
    get(`${path}/replicationProtectionContainers`, `${containers}_List`, versions, (call) =>
      list([...find.vault(call).fabrics].map(containerBody)),
    ),
    get(
      `${fabric}/replicationProtectionContainers`,
      `${containers}_ListByReplicationFabrics`,
      versions,
      (call) => list([containerBody(find.fabricOf(call))]),
    ),
    get(container, `${containers}_Get`, versions, (call) => ok(containerBody(find.containerOf(call)))),
  ];
}

function list(value: readonly unknown[]): ArmAnswer {
  return ok({ value, nextLink: null });
}
