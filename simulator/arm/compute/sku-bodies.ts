import { vmSizes } from './vm-sizes.ts';

/** What the region sells, in the shape that quota checks read. @param filter `location eq '…'`, as the SDK sends it. */
export function skuBodies(filter: string | null): unknown[] {
  const location = /location eq '([^']+)'/i.exec(filter ?? '')?.[1];
  return vmSizes.map(({ name, family, cores, memoryGiB, generations }) => ({
    resourceType: 'virtualMachines',
    name,
    tier: 'Standard',
    size: name.replace('Standard_', ''),
    family,
    locations: location === undefined ? [] : [location],
    capabilities: [
      { name: 'vCPUs', value: String(cores) },
      { name: 'MemoryGB', value: String(memoryGiB) },
      { name: 'HyperVGenerations', value: generations },
    ],
    restrictions: [],
  }));
}
