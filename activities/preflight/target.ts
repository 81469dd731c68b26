import { z } from 'zod';
import type { VmPlan } from '../../plan/index.ts';
import { nameOf } from '../arm-id.ts';
import { isNotFound } from '../cloud-errors.ts';
import type { AzureClients } from '../clouds.ts';
import type { Findings } from './findings.ts';

const vnet = z.object({
  properties: z.object({ subnets: z.array(z.object({ name: z.string() })).default([]) }),
});
const apiVersions = { resourceGroup: '2021-04-01', network: '2024-05-01', storage: '2023-05-01' };

/** Whether everything is there that the migrated machine goes to. */
export async function checkTarget(
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
