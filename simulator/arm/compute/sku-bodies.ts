import { same } from '../resource.ts';
import type { SizeRestriction } from './compute-section.ts';
import { vmSizes, type VmSize } from './vm-sizes.ts';

const zones = ['1', '2', '3'];

/**
 * What a region sells: `ResourceSkus_List`. Truth values are `True` and `False`, numbers are texts, as the service has them.
 * @param restrictions what the subscription can't have of it.
 */
export function skuBodies(location: string, restrictions: readonly SizeRestriction[]): unknown[] {
  return [
    ...['Premium_LRS', 'StandardSSD_LRS', 'Standard_LRS'].map((name) => diskSku(name, location)),
    ...vmSizes.map((size) => ({
      resourceType: 'virtualMachines',
      name: size.name,
      tier: 'Standard',
      size: size.name.replace('Standard_', ''),
      family: size.family,
      locations: [location],
      locationInfo: [{ location, zones, zoneDetails: [] }],
      capabilities: capabilitiesOf(size),
      restrictions: restrictions
        .filter((each) => same(each.size, size.name))
        .map((each) => restrictionBody(each, location)),
    })),
  ];
}

/** A size as `VirtualMachineSizes_List` has it. */
export function vmSizeBody({ name, cores, memoryGiB, temporaryDiskGiB, maxDataDisks }: VmSize): unknown {
  return {
    name,
    numberOfCores: cores,
    osDiskSizeInMB: 1_047_552,
    resourceDiskSizeInMB: temporaryDiskGiB * 1024,
    memoryInMB: memoryGiB * 1024,
    maxDataDiskCount: maxDataDisks,
  };
}

function capabilitiesOf(size: VmSize): unknown[] {
  const { cores, memoryGiB, generations, temporaryDiskGiB, maxDataDisks, maxInterfaces, premium } = size;
  return Object.entries({
    MaxResourceVolumeMB: temporaryDiskGiB * 1024,
    OSVhdSizeMB: 1_047_552,
    vCPUs: cores,
    MemoryPreservingMaintenanceSupported: 'True',
    HyperVGenerations: generations,
    MemoryGB: memoryGiB,
    MaxDataDiskCount: maxDataDisks,
    CpuArchitectureType: 'x64',
    LowPriorityCapable: 'True',
    PremiumIO: premium ? 'True' : 'False',
    VMDeploymentTypes: 'IaaS',
    vCPUsAvailable: cores,
    vCPUsPerCore: 2,
    EphemeralOSDiskSupported: temporaryDiskGiB > 0 ? 'True' : 'False',
    EncryptionAtHostSupported: 'True',
    AcceleratedNetworkingEnabled: cores > 1 ? 'True' : 'False',
    RdmaEnabled: 'False',
    MaxNetworkInterfaces: maxInterfaces,
  }).map(([name, value]) => ({ name, value: String(value) }));
}

function restrictionBody({ zones: without, reason }: SizeRestriction, location: string): unknown {
  return without === undefined
    ? {
        type: 'Location',
        values: [location],
        restrictionInfo: { locations: [location] },
        reasonCode: reason,
      }
    : {
        type: 'Zone',
        values: [location],
        restrictionInfo: { locations: [location], zones: without },
        reasonCode: reason,
      };
}

function diskSku(name: string, location: string): unknown {
  return {
    resourceType: 'disks',
    name,
    tier: name.split('_')[0],
    size: name === 'Premium_LRS' ? 'P10' : 'E10',
    locations: [location],
    locationInfo: [{ location, zones, zoneDetails: [] }],
    capabilities: [{ name: 'MaxSizeGiB', value: '128' }],
    restrictions: [],
  };
}
