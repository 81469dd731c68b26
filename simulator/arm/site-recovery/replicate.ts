import type { JobFailure } from '../../faults.ts';
import { minutesOf, secondsOf } from '../../durations.ts';
import type { Random } from '../../random.ts';
import type { SourceMachine } from '../../source-machines.ts';
import { asrError, badInput } from './asr-error.ts';
import type { Fabric } from './fabric.ts';
import type { ItemSettings } from './item-settings.ts';
import { task, type Job, type JobTask } from './job.ts';
import { startOperation } from './operation.ts';
import type { Policy } from './policies.ts';
import type { ClassicParts, KnownMachine, ProtectedDisk, ProtectedItem } from './protected-item.ts';
import { planPush, type Push } from './push.ts';
import { unsupported } from './support-matrix.ts';
import { ReplicatedWrites } from './replicated-writes.ts';
import { isReplicating } from './source-watch.ts';

/** A source that does not replicate is looked at again after so long. */
const stalledMs = 5 * 60_000;

/** What an enable request has come to, once its provider has read it. */
export interface NewItem {
  readonly name: string;
  readonly machine: KnownMachine;
  readonly source: SourceMachine;
  readonly policy: Policy;
  readonly settings: ItemSettings;
  /** The machine's disks as the service calls them; those that are replicated. */
  readonly disks: readonly NewDisk[];
  /** Name of the account that logs on to the machine where the agent has to be installed. */
  readonly account: string | undefined;
  readonly classic: ClassicParts | undefined;
  readonly internalIdentifier: string;
  readonly random: Random;
}

/** A disk, as an enable request has named it. */
export type NewDisk = Pick<ProtectedDisk, 'diskId' | 'diskName' | 'isOsDisk' | 'sizeGiB'>;

/**
 * Replicates a machine. The enable job ends after a while (recorded: 65 s on the classic provider, half an hour on the
 * modernized one); then the copy begins, and the item is Protected only with its first recovery point (recorded).
 * @throws ArmError 409 where the name is taken or the machine protected already.
 */
export function replicate(fabric: Fabric, wanted: NewItem): Job {
  requireNew(fabric, wanted);
  const item = newItem(fabric, wanted);
  fabric.addItem(item);
  return startEnable(item, planPush(item, wanted.account));
}

/** The policy with this id, if it is associated with the container. @throws ArmError 400 unless it is. */
export function associatedPolicy({ vault, mappings, containerName }: Fabric, policyId: string): Policy {
  const policy = vault.policyById(policyId);
  const mapping = [...mappings].find((each) => each.policy === policy);
  if (mapping !== undefined) return mapping.policy;
  throw badInput(
    `The replication policy '${policyId}' is not associated with the protection container '${containerName}'.`,
  );
}

function startEnable(item: ProtectedItem, push: Push): Job {
  const { vault } = item.fabric;
  const unfit = unsupported(item);
  const job: Job = startOperation(vault, item, {
    name: 'ReplicationProtectedItems_Create',
    scenarioName: 'EnableDr',
    friendlyName: 'Enable replication',
    detailsType: 'AsrJobDetails',
    tasks: enableTasks(item, push),
    failingTask: unfit === undefined ? 'EnableProtection' : 'EnableProtectionPrerequisitesCheck',
    failure: unfit ?? fullServer(item) ?? push.failure,
    succeeded: () => startCopy(item),
    failed: () => {
      item.readable = true;
      item.stage = { is: 'enabling-failed' };
    },
  });
  job.warning = push.warning;
  return job;
}

function enableTasks(item: ProtectedItem, push: Push): JobTask[] {
  const [targetMs, restMs] = enableMs(item);
  return [
    task('EnableProtectionPrerequisitesCheck', 'Prerequisites check for enabling protection', targetMs / 4),
    task('CreateProtectionTarget', 'Create protection target', (targetMs * 3) / 4, () => {
      item.readable = true;
    }),
    task('EnableProtection', 'Installing Mobility service and preparing target', restMs * 0.9, push.install),
    task('VmStartInitialReplication', 'Enable replication', restMs * 0.08),
    { ...task('UpdateDraState', 'Updating the provider states', restMs * 0.02), neverShownDone: true },
  ];
}

/** How long it takes until the item can be read, and from then on. */
function enableMs({ fabric, random }: ProtectedItem): readonly [number, number] {
  const { durations } = fabric.vault.world;
  if (fabric.provider === 'InMageAzureV2') {
    const totalMs = secondsOf(durations.classicEnableSeconds, random);
    return [totalMs / 4, (totalMs * 3) / 4];
  }
  const targetMs = minutesOf(durations.createTargetMinutes, random);
  return [targetMs, Math.max(0, minutesOf(durations.enableMinutes, random) - targetMs)];
}

/** The copy takes its time by the size of the disks; a source that stands still, or is cut off, holds it up. */
function startCopy(item: ProtectedItem): void {
  const { world } = item.fabric.vault;
  const { durations, clock } = world;
  createSeedDisks(item);
  followWrites(item);
  const sizeGiB = item.disks.reduce((sum, disk) => sum + disk.sizeGiB, 0);
  const copyMs = (minutesOf(durations.initialReplicationPer40GiBMinutes, item.random) * sizeGiB) / 40;
  const copying = { is: 'copying', sinceMs: clock.nowMs, untilMs: clock.nowMs + copyMs } as const;
  item.stage = copying;
  whenReplicating(item, copyMs, () => {
    if (item.stage !== copying) return;
    const waiting = { is: 'awaiting-recovery-point' } as const;
    item.stage = waiting;
    whenReplicating(item, minutesOf(durations.firstRecoveryPointMinutes, item.random), () => {
      if (item.stage !== waiting) return;
      item.firstPointMs = clock.nowMs;
      item.stage = { is: 'protected' };
    });
  });
}

/** From now on what the source writes is on its way to the cloud, too. */
function followWrites(item: ProtectedItem): void {
  const { world } = item.fabric.vault;
  const { instanceId } = item.source;
  const log = world.sources.writesOf(instanceId);
  if (log === undefined) return;
  item.writes = new ReplicatedWrites(instanceId, log, world.section.replication, world.clock.nowMs);
  world.writes.set(instanceId, item.writes);
}

function createSeedDisks(item: ProtectedItem): void {
  const { vault } = item.fabric;
  const { compute, resources } = vault.world;
  for (const { seedManagedDiskName: name, sizeGiB, isOsDisk } of item.disks) {
    compute.createDisk({
      name,
      group: resources.groupById(item.settings.targetResourceGroupId) ?? '',
      location: vault.location,
      sizeGiB,
      sku: item.settings.diskType,
      osType: isOsDisk ? item.source.osType : undefined,
    });
  }
}

function whenReplicating(item: ProtectedItem, delayMs: number, then: () => void): void {
  const { clock } = item.fabric.vault.world;
  clock.after(delayMs, () => {
    if (isReplicating(item, clock.nowMs)) then();
    else whenReplicating(item, stalledMs, then);
  });
}

function newItem(fabric: Fabric, wanted: NewItem): ProtectedItem {
  const { name, source, settings, random, machine, policy, classic, internalIdentifier } = wanted;
  const { world } = fabric.vault;
  const group = world.resources.groupById(settings.targetResourceGroupId) ?? '';
  return {
    ...{ name, machine, source, policy, settings, classic, internalIdentifier, random, fabric },
    id: fabric.ids.item(name),
    friendlyName: source.hostName,
    eventCorrelationId: random.guid(),
    disks: wanted.disks.map((disk) => ({ ...disk, ...seedDisk(fabric, group, source, random) })),
    stage: { is: 'enabling' },
    test: 'None',
    testMachineId: undefined,
    testJob: undefined,
    machineId: undefined,
    operation: undefined,
    readable: false,
    firstPointMs: undefined,
    extraPoints: [],
    keptPoint: undefined,
    failoverPoint: undefined,
    failoverGuest: undefined,
    replicationEndedMs: undefined,
    lastFailoverMs: undefined,
    lastTestMs: undefined,
    agentVersion: source.agent?.version ?? '',
    cutOffSinceMs: undefined,
    lastRunningMs: world.clock.nowMs,
    resyncRequired: false,
    writes: undefined,
    sendingSinceMs: undefined,
  };
}

/** Recorded: `asrseeddisk-<eight letters of the host's name>-<GUID>`. */
function seedDisk(
  { vault }: Fabric,
  group: string,
  { hostName }: SourceMachine,
  random: Random,
): Pick<ProtectedDisk, 'seedManagedDiskId' | 'seedManagedDiskName' | 'targetManagedDiskId'> {
  const name = `asrseeddisk-${hostName.slice(0, 8)}-${random.guid()}`;
  const seedManagedDiskId = vault.world.compute.diskId(group, name);
  return { seedManagedDiskId, seedManagedDiskName: name, targetManagedDiskId: undefined };
}

function requireNew(fabric: Fabric, { name, machine, source }: NewItem): void {
  const other = fabric.items.get(name) ?? fabric.itemOfMachine(machine.id);
  if (other === undefined) return;
  throw asrError({
    status: 409,
    code: 'ProtectedItemAlreadyExists', // inferred
    message: `Replication is already enabled for the machine '${source.hostName}' by the protected item '${other.name}'.`,
    possibleCauses: 'The machine, or the name, is in use by a protected item.',
    recommendedAction: 'Use the protected item that there is, or disable its replication first.',
  });
}

/** A server that carries all it can. That the job fails, rather than the request, is inferred, and so are code and text. */
function fullServer({ fabric, settings }: ProtectedItem): JobFailure | undefined {
  const server = fabric.serverById(settings.processServerId);
  if (server === undefined || carriedBy(fabric, server.id) + server.machineCount <= server.capacity)
    return undefined;
  return {
    code: 'ProcessServerCapacityExceeded',
    message: `The process server '${server.name}' protects ${server.capacity} machines already, as many as it can.`,
    possibleCauses: 'The process server has no room for another machine.',
    recommendedAction: 'Replicate the machine through another process server, or add one.',
  };
}

/** How many of the fabric's items replicate through a server. */
export function carriedBy({ items }: Fabric, serverId: string): number {
  const id = serverId.toLowerCase();
  return [...items].filter(({ settings }) => settings.processServerId.toLowerCase() === id).length;
}
