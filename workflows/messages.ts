import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type {
  Comparison,
  EnvironmentRequest,
  Finding,
  MigratedVm,
  ProbeResult,
  SourceInstance,
  TestVm,
  Timing,
} from '../activities/index.ts';
import type { PlanChange } from '../plan/plan-changes.ts';
import type { CutoverWindow, Environment, Notification, VmPlan } from '../plan/resolve.ts';
import type { Phase } from './phases.ts';

// ---- ids

/** The workflow of a plan. One id, one migration. */
export const planWorkflowId = (plan: string): string => `portage/plan/${plan}`;

/** The workflow of one machine of a plan. */
export const machineWorkflowId = (plan: string, vm: string): string => `portage/vm/${plan}/${vm}`;

/** The workflow that watches the source of a machine that was migrated. */
export const watchWorkflowId = (plan: string, vm: string): string => `portage/watch/${plan}/${vm}`;

/** The workflow that prepares a vault, one for all plans that use it: from the vault's ARM id. */
export const environmentWorkflowId = ({
  subscriptionId,
  resourceGroup,
  vault,
}: Pick<Environment, 'subscriptionId' | 'resourceGroup' | 'vault'>): string =>
  `portage/environment/${subscriptionId}/${resourceGroup}/${vault}`.toLowerCase();

// ---- what is told about a machine

/** A machine, or a plan, waits for a person. */
export interface Attention {
  /** What was being done. */
  readonly step: string;
  /** A cloud's error code, or ours: public. */
  readonly code: string;
  readonly message: string;
  readonly suggestion: string;
  /** ISO 8601. */
  readonly since: string;
  /** Commands that get it out. */
  readonly choices: readonly string[];
  /** `failed`: the step failed, and counts against `limits.failures`. `planned`: a step that only a person can do. */
  readonly kind: 'failed' | 'planned';
}

/** One line of a run's story. */
export interface Note {
  /** ISO 8601. */
  readonly at: string;
  readonly text: string;
}

/** A machine's last test failover. */
export interface TestStatus {
  /** `up`: its VM waits to be seen. */
  readonly state: 'running' | 'up' | 'cleaning-up' | 'cleaned-up';
  /** Whether the VM came to what the plan asks of it. */
  readonly outcome?: 'passed' | 'failed';
  readonly azureVm?: TestVm;
  /** ISO 8601. */
  readonly startedAt: string;
  /** How its guest differs from its source's: what an approval approves. */
  readonly comparison?: Comparison;
  /** What the plan’s checks came to on it. */
  readonly probes?: readonly ProbeResult[];
  /** When its outcome stood. */
  readonly endedAt?: string;
  /** When its VM is cleaned up, whoever has seen it. */
  readonly upUntil?: string;
  /** Whoever approved it, as Temporal's history names them. */
  readonly approvedBy?: string;
  readonly approvedAt?: string;
  /** The digest of the differences that the approval is for. */
  readonly approvedDigest?: string;
}

/** How its applications were brought to rest before its source is stopped. */
export interface QuiesceStatus {
  /** `given-up`: gone on with by a recorded choice, although not everything is known to be in Azure. */
  readonly state: 'stopping' | 'draining' | 'drained' | 'given-up';
  /** Everything written before it is on the Azure VM once it is `drained`. By Site Recovery's clock. ISO 8601. */
  readonly marker?: string;
  /** The one that it is failed over to; absent: the latest, with nothing pending. */
  readonly recoveryPoint?: { readonly name: string; readonly time: string };
  /** Where the applications were started again last. */
  readonly startedIn?: 'source' | 'azure';
}

/** As much of it as the machine's plan knows. */
export type TestInBrief = Pick<TestStatus, 'state' | 'outcome' | 'approvedBy'>;

/** What holds a machine back that is ready; nothing where nothing does. */
export interface HeldBack {
  readonly heldBack?: string;
  /** When it is let go, as far as that is a matter of time. ISO 8601. */
  readonly heldBackUntil?: string;
  /** The window that it waits for. */
  readonly window?: CutoverWindow;
}

/** The approvals of a machine's cutover, where its plan asks for some. */
export interface ApprovalsStatus {
  readonly needed: number;
  /** The hash of what there is to approve: the machine's plan, its last test, its findings, and which attempt it is. */
  readonly subject: string;
  readonly given: readonly {
    /** As Temporal's history names them. */
    readonly by: string;
    readonly at: string;
    readonly expiresAt: string;
    /** It has not expired, and was given to what there is now. */
    readonly counts: boolean;
  }[];
}

/** As much of them as the machine's plan knows. */
export interface ApprovalsInBrief {
  readonly needed: number;
  readonly subject: string;
  /** Whose count. */
  readonly by: readonly string[];
}

/** How long a cutover will take, from the stop of the source to its validation, and what says so. */
export interface CutoverEstimate {
  readonly minutes: number;
  /** The machine's own last test; the longest cutover of the plan so far; `estimateMinutes`. */
  readonly from: 'test' | 'finished-machine' | 'plan';
  /** The machine that finished. */
  readonly vm?: string;
}

/** How long a machine of the plan took, from the stop of its source to its validation. */
export interface MeasuredCutover {
  readonly vm: string;
  readonly ms: number;
}

/** When a release takes effect. ISO 8601. */
export interface ReleaseTerms {
  /** Not before. */
  readonly at?: string;
  /** Inside one of these windows, instead of those of the plan; in their order. */
  readonly within?: readonly CutoverWindow[];
}

/** A machine's status, as `portage status <plan>/<vm> --json` prints it. */
export interface MachineStatus extends HeldBack {
  readonly plan: string;
  readonly group: string;
  readonly vm: string;
  readonly phase: Phase;
  /** When it entered the phase. ISO 8601. */
  readonly since: string;
  readonly startedAt: string;
  readonly paused: boolean;
  readonly failoverAsked: boolean;
  /** Where its cutover is bound to windows. */
  readonly estimate?: CutoverEstimate;
  readonly approvals?: ApprovalsStatus;
  readonly test?: TestStatus;
  readonly quiesce?: QuiesceStatus;
  /** What is done before its stop and after its commit. */
  readonly actions: readonly ActionStatus[];
  /** It left this run of its group by turning back, and is `ready` again. */
  readonly turnedBack: boolean;
  readonly attention?: Attention;
  /** What to do next. */
  readonly next: string;
  readonly findings: readonly Finding[];
  readonly source?: SourceInstance;
  readonly azureVm?: MigratedVm;
  /** How the Azure VM's guest differs from its source's before the stop. */
  readonly comparison?: Comparison;
  /** What the plan’s checks came to on the Azure VM. */
  readonly probes?: readonly ProbeResult[];
  /** When the source was stopped and when the Azure VM was validated: the downtime lies between. ISO 8601. */
  readonly sourceStoppedAt?: string;
  readonly validatedAt?: string;
  readonly notes: readonly Note[];
}

/** What a machine's workflow starts with. */
export interface MigrateVmInput {
  readonly vm: VmPlan;
  /** Who is told when somebody starts its source afterwards. */
  readonly notifications?: readonly Notification[];
  /** Absent: the workflow asks its worker. */
  readonly timing?: Timing;
}

/** What the workflow starts with that watches a source. */
export interface WatchSourceInput {
  readonly vm: VmPlan;
  readonly instanceId: string;
  readonly notifications: readonly Notification[];
  /** Copies of its volumes. Without any it is not terminated, whatever the plan says. */
  readonly snapshots: readonly string[];
  readonly timing: Timing;
}

/** The status of the workflow that watches a source. */
export interface WatchStatus {
  readonly plan: string;
  readonly vm: string;
  readonly instanceId: string;
  /** `ended`: nobody looks any more; `gone`: terminated, by Portage or somebody else. */
  readonly state: 'watching' | 'asking' | 'ended' | 'gone';
  /** How long it is watched. ISO 8601. */
  readonly until: string;
  /** When somebody started it, by EC2's clock. ISO 8601. */
  readonly starts: readonly string[];
  readonly attention?: Attention;
  readonly notes: readonly Note[];
}

// ---- what is told about a plan

/** A machine as its plan knows it: from the machine's own latest report. */
export interface MachineReport extends HeldBack {
  readonly vm: string;
  /** Orders reports: those of a later run of the machine, and later ones of a run, come after. */
  readonly run: number;
  readonly sequence: number;
  readonly phase: Phase;
  readonly turnedBack: boolean;
  readonly test?: TestInBrief;
  readonly approvals?: ApprovalsInBrief;
  /** How long its cutover took, once it is validated. */
  readonly cutoverMs?: number;
  readonly attention?: Attention;
  readonly azureVm?: string;
  /** Its protected item, where a recovery plan of Site Recovery fails it over. */
  readonly item?: { readonly fabric: string; readonly container: string; readonly name: string };
  readonly joint?: Joint;
  readonly jointTest?: JointTest;
  /** Its failover was accepted, or is about to be: what Azure makes of it is settled. */
  readonly isInAzure?: true;
  /** What became of the last change that its plan has told it of. */
  readonly change?: AnsweredChange;
}

/** Which change of its plan a machine is told of: those of a later run of the plan, and later ones of a run, come after. */
export interface ChangeNumber {
  readonly run: number;
  readonly revision: number;
}

/** A plan tells a machine what it says of it now. */
export interface SettingsChange extends ChangeNumber {
  readonly vm: VmPlan;
  /** Who has applied it. */
  readonly by: string;
}

/** What a machine says to it. */
export interface AnsweredChange extends ChangeNumber {
  /** Why it came too late: nothing of it is applied. Absent: all of it is. */
  readonly refused?: string;
}

/**
 * Where a machine stands in the failover that a recovery plan of Site Recovery does for its group: `waiting`, its source
 * stopped; `joined`, it cannot be turned back, for the failover is about to begin; `begun`.
 */
export type Joint = 'waiting' | 'joined' | 'begun';

/** What a plan says to its machines about that failover. */
export type JointMessage =
  /** It is about to begin: who waits joins, and cannot turn back any more. */
  | { readonly kind: 'call' }
  /** It could not be begun: who had joined waits again. */
  | { readonly kind: 'off' }
  /** It has begun; its job, where Site Recovery had anything to do. */
  | { readonly kind: 'begun'; readonly job?: string };

/**
 * Where a machine stands in a test failover that a recovery plan of Site Recovery does for its group: `waiting` for the
 * others; `called`; `joined`, its jobs marked; `begun`; and then for the clean-up of all, where it need not stay up: `seen`,
 * or `due`, to cut over, or `leaving`, given up.
 */
export type JointTest = 'waiting' | 'called' | 'joined' | 'begun' | 'seen' | 'due' | 'leaving';

/** What a plan says to its machines about that test. */
export type JointTestMessage =
  /** It is about to begin: who waits takes part. */
  | { readonly kind: 'call' }
  | { readonly kind: 'begun'; readonly job: string }
  /** Nobody is waited for any more: the test VMs are about to be cleaned up. */
  | { readonly kind: 'end' }
  /** The recovery plan has cleaned all test VMs up. */
  | { readonly kind: 'cleaned-up' }
  /** It is on its own: it tests, or cleans up, without the others. */
  | { readonly kind: 'alone' };

/** How a machine is to be tested: by itself, or with its group where the plan says when. */
export interface TestHow {
  readonly jointly?: boolean;
}

/** What is done before or after a group's or a machine's cutover. */
export interface ActionStatus {
  readonly id: string;
  readonly kind: 'manual' | 'webhook' | 'ssm' | 'runCommand';
  readonly text: string;
  /** `skipped`: it failed, or was not wanted, and was gone on without: by a person's word, or the plan's. */
  readonly state: 'waiting' | 'open' | 'done' | 'skipped';
}

export interface GroupStatus {
  readonly name: string;
  /** `waiting` for its turn or its release, `cutting-over`, or `through`. */
  readonly state: 'waiting' | 'cutting-over' | 'through';
  readonly actions: readonly ActionStatus[];
  readonly machines: readonly PlanMachine[];
}

export interface PlanMachine extends HeldBack {
  readonly vm: string;
  readonly phase: Phase;
  /** A person, or `cutover: automatic`, has released it for failover. */
  readonly released: boolean;
  readonly test?: TestInBrief;
  readonly approvals?: ApprovalsInBrief;
  readonly turnedBack: boolean;
  readonly attention?: Attention;
  /** ARM id of the migrated VM. */
  readonly azureVm?: string;
}

/** A plan's environment as the plan knows it: from the environment's latest report. */
export interface PlanEnvironment {
  readonly name: string;
  readonly state: EnvironmentState;
  readonly attention?: Attention;
}

/** A plan's status, as `portage status <plan> --json` prints it; also the result of its workflow. */
export interface PlanStatus {
  readonly plan: string;
  readonly state: 'running' | 'done';
  readonly startedAt: string;
  readonly paused: boolean;
  /** Machines whose step failed or that were aborted, against what the plan tolerates. */
  readonly failures: { readonly count: number; readonly limit: number };
  readonly attention?: Attention;
  /** What preflight found about the plan as a whole. */
  readonly findings: readonly Finding[];
  readonly environments: readonly PlanEnvironment[];
  readonly groups: readonly GroupStatus[];
  readonly notes: readonly Note[];
}

// ---- what is told about an environment

/**
 * How far an environment has come for a plan: `preparing` what every machine needs; `ready` for machines, of which a
 * person may have to add some; `complete`: nothing is left to do; `ended` from outside before it was.
 */
export type EnvironmentState = 'preparing' | 'ready' | 'complete' | 'ended';

/** What the workflow of a vault tells a plan that has asked for it. */
export interface EnvironmentReport {
  /** As the plan names it. */
  readonly environment: string;
  /** Orders reports: those of a later run, and later ones of a run, come after. */
  readonly run: number;
  readonly sequence: number;
  readonly state: EnvironmentState;
  readonly attention?: Attention;
  /** What has happened since the last report, for the plan's story. */
  readonly notes: readonly string[];
}

/** The status of a vault's workflow, for all plans that it prepares it for. */
export interface EnvironmentStatus {
  readonly startedAt: string;
  readonly paused: boolean;
  readonly attention?: Attention;
  readonly plans: readonly {
    readonly plan: string;
    readonly environment: string;
    readonly state: EnvironmentState;
    readonly attention?: Attention;
  }[];
  readonly notes: readonly Note[];
}

// ---- messages

/** Both a machine and a plan answer it. */
export const machineStatusQuery = defineQuery<MachineStatus>('status');
export const planStatusQuery = defineQuery<PlanStatus>('status');
export const watchStatusQuery = defineQuery<WatchStatus>('status');
export const environmentStatusQuery = defineQuery<EnvironmentStatus>('status');

// What a person asks of a machine is an update, which answers, and a signal of the same name, which any tool can send.

/** Cut over now, or as soon as ready; with terms: on these, whatever was said before. */
export const failoverSignal = defineSignal<[FailoverHow?]>('failover');
export const requestFailoverUpdate = defineUpdate<string, [FailoverHow?]>('requestFailover');
/** A plan tells a machine that somebody has released it, and on which terms; when it is due the plan says `failover`. */
export const releaseTermsSignal = defineSignal<[ReleaseTerms]>('releaseTerms');
/** A plan tells a machine that waits for a window how long another one took. */
export const cutoverMeasuredSignal = defineSignal<[MeasuredCutover]>('cutoverMeasured');
/** Make the Azure VM anew from another recovery point, until it is committed. */
export const changeRecoveryPointUpdate = defineUpdate<string, [OtherPoint]>('changeRecoveryPoint');
/** Fail over into the test network, as soon as the machine is ready. */
export const testFailoverSignal = defineSignal<[TestHow?]>('requestTestFailover');
export const requestTestFailoverUpdate = defineUpdate<string>('requestTestFailover');
/** The test has been seen and is good: its VM is cleaned up. */
export const approveTestSignal = defineSignal<[Approval?]>('approveTest');
export const approveTestUpdate = defineUpdate<string>('approveTest');
/** The cutover may begin, for this person. */
export const approveCutoverSignal = defineSignal<[CutoverApproval?]>('approveCutover');
export const approveCutoverUpdate = defineUpdate<string>('approveCutover');
/** Take the test VM away, and let its outcome stand without an approval. */
export const cleanUpTestSignal = defineSignal('cleanUpTest');
export const cleanUpTestUpdate = defineUpdate<string>('cleanUpTest');
/** Begin no further step until `resume`. What runs in the clouds goes on. */
export const pauseSignal = defineSignal('pause');
export const pauseUpdate = defineUpdate<string>('pause');
export const resumeSignal = defineSignal('resume');
export const resumeUpdate = defineUpdate<string>('resume');
/** Undo this cutover: the source is started again. Replication goes on, unless the failover was accepted. */
export const turnBackSignal = defineSignal<[TurnBackHow?]>('turnBack');
export const turnBackUpdate = defineUpdate<string, [TurnBackHow?]>('turnBack');
/** Give the machine up: undo what was done, in reverse, and disable its replication. Until it is committed. */
export const abortSignal = defineSignal('abort');
export const abortUpdate = defineUpdate<string>('abort');
/** Answer what an attention asks. */
export const confirmUpdate = defineUpdate<string, [Confirmation]>('confirm');
/** Do the failed step again. */
export const retryStepSignal = defineSignal('retryStep');
export const retryStepUpdate = defineUpdate<string>('retryStep');

/** When a machine is failed over, and to what, where that is not what its plan says. */
export interface FailoverHow extends ReleaseTerms {
  /** ARM id of a recovery point, or its name. */
  readonly recoveryPoint?: string;
}

/** A recovery point, by its ARM id or its name. */
export interface OtherPoint {
  readonly recoveryPoint: string;
}

/** Whether turning back is meant also where the failover was accepted: that ends replication for good. */
export interface TurnBackHow {
  readonly afterFailover?: boolean;
}

/** One of the answers that an attention offers. */
export interface Confirmation {
  readonly answer: string;
}

/** Who approves, as a plan passes it on that has read it from its own history. */
export interface Approval {
  readonly by: string;
}

/** Leave the failed step out, where its attention offers that: what it would have done is then missing. */
export const skipStepSignal = defineSignal('skipStep');
export const skipStepUpdate = defineUpdate<string>('skipStep');
/** Go on in spite of what failed, where its attention offers that; who says so is recorded. */
export const acceptAnywaySignal = defineSignal<[Approval?]>('acceptAnyway');
export const acceptAnywayUpdate = defineUpdate<string>('acceptAnyway');

/** The same of a cutover, and the hash of what the plan knew when that person approved. */
export interface CutoverApproval extends Approval {
  readonly subject: string;
}

/** Which machines of a plan a message is for: those named, those of the groups named; all, where it names none. */
export interface Selection {
  readonly vms?: readonly string[];
  readonly groups?: readonly string[];
}

// The same, to a plan, which passes it on. A failover still keeps to the order of groups.

export const planFailoverSignal = defineSignal<[(Selection & ReleaseTerms)?]>('failover');
export const planRequestFailoverUpdate = defineUpdate<string, [(Selection & ReleaseTerms)?]>(
  'requestFailover',
);
export const planRequestTestFailoverUpdate = defineUpdate<string, [Selection?]>('requestTestFailover');
export const planApproveTestUpdate = defineUpdate<string, [Selection?]>('approveTest');
export const planApproveCutoverUpdate = defineUpdate<string, [Selection?]>('approveCutover');
export const planCleanUpTestUpdate = defineUpdate<string, [Selection?]>('cleanUpTest');
export const planTurnBackSignal = defineSignal<[(Selection & TurnBackHow)?]>('turnBack');
export const planTurnBackUpdate = defineUpdate<string, [(Selection & TurnBackHow)?]>('turnBack');
export const planAbortSignal = defineSignal<[Selection?]>('abort');
export const planAbortUpdate = defineUpdate<string, [Selection?]>('abort');
export const planPauseSignal = defineSignal<[Selection?]>('pause');
export const planPauseUpdate = defineUpdate<string, [Selection?]>('pause');
export const planResumeSignal = defineSignal<[Selection?]>('resume');
export const planResumeUpdate = defineUpdate<string, [Selection?]>('resume');
export const planSkipStepUpdate = defineUpdate<string, [Selection?]>('skipStep');
export const planAcceptAnywayUpdate = defineUpdate<string, [Selection?]>('acceptAnyway');
export const planRetryStepSignal = defineSignal<[Selection?]>('retryStep');
export const planRetryStepUpdate = defineUpdate<string, [Selection?]>('retryStep');

export interface CompleteAction {
  /** The action's id: `databases/before/1`. */
  readonly action: string;
}

/** Something that a plan would say otherwise, and cannot any more. */
export interface RefusedChange extends PlanChange {
  readonly why: string;
}

/** How a plan file differs from the plan that runs. */
export interface PlanDifference {
  /** Counts the changes that were applied to the plan that runs. */
  readonly revision: number;
  readonly changes: readonly PlanChange[];
  /** Those of them that are refused; nothing is applied while there are any. */
  readonly refused: readonly RefusedChange[];
  /** Both in words, a line for each thing. */
  readonly text: { readonly changes: readonly string[]; readonly refused: readonly string[] };
}

/** How a plan, as its file says it, differs from the one that runs. */
export const planDifferenceQuery = defineQuery<PlanDifference, [unknown]>('difference');
/** Have a running plan go by another content of its file from now on. The number: the revision that was looked at. */
export const applyPlanUpdate = defineUpdate<string, [unknown, number?]>('applyPlan');
/** The same, for one machine, from its plan. */
export const changeSettingsSignal = defineSignal<[SettingsChange]>('changeSettings');

/** A person has done a manual action of the plan, or did by hand what a webhook could not. */
export const completeActionUpdate = defineUpdate<string, [CompleteAction]>('completeAction');

/** A machine tells its plan how it stands. */
export const machineReportSignal = defineSignal<[MachineReport]>('machineReport');

/** Something about a machine that is through, for its plan's story. */
export interface LateNote {
  readonly vm: string;
  readonly text: string;
}
export const lateNoteSignal = defineSignal<[LateNote]>('lateNote');

/** A plan tells its machines about the failover of their group by Site Recovery's own recovery plan. */
export const jointFailoverSignal = defineSignal<[JointMessage]>('jointFailover');

/** The same about a test failover of the group. */
export const jointTestSignal = defineSignal<[JointTestMessage]>('jointTest');

/** A plan that found the machine's workflow already there asks it to report. */
export const reportSignal = defineSignal('report');

/** A plan needs the vault. Again: a failed step is tried once more; with other content, from the beginning. */
export const prepareForSignal = defineSignal<[EnvironmentRequest]>('prepareFor');

/** What a plan does not wait for any more: these of its machines, or the whole environment where none are named. */
export interface NoLongerNeeded {
  readonly plan: string;
  readonly vms?: readonly string[];
}
export const noLongerNeededSignal = defineSignal<[NoLongerNeeded]>('noLongerNeeded');

/** How a machine's agent stands, which is all that its environment has to know of the machine. */
export interface MachineAgent {
  readonly plan: string;
  readonly vm: string;
  readonly isRegistered: boolean;
  /** What it says of its machine, where a person has to paste that into the appliance. No secret. */
  readonly details?: string;
}
export const machineAgentSignal = defineSignal<[MachineAgent]>('machineAgent');

/** An environment tells a plan how it stands. */
export const environmentReportSignal = defineSignal<[EnvironmentReport]>('environmentReport');

/** The plans whose machines are waited for: asked by the activity that looks for them. */
export const awaitedQuery = defineQuery<readonly EnvironmentRequest[]>('awaited');
