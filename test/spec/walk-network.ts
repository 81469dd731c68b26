import { subscription } from '../simulator-world.ts';
import { all, type Clients } from './walk-clients.ts';

const quick = { updateIntervalInMs: 5 };
const group = 'rg-walk-network';
const location = 'westeurope';

/** Makes a network with a subnet, a security group and an interface, looks at them from all sides, and takes them away. */
export async function walkNetwork({ network, resources, get }: Clients): Promise<void> {
  const { virtualNetworks, subnets, networkSecurityGroups, networkInterfaces } = network;
  await resources.resourceGroups.createOrUpdate(group, { location });
  await virtualNetworks.createOrUpdate(
    group,
    'vnet-walk',
    { location, addressSpace: { addressPrefixes: ['10.77.0.0/16'] } },
    quick,
  );
  const subnet = await subnets.createOrUpdate(
    group,
    'vnet-walk',
    'servers',
    { addressPrefix: '10.77.1.0/24' },
    quick,
  );
  await networkSecurityGroups.createOrUpdate(group, 'nsg-walk', { location }, quick);
  await networkInterfaces.createOrUpdate(
    group,
    'nic-walk',
    {
      location,
      ipConfigurations: [
        { name: 'ipconfig1', subnet: { id: subnet.id ?? '' }, privateIPAllocationMethod: 'Dynamic' },
      ],
    },
    quick,
  );
  await walkReads({ network });
  await get(`${subscription}/providers/Microsoft.Network/virtualNetworkGateways?api-version=2026-01-01`);
  await networkInterfaces.delete(group, 'nic-walk', quick);
  await networkSecurityGroups.delete(group, 'nsg-walk', quick);
  await subnets.delete(group, 'vnet-walk', 'servers', quick);
  await virtualNetworks.delete(group, 'vnet-walk', quick);
  await resources.resourceGroups.delete(group, quick);
}

async function walkReads({ network }: Pick<Clients, 'network'>): Promise<void> {
  await network.virtualNetworks.get(group, 'vnet-walk');
  await all(network.virtualNetworks.list(group));
  await all(network.virtualNetworks.listAll());
  await network.virtualNetworks.checkIPAddressAvailability(group, 'vnet-walk', '10.77.1.10');
  await all(network.virtualNetworks.listUsage(group, 'vnet-walk'));
  await all(network.virtualNetworkPeerings.list(group, 'vnet-walk'));
  await network.subnets.get(group, 'vnet-walk', 'servers');
  await all(network.subnets.list(group, 'vnet-walk'));
  await network.networkInterfaces.get(group, 'nic-walk');
  await all(network.networkInterfaces.list(group));
  await all(network.networkInterfaces.listAll());
  await network.networkSecurityGroups.get(group, 'nsg-walk');
  await all(network.networkSecurityGroups.list(group));
  await all(network.networkSecurityGroups.listAll());
  await all(network.usages.list(location));
  for (const [each, name] of [
    [network.natGateways, 'nat-walk'],
    [network.routeTables, 'routes-walk'],
    [network.publicIPAddresses, 'ip-walk'],
  ] as const) {
    await each.get('rg-network', name);
    await all<unknown>(each.list('rg-network'));
    await all<unknown>(each.listAll());
  }
  await network.virtualNetworkGateways.get('rg-network', 'gateway-walk');
  await all(network.virtualNetworkGateways.list('rg-network'));
}
