import type { Fabric, ProtectionContainerMapping } from '@azure/arm-recoveryservices-siterecovery';
import type { Environment } from '../../plan/index.ts';
import { nameOf, sameId } from '../arm-id.ts';
import type { AzureClients } from '../clouds.ts';
import { isNotFound } from '../cloud-errors.ts';
import type { ReplicationProvider, ReplicationServer, ReplicationSetting } from './provider.ts';
import { providerOf } from './providers.ts';

/** Something in an environment that stands in the way, or should be known. */
export interface Complaint {
  readonly code: string;
  readonly weight: 'blocker' | 'warning';
  readonly message: string;
  readonly suggestion: string;
}

/** What looking at an environment came to: where to replicate, if it can be, and everything that is wrong with it. */
export interface Survey {
  readonly setting: ReplicationSetting | undefined;
  readonly complaints: readonly Complaint[];
}

/** Looks at a vault as a plan describes it: fabric, appliance and its health, container, policy and mapping. Changes nothing. */
export async function surveyEnvironment(azure: AzureClients, environment: Environment): Promise<Survey> {
  const complaints: Complaint[] = [];
  const blocker = (code: string, message: string, suggestion: string): Survey => {
    complaints.push({ code, weight: 'blocker', message, suggestion });
    return { setting: undefined, complaints };
  };
  const { vault, policy } = environment;
  const provider = providerOf(environment);

  const fabrics = await fabricsOf(azure, environment, provider);
  if (fabrics === undefined)
    return blocker(
      'VAULT_MISSING',
      `Vault ${vault} does not exist in ${environment.resourceGroup}`,
      'Create the vault, or correct the plan',
    );
  const [fabric] = fabrics.filter((one) => namesAppliances(provider.servers(one), environment));
  if (fabric?.name === undefined)
    return blocker(
      'APPLIANCE_MISSING',
      missingAppliance(environment, fabrics, provider),
      'Register the appliance with this vault, or correct its name in the plan',
    );

  const servers = provider
    .servers(fabric)
    .filter(({ name }) => environment.servers.some((one) => one.name === name));
  complaints.push(...healthComplaints(fabric, servers));

  const mapping = await pairedMapping(azure, environment, fabric.name);
  const siteId = provider.siteId(fabric);
  if (mapping === undefined || siteId === undefined)
    return blocker(
      'POLICY_NOT_ASSOCIATED',
      `Policy ${policy.name} is not associated with fabric ${fabric.name} of vault ${vault}`,
      'Create the policy and associate it with the appliance’s container in the portal; wait until it shows as Paired',
    );

  complaints.push(...(await policyDrift(azure, environment, provider)));
  const setting = {
    fabric: fabric.name,
    ...mapping,
    siteId,
    servers: servers.map(({ id, name }) => ({ id, name })),
  };
  return { setting, complaints };
}

async function fabricsOf(azure: AzureClients, environment: Environment, provider: ReplicationProvider) {
  const { vault, resourceGroup } = environment;
  const { replicationFabrics } = azure.siteRecovery;
  const fabrics: Fabric[] = [];
  try {
    for await (const { name, properties } of replicationFabrics.list(vault, resourceGroup)) {
      if (name === undefined || properties?.customDetails?.instanceType !== provider.instanceType) continue;
      fabrics.push(await replicationFabrics.get(vault, resourceGroup, name));
    }
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  return fabrics;
}

function namesAppliances(servers: readonly ReplicationServer[], { servers: planned }: Environment): boolean {
  return planned.some(({ name }) => servers.some((server) => server.name === name));
}

function missingAppliance(
  environment: Environment,
  fabrics: readonly Fabric[],
  provider: ReplicationProvider,
): string {
  const wanted = environment.servers.map(({ name }) => name).join(', ');
  const there = fabrics.flatMap((fabric) => provider.servers(fabric).map(({ name }) => name));
  return `Vault ${environment.vault} has no appliance ${wanted}; it has ${there.join(', ') || 'none'}`;
}

function healthComplaints(fabric: Fabric, servers: readonly ReplicationServer[]): Complaint[] {
  const said = [
    ...(fabric.properties?.health === 'Normal'
      ? []
      : [`fabric ${fabric.name ?? ''}: its health is ${fabric.properties?.health ?? 'unknown'}`]),
    ...servers.flatMap(({ name, complaints }) =>
      complaints.map((complaint) => `appliance ${name}: ${complaint}`),
    ),
  ];
  return said.map((message) => ({
    code: 'APPLIANCE_UNHEALTHY',
    weight: 'blocker',
    message,
    suggestion: 'Look at the appliance in the vault and at its configuration manager, cure it, then retry',
  }));
}

async function pairedMapping(
  azure: AzureClients,
  { vault, resourceGroup, policy }: Environment,
  fabric: string,
) {
  const { replicationProtectionContainers: containers, replicationProtectionContainerMappings: mappings } =
    azure.siteRecovery;
  for await (const { name: container } of containers.listByReplicationFabrics(vault, resourceGroup, fabric)) {
    if (container === undefined) continue;
    for await (const mapping of mappings.listByReplicationProtectionContainers(
      vault,
      resourceGroup,
      fabric,
      container,
    )) {
      const policyId = mapping.properties?.policyId ?? '';
      if (isPaired(mapping) && sameId(nameOf(policyId), policy.name)) return { container, policyId };
    }
  }
  return undefined;
}

function isPaired(mapping: ProtectionContainerMapping): boolean {
  return mapping.properties?.state === 'Paired';
}

/** A policy that is not what the plan says is shown, never overwritten: other machines may depend on it. */
async function policyDrift(
  azure: AzureClients,
  { vault, resourceGroup, policy }: Environment,
  provider: ReplicationProvider,
): Promise<Complaint[]> {
  const { properties } = await azure.siteRecovery.replicationPolicies.get(vault, resourceGroup, policy.name);
  const actual = provider.policy(properties ?? {});
  const compared: readonly (readonly [string, number | undefined, number | undefined])[] = [
    ['recovery points are kept for', hours(policy.recoveryPointHours), actual.recoveryPoints],
    ['crash-consistent points are taken every', policy.crashConsistentMinutes, actual.crashConsistent],
    ['application-consistent points are taken every', policy.appConsistentMinutes, actual.appConsistent],
  ];
  const drift = compared.filter(([, wanted, found]) => wanted !== undefined && wanted !== found);
  return drift.map(([what, wanted, found]) => ({
    code: 'POLICY_DRIFT',
    weight: 'warning',
    message: `Policy ${policy.name}: ${what} ${found ?? 'an unknown number of'} minutes, the plan says ${wanted ?? ''}`,
    suggestion: 'Change the policy in the vault or the plan; Portage does not overwrite a policy',
  }));
}

function hours(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 60;
}
