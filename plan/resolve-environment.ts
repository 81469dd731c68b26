import { networkId, resourceGroupId, storageAccountId } from './azure-names.ts';
import { usualProvider, type Provider } from './providers.ts';
import type { Plan } from './schema.ts';

/** One vault with what belongs to it. */
export interface Environment {
  readonly name: string;
  readonly provider: Provider;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly vault: string;
  /** What its machines replicate through: appliances, or one configuration server. */
  readonly servers: readonly PlannedServer[];
  /** Run-as account for push installation, by its friendly name. */
  readonly account?: string;
  readonly cacheStorageAccountId: string;
  readonly policy: {
    readonly name: string;
    readonly recoveryPointHours?: number;
    readonly crashConsistentMinutes?: number;
    readonly appConsistentMinutes?: number;
  };
  /** Whether target resource groups, networks and the cache account are made where they are missing. */
  readonly create: boolean;
  /** What `create` makes of networks. */
  readonly networks: readonly PlannedNetwork[];
}

/** A server between the machines and Azure, as a plan names it. */
export interface PlannedServer {
  /** Host name, as the vault shows it. */
  readonly name: string;
  /** AWS region of its instance. */
  readonly region: string;
  readonly instanceId?: string;
  readonly deploy?: Deployment;
  /** Systems Manager parameter with the passphrase that agents register with at a configuration server. */
  readonly passphraseParameter?: string;
}

/** How a server is launched where there is none. */
export interface Deployment {
  readonly instanceType: string;
  readonly subnetId: string;
  readonly securityGroupId: string;
  readonly instanceProfile: string;
  /** Systems Manager parameter with the vault credentials that a configuration server registers with. */
  readonly registrationParameter?: string;
}

export interface PlannedNetwork {
  /** Full ARM id. */
  readonly id: string;
  readonly addressSpace: string;
  readonly subnets: readonly { readonly name: string; readonly prefix: string }[];
}

type Given = Plan['environments'][number];
type GivenServer = NonNullable<Given['configurationServer']>;

/**
 * An environment with its defaults; a cache account given by name is in the vault's resource group.
 * @param region AWS region of the machines: its servers are there too, unless they say otherwise.
 */
export function resolveEnvironment(given: Given, region: string): Environment {
  const { name, subscriptionId, resourceGroup, location, vault, account } = given;
  const groupId = resourceGroupId(subscriptionId, resourceGroup);
  const servers: readonly GivenServer[] = [
    ...(given.appliances ?? []),
    given.configurationServer ?? [],
  ].flat();
  return {
    name,
    provider: given.provider ?? usualProvider,
    subscriptionId,
    resourceGroup,
    location,
    vault,
    servers: servers.map((server) => resolveServer(server, region)),
    ...(account !== undefined && { account }),
    cacheStorageAccountId: storageAccountId(groupId, given.cacheStorageAccount),
    policy: resolvePolicy(given.policy),
    create: given.create ?? false,
    networks: (given.networks ?? []).map(({ name: network, addressSpace, subnets }) => ({
      id: networkId(groupId, network),
      addressSpace,
      subnets,
    })),
  };
}

function resolveServer(given: GivenServer, region: string): PlannedServer {
  const { name, instanceId, deploy, passphrase } = given;
  return {
    name,
    region: given.region ?? region,
    ...(instanceId !== undefined && { instanceId }),
    ...(deploy !== undefined && { deploy: resolveDeployment(deploy) }),
    ...(passphrase !== undefined && { passphraseParameter: passphrase.parameter }),
  };
}

function resolveDeployment(given: NonNullable<GivenServer['deploy']>): Deployment {
  const { registration, ...deployment } = given;
  return {
    ...deployment,
    ...(registration !== undefined && { registrationParameter: registration.parameter }),
  };
}

function resolvePolicy(policy: Given['policy']): Environment['policy'] {
  const { name, recoveryPointHours, crashConsistentMinutes, appConsistentMinutes } = policy;
  return {
    name,
    ...(recoveryPointHours !== undefined && { recoveryPointHours }),
    ...(crashConsistentMinutes !== undefined && { crashConsistentMinutes }),
    ...(appConsistentMinutes !== undefined && { appConsistentMinutes }),
  };
}
