import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, refusal, startWorld, subscription, withAzure } from './simulator-world.ts';

const speed = 20_000;
const quick = { updateIntervalInMs: 5 };
const group = 'rg-network';
const networks = `${subscription}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworks`;
const servers = `${networks}/vnet-prod/subnets/servers`;
const location = 'westeurope';

test('a network and its subnets are made, read and listed, and its operation says when it is done', async (t) => {
  const world = await startWorld(t);
  const { network } = world;
  const body = {
    location,
    tags: { 'portage:plan': 'payroll' },
    properties: {
      addressSpace: { addressPrefixes: ['10.50.0.0/16'] },
      subnets: [{ name: 'web', properties: { addressPrefix: '10.50.1.0/24' } }],
    },
  };
  const made = await world.arm('PUT', `${networks}/vnet-new?api-version=2023-11-01`, body);
  assert.equal(made.status, 201);
  const { pathname, search } = new URL(made.headers.get('azure-asyncoperation') ?? '');
  const state = async (): Promise<unknown[]> => [
    (await world.arm('GET', `${pathname}${search}`)).body,
    (await network.virtualNetworks.get(group, 'vnet-new')).provisioningState,
  ];
  assert.deepEqual(await state(), [{ status: 'InProgress' }, 'Updating']);
  await world.skip(1);
  assert.deepEqual(await state(), [{ status: 'Succeeded' }, 'Succeeded']);
  assert.equal((await network.subnets.get(group, 'vnet-new', 'web')).addressPrefix, '10.50.1.0/24');
  const names = (await all(network.virtualNetworks.list(group))).map(({ name }) => name);
  assert.deepEqual(names, ['vnet-prod', 'vnet-test', 'vnet-new']);
});

test('addresses of a subnet are counted: five are reserved, each interface has one', async (t) => {
  const scenario = await withAzure({
    networks: [
      {
        name: 'vnet-small',
        resourceGroup: group,
        addressSpace: ['10.60.0.0/24'],
        subnets: [{ name: 'full', prefix: '10.60.0.0/29', used: 2 }],
      },
    ],
  });
  const { network } = await startWorld(t, { scenario, speed });
  const [usage] = await all(network.virtualNetworks.listUsage(group, 'vnet-small'));
  assert.deepEqual([usage?.currentValue, usage?.limit], [2, 3]);
  const { ipConfigurations } = await network.subnets.get(group, 'vnet-small', 'full');
  assert.equal(ipConfigurations?.length, 2);
  const check = (address: string) =>
    network.virtualNetworks.checkIPAddressAvailability(group, 'vnet-small', address);
  assert.equal((await check('10.60.0.6')).available, true);
  const taken = await check('10.60.0.4');
  assert.deepEqual([taken.available, taken.availableIPAddresses], [false, ['10.60.0.6']]);
  assert.equal((await check('10.60.0.1')).isPlatformReserved, true);
  const subnet = { id: `${networks}/vnet-small/subnets/full` };
  const parameters = { location, ipConfigurations: [{ name: 'ipconfig1', subnet }] };
  const nic = await network.networkInterfaces.createOrUpdate(group, 'nic-last', parameters, quick);
  assert.equal(nic.ipConfigurations?.[0]?.privateIPAddress, '10.60.0.6');
  const full = await refusal(network.networkInterfaces.createOrUpdate(group, 'nic-more', parameters, quick));
  assert.equal(
    full.message,
    'Subnet full with address prefix 10.60.0.0/29 does not have enough capacity for 1 IP addresses.',
  );
  await network.networkInterfaces.delete(group, 'nic-last', quick);
  assert.equal((await check('10.60.0.6')).available, true);
});

test('an interface keeps a static address and takes a security group on', async (t) => {
  const { network } = await startWorld(t, { speed });
  const rules = [
    {
      name: 'rdp',
      priority: 100,
      direction: 'Inbound',
      access: 'Deny',
      protocol: 'Tcp',
      sourceAddressPrefix: '*',
      sourcePortRange: '*',
      destinationAddressPrefix: '*',
      destinationPortRange: '3389',
    },
  ];
  const made = await network.networkSecurityGroups.createOrUpdate(
    group,
    'nsg-web',
    { location, securityRules: rules },
    quick,
  );
  assert.equal(made.defaultSecurityRules?.length, 6);
  const properties = {
    location,
    networkSecurityGroup: { id: made.id ?? '' },
    ipConfigurations: [
      {
        name: 'ipconfig1',
        subnet: { id: servers },
        privateIPAddress: '10.20.1.77',
        privateIPAllocationMethod: 'Static',
      },
    ],
  };
  const nic = await network.networkInterfaces.createOrUpdate(group, 'nic-1', properties, quick);
  assert.equal(nic.ipConfigurations?.[0]?.privateIPAddress, '10.20.1.77');
  assert.equal(nic.networkSecurityGroup?.id, made.id);
  const read = await network.networkSecurityGroups.get(group, 'nsg-web');
  assert.deepEqual(
    read.networkInterfaces?.map(({ id }) => id),
    [nic.id],
  );
  assert.equal(read.securityRules?.[0]?.destinationPortRange, '3389');
});

test('what a network is connected to is listed: peerings, gateways, routes, addresses', async (t) => {
  const scenario = await withAzure({
    networkSecurityGroups: [{ name: 'nsg-closed', resourceGroup: group }],
    routeTables: [
      {
        name: 'rt-none',
        resourceGroup: group,
        routes: [{ name: 'nowhere', prefix: '0.0.0.0/0', nextHopType: 'None' }],
      },
    ],
    publicIpAddresses: [{ name: 'pip-nat', resourceGroup: group, ipAddress: '20.1.2.3' }],
    natGateways: [{ name: 'nat-1', resourceGroup: group, publicIpAddresses: ['pip-nat'] }],
    networkGateways: [{ name: 'vpn-1', resourceGroup: group, network: 'vnet-hub' }],
    networks: [
      {
        name: 'vnet-hub',
        resourceGroup: group,
        addressSpace: ['10.1.0.0/16'],
        subnets: [{ name: 'GatewaySubnet', prefix: '10.1.255.0/27' }],
        peerings: [{ name: 'to-spoke', remoteNetwork: 'vnet-spoke' }],
      },
      {
        name: 'vnet-spoke',
        resourceGroup: group,
        addressSpace: ['10.2.0.0/16'],
        subnets: [
          {
            name: 'app',
            prefix: '10.2.1.0/24',
            networkSecurityGroup: 'nsg-closed',
            routeTable: 'rt-none',
            natGateway: 'nat-1',
            defaultOutboundAccess: false,
          },
        ],
        peerings: [{ name: 'to-hub', remoteNetwork: 'vnet-hub', useRemoteGateways: true }],
      },
    ],
  });
  const { network } = await startWorld(t, { scenario });
  const [peering] = await all(network.virtualNetworkPeerings.list(group, 'vnet-spoke'));
  assert.equal(peering?.remoteVirtualNetwork?.id, `${networks}/vnet-hub`);
  assert.deepEqual([peering.peeringState, peering.useRemoteGateways], ['Connected', true]);
  const subnet = await network.subnets.get(group, 'vnet-spoke', 'app');
  assert.match(subnet.networkSecurityGroup?.id ?? '', /networkSecurityGroups\/nsg-closed$/);
  assert.match(subnet.natGateway?.id ?? '', /natGateways\/nat-1$/);
  assert.equal(subnet.defaultOutboundAccess, false);
  const table = await network.routeTables.get(group, 'rt-none');
  assert.equal(table.routes?.[0]?.nextHopType, 'None');
  assert.equal((await network.publicIPAddresses.get(group, 'pip-nat')).ipAddress, '20.1.2.3');
  const [gateway] = await all(network.virtualNetworkGateways.list(group));
  assert.equal(gateway?.gatewayType, 'Vpn');
  assert.match(gateway.ipConfigurations?.[0]?.subnet?.id ?? '', /vnet-hub\/subnets\/GatewaySubnet$/);
  const used = await all(network.usages.list(location));
  assert.equal(used.find(({ name }) => name.value === 'VirtualNetworks')?.currentValue, 2);
});

test('networks, groups and interfaces are refused in the words of the service', async (t) => {
  const { network } = await startWorld(t, { speed });
  const withSubnets = (...subnets: readonly (readonly [string, string])[]) =>
    network.virtualNetworks.createOrUpdate(group, 'vnet-odd', {
      location,
      addressSpace: { addressPrefixes: ['10.70.0.0/16'] },
      subnets: subnets.map(([name, addressPrefix]) => ({ name, addressPrefix })),
    });
  const nic = (address: string, subnet = servers) =>
    network.networkInterfaces.createOrUpdate(
      group,
      `nic-${address.replaceAll('.', '-')}`,
      {
        location,
        ipConfigurations: [
          {
            name: 'ipconfig1',
            subnet: { id: subnet },
            privateIPAddress: address,
            privateIPAllocationMethod: 'Static',
          },
        ],
      },
      quick,
    );
  const rule = (name: string, priority: number) => ({
    name,
    priority,
    direction: 'Inbound',
    access: 'Allow',
    protocol: '*',
  });
  const rules = (...securityRules: ReturnType<typeof rule>[]) =>
    network.networkSecurityGroups.createOrUpdate(group, 'nsg-odd', { location, securityRules });
  await nic('10.20.1.50');
  const refusals: readonly (readonly [() => PromiseLike<unknown>, string, RegExp])[] = [
    [
      () => withSubnets(['a', '10.70.1.0/33']),
      'InvalidAddressPrefixFormat',
      /^Address prefix 10\.70\.1\.0\/33 of resource/,
    ],
    [
      () => withSubnets(['a', '10.70.1.5/24']),
      'InvalidCIDRNotation',
      /the address prefix should be 10\.70\.1\.0\/24\.$/,
    ],
    [
      () => withSubnets(['a', '10.71.1.0/24']),
      'NetcfgSubnetRangeOutsideVnet',
      /^Subnet 'a' is not valid because its IP address range is outside/,
    ],
    [
      () => withSubnets(['a', '10.70.1.0/24'], ['b', '10.70.1.128/25']),
      'NetcfgSubnetRangesOverlap',
      /^Subnet 'b' .+ existing subnet 'a' in virtual network 'vnet-odd'\.$/,
    ],
    [
      () => withSubnets(['a', '10.70.1.0/30']),
      'NetcfgInvalidSubnet',
      /^Subnet 'a' is not valid in virtual network 'vnet-odd'\.$/,
    ],
    [
      () => nic('10.20.2.5'),
      'PrivateIPAddressNotInSubnet',
      /^Private static IP address 10\.20\.2\.5 does not belong to the range of subnet prefix 10\.20\.1\.0\/24\.$/,
    ],
    [
      () => nic('10.20.1.2'),
      'PrivateIPAddressInReservedRange',
      /falls within reserved IP range of subnet prefix/,
    ],
    [
      () =>
        network.networkInterfaces.createOrUpdate(group, 'nic-second', {
          location,
          ipConfigurations: [
            {
              name: 'one',
              subnet: { id: servers },
              privateIPAddress: '10.20.1.50',
              privateIPAllocationMethod: 'Static',
            },
          ],
        }),
      'PrivateIPAddressIsAllocated',
      /already allocated to resource .+nic-10-20-1-50\/ipConfigurations\/ipconfig1\.$/,
    ],
    [
      () => nic('10.20.1.60', `${networks}/vnet-prod/subnets/none`),
      'InvalidResourceReference',
      /subnets\/none referenced by resource .+ was not found/,
    ],
    [
      () => rules(rule('low', 50)),
      'SecurityRuleInvalidPriority',
      /Value provided: 50 Allowed range 100-4096/,
    ],
    [
      () => rules(rule('one', 100), rule('two', 100)),
      'SecurityRuleConflict',
      /^Security rule one conflicts with rule two\./,
    ],
    [
      () => network.subnets.delete(group, 'vnet-prod', 'servers'),
      'InUseSubnetCannotBeDeleted',
      /^Subnet servers is in use by .+ and cannot be deleted\./,
    ],
    [
      () => network.virtualNetworks.checkIPAddressAvailability(group, 'vnet-prod', '10.99.0.4'),
      'PrivateIPAddressNotInAnySubnet',
      /10\.99\.0\.4/,
    ],
  ];
  for (const [ask, code, message] of refusals) {
    const error = await refusal(Promise.resolve(ask()));
    assert.deepEqual([error.statusCode, error.code], [400, code], error.message);
    assert.match(error.message, message);
  }
});
