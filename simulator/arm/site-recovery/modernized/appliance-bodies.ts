import type { NamedBody } from '../fabric.ts';
import { carriedBy } from '../replicate.ts';
import { serviceTime } from '../service-time.ts';
import { component } from './component.ts';
import type { Appliance, ModernizedFabric } from './fabric.ts';

/** `replicationAppliances`: every appliance with its components. */
export function appliancesBody(fabrics: readonly ModernizedFabric[]): unknown {
  const appliances = fabrics.flatMap((fabric) =>
    fabric.appliances.map((appliance) => applianceBody(fabric, appliance)),
  );
  return {
    value: [{ properties: { providerSpecificDetails: { instanceType: 'InMageRcm', appliances } } }],
    nextLink: null,
  };
}

/** `replicationRecoveryServicesProviders` of a modernized fabric: one for each appliance, `<appliance><4 hex>dra` (recorded). */
export function applianceProviders(fabric: ModernizedFabric): NamedBody[] {
  return fabric.appliances.map((appliance) => {
    const name = `${appliance.section.name}${appliance.id.slice(0, 4)}dra`;
    return { name, body: providerBody(fabric, appliance, name) };
  });
}

function applianceBody(fabric: ModernizedFabric, appliance: Appliance): unknown {
  return {
    id: appliance.id,
    name: appliance.section.name,
    fabricArmId: fabric.ids.fabric,
    processServer: component(fabric, appliance, 'processServers'),
    rcmProxy: component(fabric, appliance, 'rcmProxies'),
    pushInstaller: component(fabric, appliance, 'pushInstallers'),
    replicationAgent: component(fabric, appliance, 'replicationAgents'),
    reprotectAgent: component(fabric, appliance, 'reprotectAgents'),
    marsAgent: component(fabric, appliance, 'marsAgents'),
    dra: component(fabric, appliance, 'dras'),
    switchProviderBlockingErrorDetails: [],
  };
}

function providerBody(fabric: ModernizedFabric, { id, section }: Appliance, name: string): unknown {
  const { clock, section: subscription } = fabric.vault.world;
  const version = '5.23.720.4';
  const identity = {
    tenantId: subscription.tenantId,
    applicationId: id,
    objectId: id,
    audience: `api://${subscription.tenantId}/${section.name}agentauthaadapp`,
    aadAuthority: `https://login.microsoftonline.com/${subscription.tenantId}`,
  };
  return {
    id: fabric.ids.provider(name),
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationRecoveryServicesProviders',
    name,
    properties: {
      fabricType: fabric.fabricType,
      friendlyName: section.name,
      providerVersion: version,
      serverVersion: '0.0',
      providerVersionState: 'Latest',
      providerVersionExpiryDate: '9999-12-31T23:59:59.9999999',
      fabricFriendlyName: fabric.friendlyName,
      lastHeartBeat: serviceTime(clock.nowMs - 60_000),
      connectionStatus: 'Connected',
      protectedItemCount: carriedBy(fabric, id),
      allowedScenarios: ['Refresh'],
      healthErrorDetails: [],
      draIdentifier: id,
      machineId: id,
      machineName: section.name,
      biosId: id.toUpperCase(),
      authenticationIdentityDetails: identity,
      resourceAccessIdentityDetails: identity,
      dataPlaneAuthenticationIdentityDetails: identity,
      providerVersionDetails: { version, expiryDate: '9999-12-31T23:59:59.9999999', status: 'Supported' },
    },
  };
}
