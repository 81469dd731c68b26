import { preinstalled } from '../../guest/software.ts';
import type { AzureSection } from '../azure-section.ts';
import { referencedId } from '../network/referenced-id.ts';
import type { AzureGuest } from './azure-guest.ts';
import type { VirtualMachineSection } from './compute-section.ts';
import type { NewVirtualMachine } from './virtual-machine.ts';

/** A VM that a scenario has from the beginning. */
export function configuredMachine(machine: VirtualMachineSection, section: AzureSection): NewVirtualMachine {
  const { name, resourceGroup: group, location = section.location, size, osType, tags } = machine;
  const { network, subnet, privateIp, licenseType } = machine;
  return {
    name,
    group,
    location,
    size,
    osType,
    tags,
    licenseType,
    computerName: name,
    osName: machine.osName ?? (osType === 'Windows' ? 'Windows Server 2022 Datacenter' : 'ubuntu'),
    guest: guestOf(machine),
    bootDiagnostics: undefined,
    agentReadyAfterMs: 0,
    disks: [{ name: `${name}_OsDisk_1`, sizeGiB: 127, sku: 'Premium_LRS', osType }],
    ...(network === undefined
      ? {}
      : {
          interfaces: [{ networkId: referencedId(section, 'virtualNetworks', network), subnet, privateIp }],
        }),
  };
}

/** An image of Azure's has nothing of EC2's on it. */
function guestOf({ name, osType, osName, guest: facts, privateIp }: VirtualMachineSection): AzureGuest {
  const usual = osType === 'Windows' ? 'Microsoft Windows Server 2022 Datacenter' : 'Ubuntu 22.04';
  const system = { hostName: name, osType, osName: osName ?? usual, firmware: 'BIOS', facts } as const;
  const disk = { volumeId: `${name}_OsDisk_1`, deviceName: '/dev/sda1', sizeGiB: 127, isRoot: true };
  return { system, software: preinstalled(system, 'azure', privateIp), disks: [disk] };
}
