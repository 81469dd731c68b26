import type { NamedBody } from '../fabric.ts';
import { serviceTime } from '../service-time.ts';
import type { ClassicFabric } from './fabric.ts';

/** The provider of a configuration server: it has the fabric's own identifier as its name (recorded). */
export function configurationServerProvider(fabric: ClassicFabric): NamedBody {
  const { identifier, ids, fabricType, friendlyName, items } = fabric;
  const version = '5.1.6300.0';
  const body = {
    id: ids.provider(identifier),
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationRecoveryServicesProviders',
    name: identifier,
    properties: {
      fabricType,
      friendlyName,
      providerVersion: version,
      serverVersion: '',
      providerVersionState: 'Latest',
      providerVersionExpiryDate: '9999-12-31T23:59:59.9999999',
      fabricFriendlyName: friendlyName,
      lastHeartBeat: serviceTime(fabric.vault.world.clock.nowMs - 60_000),
      connectionStatus: 'Connected',
      protectedItemCount: items.size,
      allowedScenarios: ['Refresh'],
      healthErrorDetails: [],
      draIdentifier: identifier,
      machineId: identifier,
      machineName: friendlyName,
      biosId: null,
      authenticationIdentityDetails: null,
      resourceAccessIdentityDetails: null,
      dataPlaneAuthenticationIdentityDetails: null,
      providerVersionDetails: { version, expiryDate: '9999-12-31T23:59:59.9999999', status: 'Supported' },
    },
  };
  return { name: identifier, body };
}
