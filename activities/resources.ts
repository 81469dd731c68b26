import { paginateDescribeTags, type TagDescription } from '@aws-sdk/client-ec2';
import type { Environment, PlannedNetwork, ResolvedPlan } from '../plan/index.ts';
import { nameOf, sameId, subscriptionOf } from './arm-id.ts';
import { planTag } from './claim.ts';
import { isNotFound } from './cloud-errors.ts';
import type { AzureClients, Clouds } from './clouds.ts';
import { assignmentNames } from './environment/cache-roles.ts';
import { serverTag } from './environment/launch-server.ts';
import { readNetwork } from './environment/targets.ts';
import { readVault } from './environment/vault.ts';

/** Something in a cloud that a plan has made or claimed. */
export interface PlanResource {
  readonly cloud: 'aws' | 'azure';
  /** `instance`, `Microsoft.RecoveryServices/vaults`, … */
  readonly type: string;
  /** EC2's id, or the ARM id. */
  readonly id: string;
  /** AWS region, or Azure subscription. */
  readonly where: string;
  /**
   * `made`: Portage created it, its tag or its name says so. `claimed`: a source, which was there before. `named`: the plan
   * names it and it has no tags; Portage creates it where it is missing.
   */
  readonly relation: 'made' | 'claimed' | 'named';
}

/**
 * Everything in both clouds that belongs to a plan: by its tags, and by name where a cloud has no tags. Changes nothing.
 * @throws the clouds' own errors.
 */
export async function planResources(clouds: Clouds, plan: ResolvedPlan): Promise<PlanResource[]> {
  const machines = plan.groups.flatMap((group) => group.machines);
  const environments = [
    ...new Map(machines.map(({ environment }) => [environment.name, environment])).values(),
  ];
  const servers = environments.flatMap((environment) => environment.servers);
  const regions = new Set([
    ...machines.map(({ source }) => source.region),
    ...servers.map((one) => one.region),
  ]);
  const subscriptions = new Set([
    ...environments.map(({ subscriptionId }) => subscriptionId),
    ...machines.map(({ target }) => subscriptionOf(target.resourceGroupId)),
  ]);
  const found = await Promise.all([
    ...[...regions].map((region) => inRegion(clouds, region, plan.name)),
    ...[...subscriptions].map((subscription) => inSubscription(clouds, subscription, plan.name)),
    ...environments.map((environment) => inVault(clouds, environment, plan.name)),
    ...environments.flatMap(({ networks }) => networks.map((network) => subnetsIn(clouds, network))),
  ]);
  return found.flat();
}

async function inRegion(clouds: Clouds, region: string, plan: string): Promise<PlanResource[]> {
  const tagged = await tagsIn(clouds, region, [
    { Name: 'key', Values: [planTag] },
    { Name: 'value', Values: [plan] },
  ]);
  const servers = await tagsIn(clouds, region, [{ Name: 'key', Values: [serverTag] }]);
  const launched = new Set(servers.map(({ ResourceId }) => ResourceId));
  return tagged.map(({ ResourceId: id = '', ResourceType: type = '' }) => {
    const isSource = type === 'instance' && !launched.has(id);
    return { cloud: 'aws', type, id, where: region, relation: isSource ? 'claimed' : 'made' };
  });
}

async function tagsIn(
  clouds: Clouds,
  region: string,
  Filters: { Name: string; Values: string[] }[],
): Promise<TagDescription[]> {
  const found: TagDescription[] = [];
  for await (const { Tags = [] } of paginateDescribeTags({ client: clouds.ec2(region) }, { Filters }))
    found.push(...Tags);
  return found;
}

async function inSubscription(clouds: Clouds, subscription: string, plan: string): Promise<PlanResource[]> {
  const { resources, resourceGroups } = clouds.azure(subscription).resources;
  const filter = `tagName eq '${planTag}' and tagValue eq '${plan}'`;
  const made = (id: string, type: string): PlanResource => ({
    cloud: 'azure',
    type,
    id,
    where: subscription,
    relation: 'made',
  });
  const found: PlanResource[] = [];
  for await (const { id = '' } of resourceGroups.list({ filter }))
    found.push(made(id, 'Microsoft.Resources/resourceGroups'));
  for await (const { id = '', type = '' } of resources.list({ filter })) found.push(made(id, type));
  return found;
}

/** Subnets have no tags: those that the plan would add to a network. Of one that Portage made they are there by its tag, too. */
async function subnetsIn(clouds: Clouds, { id, subnets }: PlannedNetwork): Promise<PlanResource[]> {
  const where = subscriptionOf(id);
  const there = await readNetwork(clouds.azure(where), id);
  const isPlanned = (name: string) => subnets.some((planned) => sameId(planned.name, name));
  return (there?.subnets ?? []).flatMap(({ id: subnetId = '', name = '' }) =>
    isPlanned(name)
      ? [
          {
            cloud: 'azure',
            type: 'Microsoft.Network/virtualNetworks/subnets',
            id: subnetId,
            where,
            relation: 'named',
          },
        ]
      : [],
  );
}

/** What is in a vault has no tags: it is known by its name. */
async function inVault(clouds: Clouds, environment: Environment, plan: string): Promise<PlanResource[]> {
  const azure = clouds.azure(environment.subscriptionId);
  const vault = await readVault(azure, environment);
  if (vault === undefined) return [];
  const { principalId } = vault.identity ?? {};
  const listed = await Promise.all([
    namedIn(azure, environment, plan),
    principalId === undefined ? [] : rolesOf(clouds, environment, principalId),
  ]);
  return listed.flat().map((one) => ({ cloud: 'azure', where: environment.subscriptionId, ...one }));
}

type InVault = Pick<PlanResource, 'type' | 'id' | 'relation'>;

async function namedIn(azure: AzureClients, environment: Environment, plan: string): Promise<InVault[]> {
  const { vault, resourceGroup, policy } = environment;
  const {
    replicationProtectedItems,
    replicationRecoveryPlans,
    replicationPolicies,
    replicationProtectionContainerMappings: mappings,
  } = azure.siteRecovery;
  const isOurs = ({ name }: { readonly name?: string }) => name?.startsWith(`portage-${plan}-`) ?? false;
  const found: InVault[] = [];
  for await (const item of replicationProtectedItems.list(vault, resourceGroup))
    if (isOurs(item)) found.push({ type: 'replicationProtectedItems', id: item.id ?? '', relation: 'made' });
  for await (const one of replicationRecoveryPlans.list(vault, resourceGroup))
    if (isOurs(one)) found.push({ type: 'replicationRecoveryPlans', id: one.id ?? '', relation: 'made' });
  for await (const { name, id = '' } of replicationPolicies.list(vault, resourceGroup))
    if (name === policy.name) found.push({ type: 'replicationPolicies', id, relation: 'named' });
  for await (const { properties, id = '' } of mappings.list(vault, resourceGroup))
    if (sameId(nameOf(properties?.policyId ?? ''), policy.name))
      found.push({ type: 'replicationProtectionContainerMappings', id, relation: 'named' });
  return found;
}

async function rolesOf(
  clouds: Clouds,
  { cacheStorageAccountId: scope }: Environment,
  principalId: string,
): Promise<InVault[]> {
  const { roleAssignments } = clouds.azure(subscriptionOf(scope)).authorization;
  const ours = assignmentNames(scope, principalId);
  const found: InVault[] = [];
  const filter = `principalId eq '${principalId}'`;
  try {
    for await (const { id = '' } of roleAssignments.listForScope(scope.slice(1), { filter }))
      if (ours.includes(nameOf(id)))
        found.push({ type: 'Microsoft.Authorization/roleAssignments', id, relation: 'made' });
  } catch (error) {
    if (!isNotFound(error)) throw error; // the account that they were on is gone, and they with it
  }
  return found;
}
