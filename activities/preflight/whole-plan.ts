import type { Usage } from '@azure/arm-compute';
import type { Environment, ResolvedPlan, VmPlan } from '../../plan/index.ts';
import { nameOf } from '../arm-id.ts';
import type { AzureFacts } from './azure-facts.ts';
import type { Clouds } from '../clouds.ts';
import { concern } from './concern.ts';
import { checkDeployments } from './deploy-permissions.ts';
import { Findings, type Finding } from './findings.ts';
import { freeAddresses } from './subnet-addresses.ts';
import type { Size } from './vm-size.ts';

/**
 * vCPUs of the temporary VM that hydrates the disks of one failover. Microsoft names no size; Site Recovery takes common
 * ones (inferred).
 */
const hydrationVcpus = 4;

/** Protected disks that a subscription may have. @see learn.microsoft.com, site-recovery/vmware-physical-azure-support-matrix */
const protectedDisksLimit = 3_000;

/** Machines that an appliance of 16 vCPUs and 32 GB carries. @see the same page */
const machinesPerServer = 200;

/**
 * Looks at what the machines of a plan need together: quota for all VMs at once and for hydration besides, addresses,
 * servers, and what AWS has to allow to launch those. Changes nothing.
 */
export async function lookAtWholePlan(
  clouds: Clouds,
  facts: AzureFacts,
  plan: ResolvedPlan,
): Promise<readonly Finding[]> {
  const findings = new Findings({ name: '', accept: plan.accept });
  const machines = await toCome(facts, plan);
  const places = Map.groupBy(machines, ({ environment: { subscriptionId, location } }) =>
    `${subscriptionId} ${location}`.toLowerCase(),
  );
  const subnets = Map.groupBy(machines, ({ target }) =>
    `${target.networkId} ${target.subnetName}`.toLowerCase(),
  );
  const environments = new Map(machines.map(({ environment }) => [environment.name, environment]));
  await Promise.all([
    checkDeployments(clouds, plan.name, [...environments.values()], findings),
    ...[...places.values()].map((together) =>
      concern(findings, 'The vCPU quota', () => checkQuota(facts, plan, together, findings)),
    ),
    ...[...subnets.values()].map((together) =>
      concern(findings, 'The subnet’s free addresses', () => checkAddresses(facts, together, findings)),
    ),
  ]);
  for (const together of Map.groupBy(machines, ({ environment }) => environment.name).values())
    checkServers(together, findings);
  return findings.all;
}

/** The machines whose VM is not there yet: those that are there use quota and addresses already. */
async function toCome(facts: AzureFacts, { groups }: ResolvedPlan): Promise<readonly VmPlan[]> {
  const machines = groups.flatMap((group) => group.machines);
  const isThere = async ({ target }: VmPlan) =>
    (await facts.machineNames(target.resourceGroupId)).has(target.vmName.toLowerCase());
  const there = await Promise.all(machines.map(isThere));
  return machines.filter((_vm, at) => !there[at]);
}

async function checkQuota(
  facts: AzureFacts,
  plan: ResolvedPlan,
  machines: readonly VmPlan[],
  findings: Findings,
): Promise<void> {
  const [first] = machines;
  if (first === undefined) return;
  const { subscriptionId, location } = first.environment;
  const known = await facts.sizes(subscriptionId, location);
  const sizes = machines.flatMap(({ target }) => known.get(target.size?.toLowerCase() ?? '') ?? []);
  const usages = await facts.usages(subscriptionId, location);
  const atOnce = Math.max(
    ...plan.groups.map((group) => group.machines.filter((vm) => machines.includes(vm)).length),
  );
  const hydration = atOnce * hydrationVcpus;
  const complaint = (usage: Usage, wanted: number, what: string) =>
    findings.blocker(
      'VCPU_QUOTA',
      `${location} allows ${usage.limit} vCPUs of ${usage.name.localizedValue ?? usage.name.value ?? ''}, ${usage.currentValue} are used, and ${what} need ${wanted}`,
      'Ask for more quota in the subscription’s usage page, or move fewer machines with one plan',
    );
  const cores = usages.find(({ name }) => name.value === 'cores');
  const all = vcpusOf(sizes) + hydration;
  if (cores !== undefined && cores.currentValue + all > cores.limit)
    complaint(
      cores,
      all,
      `${sizes.length} VMs with ${atOnce} hydration VMs (${hydrationVcpus} vCPUs each) at once`,
    );
  for (const [family, ofFamily] of Map.groupBy(sizes, (size) => size.family)) {
    const usage = usages.find(({ name }) => name.value?.toLowerCase() === family.toLowerCase());
    const wanted = vcpusOf(ofFamily);
    if (usage !== undefined && usage.currentValue + wanted > usage.limit)
      complaint(usage, wanted, `${ofFamily.length} VMs of the plan`);
  }
}

function vcpusOf(sizes: readonly Size[]): number {
  return sizes.reduce((sum, { vcpus }) => sum + vcpus, 0);
}

async function checkAddresses(
  facts: AzureFacts,
  machines: readonly VmPlan[],
  findings: Findings,
): Promise<void> {
  const [first] = machines;
  if (first === undefined) return;
  const { networkId, subnetName } = first.target;
  const network = await facts.network(networkId);
  const subnet = network?.subnets?.find(({ name }) => name?.toLowerCase() === subnetName.toLowerCase());
  if (subnet === undefined) return;
  const free = freeAddresses(subnet);
  if (free < machines.length)
    findings.blocker(
      'SUBNET_FULL',
      `Subnet ${subnetName} of ${nameOf(networkId)} has ${free} free addresses; the plan brings ${machines.length} machines`,
      'Enlarge the subnet, or send machines to another one',
    );
}

function checkServers(machines: readonly VmPlan[], findings: Findings): void {
  const [first] = machines;
  if (first === undefined) return;
  const { servers, name, vault }: Environment = first.environment;
  if (machines.length > servers.length * machinesPerServer)
    findings.blocker(
      'SERVERS_TOO_FEW',
      `${machines.length} machines go through ${servers.length} server${servers.length === 1 ? '' : 's'} of environment ${name}; one carries ${machinesPerServer}`,
      `Register more appliances with ${vault} and list them in the environment`,
    );
}

/** Two machines of a plan that are one instance; and more disks than a subscription may protect. */
export function checkTogether(
  plan: ResolvedPlan,
  seen: readonly { readonly vm: string; readonly instanceId: string; readonly disks: number }[],
): readonly Finding[] {
  const findings = new Findings({ name: '', accept: plan.accept });
  for (const [instanceId, same] of Map.groupBy(seen, (one) => one.instanceId)) {
    if (same.length > 1)
      findings.blocker(
        'SAME_INSTANCE',
        `${same.map(({ vm }) => vm).join(' and ')} are one instance, ${instanceId}`,
        'Take one of them out of the plan',
      );
  }
  const disks = seen.reduce((sum, one) => sum + one.disks, 0);
  if (disks > protectedDisksLimit)
    findings.blocker(
      'TOO_MANY_DISKS',
      `The machines have ${disks} disks; a subscription protects ${protectedDisksLimit}`,
      'Split the plan over several subscriptions, or move it in parts',
    );
  return findings.all;
}
