import type {
  ASRTask,
  GroupTaskDetailsUnion,
  Job,
  ManualActionTaskDetails,
  RecoveryPlan,
  RecoveryPlanAction,
  RecoveryPlanGroup,
  RecoveryPlanProtectedItem,
  TaskTypeDetailsUnion,
} from '@azure/arm-recoveryservices-siterecovery';
import type { OperationOptions } from '@azure/core-client';
import type { Environment } from '../../plan/index.ts';
import { nameOf, sameId } from '../arm-id.ts';
import type { AzureClients } from '../clouds.ts';
import { ifThere } from '../cloud-errors.ts';
import { finalFailure } from '../failures.ts';
import type { ItemAddress } from './items.ts';
import { providerOf } from './providers/providers.ts';

/** One recovery plan of a vault, as Portage wants it: machines of one fabric that fail over together. */
export interface NativePlan {
  readonly environment: Environment;
  readonly name: string;
  readonly fabric: string;
  readonly container: string;
  /** Names of its machines' protected items; 100 at most (documented). */
  readonly items: readonly string[];
  /** What a person has to do at its end: the job waits for it. */
  readonly actions: readonly ManualAction[];
}

/** A manual action of a recovery plan. */
export interface ManualAction {
  readonly name: string;
  readonly text: string;
}

/** The protected items of its machines. */
export function itemsOf({ environment, fabric, container, items }: NativePlan): ItemAddress[] {
  return items.map((name) => ({ environment, fabric, container, name }));
}

/** The arguments that every SDK method about a recovery plan begins with. */
export function nativePlanArguments({ environment: { vault, resourceGroup }, name }: NativePlan) {
  return [vault, resourceGroup, name] as const;
}

/** The recovery plan as a GET answers it: a LIST leaves its groups out (recorded). `undefined` where there is none. */
export async function readNativePlan(
  azure: AzureClients,
  plan: NativePlan,
  options: OperationOptions = {},
): Promise<RecoveryPlan | undefined> {
  return ifThere(() =>
    azure.siteRecovery.replicationRecoveryPlans.get(...nativePlanArguments(plan), options),
  );
}

/**
 * The members of a recovery plan, as it names them. One list of the container, however many there are.
 * @throws `ItemMissing` (final) where a machine has no protected item.
 */
export async function membersOf(
  azure: AzureClients,
  { environment, fabric, container, items }: NativePlan,
): Promise<RecoveryPlanProtectedItem[]> {
  const { vault, resourceGroup } = environment;
  const members = new Map<string, RecoveryPlanProtectedItem>();
  for await (const item of azure.siteRecovery.replicationProtectedItems.listByReplicationProtectionContainers(
    vault,
    resourceGroup,
    fabric,
    container,
  ))
    members.set(item.name ?? '', {
      id: item.id ?? '',
      virtualMachineId: providerOf(environment).details(item).internalId,
    });
  return items.map((name) => {
    const member = members.get(name);
    if (member !== undefined) return member;
    throw finalFailure('ItemMissing', `${name} is not in vault ${vault}`, {
      code: 'ITEM_MISSING',
      suggestion: 'Look who disabled its replication; abort the machine or enable it anew, then retry',
    });
  });
}

/**
 * The groups that a recovery plan has to have. What people have made of it in the portal stays: the group of a machine,
 * and every action but Portage's own.
 * @param there its groups now; empty where it is made anew.
 */
export function wantedGroups(
  there: readonly RecoveryPlanGroup[],
  members: readonly RecoveryPlanProtectedItem[],
  actions: readonly ManualAction[],
): RecoveryPlanGroup[] {
  const boot = there.some(isBoot) ? there : [...there, { groupType: 'Boot' }];
  const placed = there.flatMap(({ replicationProtectedItems = [] }) => replicationProtectedItems);
  const added = members.filter((member) => !isAmong(placed, member));
  const [first, last] = [boot.findIndex(isBoot), boot.findLastIndex(isBoot)];
  return boot.map((group, at) => ({
    groupType: group.groupType,
    replicationProtectedItems: [
      ...members.filter((member) => isAmong(group.replicationProtectedItems ?? [], member)),
      ...(at === first ? added : []),
    ],
    startGroupActions: group.startGroupActions ?? [],
    endGroupActions: [
      ...(group.endGroupActions ?? []).filter((action) => !isPortages(action)),
      ...(at === last ? actions.map(asAction) : []),
    ],
  }));
}

/** True when two lists of groups have the same machines and actions in the same places. */
export function sameGroups(
  some: readonly RecoveryPlanGroup[],
  others: readonly RecoveryPlanGroup[],
): boolean {
  return JSON.stringify(some.map(outline)) === JSON.stringify(others.map(outline));
}

/** A manual action that a job waits for. */
export interface WaitingAction extends ManualAction {
  /** Of its task. */
  readonly id: string;
  /** Whether Portage put it there, under this name; else somebody added it in the portal. */
  readonly isOwn: boolean;
}

/** The manual action that a job waits for; `undefined` unless the job waits. */
export function waitingAction({ properties }: Job): WaitingAction | undefined {
  if (properties?.state !== 'Suspended') return undefined;
  const waiting = (properties.tasks ?? []).flatMap(withChildren).filter(({ state }) => state === 'Suspended');
  const task = waiting.find(({ customDetails }) => manualOf(customDetails) !== undefined) ?? waiting.at(-1);
  const manual = manualOf(task?.customDetails);
  const name = manual?.name ?? task?.friendlyName ?? 'suspended';
  const isOwn = name.startsWith(prefix);
  return {
    id: task?.taskId ?? '',
    name: isOwn ? name.slice(prefix.length) : name,
    isOwn,
    text: manual?.instructions ?? properties.stateDescription ?? 'Look at the job in the vault',
  };
}

/** True when every machine that a recovery plan still has is one of this Portage plan's. */
export function isPortagesOwn({ properties }: RecoveryPlan, portagePlan: string): boolean {
  const members = (properties?.groups ?? []).flatMap(
    ({ replicationProtectedItems = [] }) => replicationProtectedItems,
  );
  return members.every(({ id = '' }) => nameOf(id).startsWith(`portage-${portagePlan}-`));
}

/** What the names of Portage's own actions begin with in a recovery plan, told from those that people added. */
const prefix = 'Portage: ';

function isPortages({ actionName }: RecoveryPlanAction): boolean {
  return actionName.startsWith(prefix);
}

function asAction({ name, text }: ManualAction): RecoveryPlanAction {
  return {
    actionName: `${prefix}${name}`,
    failoverTypes: ['UnplannedFailover'],
    failoverDirections: ['PrimaryToRecovery'],
    customDetails: { instanceType: 'ManualActionDetails', description: text },
  };
}

function isBoot({ groupType }: RecoveryPlanGroup): boolean {
  return groupType === 'Boot';
}

function isAmong(some: readonly RecoveryPlanProtectedItem[], one: RecoveryPlanProtectedItem): boolean {
  return some.some(({ id = '' }) => sameId(id, one.id ?? ''));
}

function outline({
  groupType,
  replicationProtectedItems = [],
  startGroupActions,
  endGroupActions,
}: RecoveryPlanGroup) {
  return [
    groupType,
    replicationProtectedItems.map(({ id = '' }) => id.toLowerCase()).toSorted(),
    ...[startGroupActions, endGroupActions].map((actions) =>
      (actions ?? []).map(({ actionName }) => actionName),
    ),
  ];
}

function withChildren(task: ASRTask): ASRTask[] {
  return [task, ...childrenOf(task.groupTaskCustomDetails).flatMap(withChildren)];
}

function childrenOf(details: GroupTaskDetailsUnion | undefined): readonly ASRTask[] {
  return details?.childTasks ?? [];
}

function manualOf(details: TaskTypeDetailsUnion | undefined): ManualActionTaskDetails | undefined {
  return details !== undefined && isManual(details) ? details : undefined;
}

const isManual = (details: TaskTypeDetailsUnion): details is ManualActionTaskDetails =>
  details.instanceType === 'ManualActionTaskDetails';
