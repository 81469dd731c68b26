import type { ResourceSku } from '@azure/arm-compute';

/** A VM size in a region, as its capabilities tell it. */
export interface Size {
  readonly name: string;
  /** As quotas name it: `standardDSv5Family`. */
  readonly family: string;
  readonly vcpus: number;
  readonly memoryGiB: number;
  /** `undefined` where Azure does not tell. */
  readonly maxDataDisks: number | undefined;
  /** Likewise. */
  readonly maxInterfaces: number | undefined;
  readonly generations: readonly ('V1' | 'V2')[];
  readonly hasTemporaryDisk: boolean;
  readonly takesPremiumDisks: boolean;
  /** Why this subscription cannot have it in the region: `NotAvailableForSubscription`, …; empty where it can. */
  readonly restrictions: readonly string[];
}

/**
 * Reads a size from what Azure lists.
 * @see learn.microsoft.com, rest/api/compute/resource-skus/list
 */
export function asSize(sku: ResourceSku, location: string): Size {
  const capabilities = new Map((sku.capabilities ?? []).map(({ name, value }) => [name, value]));
  const figure = (name: string) => Number(capabilities.get(name) ?? 0);
  const limit = (name: string) => (capabilities.has(name) ? figure(name) : undefined);
  const here = (sku.restrictions ?? []).filter(
    ({ type, values }) =>
      type === 'Location' && values?.some((value) => value.toLowerCase() === location.toLowerCase()),
  );
  const generations = (capabilities.get('HyperVGenerations') ?? 'V1').split(',');
  return {
    name: sku.name ?? '',
    family: sku.family ?? '',
    vcpus: figure('vCPUs'),
    memoryGiB: figure('MemoryGB'),
    maxDataDisks: limit('MaxDataDiskCount'),
    maxInterfaces: limit('MaxNetworkInterfaces'),
    generations: (['V1', 'V2'] as const).filter((generation) => generations.includes(generation)),
    hasTemporaryDisk: figure('MaxResourceVolumeMB') > 0,
    takesPremiumDisks: capabilities.get('PremiumIO') === 'True',
    restrictions: here.map(({ reasonCode }) => reasonCode ?? 'restricted'),
  };
}
