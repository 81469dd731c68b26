import type { Usage } from '@azure/arm-compute';
import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import type { VmPlan } from '../../plan/index.ts';
import type { AzureClients } from '../clouds.ts';
import { hydrationVcpus } from '../preflight/hydration-vm.ts';
import { asSize, type Size } from '../preflight/vm-size.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';

/**
 * Whether the subscription's quota takes the VM that a failover would make, and the temporary one that hydrates its disks,
 * in words. A size that Azure does not list is not counted.
 */
export async function quotaComplaints(
  azure: AzureClients,
  vm: VmPlan,
  item: ReplicationProtectedItem,
): Promise<string[]> {
  const { location } = vm.environment;
  const size = await sizeNamed(azure, location, providerOf(vm.environment).targetSettings(item).size);
  const wanted = size?.vcpus ?? 0;
  const usages: Usage[] = [];
  for await (const usage of azure.compute.usage.list(location)) usages.push(usage);
  const of = (family: string) =>
    usages.find(({ name }) => name.value?.toLowerCase() === family.toLowerCase());
  return [
    ...exceeded(of('cores'), wanted + hydrationVcpus, 'its VM with one hydration VM'),
    ...exceeded(size && of(size.family), wanted, 'its VM'),
  ];
}

async function sizeNamed(azure: AzureClients, location: string, name: string): Promise<Size | undefined> {
  for await (const sku of azure.compute.resourceSkus.list({ filter: `location eq '${location}'` }))
    if (sku.resourceType === 'virtualMachines' && sku.name?.toLowerCase() === name.toLowerCase())
      return asSize(sku, location);
  return undefined;
}

function exceeded(usage: Usage | undefined, wanted: number, what: string): string[] {
  if (usage === undefined || usage.currentValue + wanted <= usage.limit) return [];
  const name = usage.name.localizedValue ?? usage.name.value ?? '';
  return [
    `the quota of ${name} is ${usage.limit}, ${usage.currentValue} are used, and ${what} needs ${wanted}`,
  ];
}
