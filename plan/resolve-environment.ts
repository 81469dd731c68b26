import { resourceGroupId, storageAccountId } from './azure-names.ts';
import type { Plan } from './schema.ts';

/** One vault with its appliances, policy and cache account. */
export interface Environment {
  readonly name: string;
  readonly provider: 'modernized';
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly vault: string;
  readonly appliances: readonly { readonly name: string; readonly instanceId?: string }[];
  readonly cacheStorageAccountId: string;
  readonly policy: {
    readonly name: string;
    readonly recoveryPointHours?: number;
    readonly crashConsistentMinutes?: number;
    readonly appConsistentMinutes?: number;
  };
}

type Given = Plan['environments'][number];

/** An environment with its defaults; a cache account given by name is in the vault's resource group. */
export function resolveEnvironment(given: Given): Environment {
  const { name, subscriptionId, resourceGroup, location, vault, appliances = [], policy } = given;
  return {
    name,
    provider: given.provider ?? 'modernized',
    subscriptionId,
    resourceGroup,
    location,
    vault,
    appliances: appliances.map(({ name: appliance, instanceId }) => ({
      name: appliance,
      ...(instanceId !== undefined && { instanceId }),
    })),
    cacheStorageAccountId: storageAccountId(
      resourceGroupId(subscriptionId, resourceGroup),
      given.cacheStorageAccount,
    ),
    policy: resolvePolicy(policy),
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
