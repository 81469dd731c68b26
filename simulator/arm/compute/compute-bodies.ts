import type { ManagedDisk, VirtualMachine } from './compute.ts';

/** A VM as GET answers it. Ids of what it uses have their group in upper case, as compute writes them (recorded). */
export function virtualMachineBody(machine: VirtualMachine): object {
  const { id, name, location, tags, vmId, size, networkInterfaceId, bootDiagnostics } = machine;
  return {
    name,
    id,
    type: 'Microsoft.Compute/virtualMachines',
    location,
    tags,
    properties: {
      vmId,
      hardwareProfile: { vmSize: size },
      storageProfile: storageProfile(machine),
      networkProfile: { networkInterfaces: [{ id: networkInterfaceId, properties: { primary: true } }] },
      ...(bootDiagnostics === undefined
        ? {}
        : { diagnosticsProfile: { bootDiagnostics: { enabled: true, storageUri: bootDiagnostics } } }),
      provisioningState: 'Succeeded',
      timeCreated: new Date(machine.createdMs).toISOString(),
    },
  };
}

/** A VM as a list answers it: its own id has the group in upper case too. */
export function listedVirtualMachineBody(machine: VirtualMachine): object {
  return { ...virtualMachineBody(machine), id: upperGroup(machine.id) };
}

/** Power state and agent of a VM. The agent reports some time after the start, and until then nothing of the guest is known. */
export function instanceViewBody(machine: VirtualMachine, nowMs: number): object {
  const ready = nowMs >= machine.agentReadyMs;
  const time = new Date(ready ? nowMs : machine.createdMs).toISOString();
  const succeeded = {
    code: 'ProvisioningState/succeeded',
    level: 'Info',
    displayStatus: 'Provisioning succeeded',
    time,
  };
  return {
    ...(ready ? { computerName: machine.computerName, osName: machine.osName } : {}),
    hyperVGeneration: 'V1',
    vmAgent: ready ? readyAgent(time) : silentAgent(time),
    disks: machine.disks.map(({ name }) => ({ name, statuses: [succeeded] })),
    statuses: [succeeded, { code: 'PowerState/running', level: 'Info', displayStatus: 'VM running' }],
  };
}

/** A managed disk. */
export function diskBody(disk: ManagedDisk): object {
  const { id, name, location, sku, sizeGiB, osType, managedBy, createdMs } = disk;
  return {
    name,
    id,
    type: 'Microsoft.Compute/disks',
    location,
    sku: { name: sku, tier: sku.split('_')[0] },
    ...(managedBy === undefined ? {} : { managedBy: upperGroup(managedBy) }),
    properties: {
      ...(osType === undefined ? {} : { osType }),
      hyperVGeneration: 'V1',
      creationData: { createOption: 'Upload' },
      diskSizeGB: sizeGiB,
      diskSizeBytes: sizeGiB * 2 ** 30,
      encryption: { type: 'EncryptionAtRestWithPlatformKey' },
      timeCreated: new Date(createdMs).toISOString(),
      provisioningState: 'Succeeded',
      diskState: managedBy === undefined ? 'Unattached' : 'Attached',
    },
  };
}

function storageProfile({ disks, osType }: VirtualMachine): object {
  const [osDisk, ...dataDisks] = disks;
  return {
    ...(osDisk === undefined ? {} : { osDisk: { osType, ...attached(osDisk), deleteOption: 'Detach' } }),
    dataDisks: dataDisks.map((disk, lun) => ({
      lun,
      ...attached(disk),
      toBeDetached: false,
      deleteOption: 'Detach',
    })),
  };
}

function attached({ id, name, sku, sizeGiB }: ManagedDisk): object {
  return {
    name,
    createOption: 'Attach',
    caching: 'None',
    managedDisk: { storageAccountType: sku, id: upperGroup(id) },
    diskSizeGB: sizeGiB,
  };
}

function readyAgent(time: string): object {
  const message = 'GuestAgent is running and processing the extensions.';
  const status = {
    code: 'ProvisioningState/succeeded',
    level: 'Info',
    displayStatus: 'Ready',
    message,
    time,
  };
  return { vmAgentVersion: '2.7.41491.1121', statuses: [status], extensionHandlers: [] };
}

function silentAgent(time: string): object {
  const message = 'VM status blob is found but not yet populated.';
  const status = {
    code: 'ProvisioningState/Unavailable',
    level: 'Warning',
    displayStatus: 'Not Ready',
    message,
    time,
  };
  return { vmAgentVersion: 'Unknown', statuses: [status] };
}

function upperGroup(id: string): string {
  return id.replace(/(?<=\/resourceGroups\/)[^/]+/i, (group) => group.toUpperCase());
}
