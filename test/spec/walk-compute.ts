import { all, type Clients } from './walk-clients.ts';

/** Looks at what a failover has made, and at what it needs. To be walked when there is a VM. */
export async function walkCompute({ compute, network }: Clients): Promise<void> {
  await all(compute.virtualMachines.listAll());
  const [first] = await all(compute.virtualMachines.list('rg-payroll'));
  const name = first?.name ?? '';
  await compute.virtualMachines.get('rg-payroll', name, { expand: 'instanceView' });
  await compute.virtualMachines.instanceView('rg-payroll', name);
  await all(compute.disks.list());
  const [disk] = await all(compute.disks.listByResourceGroup('rg-payroll'));
  await compute.disks.get('rg-payroll', disk?.name ?? '');
  await all(compute.usage.list('westeurope'));
  await all(compute.resourceSkus.list({ filter: "location eq 'westeurope'" }));
  await network.virtualNetworks.get('rg-network', 'vnet-prod');
  await all(network.subnets.list('rg-network', 'vnet-prod'));
}
