import type { ProtectionContainerMapping } from '@azure/arm-recoveryservices-siterecovery';
import type { Environment } from '../../plan/index.ts';
import { nameOf, sameId } from '../arm-id.ts';
import type { AzureClients } from '../clouds.ts';
import { plannedServers, readFabrics, type SurveyedFabric } from './fabric.ts';
import type { Complaint } from './complaint.ts';
import { policyDrift } from './policy-drift.ts';
import type { ReplicationServer, ReplicationSetting, RunAsAccount } from './providers/provider.ts';
import { providerOf } from './providers/providers.ts';

/** What looking at an environment came to: where to replicate, if it can be, and everything that is wrong with it. */
export interface Survey {
  readonly setting: ReplicationSetting | undefined;
  readonly complaints: readonly Complaint[];
}

/** Looks at a vault as a plan describes it: fabric, servers and their health, account, container, policy and mapping. Changes nothing. */
export async function surveyEnvironment(azure: AzureClients, environment: Environment): Promise<Survey> {
  const complaints = retirement(environment);
  const unusable = (...more: readonly Complaint[]): Survey => ({
    setting: undefined,
    complaints: [...complaints, ...more],
  });
  const fabrics = await readFabrics(azure, environment);
  if (fabrics === undefined) return unusable(vaultMissing(environment));
  const fabric = fabrics.find((one) => plannedServers(environment, one).length > 0);
  if (fabric === undefined) return unusable(serverMissing(environment, fabrics));

  const servers = plannedServers(environment, fabric);
  complaints.push(...healthComplaints(environment, fabric, servers));
  const account = await accountOf(azure, environment, fabric);
  if (environment.account !== undefined && account === undefined)
    complaints.push(accountMissing(environment, environment.account));

  const mapping = await pairedMapping(azure, environment, fabric.name);
  if (mapping === undefined) return unusable(notAssociated(environment, fabric));
  complaints.push(...(await policyDrift(azure, environment, providerOf(environment))));

  const siteId = providerOf(environment).siteId(fabric.fabric);
  const setting = {
    fabric: fabric.name,
    ...mapping,
    ...(siteId !== undefined && { siteId }),
    ...(account !== undefined && { accountId: account.id }),
    servers: servers.map(({ id, name }) => ({ id, name })),
  };
  return { setting, complaints };
}

function retirement(environment: Environment): Complaint[] {
  const { retired } = providerOf(environment);
  return retired === undefined ? [] : [{ weight: 'blocker', ...retired }];
}

/** A server that is not well stops nobody as long as another one is. */
function healthComplaints(
  environment: Environment,
  { name: fabricName, fabric }: SurveyedFabric,
  servers: readonly ReplicationServer[],
): Complaint[] {
  const { serverKind } = providerOf(environment);
  const anyWell = servers.some(({ complaints }) => complaints.length === 0);
  const unhealthy = (weight: Complaint['weight'], message: string): Complaint => ({
    code: 'APPLIANCE_UNHEALTHY',
    weight,
    message,
    suggestion: `Look at the ${serverKind} in the vault and at its own configuration manager, cure it, then retry`,
  });
  const health = fabric.properties?.health ?? 'unknown';
  const another = anyWell && servers.length > 1;
  return [
    ...(health === 'Normal'
      ? []
      : [unhealthy(another ? 'warning' : 'blocker', `fabric ${fabricName}: its health is ${health}`)]),
    ...servers.flatMap(({ name, complaints }) =>
      complaints.map((complaint) =>
        unhealthy(anyWell ? 'warning' : 'blocker', `${serverKind} ${name}: ${complaint}`),
      ),
    ),
  ];
}

async function accountOf(
  azure: AzureClients,
  environment: Environment,
  { fabric }: SurveyedFabric,
): Promise<RunAsAccount | undefined> {
  if (environment.account === undefined) return undefined;
  const accounts = await providerOf(environment).accounts(azure, fabric);
  return accounts.find(({ name }) => name === environment.account);
}

/** The container of a fabric that is associated with the environment's policy, where one is. */
export async function pairedMapping(
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

function vaultMissing({ vault, resourceGroup }: Environment): Complaint {
  return {
    code: 'VAULT_MISSING',
    weight: 'blocker',
    message: `Vault ${vault} does not exist in ${resourceGroup}`,
    suggestion: 'Create the vault, or correct the plan',
    preparation: 'Portage creates it',
  };
}

function serverMissing(environment: Environment, fabrics: readonly SurveyedFabric[]): Complaint {
  const { serverKind } = providerOf(environment);
  const wanted = environment.servers.map(({ name }) => name).join(', ');
  const there = fabrics.flatMap(({ servers }) => servers.map(({ name }) => name)).join(', ');
  return {
    code: 'APPLIANCE_MISSING',
    weight: 'blocker',
    message: `Vault ${environment.vault} has no ${serverKind} ${wanted}; it has ${there || 'none'}`,
    suggestion: `Register the ${serverKind} with this vault, or correct its name in the plan`,
    ...(environment.servers.every(({ deploy }) => deploy !== undefined) && {
      preparation: 'Portage launches it',
    }),
  };
}

function accountMissing(environment: Environment, account: string): Complaint {
  const { serverKind } = providerOf(environment);
  return {
    code: 'RUN_AS_ACCOUNT_MISSING',
    weight: 'blocker',
    message: `The ${serverKind} of vault ${environment.vault} has no account ${account}`,
    suggestion: `Add the account on the ${serverKind} under this friendly name, or correct account in the plan`,
  };
}

function notAssociated(environment: Environment, { name }: SurveyedFabric): Complaint {
  const { vault, policy } = environment;
  return {
    code: 'POLICY_NOT_ASSOCIATED',
    weight: 'blocker',
    message: `Policy ${policy.name} is not associated with fabric ${name} of vault ${vault}`,
    suggestion: `Create the policy and associate it with the container of the ${providerOf(environment).serverKind} in the portal; wait until it shows as Paired`,
    preparation: 'Portage does that',
  };
}
