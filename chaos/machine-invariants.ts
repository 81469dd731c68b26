import type { Invariant } from './broken.ts';
import { isAccepted, type LedgerEntry } from './clouds.ts';
import type { Facts, MachineFacts } from './facts.ts';
import { ownGroup } from './scenario.ts';

interface MachineInvariant {
  readonly invariant: Invariant;
  /** @returns what breaks it; nothing where it holds. */
  readonly evidence: (machine: MachineFacts, facts: Facts) => string[];
}

const failover = 'ReplicationProtectedItems_UnplannedFailover';
const commit = 'ReplicationProtectedItems_FailoverCommit';

export const machineInvariants: readonly MachineInvariant[] = [
  { invariant: 'failed over once', evidence: failedOverOnce },
  { invariant: 'nothing begun again unasked', evidence: begunAgain },
  { invariant: 'committed only what was validated', evidence: committedUnvalidated },
  { invariant: 'no source stays stopped without a commit', evidence: leftStopped },
  { invariant: 'never two live copies', evidence: twoCopies },
  { invariant: 'every firewall is closed', evidence: firewallOpen },
  { invariant: 'every test is cleaned up', evidence: testLeft },
  { invariant: 'nothing is left of what was given up', evidence: leftBehind },
  { invariant: 'nothing is deleted unconfirmed', evidence: deletedUnconfirmed },
  { invariant: 'given up only when asked', evidence: givenUpUnasked },
];

/** Of an item's failovers no more than one has not failed: one for each time that replication was enabled. */
function failedOverOnce({ ledger, jobs }: MachineFacts): string[] {
  const made = jobs.filter(
    ({ scenarioName, state }) => scenarioName === 'UnplannedFailover' && state !== 'Failed',
  );
  const enabled = accepted(ledger, 'ReplicationProtectedItems_Create').length;
  if (made.length <= Math.max(1, enabled)) return [];
  const told = made.map(({ name, state }) => `${name} ${state}`).join(', ');
  return [`failovers that have not failed: ${told}; accepted: ${times(accepted(ledger, failover))}`];
}

const begins = [
  failover,
  commit,
  'ReplicationProtectedItems_TestFailover',
  'ReplicationProtectedItems_Create',
];
const asking = [
  'start',
  'retryStep',
  'failover',
  'requestFailover',
  'requestTestFailover',
  'turnBack',
  'confirm',
  'jointFailover',
  'jointTest',
];

/** Between two begins of one kind that were accepted somebody has asked for another, by whatever message. */
function begunAgain({ ledger, steps }: MachineFacts): string[] {
  const asked = steps.filter(({ kind, name }) => kind === 'heard' && asking.includes(name));
  return begins.flatMap((operation) => {
    const sent = accepted(ledger, operation);
    return sent.flatMap((entry, at) => {
      const before = sent[at - 1];
      if (before === undefined || asked.some((one) => isBetween(one.at, before, entry))) return [];
      return [`${operation} was accepted again without anybody asking: ${times([before, entry])}`];
    });
  });
}

/** The history shows a validation that has passed before the commit was begun, and it was of a VM of the failover. */
function committedUnvalidated({ ledger, steps, vms }: MachineFacts): string[] {
  const [first] = accepted(ledger, commit);
  if (first === undefined) return [];
  const begun = steps.find(({ kind, name }) => kind === 'scheduled' && name === 'beginCommit');
  const validated = steps.find(({ kind, name }) => kind === 'completed' && name === 'awaitValidated');
  if (validated === undefined || begun === undefined || validated.id > begun.id)
    return [`the commit was accepted at ${first.time.toISOString()}, and no validation had passed`];
  const looked = ledger.filter(
    ({ operation, seq, status }) => operation === 'VirtualMachines_Get' && seq < first.seq && status === 200,
  );
  const last = looked.at(-1);
  if (last !== undefined && vms.has(last.target.toLowerCase())) return [];
  return [
    `before its commit ${last?.target ?? 'no VM'} was looked at, its failover made ${[...vms].join(', ')}`,
  ];
}

/** A stopped source has a commit that stands, or waits visibly for somebody. */
function leftStopped({ ledger, jobs, sourceState, attention }: MachineFacts): string[] {
  if (sourceState === 'running' || sourceState === 'pending' || attention !== undefined) return [];
  if (accepted(ledger, 'StopInstances').length === 0) return [];
  const committed = jobs.some(
    ({ scenarioName, state }) => scenarioName === 'CommitFailover' && state === 'Succeeded',
  );
  return committed ? [] : [`the source is ${sourceState}, no commit stands, and no attention says so`];
}

function twoCopies({ twoCopies: seen, ledger, machine }: MachineFacts): string[] {
  const starts = ledger.filter((entry) => entry.operation === 'StartInstances' && isAccepted(entry));
  return seen.map(
    ({ vm, at }) =>
      `${machine.instanceId} ran beside ${vm} at ${at.toISOString()}; StartInstances: ${times(starts) || 'never'}`,
  );
}

function firewallOpen(
  { machine, groupIds, attention, isClosed }: MachineFacts,
  { madeGroups }: Facts,
): string[] {
  if (attention !== undefined && !isClosed) return [];
  const group = madeGroups.find((name) => name.endsWith(`-${machine.name}`));
  const foreign = groupIds.filter((id) => id !== ownGroup);
  return [
    ...(group === undefined ? [] : [`security group ${group} is still there`]),
    ...foreign.map((id) => `the instance still has ${id}`),
  ];
}

function testLeft({ machine, attention, isClosed }: MachineFacts, { state }: Facts): string[] {
  if (attention !== undefined && !isClosed) return [];
  const left = [...state.azure.virtualMachines, ...state.azure.disks].filter(({ id }) =>
    id.toLowerCase().includes(`/${machine.name}-test`),
  );
  return left.map(({ id }) => `${id} is still there`);
}

/** A machine whose workflow has closed without a commit has no claim and no protected item, unless somebody said so. */
function leftBehind({ jobs, isClosed, tags, item, steps }: MachineFacts): string[] {
  const isCommitted = jobs.some(({ scenarioName }) => scenarioName === 'CommitFailover');
  const leaves = steps.some(({ name, said }) => name === 'confirm' && /"(leave|purge)"/.test(said));
  if (!isClosed || isCommitted) return [];
  const wasReleased = steps.some(({ name }) => name === 'releaseSource');
  return [
    ...(item === undefined || leaves ? [] : [`the protected item is still there: ${item.stage}`]),
    ...(wasReleased && tags['portage:plan'] !== undefined ? ['the instance is still claimed'] : []),
  ];
}

/** What a failover made is deleted after somebody has said so; and the instance never is. */
function deletedUnconfirmed({ ledger, steps }: MachineFacts): string[] {
  const confirmed = steps.find(({ name, said }) => name === 'confirm' && /"(delete|purge)"/.test(said));
  return ledger
    .filter((entry) => isAccepted(entry) && deletions.includes(entry.operation))
    .filter(({ time }) => confirmed === undefined || confirmed.at > time)
    .map(({ operation, target, time }) => `${operation} of ${target} at ${time.toISOString()}`);
}

const deletions = [
  'VirtualMachines_Delete',
  'Disks_Delete',
  'NetworkInterfaces_Delete',
  'TerminateInstances',
  'ReplicationProtectedItems_Purge',
];

/** Whoever gives a machine up stands in its history or its plan's. A cancel is never sent by the people of a run. */
function givenUpUnasked({ steps, machine }: MachineFacts, { deeds, planSteps }: Facts): string[] {
  const cancelled = steps.find(({ kind, name }) => kind === 'heard' && name === 'cancel');
  if (cancelled !== undefined)
    return [`a cancel reached it at ${cancelled.at.toISOString()}, and nobody sent one`];
  const wasReleased = steps.some(({ name }) => name === 'releaseSource');
  const asked =
    [...steps, ...planSteps].some(({ kind, name }) => kind === 'heard' && name === 'abort') ||
    deeds.some((deed) => deed.what === 'signals' && deed.vm === machine.name);
  return wasReleased && !asked ? ['it was given up, and nobody has asked for that'] : [];
}

function accepted(ledger: readonly LedgerEntry[], operation: string): LedgerEntry[] {
  return ledger.filter((entry) => entry.operation === operation && isAccepted(entry));
}

function isBetween(at: Date, before: LedgerEntry, after: LedgerEntry): boolean {
  return at >= before.time && at <= after.time;
}

function times(entries: readonly LedgerEntry[]): string {
  return entries.map(({ time, seq }) => `${time.toISOString()} (request ${seq})`).join(', ');
}
