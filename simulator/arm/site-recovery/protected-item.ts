import type { Random } from '../../random.ts';
import type { SourceGuest, SourceMachine } from '../../source-machines.ts';
import type { Fabric } from './fabric.ts';
import type { ItemSettings } from './item-settings.ts';
import type { Job } from './job.ts';
import type { Policy } from './policies.ts';
import type { ReplicatedWrites } from './replicated-writes.ts';
import type { RecoveryPoint } from './recovery-points.ts';

/** Where an item is. Times are simulated milliseconds since 1970. */
export type Stage =
  | { readonly is: 'enabling' }
  | { readonly is: 'enabling-failed' }
  | { readonly is: 'copying'; readonly sinceMs: number; readonly untilMs: number }
  | { readonly is: 'awaiting-recovery-point' }
  | { readonly is: 'protected' }
  | { readonly is: 'failover-failed' }
  | { readonly is: 'failed-over' }
  | { readonly is: 'committed' };

/** A disk as Site Recovery replicates it. */
export interface ProtectedDisk {
  readonly diskId: string;
  readonly diskName: string;
  readonly isOsDisk: boolean;
  readonly sizeGiB: number;
  readonly seedManagedDiskId: string;
  readonly seedManagedDiskName: string;
  /** The disk that the failover has made of it. */
  targetManagedDiskId: string | undefined;
}

/** A machine as the provider knows it: discovered by an appliance, or a classic fabric's protectable item. */
export interface KnownMachine {
  /** A GUID. */
  readonly name: string;
  readonly id: string;
  readonly instanceId: string;
}

/** What the classic provider keeps of an enable request beside the settings. */
export interface ClassicParts {
  readonly masterTargetId: string;
  /** Recorded: a GUID, and the group's name at the same time. */
  readonly multiVmGroupId: string;
  readonly enableRdpOnTargetOption: string;
}

/** One protected item: data only; `replicate.ts`, `failover.ts` and the others change it. */
export interface ProtectedItem {
  readonly name: string;
  readonly id: string;
  readonly fabric: Fabric;
  readonly machine: KnownMachine;
  /** The classic provider's alone. */
  readonly classic: ClassicParts | undefined;
  /** The source as it was when replication was enabled. */
  readonly source: SourceMachine;
  readonly friendlyName: string;
  /** The service's own name of it: what jobs name, and what a recovery plan calls `virtualMachineId`. The classic provider's is the protectable item's (recorded). */
  readonly internalIdentifier: string;
  readonly eventCorrelationId: string;
  readonly policy: Policy;
  readonly disks: readonly ProtectedDisk[];
  readonly random: Random;
  settings: ItemSettings;
  stage: Stage;
  test: 'None' | 'WaitingForCompletion' | 'MarkedForDeletion';
  /** VM that a test failover made. */
  testMachineId: string | undefined;
  /** The job of the test failover whose VM still waits for its clean-up. */
  testJob: Job | undefined;
  /** VM that the failover made. */
  machineId: string | undefined;
  /** The operation that runs now; while it does, every other one is refused. */
  operation: Job | undefined;
  /** False until the enable operation has created its target. */
  readable: boolean;
  /** When the first recovery point came. */
  firstPointMs: number | undefined;
  /** Points beside those that the policy's interval makes. */
  extraPoints: readonly RecoveryPoint[];
  /** The only point that a commit left. */
  keptPoint: RecoveryPoint | undefined;
  /** What was on the source's disks when the failover was accepted. */
  failoverGuest: SourceGuest | undefined;
  /** The point that the failover used. */
  failoverPoint: RecoveryPoint | undefined;
  /** When replication ended: the failover was accepted. */
  replicationEndedMs: number | undefined;
  lastFailoverMs: number | undefined;
  /** When a test failover last went well: `failoverHealth` asks for one before. */
  lastTestMs: number | undefined;
  /** The agent's version, once it is there. */
  agentVersion: string;
  /** Since when the agent can't reach its server, although its machine runs. */
  cutOffSinceMs: number | undefined;
  /** When the source was last seen running: the agent reports no longer than that. */
  lastRunningMs: number;
  resyncRequired: boolean;
  /** What its source has written since replication began; `undefined` where nothing there writes. */
  writes: ReplicatedWrites | undefined;
  /** Since when its agent has been sending without a break, as far as that was looked at; undefined while it does not. */
  sendingSinceMs: number | undefined;
}

/** What Site Recovery says of a stage, and allows in it; recorded, but for those marked inferred. */
interface StageFacts {
  readonly protectionState: string;
  readonly description: string;
  readonly allows: readonly string[];
}

const ready = ['UnplannedFailover', 'DisableProtection', 'TestFailover'];

const facts: Readonly<Record<Stage['is'], StageFacts>> = {
  // inferred: the recordings see the item only when the enable operation is done
  enabling: { protectionState: 'EnablingStatesBegin', description: 'Enabling protection', allows: [] },
  // inferred
  'enabling-failed': {
    protectionState: 'EnablingFailed',
    description: 'Enabling protection failed',
    allows: ['DisableProtection'],
  },
  copying: {
    protectionState: 'InitialReplicationInProgress',
    description: 'Initial replication in progress',
    allows: ['DisableProtection'],
  },
  'awaiting-recovery-point': {
    protectionState: 'InitialReplicationRecoveryCompletionPending',
    description: 'Waiting for first recovery point',
    allows: ['DisableProtection'],
  },
  protected: { protectionState: 'Protected', description: 'Protected', allows: ready },
  'failover-failed': {
    protectionState: 'UnplannedFailoverFailed',
    description: 'Failover failed',
    allows: ready,
  },
  'failed-over': {
    protectionState: 'UnplannedFailoverCommitPendingStatesBegin',
    description: 'Failover completed',
    allows: ['CompleteMigration', 'Commit', 'DisableProtection', 'ChangePit', 'SwitchProtection'],
  },
  committed: {
    protectionState: 'UnplannedFailoverCommitted',
    description: 'Failover committed',
    allows: ['CompleteMigration', 'DisableProtection', 'SwitchProtection'],
  },
};

/** The item's state in the service's words. */
export function stageFacts(item: ProtectedItem): StageFacts {
  const stage = facts[item.stage.is];
  return item.test === 'WaitingForCompletion'
    ? { ...stage, description: 'Cleanup test failover pending' }
    : stage;
}

/**
 * `allowedOperations`. While an operation runs there are none (inferred); while a test VM exists, only its clean-up
 * (official example).
 */
export function allowedOperations(item: ProtectedItem): readonly string[] {
  if (item.operation !== undefined) return [];
  return item.test === 'WaitingForCompletion' ? ['TestFailoverCleanup'] : stageFacts(item).allows;
}

/** True once the copy runs on the Azure side. */
export function isOver(item: ProtectedItem): boolean {
  return item.stage.is === 'failed-over' || item.stage.is === 'committed';
}
