import { isAgentReady, type ManagedDisk, type VirtualMachine } from './virtual-machine.ts';

/** A VM as GET answers it. Ids of what it uses have their group in upper case, as compute writes them (recorded). */
export function virtualMachineBody(machine: VirtualMachine): object {
  const { id, name, location, tags, vmId, size, networkInterfaceIds, bootDiagnostics } = machine;
  const { licenseType, zone, state } = machine;
  return {
    name,
    id,
    type: 'Microsoft.Compute/virtualMachines',
    location,
    tags,
    ...(zone === undefined ? {} : { zones: [zone] }),
    properties: {
      vmId,
      hardwareProfile: { vmSize: size },
      storageProfile: storageProfile(machine),
      networkProfile: {
        networkInterfaces: networkInterfaceIds.map((nic, at) => ({
          id: upperGroup(nic),
          properties: { primary: at === 0 },
        })),
      },
      ...(bootDiagnostics === undefined
        ? {}
        : { diagnosticsProfile: { bootDiagnostics: { enabled: true, storageUri: bootDiagnostics } } }),
      ...(licenseType === undefined ? {} : { licenseType }),
      provisioningState: state,
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
  const { power, generation, disks } = machine;
  const ready = isAgentReady(machine, nowMs);
  const time = new Date(ready ? nowMs : machine.createdMs).toISOString();
  const succeeded = {
    code: 'ProvisioningState/succeeded',
    level: 'Info',
    displayStatus: 'Provisioning succeeded',
    time,
  };
  return {
    ...(ready ? { computerName: machine.computerName, osName: machine.osName } : {}),
    hyperVGeneration: generation,
    ...(power === 'deallocated' ? {} : { vmAgent: ready ? readyAgent(time) : silentAgent(time) }),
    disks: disks.map(({ name }) => ({ name, statuses: [succeeded] })),
    statuses: [succeeded, { code: `PowerState/${power}`, level: 'Info', displayStatus: `VM ${power}` }],
  };
}

/** A managed disk. */
export function diskBody(disk: ManagedDisk): object {
  const { id, name, location, sku, sizeGiB, osType, managedBy, createdMs, tags } = disk;
  return {
    name,
    id,
    type: 'Microsoft.Compute/disks',
    location,
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    sku: { name: sku, tier: sku.split('_')[0] },
    ...(managedBy === undefined ? {} : { managedBy: upperGroup(managedBy) }),
    properties: {
      ...(osType === undefined ? {} : { osType }),
      hyperVGeneration: disk.generation,
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
