import { badInput } from '../asr-error.ts';
import type { ProtectedItem } from '../protected-item.ts';
import type { Fabric } from '../fabric.ts';
import type { GroupInput } from './recovery-plan-input.ts';
import type { PlanGroup } from './recovery-plan.ts';

const mostGroups = 7;
const mostMachines = 100;

/** Stages in which a machine may be put into a plan: it has been protected at least. Inferred from what the portal offers. */
const protectedStages: readonly ProtectedItem['stage']['is'][] = [
  'protected',
  'failover-failed',
  'failed-over',
  'committed',
];

/**
 * The groups of a plan as the service keeps them: it adds Shutdown and Failover in front of those that boot (recorded).
 * @throws ArmError 400 for more than 7 groups or 100 machines (documented; how that is refused is inferred), a machine
 * twice, one of another fabric, one that is not protected, or one whose `virtualMachineId` is another's.
 */
export function checkedGroups(fabric: Fabric, groups: readonly GroupInput[]): readonly PlanGroup[] {
  const boot = groups.filter(({ groupType }) => groupType === 'Boot');
  if (boot.length === 0) throw badInput('The recovery plan has no group of type Boot.');
  if (boot.length > mostGroups) {
    throw badInput(`The recovery plan has ${boot.length} groups; the most is ${mostGroups}.`);
  }
  const machines = groups.flatMap(({ replicationProtectedItems }) => replicationProtectedItems);
  if (machines.length > mostMachines) {
    throw badInput(`The recovery plan has ${machines.length} protected items; the most is ${mostMachines}.`);
  }
  requireEachOnce(machines.map(({ id }) => id));
  return [theOne(groups, 'Shutdown'), theOne(groups, 'Failover'), ...boot].map((group) => ({
    groupType: group.groupType,
    items: group.replicationProtectedItems.map((each) => checkedItem(fabric, each)),
    startGroupActions: group.startGroupActions,
    endGroupActions: group.endGroupActions,
  }));
}

/** The Shutdown or Failover group of a request, with its actions, or an empty one. */
function theOne(groups: readonly GroupInput[], groupType: 'Shutdown' | 'Failover'): GroupInput {
  const given = groups.filter((group) => group.groupType === groupType);
  const [one = { groupType, replicationProtectedItems: [], startGroupActions: [], endGroupActions: [] }] =
    given;
  if (given.length > 1) throw badInput(`The recovery plan has more than one group of type ${groupType}.`);
  if (one.replicationProtectedItems.length > 0) {
    throw badInput(`A group of type ${groupType} holds no protected items of its own.`);
  }
  return one;
}

function requireEachOnce(ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id.toLowerCase()))
      throw badInput(`The protected item '${id}' is in the recovery plan more than once.`);
    seen.add(id.toLowerCase());
  }
}

function checkedItem(
  { vault, ids }: Fabric,
  { id, virtualMachineId }: GroupInput['replicationProtectedItems'][number],
): ProtectedItem {
  const item = vault.items.get(id);
  if (item === undefined) throw badInput(`The protected item '${id}' does not exist.`);
  if (!id.toLowerCase().startsWith(`${ids.fabric.toLowerCase()}/`)) {
    throw badInput(
      `The protected item '${id}' is not of the plan's primary fabric '${ids.fabric}'; a plan has one source and one target.`,
    );
  }
  if (!protectedStages.includes(item.stage.is)) {
    throw badInput(
      `The protected item '${item.name}' cannot be added to a recovery plan before it is protected.`,
    );
  }
  if (
    virtualMachineId !== undefined &&
    virtualMachineId.toLowerCase() !== item.internalIdentifier.toLowerCase()
  ) {
    throw badInput(
      `The virtual machine '${virtualMachineId}' is not that of the protected item '${item.name}'.`,
    );
  }
  return item;
}
