import { skuVersions, virtualMachineVersions } from '../api-versions.ts';
import { shortLocation } from '../resource.ts';
import { get, ok, type Route } from '../route.ts';
import type { Compute } from './compute.ts';
import { skuBodies, vmSizeBody } from './sku-bodies.ts';
import { vmSizes } from './vm-sizes.ts';

/** What a region sells, and how much of it the subscription may have. */
export function sizeRoutes({ world, quota }: Compute): readonly Route[] {
  const all = '/subscriptions/{subscription}/providers/Microsoft.Compute';
  const { location: usual, sizeRestrictions } = world.section;
  return [
    get(`${all}/skus`, 'ResourceSkus_List', skuVersions, (call) => {
      const asked = /location eq '([^']+)'/i.exec(call.request.query.get('$filter') ?? '')?.[1];
      return ok({ value: skuBodies(shortLocation(asked ?? usual), sizeRestrictions) });
    }),
    get(`${all}/locations/{location}/vmSizes`, 'VirtualMachineSizes_List', virtualMachineVersions, () =>
      ok({ value: vmSizes.map(vmSizeBody) }),
    ),
    get(`${all}/locations/{location}/usages`, 'Usage_List', virtualMachineVersions, (call) =>
      ok({ value: quota.usages(shortLocation(call.param('location'))) }),
    ),
  ];
}
