import { componentNames } from '../vault-section.ts';
import { worstOf } from '../vital-signs.ts';
import { applianceHealth, component } from './component.ts';
import type { ModernizedFabric } from './fabric.ts';

/** The fabric as GET answers it; its LIST leaves the components empty on the modernized provider (recorded). */
export function rcmFabricBody(fabric: ModernizedFabric, full: boolean): unknown {
  const { name, ids, site, identifier, appliances } = fabric;
  const kek = { kekState: 'None', kekCertThumbprint: null };
  const parts = componentNames.map((part): [string, unknown[]] => [
    part,
    full ? appliances.map((appliance) => component(fabric, appliance, part)) : [],
  ]);
  return {
    name,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics',
    id: ids.fabric,
    properties: {
      friendlyName: name,
      encryptionDetails: kek,
      rolloverEncryptionDetails: kek,
      internalIdentifier: identifier,
      bcdrState: 'Valid',
      customDetails: {
        instanceType: 'InMageRcm',
        vmwareSiteId: site.id.replace('/ServerSites/', '/VMwareSites/'),
        physicalSiteId: site.id,
        serviceEndpoint: 'https://pod01-srs1.weu.hypervrecoverymanager.windowsazure.com',
        serviceResourceId: '8238764630195140046',
        serviceContainerId: '5269262064710',
        dataPlaneUri: 'https://pod01-prot1.weu.backup.windowsazure.com',
        controlPlaneUri: 'https://pod01-rcm1.weu.hypervrecoverymanager.windowsazure.com',
        sourceAgentIdentityDetails: null,
        ...Object.fromEntries(parts),
        agentDetails: [],
      },
      healthErrorDetails: [],
      health: worstOf([fabric.health, ...appliances.map((appliance) => applianceHealth(fabric, appliance))]),
    },
  };
}
