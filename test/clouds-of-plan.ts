import { nameOf, resourceGroupOf } from '../activities/arm-id.ts';
import type { ResolvedPlan, VmPlan } from '../plan/index.ts';
import type { Scenario } from './world.ts';

/** Both clouds as a plan expects them: its machines with their agents, its server, its vault, and where its machines go. */
export function cloudsOf(plan: ResolvedPlan): Pick<Scenario, 'aws' | 'azure'> {
  const machines = plan.groups.flatMap((group) => group.machines);
  const [first] = machines;
  if (first === undefined) throw new Error('a plan has machines');
  return { aws: awsOf(machines, first), azure: azureOf(machines, first) };
}

/** All in one network: that of the machines that the plan finds by their address. */
function awsOf(machines: readonly VmPlan[], { environment }: VmPlan): Scenario['aws'] {
  const vpcId = machines.find(({ locate }) => locate.vpcId !== undefined)?.locate.vpcId ?? '';
  const prefix = prefixOf(machines);
  const cidr = `${prefix}.0.0/16`;
  const place = {
    subnetId: 'subnet-0a1b2c3d4e5f60001',
    type: 't3.large',
    volumes: [{ device: '/dev/sda1', sizeGiB: 30 }],
  };
  const servers = environment.servers.map(({ name, instanceId }, at) => ({
    ...{ ...place, name, privateIp: `${prefix}.250.${at + 10}`, type: 'm5.2xlarge' },
    ...{ instanceId: instanceId ?? `i-${hex(at + 1_000)}`, guest: { server: kindOf(environment) } },
  }));
  const sources = machines.map(({ name, locate, accept }, at) => ({
    ...{ ...place, name, privateIp: locate.privateIp ?? `${prefix}.200.${at + 10}`, guest: { agent: {} } },
    instanceId: locate.instanceId ?? `i-${hex(at)}`,
    ...(accept.includes('LINUX_NVME')
      ? { platform: 'linux', osName: 'Ubuntu 22.04' }
      : { osName: 'Microsoft Windows Server 2019 Datacenter' }),
  }));
  return {
    vpcs: [{ vpcId, cidr }],
    subnets: [{ subnetId: place.subnetId, vpcId, cidr }],
    securityGroups: [
      { groupId: 'sg-0a1b2c3d4e5f60001', name: 'open', vpcId, ingress: [{ protocol: 'all', cidr }] },
    ],
    instances: [...sources, ...servers].map((one) => ({ ...one, securityGroups: ['sg-0a1b2c3d4e5f60001'] })),
  };
}

/** `10.40` */
function prefixOf(machines: readonly VmPlan[]): string {
  const [address = ''] = machines.flatMap(({ locate }) => locate.privateIp ?? []);
  return address.split('.').slice(0, 2).join('.');
}

function azureOf(machines: readonly VmPlan[], { environment }: VmPlan): Scenario['azure'] {
  const { subscriptionId, location, resourceGroup, cacheStorageAccountId } = environment;
  const targets = machines.map(({ target }) => target);
  const groups = targets.flatMap((target) => [
    nameOf(target.resourceGroupId),
    resourceGroupOf(target.networkId),
  ]);
  return {
    ...{ subscriptionId, location, tenantId: '99999999-8888-7777-6666-555555555555', vcpuQuota: 2_000 },
    resourceGroups: distinct([resourceGroup, ...groups]).map((name) => ({ name })),
    networks: [
      ...networksOf(
        '10.20',
        targets.map(({ networkId: id, subnetName: subnet }) => ({ id, subnet })),
      ),
      ...networksOf(
        '10.99',
        targets.flatMap(({ testNetworkId: id, testSubnetName: subnet }) =>
          id === undefined || subnet === undefined ? [] : { id, subnet },
        ),
        { defaultOutboundAccess: false },
      ),
    ],
    storageAccounts: [{ name: nameOf(cacheStorageAccountId), resourceGroup }],
    vaults: [vaultOf(environment, prefixOf(machines))],
  };
}

function networksOf(
  prefix: string,
  used: readonly { id: string; subnet: string }[],
  more: object = {},
): object[] {
  return distinct(used.map(({ id }) => id)).map((network) => ({
    name: nameOf(network),
    resourceGroup: resourceGroupOf(network),
    addressSpace: [`${prefix}.0.0/16`],
    subnets: distinct(used.flatMap(({ id, subnet }) => (id === network ? [subnet] : []))).map((name, at) => ({
      ...{ name, prefix: `${prefix}.${at + 1}.0/24` },
      ...more,
    })),
  }));
}

function vaultOf(environment: VmPlan['environment'], prefix: string) {
  const { vault: name, resourceGroup, policy, provider, servers } = environment;
  const mapping = { name: policy.name, policy: policy.name };
  const policies = [
    {
      name: policy.name,
      provider,
      recoveryPointHistoryMinutes: (policy.recoveryPointHours ?? 24) * 60,
      crashConsistentMinutes: 5,
      appConsistentMinutes: 0,
    },
  ];
  const known = servers.map((server, at) => ({ name: server.name, ipAddress: `${prefix}.250.${at + 10}` }));
  return provider === 'classic'
    ? { name, resourceGroup, policies, configurationServers: known.map((one) => ({ ...one, mapping })) }
    : {
        name,
        resourceGroup,
        policies,
        mapping,
        appliances: known,
        site: { name: 'site-1', discovered: 'all' },
      };
}

const kindOf = ({ provider }: VmPlan['environment']) =>
  provider === 'classic' ? 'configuration-server' : 'appliance';

const hex = (number: number) => number.toString(16).padStart(17, '0');

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}
