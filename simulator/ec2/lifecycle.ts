import type { Estate, InstanceRow } from './estate.ts';
import { Ec2Error } from './ec2-error.ts';
import { withoutPublicAddress, withPublicAddress } from './public-address.ts';
import type { InstanceState } from './section.ts';
import { stateAnswer } from './states.ts';

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

/** Where an instance stands; recorded answers may not tell. */
export function stateOf({ answer }: InstanceRow): InstanceState | undefined {
  return answer.State?.Name;
}

/** Throws unless the instance may be stopped: `OperationNotPermitted`, `UnsupportedOperation`, `IncorrectInstanceState`. */
export function requireStoppable(row: InstanceRow): void {
  if (row.quirks.disableApiStop) {
    throw new Ec2Error(
      'OperationNotPermitted',
      `The instance '${row.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
  }
  if (row.answer.RootDeviceType === 'instance-store') {
    throw new Ec2Error(
      'UnsupportedOperation',
      `The instance '${row.id}' does not have an 'ebs' root device type and cannot be stopped.`,
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
    after(estate, row, force ? Math.min(forcedStopMinutes, minutes) : minutes, () => becomeStopped(row));
  } else if (before === 'stopping' && force) {
    row.wasForceStopped = true;
    enter(row, 'stopping');
    after(estate, row, Math.min(forcedStopMinutes, minutes), () => becomeStopped(row));
  }
  return change(row, before);
}

/** Throws unless the instance may be started: `IncorrectInstanceState`, or the error its quirks ask for. */
export function requireStartable(row: InstanceRow): void {
  const state = stateOf(row);
  if (state === 'running' || state === 'pending') return;
  if (state !== 'stopped') throw notInState(row, 'started');
  const { startFails } = row.quirks;
  if (startFails !== undefined) throw startRefusal(row, startFails);
}

/** Begins to start an instance, or lets it be where it is running or pending already. */
export function start(estate: Estate, row: InstanceRow): StateChange {
  const before = stateOf(row);
  if (before === 'stopped') {
    enter(row, 'pending');
    const launchTime = estate.clock.now.toISOString();
    row.answer = { ...row.answer, LaunchTime: launchTime, StateTransitionReason: '', StateReason: undefined };
    if (row.hasAutoPublicAddress) {
      row.answer = withPublicAddress(row.answer, estate.ids.publicAddress(), 'amazon');
    }
    after(estate, row, row.quirks.startMinutes ?? estate.section.startMinutes, () => enter(row, 'running'));
  }
  return change(row, before);
}

/** Brings instances that a scenario or an inventory found on their way to where they were going. */
export function continueTransition(estate: Estate, row: InstanceRow): void {
  const { section } = estate;
  if (stateOf(row) === 'stopping') {
    after(estate, row, row.quirks.stopMinutes ?? section.stopMinutes, () => becomeStopped(row));
  }
  if (stateOf(row) === 'pending') {
    after(estate, row, row.quirks.startMinutes ?? section.startMinutes, () => enter(row, 'running'));
  }
  if (stateOf(row) === 'shutting-down') after(estate, row, 1, () => becomeTerminated(estate, row));
}

/** Throws unless the instance may be terminated: `OperationNotPermitted`. */
export function requireTerminable(row: InstanceRow): void {
  if (!row.quirks.disableApiTermination || stateOf(row) === 'terminated') return;
  throw new Ec2Error(
    'OperationNotPermitted',
    `The instance '${row.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  );
}

/** Begins to terminate an instance, or lets it be where that has happened already. */
export function terminate(estate: Estate, row: InstanceRow): StateChange {
  const before = stateOf(row);
  if (before !== 'terminated' && before !== 'shutting-down') {
    enter(row, 'shutting-down');
    noteUserStop(estate, row);
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

function becomeStopped(row: InstanceRow): void {
  enter(row, 'stopped');
  if (row.hasAutoPublicAddress) row.answer = withoutPublicAddress(row.answer);
}

/** A terminated instance keeps its type and tags, and loses network, addresses and volumes (recorded). */
function becomeTerminated(estate: Estate, row: InstanceRow): void {
  enter(row, 'terminated');
  for (const { Ebs } of row.answer.BlockDeviceMappings ?? [])
    releaseVolume(estate, Ebs?.VolumeId, Ebs?.DeleteOnTermination);
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

function releaseVolume({ volumes }: Estate, volumeId = '', deleteOnTermination = false): void {
  const volume = volumes.get(volumeId);
  if (volume === undefined) return;
  if (deleteOnTermination) {
    volumes.remove(volume);
    return;
  }
  volume.answer = { ...volume.answer, State: 'available', Attachments: [] };
  volumes.reindex(volume);
}

function noteUserStop({ clock }: Estate, row: InstanceRow): void {
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

function notInState(row: InstanceRow, wished: 'started' | 'stopped'): Ec2Error {
  const message =
    wished === 'started'
      ? `The instance '${row.id}' is not in a state from which it can be started.`
      : `This instance '${row.id}' is not in a state from which it can be stopped.`;
  return new Ec2Error('IncorrectInstanceState', message);
}

function startRefusal({ answer }: InstanceRow, code: string): Ec2Error {
  const zone = answer.Placement?.AvailabilityZone ?? 'the requested';
  if (code !== 'InsufficientInstanceCapacity') {
    return new Ec2Error(code, `The instance could not be started: ${code}`);
  }
  const message = `We currently do not have sufficient ${answer.InstanceType ?? ''} capacity in the Availability Zone you requested (${zone}). Our system will be working on provisioning additional capacity.`;
  return new Ec2Error(code, message, 500);
}
