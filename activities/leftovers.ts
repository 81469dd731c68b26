import type { Disk, VirtualMachine } from '@azure/arm-compute';
import type { NetworkInterface } from '@azure/arm-network';
import type { ReplicationProtectedItem } from '@azure/arm-recoveryservices-siterecovery';
import { paginateDescribeSecurityGroups, type SecurityGroup } from '@aws-sdk/client-ec2';
import PQueue from 'p-queue';
import type { ResolvedPlan, VmPlan } from '../plan/index.ts';
import { nameOf, resourceGroupOf, sameId, subscriptionOf } from './arm-id.ts';
import { planTag, quarantineTag } from './claim.ts';
import { ifThere } from './cloud-errors.ts';
import type { AzureClients, Clouds } from './clouds.ts';
import { detachGroup } from './firewall/group-members.ts';
import { deleteGroup } from './firewall/machine-group.ts';
import { hasTestVm } from './site-recovery/items.ts';
import { providerOf } from './site-recovery/providers/providers.ts';

/** A LIST of items does not tell their disks (recorded): each is read, so many at a time. */
const itemsAtOnce = 8;

/** Something in a cloud that nobody may need any more, and that costs money, leaves a port open or stands in a failover's way. */
export interface Leftover {
  readonly kind:
    /** A test VM that its item still has: the vault cleans it up. */
    | 'test'
    /** A test VM that no item has any more. */
    | 'test-vm'
    /** A VM of a failover that was turned back, out of service. */
    | 'deallocated-vm'
    /** A temporary VM that made disks bootable. */
    | 'hydration-vm'
    | 'free-disk'
    | 'free-interface'
    | 'security-group';
  readonly cloud: 'aws' | 'azure';
  /** EC2's id, or the ARM id. */
  readonly id: string;
  /** AWS region, or Azure subscription. */
  readonly where: string;
  /** Of its disks. */
  readonly sizeGiB?: number;
  /** Since when it is there, as far as its cloud tells. ISO 8601. */
  readonly since?: string;
  /** Portage made it, or put its tag on it: `portage sweep` may remove it when it is asked to. */
  readonly isOwn: boolean;
}

/**
 * Looks in both clouds for what a plan's tests, turns and ends may have left behind. Changes nothing.
 * @throws the clouds' own errors.
 */
export async function leftoversOf(clouds: Clouds, plan: ResolvedPlan): Promise<Leftover[]> {
  const machines = plan.groups.flatMap((group) => group.machines);
  const groups = distinct(machines.map(({ target }) => target.resourceGroupId));
  const vaults = [...new Map(machines.map((vm) => [vm.environment.name, vm])).values()];
  const regions = distinct(machines.map(({ source }) => source.region));
  const inVaults = await Promise.all(vaults.map((vm) => lookIntoVault(clouds, vm)));
  const inUse = new Set(inVaults.flatMap(({ seedDiskIds }) => seedDiskIds.map((id) => id.toLowerCase())));
  const found = await Promise.all([
    ...groups.map((id) => inTargetGroup(clouds, id, machines, plan.name)),
    ...regions.map((region) => securityGroupsIn(clouds, region, plan.name)),
  ]);
  return [
    ...inVaults.flatMap(({ tests }) => tests),
    ...found.flat().filter(({ id }) => !inUse.has(id.toLowerCase())),
  ];
}

/**
 * Removes one leftover of Portage's own. Doing it twice is the same.
 * @throws Error for what Portage has not made: its cloud's own tools remove that.
 */
export async function removeLeftover(clouds: Clouds, leftover: Leftover): Promise<void> {
  const { id, kind, where, isOwn } = leftover;
  if (!isOwn) throw notOwn(leftover);
  if (kind === 'security-group') {
    const ec2 = clouds.ec2(where);
    await detachGroup(ec2, id);
    return deleteGroup(ec2, id);
  }
  if (kind !== 'test-vm') throw notOwn(leftover);
  await clouds.azure(where).compute.virtualMachines.delete(resourceGroupOf(id), nameOf(id)).submitted();
}

function notOwn({ kind, id }: Leftover): Error {
  const instead = kind === 'test' ? 'clean it up: portage clean-up' : 'delete it with its cloud’s own tools';
  return new Error(`${id} is not Portage’s own and is not removed here: ${instead}`);
}

/** What the items of a vault tell: the plan's tests that were not cleaned up, and the disks that replication still copies into. */
interface InVault {
  readonly tests: readonly Leftover[];
  readonly seedDiskIds: readonly string[];
}

async function lookIntoVault(clouds: Clouds, { environment, plan }: VmPlan): Promise<InVault> {
  const { vault, resourceGroup, subscriptionId } = environment;
  const { replicationProtectedItems } = clouds.azure(subscriptionId).siteRecovery;
  const queue = new PQueue({ concurrency: itemsAtOnce });
  const listed = await allOf(replicationProtectedItems.list(vault, resourceGroup));
  const read = (id: string) =>
    queue.add(() => ifThere(() => replicationProtectedItems.get(vault, resourceGroup, ...placeOf(id))));
  const items = (await Promise.all(listed.map(({ id = '' }) => read(id)))).flatMap((item) => item ?? []);
  return {
    tests: items
      .filter((item) => hasTestVm(item) && (item.name?.startsWith(`portage-${plan}-`) ?? false))
      .map((item) => asTest(item, subscriptionId)),
    seedDiskIds: items.flatMap((item) => providerOf(environment).details(item).seedDiskIds),
  };
}

/** Fabric, container and name of an item, from its ARM id. */
function placeOf(id: string): [fabric: string, container: string, item: string] {
  const [, fabric = '', container = '', item = ''] =
    /\/replicationFabrics\/([^/]+)\/replicationProtectionContainers\/([^/]+)\/replicationProtectedItems\/([^/]+)$/i.exec(
      id,
    ) ?? [];
  return [fabric, container, item];
}

function asTest({ id = '', properties }: ReplicationProtectedItem, where: string): Leftover {
  const since = properties?.lastSuccessfulTestFailoverTime?.toISOString();
  return { kind: 'test', cloud: 'azure', id, where, isOwn: false, ...(since !== undefined && { since }) };
}

/** What stands in a resource group that machines of the plan go to. */
async function inTargetGroup(
  clouds: Clouds,
  groupId: string,
  machines: readonly VmPlan[],
  plan: string,
): Promise<Leftover[]> {
  const where = subscriptionOf(groupId);
  const azure = clouds.azure(where);
  const group = resourceGroupOf(groupId);
  const [vms, disks, nics] = await Promise.all([
    allOf(azure.compute.virtualMachines.list(group)),
    allOf(azure.compute.disks.listByResourceGroup(group)),
    allOf(azure.network.networkInterfaces.list(group)),
  ]);
  const names = machines.map(({ target }) => target.vmName.toLowerCase());
  const belongs = (name: string) => names.some((one) => name.toLowerCase().startsWith(`${one}-`));
  return [
    ...(await Promise.all(vms.map((vm) => asLeftVm(azure, vm, where, { plan, names })))).flat(),
    ...disks
      .filter(isFree)
      .filter(({ name = '' }) => isSeed(name) || isOfTest(name))
      .map((disk) => asFreeDisk(disk, where)),
    ...nics
      .filter(isUnused)
      .filter(({ name = '' }) => belongs(name))
      .map((nic) => asFreeInterface(nic, where)),
  ];
}

/** @param names of the VMs that the plan's machines become, in small letters: none of them is a test, whatever it is called. */
async function asLeftVm(
  azure: AzureClients,
  { id = '', name = '', tags = {}, storageProfile, timeCreated }: VirtualMachine,
  where: string,
  { plan, names }: { readonly plan: string; readonly names: readonly string[] },
): Promise<Leftover[]> {
  const isOwn = Object.entries(tags).some(([key, value]) => sameId(key, planTag) && value === plan);
  const disks = [storageProfile?.osDisk, ...(storageProfile?.dataDisks ?? [])];
  const sizeGiB = disks.reduce((sum, disk) => sum + (disk?.diskSizeGB ?? 0), 0);
  const since = timeCreated?.toISOString();
  const what = { cloud: 'azure', id, where, sizeGiB, ...(since !== undefined && { since }) } as const;
  if (name.startsWith('asrhydration-')) return [{ ...what, kind: 'hydration-vm', isOwn: false }];
  if (!isOwn) return [];
  const isTest = name.endsWith('-test') && !names.includes(name.toLowerCase());
  if (isTest) return [{ ...what, kind: 'test-vm', isOwn }];
  return (await isDeallocated(azure, id)) ? [{ ...what, kind: 'deallocated-vm', isOwn: false }] : [];
}

async function isDeallocated(azure: AzureClients, id: string): Promise<boolean> {
  const view = await ifThere(() =>
    azure.compute.virtualMachines.instanceView(resourceGroupOf(id), nameOf(id)),
  );
  return view?.statuses?.some(({ code }) => code === 'PowerState/deallocated') ?? false;
}

const isFree = ({ managedBy = '' }: Disk) => managedBy === '';
const isUnused = ({ virtualMachine }: NetworkInterface) => virtualMachine === undefined;
/** Recorded: what replication copies into; gone with the item, on most paths. */
const isSeed = (name: string) => name.startsWith('asrseeddisk-');
/** Inferred from the VM's name, which is recorded. */
const isOfTest = (name: string) => name.endsWith('-test');

function asFreeDisk({ id = '', diskSizeGB: sizeGiB, timeCreated }: Disk, where: string): Leftover {
  const since = timeCreated?.toISOString();
  return {
    ...{ kind: 'free-disk', cloud: 'azure', id, where, isOwn: false },
    ...(sizeGiB !== undefined && { sizeGiB }),
    ...(since !== undefined && { since }),
  };
}

function asFreeInterface({ id = '' }: NetworkInterface, where: string): Leftover {
  return { kind: 'free-interface', cloud: 'azure', id, where, isOwn: false };
}

/** Security groups that let servers in for a push installation. */
async function securityGroupsIn(clouds: Clouds, region: string, plan: string): Promise<Leftover[]> {
  const found: Leftover[] = [];
  const Filters = [{ Name: `tag:${planTag}`, Values: [plan] }];
  for await (const { SecurityGroups = [] } of paginateDescribeSecurityGroups(
    { client: clouds.ec2(region) },
    { Filters },
  ))
    for (const { GroupId: id = '' } of SecurityGroups.filter((group) => !isQuarantine(group)))
      found.push({ kind: 'security-group', cloud: 'aws', id, where: region, isOwn: true });
  return found;
}

/** Sources are kept apart in it: that is no leftover. */
function isQuarantine({ Tags = [] }: SecurityGroup): boolean {
  return Tags.some(({ Key }) => Key === quarantineTag);
}

async function allOf<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of pages) all.push(one);
  return all;
}

function distinct(ids: readonly string[]): string[] {
  return [...new Map(ids.map((id) => [id.toLowerCase(), id])).values()];
}
