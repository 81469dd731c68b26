import { all, type Clients } from './walk-clients.ts';

const quick = { updateIntervalInMs: 5 };

/** Looks at what a failover has made, and at what it needs. To be walked when there is a VM. */
export async function walkCompute(clients: Clients): Promise<void> {
  const { compute, network } = clients;
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
  await walkRunCommands(clients, name);
  await walkPower(clients, name);
}

/** Runs a script on a VM, and takes the command away again. */
async function walkRunCommands({ compute }: Clients, vm: string): Promise<void> {
  const { virtualMachineRunCommands: commands } = compute;
  const command = { location: 'westeurope', source: { script: 'hostname' }, timeoutInSeconds: 600 };
  await commands.createOrUpdate('rg-payroll', vm, 'walk', command, quick);
  await commands.getByVirtualMachine('rg-payroll', vm, 'walk', { expand: 'instanceView' });
  await all(commands.listByVirtualMachine('rg-payroll', vm));
  await commands.delete('rg-payroll', vm, 'walk', quick);
}

/** Changes a VM, turns it off and on, and takes it away with one of its disks. */
async function walkPower({ compute }: Clients, name: string): Promise<void> {
  const group = 'rg-payroll';
  const { virtualMachines: machines } = compute;
  await all(machines.listAvailableSizes(group, name));
  await all(compute.virtualMachineSizes.list('westeurope'));
  await machines.update(group, name, { tags: { 'portage:plan': 'walk' } }, quick);
  const { location, tags = {} } = await machines.get(group, name);
  await machines.createOrUpdate(group, name, { location, tags: { ...tags, owner: 'me' } }, quick);
  await machines.powerOff(group, name, quick);
  await machines.deallocate(group, name, quick);
  await machines.start(group, name, quick);
  await machines.restart(group, name, quick);
  const disk = (await machines.get(group, name)).storageProfile?.osDisk?.managedDisk?.id ?? '';
  await machines.delete(group, name, quick);
  await compute.disks.delete(group, disk.slice(disk.lastIndexOf('/') + 1), quick);
}
