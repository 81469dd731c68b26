import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VmPlan } from '../plan/index.ts';
import { instanceIdOf, machine, privateIpOf, startClouds, vaultSection, writes } from './cloud-world.ts';
import { assertProvoked, type Provoked } from './provoked.ts';

const group = { resourceGroup: 'rg-network' };
const denyInternet = {
  name: 'deny-internet',
  priority: 100,
  direction: 'Outbound',
  access: 'Deny',
  destinationAddressPrefix: 'Internet',
};
const out = (
  name: string,
  priority: number,
  destinationAddressPrefix: string,
  ports: string,
  more: object = {},
) => ({
  ...{ name, priority, direction: 'Outbound', access: 'Allow', protocol: 'Tcp' },
  ...{ destinationAddressPrefix, destinationPortRange: ports },
  ...more,
});
/** What run commands need, and Windows to be activated. */
const toAzure = [
  out('azure', 100, 'AzureCloud', '443'),
  out('storage', 110, 'Storage.WestEurope', '443'),
  out('sign-in', 120, 'AzureActiveDirectory', '443'),
  out('names', 130, 'AzurePlatformDNS', '*', { protocol: '*' }),
  out('kms', 140, '20.118.99.224/32', '1688'),
  out('kms-2', 141, '40.83.235.53', '1688'),
  out('kms-before', 142, '23.102.135.246', '1688'),
  out('own', 150, '10.89.1.0/24', '*', { protocol: '*' }),
];
const network = (name: string, third: number, subnet: object, more: object = {}) => ({
  name,
  ...group,
  addressSpace: [`10.${third}.0.0/16`],
  subnets: [{ name: 'servers', prefix: `10.${third}.1.0/24`, ...subnet }],
  ...more,
});

const subnet91 = { name: 'servers', prefix: '10.91.1.0/24', defaultOutboundAccess: false };
const routeTable = (name: string, nextHop: object) => ({
  name,
  ...group,
  routes: [{ name: 'all', prefix: '0.0.0.0/0', ...nextHop }],
});

/** Networks and accounts of every kind that something can be said about. */
const azure = {
  networks: [
    network('vnet-prod', 20, {}),
    network('vnet-closed', 99, { defaultOutboundAccess: false }),
    network('vnet-denied', 98, { networkSecurityGroup: 'nsg-denied' }),
    network('vnet-routed-nowhere', 97, { routeTable: 'rt-nowhere' }),
    network('vnet-open', 96, {}),
    network('vnet-nat', 95, { defaultOutboundAccess: false, natGateway: 'nat-1' }),
    network(
      'vnet-peered',
      94,
      { defaultOutboundAccess: false },
      {
        peerings: [{ name: 'to-prod', remoteNetwork: 'vnet-prod' }],
      },
    ),
    network(
      'vnet-gateway',
      91,
      {},
      { subnets: [subnet91, { name: 'GatewaySubnet', prefix: '10.91.255.0/27' }] },
    ),
    network('vnet-routed', 90, { defaultOutboundAccess: false, routeTable: 'rt-firewall' }),
    network('vnet-services', 89, { networkSecurityGroup: 'nsg-services' }),
    network('vnet-nat-services', 89, {
      ...{ defaultOutboundAccess: false, natGateway: 'nat-1', networkSecurityGroup: 'nsg-services-only' },
    }),
    network('vnet-more', 89, { networkSecurityGroup: 'nsg-more' }),
    network('vnet-undenied', 89, { networkSecurityGroup: 'nsg-undenied' }),
    network('vnet-routed-services', 89, { routeTable: 'rt-firewall', networkSecurityGroup: 'nsg-services' }),
    network('vnet-far', 93, {}, { location: 'northeurope' }),
    network('vnet-full', 92, { prefix: '10.92.1.0/29', used: 3 }),
  ],
  networkSecurityGroups: [
    { name: 'nsg-denied', ...group, rules: [denyInternet] },
    { name: 'nsg-services', ...group, rules: [...toAzure, { ...denyInternet, priority: 200 }] },
    {
      ...{ name: 'nsg-services-only', ...group },
      rules: [...toAzure, { ...denyInternet, priority: 200, destinationAddressPrefix: '*' }],
    },
    {
      ...{ name: 'nsg-more', ...group },
      rules: [
        ...toAzure,
        out('sql', 160, 'Sql', '1433'),
        out('mail', 170, '203.0.113.9', '25'),
        out('proxy', 180, 'AzureCloud', '80'),
        { ...denyInternet, priority: 200 },
        out('too-late', 210, 'Internet', '443'),
      ],
    },
    {
      name: 'nsg-undenied',
      ...group,
      rules: [...toAzure, { ...denyInternet, priority: 200, protocol: 'Tcp' }],
    },
    { name: 'nsg-far', ...group, location: 'northeurope' },
  ],
  routeTables: [
    routeTable('rt-nowhere', { nextHopType: 'None' }),
    routeTable('rt-firewall', { nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.20.1.5' }),
  ],
  networkGateways: [{ name: 'gw-1', ...group, network: 'vnet-gateway' }],
  natGateways: [{ name: 'nat-1', ...group }],
  networkInterfaces: [
    { name: 'somebody', ...group, network: 'vnet-prod', subnet: 'servers', privateIp: '10.20.1.77' },
  ],
  storageAccounts: [
    { name: 'stcacheweu', resourceGroup: 'rg-migration' },
    { name: 'stfar', resourceGroup: 'rg-migration', location: 'northeurope' },
    { name: 'stfiles', resourceGroup: 'rg-migration', kind: 'FileStorage', sku: 'Premium_LRS' },
    { name: 'stlake', resourceGroup: 'rg-migration', hierarchicalNamespace: true },
    { name: 'stkept', resourceGroup: 'rg-migration', softDeleteDays: 7 },
    { name: 'stprivate', resourceGroup: 'rg-migration', publicNetworkAccess: 'Disabled' },
    { name: 'stclosed', resourceGroup: 'rg-migration', networkDefaultAction: 'Deny', networkBypass: 'None' },
  ],
  vaults: [vaultSection('vault-weu')],
  deny: ['Microsoft.Compute/virtualMachines/write'],
};

/** A UEFI machine with more than most sizes have. */
const large = {
  name: 'm-11',
  instanceId: instanceIdOf('m-11'),
  type: 'm5.4xlarge',
  firmware: 'UEFI',
  vpcId: 'vpc-00000000000000001',
  volumes: Array.from({ length: 6 }, (_, at) => ({
    device: at === 0 ? '/dev/sda1' : `xvd${'bcdef'[at - 1]}`,
    sizeGiB: 10,
  })),
};

/** A machine with three interfaces. */
const connected = {
  name: 'm-12',
  instanceId: instanceIdOf('m-12'),
  vpcId: 'vpc-00000000000000001',
  privateIp: privateIpOf('m-12'),
  interfaces: ['10.0.1.201', '10.0.1.202'],
};

const to = (target: object, name = 'm-01') => machine(name, { target });
const tested = (testNetwork: string, more: object = {}) =>
  to({ testNetwork: `rg-network/${testNetwork}`, testSubnet: 'servers', ...more });
const cached = (cacheStorageAccount: string) => machine('m-01', { environment: { cacheStorageAccount } });
const created = (target: object, environment: object = {}) =>
  machine('m-01', { target, environment: { create: true, ...environment } });

/** What is found, of which machine, how it weighs, and a part of what is said. */
const provoked: readonly Provoked[] = [
  ['CACHE_ACCOUNT_REGION', 'blocker', cached('stfar'), /stfar is in northeurope, the vault in westeurope/],
  ['CACHE_ACCOUNT_KIND', 'blocker', cached('stfiles'), /stfiles is of kind FileStorage/],
  ['CACHE_ACCOUNT_HIERARCHICAL', 'blocker', cached('stlake'), /stlake has a hierarchical namespace/],
  ['CACHE_ACCOUNT_SOFT_DELETE', 'blocker', cached('stkept'), /stkept keeps deleted blobs/],
  [
    'CACHE_ACCOUNT_CLOSED',
    'blocker',
    cached('stclosed'),
    /firewall of .*stclosed keeps trusted Azure services out/,
  ],
  [
    'CACHE_ACCOUNT_PRIVATE',
    'blocker',
    cached('stprivate'),
    /Public network access to .*stprivate is off: .* private endpoints/,
  ],
  [
    'SECURITY_GROUP_MISSING',
    'blocker',
    to({ networkSecurityGroup: 'rg-network/nsg-none' }),
    /^Network security group nsg-none does not exist$/,
  ],
  [
    'SECURITY_GROUP_REGION',
    'blocker',
    to({ networkSecurityGroup: 'rg-network/nsg-far' }),
    /nsg-far is in northeurope, the vault in westeurope/,
  ],
  [
    'TO_BE_CREATED',
    'info',
    created({ resourceGroup: 'rg-new' }),
    /Resource group rg-new does not exist: Portage creates it/,
  ],
  [
    'TO_BE_CREATED',
    'info',
    created({}, { cacheStorageAccount: 'stnew' }),
    /stnew does not exist: Portage creates it/,
  ],
  [
    'TO_BE_CREATED',
    'info',
    created(
      { network: 'rg-network/vnet-new' },
      {
        networks: [
          {
            name: 'rg-network/vnet-new',
            addressSpace: '10.50.0.0/16',
            subnets: [{ name: 'servers', prefix: '10.50.1.0/24' }],
          },
        ],
      },
    ),
    /Virtual network vnet-new does not exist: Portage creates it/,
  ],
  [
    'TO_BE_CREATED',
    'info',
    created(
      { subnet: 'more' },
      {
        networks: [
          {
            name: 'rg-network/vnet-prod',
            addressSpace: '10.20.0.0/16',
            subnets: [{ name: 'more', prefix: '10.20.2.0/24' }],
          },
        ],
      },
    ),
    /^Subnet more of vnet-prod does not exist: Portage creates it/,
  ],
  ['NETWORK_MISSING', 'blocker', created({ network: 'rg-network/vnet-none' }), /vnet-none does not exist/],
  [
    'NETWORK_REGION',
    'blocker',
    to({ network: 'rg-network/vnet-far' }),
    /vnet-far is in northeurope, the vault in westeurope/,
  ],
  [
    'ADDRESS_OUTSIDE_SUBNET',
    'blocker',
    to({ privateIp: '10.20.2.4' }),
    /10\.20\.2\.4 is not in subnet servers \(10\.20\.1\.0\/24\)/,
  ],
  ['ADDRESS_RESERVED', 'blocker', to({ privateIp: '10.20.1.3' }), /Azure keeps 10\.20\.1\.3/],
  ['ADDRESS_RESERVED', 'blocker', to({ privateIp: '10.20.1.255' }), /Azure keeps 10\.20\.1\.255/],
  ['ADDRESS_TAKEN', 'blocker', to({ privateIp: '10.20.1.77' }), /10\.20\.1\.77 is taken in vnet-prod/],
  [
    'NO_WAY_OUT',
    'warning',
    to({ network: 'rg-network/vnet-closed' }),
    /servers of vnet-closed has no way to the internet/,
  ],
  ['TEST_NETWORK_SAME', 'blocker', tested('vnet-prod'), /The test network vnet-prod is the network/],
  ['TEST_NETWORK_OPEN', 'blocker', tested('vnet-peered'), /vnet-peered is peered with vnet-prod/],
  ['TEST_NETWORK_OPEN', 'blocker', tested('vnet-open'), /reaches the internet by default outbound access/],
  ['TEST_NETWORK_OPEN', 'blocker', tested('vnet-nat'), /reaches the internet through a NAT gateway/],
  ['TEST_NETWORK_OPEN', 'blocker', tested('vnet-gateway'), /vnet-gateway has a network gateway/],
  [
    'TEST_NETWORK_OPEN',
    'blocker',
    tested('vnet-more'),
    /default outbound access, by rules of nsg-more: sql \(Tcp 1433 to Sql\); mail \(Tcp 25 to 203\.0\.113\.9\); proxy \(Tcp 80 to AzureCloud\)$/,
  ],
  [
    'TEST_NETWORK_OPEN',
    'blocker',
    tested('vnet-undenied'),
    /by rules of nsg-undenied: AllowInternetOutBound \(everything to Internet\)$/,
  ],
  [
    'TEST_NETWORK_OPEN',
    'blocker',
    tested('vnet-routed-services'),
    /through a route, by rules of nsg-services: AllowVnetOutBound \(everything to VirtualNetwork\)$/,
  ],
  ['TEST_NETWORK_OPEN', 'blocker', tested('vnet-routed'), /reaches the internet through a route/],
  [
    'ADDRESS_OUTSIDE_SUBNET',
    'blocker',
    tested('vnet-closed', { testPrivateIp: '10.20.1.9' }),
    /10\.20\.1\.9 is not in/,
  ],
  ['SIZE_UNKNOWN', 'blocker', to({ size: 'Standard_D3s_v9' }), /westeurope has no VM size Standard_D3s_v9/],
  [
    'SIZE_UNKNOWN',
    'blocker',
    to({ size: ['Standard_D2s_v5', 'Standard_D3s_v8'] }),
    /westeurope has no VM size Standard_D3s_v8/,
  ],
  ['SIZE_RESTRICTED', 'blocker', to({ size: 'Standard_M64ms' }), /NotAvailableForSubscription/],
  ['SIZE_GENERATION', 'blocker', to({ size: 'Standard_D2_v2' }, 'm-11'), /UEFI and becomes Generation 2/],
  ['SIZE_GENERATION', 'blocker', to({ size: 'Standard_D4s_v6' }), /BIOS and becomes Generation 1/],
  [
    'SIZE_TOO_FEW_DISKS',
    'blocker',
    to({ size: 'Standard_D2s_v5' }, 'm-11'),
    /5 data disks; Standard_D2s_v5 takes 4/,
  ],
  [
    'SIZE_TOO_FEW_INTERFACES',
    'blocker',
    to({ size: 'Standard_D4s_v5' }, 'm-12'),
    /^3 interfaces go along; Standard_D4s_v5 takes 2$/,
  ],
  [
    'SIZE_SMALLER',
    'warning',
    to({ size: 'Standard_D2s_v5' }, 'm-11'),
    /2 vCPUs and 8 GiB; the machine has 16 and 64/,
  ],
  ['SIZE_WITHOUT_PREMIUM', 'blocker', to({ size: 'Standard_D2_v2' }), /takes no Premium_LRS disks/],
  ['SIZE_AT_HYDRATION', 'warning', to({ size: 'Standard_D4s_v5' }), /no temporary disk/],
  ['SIZE_AT_HYDRATION', 'warning', to({ size: 'Standard_D4ds_v6' }, 'm-11'), /no Generation 1/],
  [
    'AZURE_PERMISSION_MISSING',
    'blocker',
    machine('m-01'),
    /resource group rg-target: Microsoft\.Compute\/virtualMachines\/write$/,
  ],
];

/** Ways to close a test network; none of them is complained about. */
const closed = ['vnet-closed', 'vnet-denied', 'vnet-routed-nowhere', 'vnet-services', 'vnet-nat-services'];

test('what speaks against a machine in Azure', async (t) => {
  const world = await startClouds(t, { machines: 1, instances: [large, connected], azure });
  const findingsOf = async (vm: VmPlan) => (await world.run((a) => a.checkMachine(vm))).findings;

  await assertProvoked(t, world, provoked);

  await t.test('counts the interfaces that the plan names, where it names some', async () => {
    const interfaces = [privateIpOf('m-12'), '10.0.1.202'];
    const found = await findingsOf(to({ size: 'Standard_D4s_v5', interfaces }, 'm-12'));
    assert.ok(!found.some(({ code }) => code === 'SIZE_TOO_FEW_INTERFACES'));
  });

  for (const name of closed) {
    await t.test(`has nothing against the closed test network ${name}`, async () => {
      const found = await findingsOf(tested(name));
      assert.deepEqual(
        found.filter(({ code }) => code.startsWith('TEST_NETWORK')),
        [],
      );
    });
  }

  await t.test('is looked at without a change', async () => {
    const sent = writes(await world.ledger()).map(({ operation }) => operation);
    assert.deepEqual(
      sent.filter((operation) => operation !== 'SendCommand'), // of a script that only reads
      [],
    );
  });
});
