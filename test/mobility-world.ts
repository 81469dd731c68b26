import type { TestContext } from 'node:test';
import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import type { Clouds } from '../activities/index.ts';
import type { VmPlan } from '../plan/index.ts';
import {
  connectedTo,
  instanceIdOf,
  machine,
  privateIpOf,
  runInAttempt,
  startClouds,
  vaultSection,
  type CloudOptions,
  type CloudWorld,
  type MachineOptions,
} from './cloud-world.ts';

/** Where the server of the environment is: another subnet than the machines'. */
export const serverIp = '10.0.2.10';
export const serverId = 'i-0000000000000a991';
export const networks = {
  vpcId: 'vpc-00000000000000001',
  machines: 'subnet-00000000000000001',
  servers: 'subnet-00000000000000002',
};
/** The machines' own security group, which lets remote desktop in and no server of Site Recovery. */
export const ownGroup = 'sg-00000000000000001';
const serverGroup = 'sg-00000000000000002';
const openGroup = 'sg-00000000000000003';

/** A machine as a scenario lists it; without a Mobility service. */
export function bareMachine(name: string, more: object = {}): object {
  return {
    name,
    instanceId: instanceIdOf(name),
    type: 't3.large',
    vpcId: networks.vpcId,
    subnetId: networks.machines,
    securityGroups: [ownGroup],
    privateIp: privateIpOf(name),
    volumes: [{ device: '/dev/sda1', sizeGiB: 30 }],
    ...more,
  };
}

/** One that its own groups open to the server. */
export const openMachine = (name: string): object =>
  bareMachine(name, { securityGroups: [ownGroup, openGroup] });

/** The account with its networks and groups, and the server of the environment. */
export function mobilitySection(
  instances: readonly object[],
  { serverGuest = {}, ...more }: { readonly serverGuest?: object } = {},
): object {
  const { vpcId, machines, servers } = networks;
  return {
    vpcs: [{ vpcId, cidr: '10.0.0.0/16' }],
    subnets: [
      { subnetId: machines, vpcId, cidr: '10.0.1.0/24' },
      { subnetId: servers, vpcId, cidr: '10.0.2.0/24' },
    ],
    securityGroups: [
      { groupId: ownGroup, name: 'web', vpcId, ingress: [{ ports: 3389, cidr: '10.0.0.0/8' }] },
      {
        groupId: serverGroup,
        name: 'appliance',
        vpcId,
        ingress: [443, 9443].map((ports) => ({ ports, cidr: '10.0.0.0/16' })),
      },
      { groupId: 'sg-00000000000000004', name: 'more', vpcId },
      { groupId: openGroup, name: 'open', vpcId, ingress: [{ protocol: 'all', cidr: `${serverIp}/32` }] },
    ],
    instances: [
      {
        name: 'appl-1',
        instanceId: serverId,
        type: 'm5.2xlarge',
        vpcId,
        subnetId: servers,
        securityGroups: [serverGroup],
        privateIp: serverIp,
        guest: { server: 'appliance', ...serverGuest },
      },
      ...instances,
    ],
    commandSeconds: 0,
    ...more,
  };
}

/** A vault whose appliance is that server, and knows an account to push with. */
export function mobilityVault(): object {
  return {
    ...vaultSection('vault-weu'),
    appliances: [{ name: 'appl-1', ipAddress: serverIp }],
    site: { name: 'vault-weu-site', discovered: 'all', runAsAccounts: ['migrate-admin'] },
  };
}

/** The same with a configuration server instead. */
export function classicVault(): object {
  return {
    name: 'vault-weu',
    resourceGroup: 'rg-migration',
    policies: [{ name: 'portage-24h', provider: 'classic', recoveryPointHistoryMinutes: 1440 }],
    configurationServers: [
      {
        name: 'cs-1',
        ipAddress: serverIp,
        runAsAccounts: ['migrate-admin'],
        discovered: 'all',
        mapping: { name: 'portage-24h', policy: 'portage-24h' },
      },
    ],
  };
}

/** The environment that goes with it. */
export const classicEnvironment = {
  provider: 'classic',
  appliances: undefined,
  configurationServer: { name: 'cs-1', passphrase: { parameter: '/portage/passphrase' } },
};

/** Both clouds with these machines. */
export function startMobilityClouds(
  t: TestContext,
  instances: readonly object[],
  options: Omit<CloudOptions, 'aws'> & {
    readonly aws?: { readonly serverGuest?: object; readonly [key: string]: unknown };
  } = {},
): Promise<CloudWorld> {
  return startClouds(t, {
    machines: 0,
    ...options,
    aws: mobilitySection(instances, options.aws),
    azure: { vaults: [mobilityVault()], ...options.azure },
  });
}

/** A machine of a plan that has its Mobility service pushed. */
export function pushed(name: string, options: MachineOptions = {}): VmPlan {
  return machine(name, {
    mobility: 'push',
    ...options,
    environment: { account: 'migrate-admin', ...options.environment },
  });
}

/** What a person gets from the appliance for one machine: the configuration of its Mobility service. */
export async function agentConfig(world: CloudWorld, name: string): Promise<string> {
  const body = JSON.stringify({ action: 'create-agent-config', privateIp: privateIpOf(name) });
  const response = await fetch(`${world.url}/_portage/person`, { method: 'POST', body });
  return z.object({ text: z.string() }).parse(await response.json()).text;
}

/** Puts a secret where a machine reads it. */
export async function putParameter(world: CloudWorld, Name: string, Value: string): Promise<void> {
  const ssm = lookAt(world).clouds.ssm('eu-west-1');
  await runInAttempt(() =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true })),
  );
}

/** What EC2 shows, to a client of its own. */
export function lookAt(world: CloudWorld): Look {
  const { clouds } = connectedTo(new URL(world.url));
  const ec2 = clouds.ec2('eu-west-1');
  return {
    clouds,
    groupsOf: async (name) => {
      const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceIdOf(name)] }));
      const [first] = answer.Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces ?? [];
      return (first?.Groups ?? []).map(({ GroupId = '' }) => GroupId);
    },
    group: async (groupName) => {
      const Filters = [{ Name: 'group-name', Values: [groupName] }];
      const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
      return SecurityGroups[0];
    },
  };
}

export interface Look {
  readonly clouds: Clouds;
  /** Ids of the groups on a machine's interface. */
  groupsOf(name: string): Promise<string[]>;
  group(groupName: string): Promise<SecurityGroup | undefined>;
}

/** `tcp 445-445 10.0.2.10/32`, one for each rule. */
export function rulesIn(permissions: readonly IpPermission[] = []): string[] {
  return permissions
    .flatMap(({ IpProtocol = '', FromPort, ToPort, IpRanges = [] }) =>
      IpRanges.map(({ CidrIp = '' }) => `${IpProtocol} ${FromPort ?? ''}-${ToPort ?? ''} ${CidrIp}`),
    )
    .sort();
}
