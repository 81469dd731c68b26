import type { VmPlan } from '../../plan/index.ts';
import { nameOf } from '../arm-id.ts';
import type { AzureFacts } from './azure-facts.ts';
import type { Findings } from './findings.ts';

/**
 * Whether there is the network security group that the plan puts on the migrated VM's interfaces: that happens after the
 * failover, when the source is down. A group guards interfaces of its own region only.
 * @see learn.microsoft.com, virtual-network/virtual-network-network-interface
 */
export async function checkSecurityGroup(
  facts: AzureFacts,
  { target, environment: { location } }: VmPlan,
  findings: Findings,
): Promise<void> {
  const { networkSecurityGroupId: id } = target;
  if (id === undefined) return;
  const group = await facts.securityGroup(id);
  const name = `Network security group ${nameOf(id)}`;
  if (group === undefined)
    findings.blocker(
      'SECURITY_GROUP_MISSING',
      `${name} does not exist`,
      'Create it, or correct target.networkSecurityGroup',
    );
  else if (group.location?.toLowerCase() !== location.toLowerCase())
    findings.blocker(
      'SECURITY_GROUP_REGION',
      `${name} is in ${group.location ?? 'no region'}, the vault in ${location}`,
      'Use a group in the vault’s region: Site Recovery makes the VM there',
    );
}
