import type { AzureSection } from '../azure-section.ts';
import { referencedId } from '../network/referenced-id.ts';
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
    osName: osType === 'Windows' ? 'Windows Server 2022 Datacenter' : 'ubuntu',
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
