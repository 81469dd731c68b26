import { resourceGroupId, type Environment } from '../../plan/index.ts';
import { nameOf, sameId } from '../arm-id.ts';
import type { ActivityDeps, AzureClients } from '../clouds.ts';
import { notYet } from '../failures.ts';
import { begin } from '../site-recovery/begin.ts';
import { readFabric } from '../site-recovery/fabric.ts';
import { recentJobOn } from '../site-recovery/jobs.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import { pairedMapping } from '../site-recovery/survey.ts';
import { isAsked, type Looked, type OpenPoint } from './request.ts';

/** The association of a fabric's container with the environment's policy. */
export const mappingActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => ({
  /**
   * Associates the policy with the fabric's container, or finds that this has been done or asked for.
   * @returns the job that does it; `undefined` when there is nothing to wait for: it is there, or the service has made no
   * container yet, which it does when somebody enables the vault's first replication in the portal (documented).
   * @see PUT …/replicationProtectionContainerMappings/{mapping}: on a vault with appliances nobody has recorded it (inferred)
   */
  async beginMapping(environment: Environment, fabric: string): Promise<string | undefined> {
    const azure = clouds.azure(environment.subscriptionId);
    const { vault, resourceGroup, policy } = environment;
    const [container] = await containersOf(azure, environment, fabric);
    if (container === undefined || (await hasMapping(azure, environment, fabric, container)))
      return undefined;
    const { now } = await readFabric(azure, environment, fabric);
    const scenario = 'AssociateProtectionProfile';
    const begun = await recentJobOn(azure, environment, { scenario, targetName: policy.name, now });
    const input = providerOf(environment).mappingInput(policyId(environment));
    const { replicationProtectionContainerMappings: mappings } = azure.siteRecovery;
    return (
      begun ??
      begin((options) =>
        mappings.beginCreate(vault, resourceGroup, fabric, container, policy.name, input, options),
      )
    );
  },

  /**
   * Looks whether the policy is associated with the fabric, whoever did it.
   * @param refusal what Site Recovery said against doing it by a call.
   * @param asked what a person was asked for before: waits, however long, until something else is open.
   */
  async awaitPaired(
    environment: Environment,
    fabric: string,
    refusal: string,
    asked?: OpenPoint,
  ): Promise<Looked<true>> {
    const azure = clouds.azure(environment.subscriptionId);
    const paired = await pairedMapping(azure, environment, fabric);
    const looked: Looked<true> =
      paired === undefined ? { open: toAssociate(environment, refusal) } : { found: true };
    if (isAsked(looked, asked)) throw notYet({ text: asked?.message ?? '' }, pollIntervalMs);
    return looked;
  },
});

async function containersOf(
  azure: AzureClients,
  { vault, resourceGroup }: Environment,
  fabric: string,
): Promise<string[]> {
  const { replicationProtectionContainers: containers } = azure.siteRecovery;
  const names: string[] = [];
  for await (const { name } of containers.listByReplicationFabrics(vault, resourceGroup, fabric))
    if (name !== undefined) names.push(name);
  return names;
}

/** In any state: one that is being paired, or that failed to pair, is not made twice. */
async function hasMapping(
  azure: AzureClients,
  { vault, resourceGroup, policy }: Environment,
  fabric: string,
  container: string,
): Promise<boolean> {
  const { replicationProtectionContainerMappings: mappings } = azure.siteRecovery;
  const listed = mappings.listByReplicationProtectionContainers(vault, resourceGroup, fabric, container);
  for await (const { properties } of listed)
    if (sameId(nameOf(properties?.policyId ?? ''), policy.name)) return true;
  return false;
}

function policyId({ subscriptionId, resourceGroup, vault, policy }: Environment): string {
  const group = resourceGroupId(subscriptionId, resourceGroup);
  return `${group}/providers/Microsoft.RecoveryServices/vaults/${vault}/replicationPolicies/${policy.name}`;
}

function toAssociate({ vault, policy }: Environment, refusal: string): OpenPoint {
  return {
    code: 'POLICY_NOT_ASSOCIATED',
    message: `Policy ${policy.name} is not associated with the servers of vault ${vault}${refusal === '' ? '' : `; Site Recovery said: ${refusal}`}`,
    suggestion: [
      `Enable the first replication of this vault in the portal, which associates the policy:`,
      `1. Vault ${vault} > Site Recovery > Enable replication > physical machines, and choose one machine of the plan`,
      `2. Under Replication policy choose ${policy.name}; enable`,
      '3. Once the policy shows as associated, disable the replication of that machine again: Portage enables it with the plan’s settings',
    ].join('\n'),
  };
}
