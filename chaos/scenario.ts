import type { DrawnRun } from './drawn-run.ts';

const network = { vpcId: 'vpc-00000000000000001' };
const machineSubnet = 'subnet-00000000000000001';
const serverSubnet = 'subnet-00000000000000002';
/** The machines' own group, which lets no server of Site Recovery in. */
export const ownGroup = 'sg-00000000000000001';
const serverIp = '10.0.2.10';

/** Both clouds, with the machines of these runs and what stands in their way. */
export function scenarioOf(runs: readonly DrawnRun[]): object {
  const machines = runs.flatMap(({ machines: all }) => all);
  return {
    start: '2026-03-01T20:00:00Z',
    aws: {
      account: '111122223333',
      region: 'eu-west-1',
      vpcs: [{ ...network, cidr: '10.0.0.0/16' }],
      subnets: [
        { subnetId: machineSubnet, ...network, cidr: '10.0.16.0/20' },
        { subnetId: serverSubnet, ...network, cidr: '10.0.2.0/24' },
      ],
      securityGroups: [
        { groupId: ownGroup, name: 'web', ...network, ingress: [{ ports: 3389, cidr: '10.0.0.0/8' }] },
        {
          groupId: 'sg-00000000000000002',
          name: 'appliance',
          ...network,
          ingress: [443, 9443].map((ports) => ({ ports, cidr: '10.0.0.0/16' })),
        },
      ],
      instances: [appliance, ...machines.map(instanceAt)],
      commandSeconds: 0,
    },
    azure: {
      ...subscription,
      virtualMachines: machines
        .filter(({ hasNamesake }) => hasNamesake)
        .map(({ name }) => ({ name, ...namesake })),
    },
  };
}

const appliance = {
  name: 'appl-1',
  instanceId: 'i-0000000000000a991',
  type: 'm5.2xlarge',
  ...network,
  subnetId: serverSubnet,
  securityGroups: ['sg-00000000000000002'],
  privateIp: serverIp,
  guest: { server: 'appliance' },
};

function instanceAt({ name, instanceId, push }: DrawnRun['machines'][number], at: number): object {
  return {
    name,
    instanceId,
    type: 't3.large',
    ...network,
    subnetId: machineSubnet,
    securityGroups: [ownGroup],
    privateIp: `10.0.${16 + Math.floor(at / 200)}.${10 + (at % 200)}`,
    osName: 'Microsoft Windows Server 2022 Datacenter',
    guest: push ? {} : { agent: {} },
    volumes: [{ device: '/dev/sda1', sizeGiB: 30 }],
  };
}

const subscription = {
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  tenantId: '99999999-8888-7777-6666-555555555555',
  location: 'westeurope',
  vcpuQuota: 5000,
  resourceGroups: [{ name: 'rg-migration' }, { name: 'rg-network' }, { name: 'rg-payroll' }],
  networks: [
    {
      name: 'vnet-prod',
      resourceGroup: 'rg-network',
      addressSpace: ['10.20.0.0/16'],
      subnets: [{ name: 'servers', prefix: '10.20.0.0/20' }],
    },
    {
      name: 'vnet-test',
      resourceGroup: 'rg-network',
      addressSpace: ['10.99.0.0/16'],
      subnets: [{ name: 'isolated', prefix: '10.99.0.0/20', defaultOutboundAccess: false }],
    },
  ],
  storageAccounts: [{ name: 'stcacheweu', resourceGroup: 'rg-migration' }],
  vaults: [
    {
      name: 'vault-weu',
      resourceGroup: 'rg-migration',
      policies: [
        {
          name: 'portage-24h',
          recoveryPointHistoryMinutes: 1440,
          crashConsistentMinutes: 5,
          appConsistentMinutes: 0,
        },
      ],
      mapping: { name: 'portage-24h', policy: 'portage-24h' },
      appliances: [{ name: 'appl-1', ipAddress: serverIp }],
      site: { name: 'portage-site', discovered: 'all', runAsAccounts: ['migrate-admin'] },
    },
  ],
};

/** Somebody else's VM. */
const namesake = { resourceGroup: 'rg-payroll', size: 'Standard_B2ms', osType: 'Windows' };
