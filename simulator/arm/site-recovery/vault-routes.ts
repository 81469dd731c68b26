import { siteRecoveryVersions } from '../api-versions.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';
import { appliancesBody, containerBody, fabricBody } from './fabric-bodies.ts';
import type { VaultFinder } from './vault-finder.ts';

/** The vault's one fabric with appliances and container. */
export function vaultRoutes(find: VaultFinder): readonly Route[] {
  const { path, fabric, container } = find;
  const versions = siteRecoveryVersions;
  const containers = 'ReplicationProtectionContainers';
  return [
    get(`${path}/replicationFabrics`, 'ReplicationFabrics_List', versions, (call) =>
      list([fabricBody(find.vault(call), false)]),
    ),
    get(fabric, 'ReplicationFabrics_Get', versions, (call) => ok(fabricBody(find.fabricOf(call), true))),
    get(`${path}/replicationAppliances`, 'ReplicationAppliances_List', versions, (call) =>
      ok(appliancesBody(find.vault(call))),
    ),
    get(`${path}/replicationProtectionContainers`, `${containers}_List`, versions, (call) =>
      list([containerBody(find.vault(call))]),
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
