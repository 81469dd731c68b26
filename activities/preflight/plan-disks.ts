import type { VmPlan } from '../../plan/index.ts';
import type { FoundInstance } from '../instances.ts';
import { itemName } from '../site-recovery/items.ts';
import type { AzureFacts } from './azure-facts.ts';
import type { Findings } from './findings.ts';
import type { Sources } from './plan-sources.ts';

/** Protected disks that a subscription may have. @see learn.microsoft.com, site-recovery/vmware-physical-azure-support-matrix */
const protectedDisksLimit = 3_000;

/**
 * Whether a subscription may protect the disks of the plan's machines beside what its vaults protect already. Their list
 * does not tell the disks of an item (recorded): each of somebody else's machines counts with one.
 * @param machines of one subscription.
 */
export async function checkDisks(
  facts: AzureFacts,
  sources: Sources,
  machines: readonly VmPlan[],
  findings: Findings,
): Promise<void> {
  const disks = machines.reduce((sum, vm) => sum + disksOf(sources.get(vm)), 0);
  const others = await othersItems(facts, machines);
  if (disks + others <= protectedDisksLimit) return;
  const beside =
    others === 0 ? '' : `, and its vaults protect ${others} more machines, of one disk or more each`;
  findings.blocker(
    'TOO_MANY_DISKS',
    `The machines have ${disks} disks${beside}; a subscription protects ${protectedDisksLimit}`,
    'Split the plan over several subscriptions, or move it in parts',
  );
}

function disksOf(source: FoundInstance | undefined): number {
  return source?.BlockDeviceMappings?.length ?? 0;
}

/** How many items the vaults of the machines have beside theirs. */
async function othersItems(facts: AzureFacts, machines: readonly VmPlan[]): Promise<number> {
  const own = new Set(machines.map(itemName));
  const vaults = Map.groupBy(machines, ({ environment: { resourceGroup, vault } }) =>
    `${resourceGroup}/${vault}`.toLowerCase(),
  );
  const counts = [...vaults.values()].map(async ([first]) => {
    if (first === undefined) return 0;
    const { subscriptionId, resourceGroup, vault } = first.environment;
    const items = await facts.protectedItems(subscriptionId, resourceGroup, vault);
    return [...items].filter((name) => !own.has(name)).length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
