import type { VmPlan } from '../../plan/index.ts';
import { nameOf } from '../arm-id.ts';
import { isNotFound } from '../cloud-errors.ts';
import type { AzureFacts } from './azure-facts.ts';
import { checkAzurePermissions } from './azure-permissions.ts';
import { checkCacheAccount } from './cache-account.ts';
import { concern } from './concern.ts';
import type { Findings } from './findings.ts';
import { checkNetwork, checkTestNetwork, toBeCreated } from './network.ts';
import { checkSecurityGroup } from './security-group.ts';
import { checkSize } from './size.ts';
import type { SourceInstance } from './source.ts';

/** Whether the machine can live where it goes. @param source what is known of it; nothing where it cannot be migrated anyway. */
export async function checkTarget(
  facts: AzureFacts,
  vm: VmPlan,
  source: SourceInstance | undefined,
  findings: Findings,
): Promise<void> {
  const group = nameOf(vm.target.resourceGroupId);
  await Promise.all([
    concern(findings, `Resource group ${group}`, () => checkGroup(facts, vm, findings)),
    concern(findings, 'The target network', () => checkNetwork(facts, vm, findings)),
    concern(findings, 'The test network', () => checkTestNetwork(facts, vm, findings)),
    concern(findings, 'The network security group', () => checkSecurityGroup(facts, vm, findings)),
    concern(findings, 'The cache account', () => checkCacheAccount(facts, vm, findings)),
    concern(findings, 'The VM sizes', () => checkSize(facts, vm, source, findings)),
    concern(findings, 'The permissions in Azure', () => checkAzurePermissions(facts, vm, findings)),
  ]);
}

async function checkGroup(facts: AzureFacts, vm: VmPlan, findings: Findings): Promise<void> {
  const { target, environment } = vm;
  const name = `Resource group ${nameOf(target.resourceGroupId)}`;
  if ((await facts.group(target.resourceGroupId)) !== undefined) return checkName(facts, vm, findings);
  if (environment.create) return toBeCreated(name, findings);
  findings.blocker(
    'RESOURCE_GROUP_MISSING',
    `${name} does not exist`,
    'Create it, correct target.resourceGroup, or say create: true',
  );
}

async function checkName(facts: AzureFacts, { target }: VmPlan, findings: Findings): Promise<void> {
  const { virtualMachines } = facts.clientsFor(target.resourceGroupId).compute;
  try {
    await virtualMachines.get(nameOf(target.resourceGroupId), target.vmName);
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  findings.warning(
    'NAME_TAKEN',
    `A VM ${target.vmName} exists in the target group already: Site Recovery would give the migrated one another name`,
    'Rename one of them; Portage never touches the one that is there',
  );
}
