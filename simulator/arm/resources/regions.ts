import { same, shortLocation } from '../resource.ts';

/** A region of the public cloud. */
export interface Region {
  readonly name: string;
  readonly displayName: string;
  /** The region that its data is copied to, where it has a pair. */
  readonly paired?: string;
}

/** Regions that the simulated subscription sees; those of Europe and the United States are enough for a migration. */
export const regions: readonly Region[] = [
  { name: 'westeurope', displayName: 'West Europe', paired: 'northeurope' },
  { name: 'northeurope', displayName: 'North Europe', paired: 'westeurope' },
  { name: 'francecentral', displayName: 'France Central', paired: 'francesouth' },
  { name: 'germanywestcentral', displayName: 'Germany West Central', paired: 'germanynorth' },
  { name: 'italynorth', displayName: 'Italy North' },
  { name: 'polandcentral', displayName: 'Poland Central' },
  { name: 'spaincentral', displayName: 'Spain Central' },
  { name: 'swedencentral', displayName: 'Sweden Central', paired: 'swedensouth' },
  { name: 'switzerlandnorth', displayName: 'Switzerland North', paired: 'switzerlandwest' },
  { name: 'uksouth', displayName: 'UK South', paired: 'ukwest' },
  { name: 'eastus', displayName: 'East US', paired: 'westus' },
  { name: 'eastus2', displayName: 'East US 2', paired: 'centralus' },
  { name: 'centralus', displayName: 'Central US', paired: 'eastus2' },
  { name: 'westus', displayName: 'West US', paired: 'eastus' },
  { name: 'westus2', displayName: 'West US 2', paired: 'westcentralus' },
  { name: 'westus3', displayName: 'West US 3', paired: 'eastus' },
];

/** The region with this name, short or long. */
export function regionOf(location: string): Region | undefined {
  return regions.find(({ name }) => same(name, shortLocation(location)));
}
