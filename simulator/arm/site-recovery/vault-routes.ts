import { siteRecoveryVersions, vaultVersions } from '../api-versions.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';
import { containerBody } from './container-body.ts';
import { appliancesBody } from './modernized/appliance-bodies.ts';
import { ModernizedFabric } from './modernized/fabric.ts';
import type { Vault } from './vault.ts';
import type { VaultFinder } from './vault-finder.ts';

/** The vault itself, its fabrics with their containers, and its appliances. */
export function vaultRoutes(find: VaultFinder): readonly Route[] {
  const { path, fabric, container } = find;
  const versions = siteRecoveryVersions;
  const containers = 'ReplicationProtectionContainers';
  return [
    get(path, 'Vaults_Get', vaultVersions, (call) => ok(vaultBody(find.vault(call)))),
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

/** Ids of other providers than Site Recovery keep their small `/subscriptions/`. */
function vaultBody({ ids, name, location }: Vault): unknown {
  return {
    location,
    name,
    etag: 'W/"datetime\'2026-01-01T00%3A00%3A00.0000000Z\'"',
    properties: {
      provisioningState: 'Succeeded',
      privateEndpointStateForBackup: 'None',
      privateEndpointStateForSiteRecovery: 'None',
      publicNetworkAccess: 'Enabled',
    },
    id: ids.vault.replace('/Subscriptions/', '/subscriptions/'),
    type: 'Microsoft.RecoveryServices/vaults',
    sku: { name: 'RS0', tier: 'Standard' },
    identity: { type: 'SystemAssigned' },
  };
}
