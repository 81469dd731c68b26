import type { Usage } from '@azure/arm-compute';
import type { Environment, ResolvedPlan, VmPlan } from '../../plan/index.ts';
import { nameOf } from '../arm-id.ts';
import type { AzureFacts } from './azure-facts.ts';
import type { Clouds } from '../clouds.ts';
import { findInstances, type FoundInstance } from '../instances.ts';
import { concern } from './concern.ts';
import { checkDeployments } from './deploy-permissions.ts';
import { Findings, type Finding } from './findings.ts';
import { hydrationVcpus } from './hydration-vm.ts';
import { checkDisks } from './plan-disks.ts';
import { checkServers } from './plan-servers.ts';
import { checkSameInstance, type Sources } from './plan-sources.ts';
import { checkPreparation } from './prepare-permissions.ts';
import { freeAddresses } from './subnet-addresses.ts';
import type { Size } from './vm-size.ts';

/**
 * Looks at what the machines of a plan need together: quota for all VMs at once and for hydration besides, addresses,
 * servers, disks, and what AWS has to allow to launch servers. Reads lists, however many machines there are. Changes
 * nothing.
 */
export async function lookAtWholePlan(
  clouds: Clouds,
  facts: AzureFacts,
  plan: ResolvedPlan,
): Promise<readonly Finding[]> {
  const findings = new Findings({ name: '', accept: plan.accept });
  const all = plan.groups.flatMap((group) => group.machines);
  const [machines, sources = noSources] = await Promise.all([
    toCome(facts, all),
    concern(findings, 'The instances', () => readSources(clouds, all)),
  ]);
  checkSameInstance(sources, findings);
  const places = Map.groupBy(machines, ({ environment: { subscriptionId, location } }) =>
    `${subscriptionId} ${location}`.toLowerCase(),
  );
  const subnets = Map.groupBy(machines, ({ target }) =>
    `${target.networkId} ${target.subnetName}`.toLowerCase(),
  );
  const environments = Map.groupBy(machines, ({ environment }) => environment.name);
  const subscriptions = Map.groupBy(machines, ({ environment }) => environment.subscriptionId.toLowerCase());
  await Promise.all([
    checkDeployments(clouds, plan.name, environmentsOf(machines), findings),
    ...environmentsOf(machines).map((environment) =>
      concern(findings, `What environment ${environment.name} lacks`, () =>
        checkPreparation(clouds, facts, environment, findings),
      ),
    ),
    ...[...places.values()].map((together) =>
      concern(findings, 'The vCPU quota', () => checkQuota(facts, plan, together, findings)),
    ),
    ...[...subnets.values()].map((together) =>
      concern(findings, 'The subnet’s free addresses', () =>
        checkAddresses(facts, sources, together, findings),
      ),
    ),
    ...[...environments.values()].map((together) =>
      concern(findings, 'The servers’ capacity', () => checkServers(clouds, facts, together, findings)),
    ),
    ...[...subscriptions.values()].map((together) =>
      concern(findings, 'The protected disks', () => checkDisks(facts, sources, together, findings)),
    ),
  ]);
  return findings.all;
}

const noSources: Sources = new Map();

/** The instances of machines, each region's read together. */
async function readSources(clouds: Clouds, machines: readonly VmPlan[]): Promise<Sources> {
  const regions = Map.groupBy(machines, ({ source }) => source.region);
  const found = await Promise.all(
    [...regions].map(([region, together]) => findInstances(clouds.ec2(region), together)),
  );
  return new Map(found.flatMap((each) => [...each]));
}

/** The machines whose VM is not there yet: those that are there use quota and addresses already. */
async function toCome(facts: AzureFacts, machines: readonly VmPlan[]): Promise<readonly VmPlan[]> {
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
  sources: Sources,
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
  const wanted = machines.reduce((sum, vm) => sum + interfacesOf(vm, sources.get(vm)), 0);
  if (free < wanted)
    findings.blocker(
      'SUBNET_FULL',
      `Subnet ${subnetName} of ${nameOf(networkId)} has ${free} free addresses; the plan brings ${machines.length} machines with ${wanted} interfaces`,
      'Enlarge the subnet, or send machines to another one',
    );
}

/** How many interfaces a machine takes along: those that the plan names, else all that EC2 shows, else one. */
function interfacesOf({ target }: VmPlan, source: FoundInstance | undefined): number {
  return Math.max(target.interfaces?.length ?? source?.NetworkInterfaces?.length ?? 0, 1);
}

/** The environments of machines, each once. */
function environmentsOf(machines: readonly VmPlan[]): readonly Environment[] {
  return [...new Map(machines.map(({ environment }) => [environment.name, environment])).values()];
}
