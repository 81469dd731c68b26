import {
  DescribeInstanceAttributeCommand,
  DescribeInstanceTypesCommand,
  type EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
import { z } from 'zod';
import type { VmPlan } from '../plan/index.ts';
import { nameOf } from './arm-id.ts';
import { claimOf, planTag } from './claim.ts';
import type { ActivityDeps, AzureClients } from './clouds.ts';
import { isNotFound } from './cloud-errors.ts';
import { Findings, type Finding } from './findings.ts';
import { findInstance, instancesAt, powerState, type PowerState, type Search } from './instances.ts';
import { itemAddress, type ItemAddress } from './site-recovery/items.ts';
import type { ReplicationSetting } from './site-recovery/provider.ts';
import { surveyEnvironment } from './site-recovery/survey.ts';

/** The source instance, as preflight found it. */
export interface SourceInstance {
  readonly instanceId: string;
  readonly privateIp: string;
  readonly osType: 'Windows' | 'Linux';
  readonly instanceType: string;
  readonly powerState: PowerState;
}

/** What preflight came to: everything it found, and what the next steps go by where there is no blocker. */
export interface Preflight {
  readonly findings: readonly Finding[];
  readonly instance?: SourceInstance;
  readonly setting?: ReplicationSetting;
  /** Where its protected item is, or will be. */
  readonly item?: ItemAddress;
  /** The Azure VM that an earlier run of this very plan made of the machine, by the instance's tag: nothing is to be done. */
  readonly migratedAs?: string;
}

const vnet = z.object({
  properties: z.object({ subnets: z.array(z.object({ name: z.string() })).default([]) }),
});
const apiVersions = { resourceGroup: '2021-04-01', network: '2024-05-01', storage: '2023-05-01' };

export const preflightActivities = ({ clouds }: ActivityDeps) => ({
  /**
   * Looks at a machine and at both clouds and says everything that speaks against migrating it. Changes nothing.
   * All findings at once, never just the first.
   */
  async checkMachine(vm: VmPlan): Promise<Preflight> {
    const findings = new Findings(vm);
    const ec2 = clouds.ec2(vm.source.region);
    const azure = clouds.azure(vm.environment.subscriptionId);
    const search = await findInstance(ec2, vm);
    const migratedAs = completedAs(search, vm);
    if (migratedAs !== undefined) return { findings: findings.all, migratedAs };
    const [instance, setting] = await Promise.all([
      checkSource(ec2, vm, search, findings),
      checkEnvironment(azure, vm, findings),
      checkTarget(azure, vm, findings),
    ]);
    return {
      findings: findings.all,
      ...(instance === undefined ? {} : { instance }),
      ...(setting === undefined ? {} : { setting, item: itemAddress(vm, setting) }),
    };
  },
});

function completedAs(search: Search, vm: VmPlan): string | undefined {
  const owner = search.kind === 'found' ? claimOf(search.instance) : undefined;
  return owner?.plan === vm.plan && owner.vm === vm.name ? owner.completedAs : undefined;
}

async function checkSource(
  ec2: EC2Client,
  vm: VmPlan,
  search: Search,
  findings: Findings,
): Promise<SourceInstance | undefined> {
  if (search.kind !== 'found') {
    notFound(search, vm, findings);
    return undefined;
  }
  const { instance } = search;
  const state = powerState(instance);
  if (state === 'terminated' || state === 'shutting-down') {
    findings.blocker('INSTANCE_TERMINATED', `The instance is ${state}`, 'Take the machine out of the plan');
    return undefined;
  }
  const osType = instance.Platform?.toLowerCase() === 'windows' ? 'Windows' : 'Linux';
  checkState(instance, findings);
  checkStorage(instance, findings);
  checkClaim(instance, vm, findings);
  await Promise.all([
    checkType(ec2, instance, osType, findings),
    checkStopProtection(ec2, instance.InstanceId, findings),
    checkAddress(ec2, instance, findings),
  ]);
  if (instance.PrivateIpAddress === undefined) return undefined;
  return {
    instanceId: instance.InstanceId,
    privateIp: vm.locate.privateIp ?? instance.PrivateIpAddress,
    osType,
    instanceType: instance.InstanceType ?? '',
    powerState: state,
  };
}

function notFound(search: Exclude<Search, { kind: 'found' }>, vm: VmPlan, findings: Findings): void {
  const where = `in ${vm.source.region}`;
  if (search.kind === 'none')
    findings.blocker(
      'INSTANCE_NOT_FOUND',
      `No instance ${search.sought} ${where}`,
      'Correct the instance id, the private IP or the region',
    );
  else
    findings.blocker(
      'INSTANCE_AMBIGUOUS',
      `${search.sought} is the address of ${search.instanceIds.length} instances ${where}: ${search.instanceIds.join(', ')}`,
      'Name the machine by instanceId, or add its vpcId',
    );
}

function checkState(instance: Instance, findings: Findings): void {
  const state = powerState(instance);
  if (state !== 'running')
    findings.blocker(
      'INSTANCE_NOT_RUNNING',
      `The instance is ${state}; only a running machine can be replicated`,
      'Start the instance, then retry',
    );
  if (instance.VpcId === undefined)
    findings.blocker(
      'NO_VPC',
      'The instance is in no VPC (EC2-Classic): its appliance cannot reach it',
      'Move the instance into a VPC first',
    );
  if (instance.PrivateIpAddress === undefined)
    findings.blocker(
      'NO_PRIVATE_IP',
      'The instance has no private address, by which Site Recovery would know it',
      'Give the instance an interface, then retry',
    );
  if (instance.InstanceLifecycle === 'spot')
    findings.blocker(
      'SPOT_INSTANCE',
      'A spot instance can vanish during replication, and a stop may end it',
      'Run the machine on demand first',
    );
}

function checkStorage(instance: Instance, findings: Findings): void {
  if (instance.Architecture !== undefined && instance.Architecture !== 'x86_64')
    findings.blocker(
      'ARCHITECTURE',
      `Architecture ${instance.Architecture} cannot be replicated; Site Recovery takes x86_64 only`,
      'Rebuild the machine in Azure instead',
    );
  if (instance.RootDeviceType === 'instance-store')
    findings.blocker(
      'ROOT_ON_INSTANCE_STORE',
      'The root disk is an instance store: the instance cannot be stopped',
      'Move the machine to an EBS root volume first',
    );
}

function checkClaim(instance: Instance, vm: VmPlan, findings: Findings): void {
  const claim = claimOf(instance);
  if (claim === undefined || (claim.plan === vm.plan && claim.vm === vm.name)) return;
  findings.blocker(
    'CLAIMED_BY_ANOTHER_PLAN',
    `The instance is claimed by plan ${claim.plan}, machine ${claim.vm}`,
    `Leave it to that plan; if that plan is given up, remove the tag ${planTag} from the instance`,
  );
}

/** Site Recovery knows a physical machine by its address: two instances that share one cannot be told apart there. */
async function checkAddress(ec2: EC2Client, instance: Instance, findings: Findings): Promise<void> {
  const { InstanceId, PrivateIpAddress } = instance;
  if (PrivateIpAddress === undefined) return;
  const others = (await instancesAt(ec2, PrivateIpAddress)).filter((id) => id !== InstanceId);
  if (others.length > 0)
    findings.blocker(
      'ADDRESS_SHARED',
      `${PrivateIpAddress} is also the address of ${others.join(', ')}: Site Recovery knows machines by their address`,
      'Make sure that the appliance reaches this one and none of the others there, then accept ADDRESS_SHARED by name',
    );
}

async function checkType(
  ec2: EC2Client,
  instance: Instance,
  osType: 'Windows' | 'Linux',
  findings: Findings,
): Promise<void> {
  if (instance.InstanceType === undefined) return;
  const answer = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [instance.InstanceType] }));
  const type = answer.InstanceTypes?.[0];
  if (type?.InstanceStorageSupported)
    findings.warning(
      'INSTANCE_STORE',
      `${instance.InstanceType} has instance-store disks: they are replicated, cannot be left out, and are lost at the stop`,
      'Keep nothing on them that must survive',
    );
  if (osType === 'Windows') return;
  if (type?.Hypervisor === 'nitro')
    findings.blocker(
      'LINUX_NVME',
      `${instance.InstanceType} gives Linux NVMe disks, which Site Recovery does not support`,
      'Accept LINUX_NVME by name at your own test, or rebuild the machine in Azure',
    );
  else
    findings.blocker(
      'LINUX_XEN_BLOCK',
      `${instance.InstanceType} gives Linux paravirtualized disks, which Site Recovery does not support on AWS`,
      'Accept LINUX_XEN_BLOCK by name at your own test, or rebuild the machine in Azure',
    );
}

async function checkStopProtection(ec2: EC2Client, instanceId: string, findings: Findings): Promise<void> {
  const answer = await ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'disableApiStop' }),
  );
  if (answer.DisableApiStop?.Value)
    findings.blocker(
      'STOP_PROTECTED',
      'Stop protection is on: the source could not be stopped at cutover',
      'Turn stop protection off',
    );
}

async function checkEnvironment(
  azure: AzureClients,
  vm: VmPlan,
  findings: Findings,
): Promise<ReplicationSetting | undefined> {
  const { setting, complaints } = await surveyEnvironment(azure, vm.environment);
  for (const { weight, code, message, suggestion } of complaints) findings[weight](code, message, suggestion);
  return setting;
}

async function checkTarget(
  azure: AzureClients,
  { target, environment }: VmPlan,
  findings: Findings,
): Promise<void> {
  const group = await exists(azure, target.resourceGroupId, apiVersions.resourceGroup);
  if (group === undefined)
    findings.blocker(
      'RESOURCE_GROUP_MISSING',
      `Resource group ${nameOf(target.resourceGroupId)} does not exist`,
      'Create it, or correct target.resourceGroup',
    );
  else await checkName(azure, target, findings);

  await checkSubnet(azure, target.networkId, target.subnetName, findings);
  if (target.testNetworkId !== undefined)
    await checkSubnet(azure, target.testNetworkId, target.testSubnetName, findings);

  if ((await exists(azure, environment.cacheStorageAccountId, apiVersions.storage)) === undefined)
    findings.blocker(
      'CACHE_ACCOUNT_MISSING',
      `Cache storage account ${nameOf(environment.cacheStorageAccountId)} does not exist`,
      'Create it in the vault’s region, or correct cacheStorageAccount',
    );
}

async function checkSubnet(
  azure: AzureClients,
  networkId: string,
  subnet: string | undefined,
  findings: Findings,
): Promise<void> {
  const network = await exists(azure, networkId, apiVersions.network);
  if (network === undefined) {
    findings.blocker(
      'NETWORK_MISSING',
      `Virtual network ${nameOf(networkId)} does not exist`,
      'Create it, or correct the plan',
    );
    return;
  }
  const { subnets } = vnet.parse(network).properties;
  if (subnet !== undefined && !subnets.some(({ name }) => name.toLowerCase() === subnet.toLowerCase()))
    findings.blocker(
      'SUBNET_MISSING',
      `Network ${nameOf(networkId)} has no subnet ${subnet}; it has ${subnets.map(({ name }) => name).join(', ')}`,
      'Create it, or correct the plan',
    );
}

async function checkName(azure: AzureClients, target: VmPlan['target'], findings: Findings): Promise<void> {
  const id = `${target.resourceGroupId}/providers/Microsoft.Compute/virtualMachines/${target.vmName}`;
  if ((await exists(azure, id, '2024-07-01')) === undefined) return;
  findings.warning(
    'NAME_TAKEN',
    `A VM ${target.vmName} exists in the target group already: Site Recovery would give the migrated one another name`,
    'Rename one of them; Portage never touches the one that is there',
  );
}

async function exists(azure: AzureClients, id: string, apiVersion: string): Promise<unknown> {
  try {
    return await azure.arm.get(id, apiVersion);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
