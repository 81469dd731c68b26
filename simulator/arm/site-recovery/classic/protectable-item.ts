import type { KnownMachine } from '../protected-item.ts';
import type { SourceMachine } from '../../../source-machines.ts';
import { azureV2Disks } from './disks.ts';
import type { ClassicFabric } from './fabric.ts';

/** A machine that a configuration server knows. */
export interface ProtectableItem extends KnownMachine {
  /** As the person who added it calls it. */
  readonly friendlyName: string;
  readonly ipAddress: string;
  readonly osType: 'Windows' | 'Linux';
  readonly agentGeneratedId: string;
}

/** A protectable item as get and list answer it (recorded); what it is like without an agent is inferred. */
export function protectableItemBody(fabric: ClassicFabric, item: ProtectableItem): unknown {
  const source = fabric.vault.world.sources.byInstanceId(item.instanceId);
  const protectedBy = fabric.itemOfMachine(item.id);
  return {
    id: item.id,
    name: item.name,
    type: 'Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectableItems',
    properties: {
      friendlyName: item.friendlyName,
      protectionStatus: protectedBy === undefined ? 'Unprotected' : 'Protected',
      replicationProtectedItemId: protectedBy?.id ?? null,
      recoveryServicesProviderId: fabric.ids.provider(fabric.identifier),
      protectionReadinessErrors: [],
      supportedReplicationProviders: ['InMageAzureV2'],
      customDetails: details(item, source),
    },
  };
}

/** The disks are known once the agent has told of them (inferred). */
function details(item: ProtectableItem, source: SourceMachine | undefined): unknown {
  const agent = source?.agent?.registered === true ? source.agent : undefined;
  return {
    instanceType: 'VMwareVirtualMachine',
    agentGeneratedId: agent === undefined ? '' : item.agentGeneratedId,
    agentInstalled: agent === undefined ? 'NotInstalled' : 'Installed',
    osType: item.osType.toUpperCase(),
    agentVersion: agent?.version ?? '',
    ipAddress: item.ipAddress,
    poweredOn: source?.state === 'running' ? 'On' : 'Off',
    vCenterInfrastructureId: null,
    discoveryType: 'Physical',
    diskDetails: source === undefined || agent === undefined ? [] : azureV2Disks(source).map(diskDetails),
    validationErrors: [],
  };
}

function diskDetails({
  diskId,
  diskName,
  sizeGiB,
  isOsDisk,
}: ReturnType<typeof azureV2Disks>[number]): unknown {
  return {
    diskId,
    diskName,
    diskSizeInMB: String(sizeGiB * 1024),
    diskType: isOsDisk ? 'OperatingSystem' : 'Data',
    diskConfiguration: 'Basic',
    volumeList: isOsDisk ? [{ label: '', name: 'C' }] : [],
  };
}
