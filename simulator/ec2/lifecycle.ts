import { startServices } from '../guest/software.ts';
import type { Estate, InstanceRow } from './estate.ts';
import { noteActivity } from './activity.ts';
import { AwsError } from './aws-error.ts';
import { stateOf } from './instance-state.ts';
import { withoutPublicAddress, withPublicAddress } from './public-address.ts';
import type { InstanceState } from './section.ts';
import { stateAnswer } from './states.ts';
import { releaseVolume } from './volumes.ts';

const minuteMs = 60_000;
/** A terminated instance can be seen for about an hour. */
const afterlifeMs = 60 * minuteMs;
/** A forced stop does not wait for the guest. */
const forcedStopMinutes = 0.5;

/** An instance's state before and after a request, as Start-, Stop- and TerminateInstances answer it. */
export interface StateChange {
  readonly InstanceId: string;
  readonly PreviousState: ReturnType<typeof stateAnswer>;
  readonly CurrentState: ReturnType<typeof stateAnswer>;
}

/** Throws unless the instance may be stopped: `OperationNotPermitted`, `UnsupportedOperation`, `IncorrectInstanceState`. */
export function requireStoppable(row: InstanceRow): void {
  if (row.quirks.disableApiStop) throw isProtected(row, 'stopped', 'disableApiStop');
  if (row.answer.RootDeviceType === 'instance-store') {
    throw unsupported(
      `The instance '${row.id}' does not have an 'ebs' root device type and cannot be stopped.`,
    );
  }
  if (row.answer.InstanceLifecycle === 'spot') {
    throw unsupported(
      `You can't stop the Spot Instance '${row.id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
    );
  }
  const state = stateOf(row);
  if (state !== 'running' && state !== 'stopping' && state !== 'stopped') throw notInState(row, 'stopped');
}

/** Begins to stop an instance, or lets it be where it is stopped or stopping already. */
export function stop(estate: Estate, row: InstanceRow, force: boolean): StateChange {
  const before = stateOf(row);
  const minutes = row.quirks.stopMinutes ?? estate.section.stopMinutes;
  if (before === 'running') {
    row.wasForceStopped ||= force;
    enter(row, 'stopping');
    noteUserStop(estate, row);
    noteActivity(estate, row);
    after(estate, row, force ? Math.min(forcedStopMinutes, minutes) : minutes, () =>
      becomeStopped(estate, row, force ? 'cut off' : 'shut down'),
    );
  } else if (before === 'stopping' && force) {
    row.wasForceStopped = true;
    enter(row, 'stopping');
    after(estate, row, Math.min(forcedStopMinutes, minutes), () => becomeStopped(estate, row, 'cut off'));
  }
  return change(row, before);
}

/** Throws unless the instance may be started: `IncorrectInstanceState`, or the error its quirks ask for. */
export function requireStartable(row: InstanceRow): void {
  const state = stateOf(row);
  if (state === 'running' || state === 'pending') return;
  if (state !== 'stopped') throw notInState(row, 'started');
  const { startFails } = row.quirks;
  if (startFails !== undefined) throw startRefusal(startFails);
}

/** Begins to start an instance, or lets it be where it is running or pending already. */
export function start(estate: Estate, row: InstanceRow): StateChange {
  const before = stateOf(row);
  if (before === 'stopped') {
    enter(row, 'pending');
    const launchTime = estate.clock.now.toISOString();
    row.starts += 1;
    row.answer = { ...row.answer, LaunchTime: launchTime, StateTransitionReason: '', StateReason: undefined };
    if (row.hasAutoPublicAddress) {
      row.answer = withPublicAddress(row.answer, estate.ids.publicAddress(), 'amazon');
    }
    after(estate, row, row.quirks.startMinutes ?? estate.section.startMinutes, () =>
      becomeRunning(estate, row),
    );
  }
  return change(row, before);
}

/** Brings instances that a scenario or an inventory found on their way to where they were going. */
export function continueTransition(estate: Estate, row: InstanceRow): void {
  const { section } = estate;
  if (stateOf(row) === 'stopping') {
    after(estate, row, row.quirks.stopMinutes ?? section.stopMinutes, () =>
      becomeStopped(estate, row, 'shut down'),
    );
  }
  if (stateOf(row) === 'pending') {
    after(estate, row, row.quirks.startMinutes ?? section.startMinutes, () => becomeRunning(estate, row));
  }
  if (stateOf(row) === 'shutting-down') after(estate, row, 1, () => becomeTerminated(estate, row));
}

/** Throws unless the instance is running: `IncorrectInstanceState`. */
export function requireRunning(row: InstanceRow): void {
  if (stateOf(row) === 'running') return;
  throw new AwsError('IncorrectInstanceState', `The instance '${row.id}' is not in the 'running' state.`);
}

/** Reboots an instance: its state stays, its status checks begin anew. */
export function reboot(estate: Estate, row: InstanceRow): void {
  startServices(row.software);
  row.downSinceMs = estate.clock.nowMs;
  row.upSinceMs = estate.clock.nowMs;
  noteActivity(estate, row);
}

/** Throws unless the instance may be terminated: `OperationNotPermitted`. Stop protection protects from it too. */
export function requireTerminable(row: InstanceRow): void {
  if (stateOf(row) === 'terminated') return;
  if (row.quirks.disableApiTermination) throw isProtected(row, 'terminated', 'disableApiTermination');
  if (row.quirks.disableApiStop) throw isProtected(row, 'terminated', 'disableApiStop');
}

/** Begins to terminate an instance, or lets it be where that has happened already. */
export function terminate(estate: Estate, row: InstanceRow): StateChange {
  const before = stateOf(row);
  if (before !== 'terminated' && before !== 'shutting-down') {
    enter(row, 'shutting-down');
    noteUserStop(estate, row);
    noteActivity(estate, row);
    after(estate, row, 1, () => becomeTerminated(estate, row));
  }
  return change(row, before);
}

function enter(row: InstanceRow, state: InstanceState): void {
  row.transition += 1;
  row.answer = { ...row.answer, State: stateAnswer(state) };
}

function after(estate: Estate, row: InstanceRow, minutes: number, happen: () => void): void {
  const { transition } = row;
  estate.clock.after(minutes * minuteMs, () => {
    if (row.transition === transition) happen();
  });
}

function becomeRunning(estate: Estate, row: InstanceRow): void {
  startServices(row.software);
  enter(row, 'running');
  row.upSinceMs = estate.clock.nowMs;
  noteActivity(estate, row);
}

function becomeStopped(estate: Estate, row: InstanceRow, how: 'shut down' | 'cut off'): void {
  enter(row, 'stopped');
  if (how === 'shut down') row.writes.noteShutdown(estate.clock.nowMs);
  if (row.hasAutoPublicAddress) row.answer = withoutPublicAddress(row.answer);
}

/** A terminated instance keeps its type and tags, and loses network, addresses and volumes (recorded). */
function becomeTerminated(estate: Estate, row: InstanceRow): void {
  enter(row, 'terminated');
  for (const { Ebs } of row.answer.BlockDeviceMappings ?? []) {
    releaseVolume(estate, Ebs?.VolumeId ?? '', Ebs?.DeleteOnTermination ?? false);
  }
  row.answer = {
    ...row.answer,
    VpcId: undefined,
    SubnetId: undefined,
    PrivateIpAddress: undefined,
    PublicIpAddress: undefined,
    PrivateDnsName: '',
    PublicDnsName: '',
    NetworkInterfaces: [],
    SecurityGroups: [],
    BlockDeviceMappings: [],
  };
  estate.instances.reindex(row);
  estate.clock.after(afterlifeMs, () => estate.instances.remove(row));
}

function noteUserStop({ clock }: Estate, row: InstanceRow): void {
  row.downSinceMs = clock.nowMs;
  const when = clock.now.toISOString().slice(0, 19).replace('T', ' ');
  const code = 'Client.UserInitiatedShutdown';
  row.answer = {
    ...row.answer,
    StateTransitionReason: `User initiated (${when} GMT)`,
    StateReason: { Code: code, Message: `${code}: User initiated shutdown` },
  };
}

function change(row: InstanceRow, before: InstanceState | undefined): StateChange {
  const current = stateOf(row) ?? 'terminated';
  return {
    InstanceId: row.id,
    PreviousState: stateAnswer(before ?? current),
    CurrentState: stateAnswer(current),
  };
}

function notInState(row: InstanceRow, wished: 'started' | 'stopped'): AwsError {
  const message =
    wished === 'started'
      ? `The instance '${row.id}' is not in a state from which it can be started.`
      : `This instance '${row.id}' is not in a state from which it can be stopped.`;
  return new AwsError('IncorrectInstanceState', message);
}

function isProtected(row: InstanceRow, wished: 'stopped' | 'terminated', attribute: string): AwsError {
  return new AwsError(
    'OperationNotPermitted',
    `The instance '${row.id}' may not be ${wished}. Modify its '${attribute}' instance attribute and try again.`,
  );
}

function unsupported(message: string): AwsError {
  return new AwsError('UnsupportedOperation', message);
}

/** What EC2 lacks is its own fault, a server error; what the request lacks is the caller's. */
function startRefusal(code: string): AwsError {
  if (code === 'InsufficientInstanceCapacity') return new AwsError(code, 'Insufficient capacity.', 500);
  return new AwsError(code, `The instance could not be started: ${code}`);
}
