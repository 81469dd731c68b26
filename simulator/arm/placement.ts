import { ArmError } from './arm-error.ts';
import { regionOf, regions } from './resources/regions.ts';
import { same, shortLocation, type ArmResource } from './resource.ts';

/**
 * The region that a new resource's body names, in its short form.
 * @throws ArmError 400 where it names none, or one that there is not.
 */
export function requiredLocation(location: string | undefined, type: string): string {
  if (location === undefined || location === '') {
    throw new ArmError(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  const region = regionOf(location);
  if (region !== undefined) return region.name;
  const names = regions.map(({ name }) => name).join(',');
  const message = `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${names}'.`;
  throw new ArmError(400, 'LocationNotAvailableForResourceType', message);
}

/** @throws ArmError 409 when a PUT would move a resource to another region. */
export function requireSamePlace({ name, location, group }: ArmResource, wanted: string): void {
  if (same(shortLocation(location), shortLocation(wanted))) return;
  const message = `The resource '${name}' already exists in location '${location}' in resource group '${group}'. A resource with the same name cannot be created in location '${wanted}'. Please select a new resource name.`;
  throw new ArmError(409, 'InvalidResourceLocation', message);
}
