import type { JobFailure } from '../../faults.ts';
import { minutesOf } from '../../durations.ts';
import type { Random } from '../../random.ts';
import type { SourceMachine } from '../../source-machines.ts';
import type { DiscoveredMachine } from '../off-azure.ts';
import { asrError, badInput } from './asr-error.ts';
import type { EnableInput } from './enable-input.ts';
import { settingsOf, type ItemSettings } from './item-settings.ts';
import { task, type Job, type JobTask } from './job.ts';
import { startOperation } from './operation.ts';
import { requireInMageRcm, type Policy } from './policies.ts';
import type { ProtectedDisk, ProtectedItem } from './protected-item.ts';
import type { Vault } from './vault.ts';
import { watchSource } from './source-watch.ts';

/** A source that does not run is looked at again after so long. */
const stalledMs = 5 * 60_000;

/**
 * Enables replication of a discovered machine. The job ends after half an hour; then the copy begins, and the item is
 * Protected only with its first recovery point (recorded).
 * @throws ArmError 400 for what the service would not take; 409 where the name is taken or the machine protected already.
 */
export function enable(vault: Vault, name: string, policyId: string, input: EnableInput): Job {
  requireInMageRcm(input.instanceType);
  const machine = vault.site.machineById(input.fabricDiscoveryMachineId);
  const source = machine === undefined ? undefined : vault.world.sources.byInstanceId(machine.instanceId);
  if (machine === undefined || source === undefined) {
    throw badInput(`The machine '${input.fabricDiscoveryMachineId}' has not been discovered.`);
  }
  requireNew(vault, name, machine, source);
  const policy = associatedPolicy(vault, policyId);
  requireAppliance(vault, input);
  requireAllDisks(input, source);
  const settings = settingsOf(input, source.hostName, vault.world);
  const item = newItem(vault, { name, machine, source, policy, settings });
  vault.addItem(item);
  return startEnable(vault, item);
}

function startEnable(vault: Vault, item: ProtectedItem): Job {
  const { clock } = vault.world;
  return startOperation(vault, item, {
    name: 'ReplicationProtectedItems_Create',
    scenarioName: 'EnableDr',
    friendlyName: 'Enable replication',
    detailsType: 'AsrJobDetails',
    tasks: enableTasks(vault, item),
    failingTask: 'EnableProtection',
    failure: agentFailure(item.source),
    succeeded: () => startCopy(vault, item, clock.nowMs),
    failed: () => {
      item.stage = { is: 'enabling-failed' };
    },
  });
}

function enableTasks({ world }: Vault, item: ProtectedItem): JobTask[] {
  const targetMs = minutesOf(world.durations.createTargetMinutes, item.random);
  const restMs = Math.max(0, minutesOf(world.durations.enableMinutes, item.random) - targetMs);
  return [
    task('EnableProtectionPrerequisitesCheck', 'Prerequisites check for enabling protection', targetMs / 4),
    task('CreateProtectionTarget', 'Create protection target', (targetMs * 3) / 4, () => {
      item.readable = true;
    }),
    task('EnableProtection', 'Installing Mobility service and preparing target', restMs * 0.9),
    task('VmStartInitialReplication', 'Enable replication', restMs * 0.08),
    { ...task('UpdateDraState', 'Updating the provider states', restMs * 0.02), neverShownDone: true },
  ];
}

/** The copy takes its time by the size of the disks; a source that stands still holds it up. */
function startCopy(vault: Vault, item: ProtectedItem, nowMs: number): void {
  const { durations, clock } = vault.world;
  const sizeGiB = item.disks.reduce((sum, disk) => sum + disk.sizeGiB, 0);
  const untilMs =
    nowMs + (minutesOf(durations.initialReplicationPer40GiBMinutes, item.random) * sizeGiB) / 40;
  for (const { seedManagedDiskName: name, sizeGiB: size, isOsDisk } of item.disks) {
    const group = targetGroup(vault, item);
    vault.world.compute.createDisk({
      name,
      group,
      location: vault.location,
      sizeGiB: size,
      sku: item.settings.diskType,
      osType: isOsDisk ? item.source.osType : undefined,
    });
  }
  const copying = { is: 'copying', sinceMs: nowMs, untilMs } as const;
  item.stage = copying;
  whenSourceRuns(vault, item, untilMs - nowMs, () => {
    if (item.stage !== copying) return;
    const waiting = { is: 'awaiting-recovery-point' } as const;
    item.stage = waiting;
    whenSourceRuns(vault, item, minutesOf(durations.firstRecoveryPointMinutes, item.random), () => {
      if (item.stage !== waiting) return;
      item.firstPointMs = clock.nowMs;
      item.stage = { is: 'protected' };
    });
  });
}

function whenSourceRuns(vault: Vault, item: ProtectedItem, delayMs: number, then: () => void): void {
  const { clock, sources } = vault.world;
  clock.after(delayMs, () => {
    if (watchSource(item, sources, clock.nowMs)?.state === 'running') then();
    else whenSourceRuns(vault, item, stalledMs, then);
  });
}

interface ItemParts {
  readonly name: string;
  readonly machine: DiscoveredMachine;
  readonly source: SourceMachine;
  readonly policy: Policy;
  readonly settings: ItemSettings;
}

function newItem(vault: Vault, { name, machine, source, policy, settings }: ItemParts): ProtectedItem {
  const random = vault.world.random.fork(`item/${vault.section.name}/${name.toLowerCase()}`);
  const group = vault.world.resources.groupById(settings.targetResourceGroupId) ?? '';
  return {
    name,
    id: vault.ids.item(name),
    machine,
    source,
    friendlyName: source.hostName,
    internalIdentifier: random.guid(),
    eventCorrelationId: random.guid(),
    policy,
    disks: source.disks.map((disk, at) => protectedDisk(vault, source, group, disk, at, random)),
    random,
    settings,
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
    replicationEndedMs: undefined,
    lastFailoverMs: undefined,
    tested: false,
    lastRunningMs: vault.world.clock.nowMs,
    resyncRequired: false,
  };
}

function protectedDisk(
  vault: Vault,
  source: SourceMachine,
  group: string,
  disk: SourceMachine['disks'][number],
  at: number,
  random: Random,
): ProtectedDisk {
  const windows = source.osType === 'Windows';
  const seed = `asrseeddisk-${source.hostName.slice(0, 8)}-${random.guid()}`;
  return {
    diskId: windows ? `{${Math.floor(random.between(1e9, 4e9))}}` : disk.volumeId,
    diskName: windows ? `\\\\.\\PHYSICALDRIVE${at}` : disk.deviceName,
    isOsDisk: disk.isRoot,
    sizeGiB: disk.sizeGiB,
    seedManagedDiskId: vault.world.compute.diskId(group, seed),
    seedManagedDiskName: seed,
    targetManagedDiskId: undefined,
  };
}

function targetGroup(vault: Vault, item: ProtectedItem): string {
  return vault.world.resources.groupById(item.settings.targetResourceGroupId) ?? '';
}

function requireNew(vault: Vault, name: string, machine: DiscoveredMachine, source: SourceMachine): void {
  const other = vault.items.get(name) ?? vault.itemOfMachine(machine.id);
  if (other === undefined) return;
  throw asrError({
    status: 409,
    code: 'ProtectedItemAlreadyExists', // inferred
    message: `Replication is already enabled for the machine '${source.hostName}' by the protected item '${other.name}'.`,
    possibleCauses: 'The machine, or the name, is in use by a protected item.',
    recommendedAction: 'Use the protected item that there is, or disable its replication first.',
  });
}

function associatedPolicy(vault: Vault, policyId: string): Policy {
  const policy = vault.policyById(policyId);
  const mapping = [...vault.mappings].find((each) => each.policy === policy);
  if (mapping === undefined) {
    throw badInput(
      `The replication policy '${policyId}' is not associated with the protection container '${vault.containerName}'.`,
    );
  }
  return mapping.policy;
}

function requireAppliance(vault: Vault, { processServerId, runAsAccountId }: EnableInput): void {
  if (!vault.appliances.some(({ id }) => id.toLowerCase() === processServerId.toLowerCase())) {
    throw badInput(
      `The process server '${processServerId}' is not registered with the fabric '${vault.fabricName}'.`,
    );
  }
  if (runAsAccountId !== undefined && !vault.site.hasAccount(runAsAccountId)) {
    throw badInput(`The run-as account '${runAsAccountId}' does not exist.`);
  }
}

/** Disk exclusion is not supported for physical servers (documented); how it is refused is inferred. */
function requireAllDisks({ disksToInclude }: EnableInput, { disks, hostName }: SourceMachine): void {
  if (disksToInclude === undefined || disksToInclude.length === disks.length) return;
  throw badInput(
    `The machine '${hostName}' has ${disks.length} disks; excluding disks of a physical server is not supported.`,
  );
}

function agentFailure({ state, hostName }: SourceMachine): JobFailure | undefined {
  if (state === 'running') return undefined;
  return {
    code: '95117',
    message: `The machine '${hostName}' cannot be reached.`,
    possibleCauses: 'The machine is not running, or the network between it and the appliance is blocked.',
    recommendedAction:
      'Start the machine, check that the appliance reaches it, then enable replication again.',
  };
}
