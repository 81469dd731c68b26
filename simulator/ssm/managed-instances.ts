import { AwsError } from '../ec2/aws-error.ts';
import type { Estate, InstanceRow } from '../ec2/estate.ts';
import { tagValue } from '../ec2/estate.ts';
import { stateOf } from '../ec2/instance-state.ts';
import { platformVersion } from '../guest/os-version.ts';

const minuteMs = 60_000;
/** How long ago the agent of a `silent` guest stopped reporting. */
const silentMs = 60 * minuteMs;
const agentVersion = '3.3.2299.0';

/** True where Systems Manager knows the instance: its agent has reported at least once, and the instance still exists. */
export function isManaged(estate: Estate, row: InstanceRow): boolean {
  const state = stateOf(row);
  if (row.guest.facts.ssm === 'absent' || state === 'terminated' || state === 'shutting-down') return false;
  const isNew =
    row.starts === 0 && row.downSinceMs === undefined && (state === 'pending' || row.upSinceMs > 0);
  return !isNew || (state === 'running' && hasReported(estate, row));
}

/** True where the agent reports now, so that commands arrive. */
export function isOnline(estate: Estate, row: InstanceRow): boolean {
  return (
    isManaged(estate, row) &&
    row.guest.facts.ssm === 'managed' &&
    stateOf(row) === 'running' &&
    hasReported(estate, row)
  );
}

function hasReported({ clock, section }: Estate, { upSinceMs }: InstanceRow): boolean {
  return upSinceMs === 0 || clock.nowMs - upSinceMs >= section.ssmMinutes * minuteMs;
}

/**
 * The instances that a command is to run on.
 * @throws AwsError `InvalidInstanceId` for one that Systems Manager does not know.
 */
export function managedInstances(estate: Estate, ids: readonly string[]): InstanceRow[] {
  const rows = [...new Set(ids)].map((id) => ({ id, row: estate.instances.get(id) }));
  const strangers = rows.filter(({ row }) => row === undefined || !isManaged(estate, row));
  if (strangers.length > 0) {
    const names = strangers.map(({ id }) => id).join(', ');
    throw new AwsError(
      'InvalidInstanceId',
      `Instances [[${names}]] not in a valid state for account ${estate.section.account}`,
    );
  }
  return rows.flatMap(({ row }) => row ?? []);
}

/** The managed instances that carry a tag. */
export function managedByTag(estate: Estate, key: string, values: readonly string[]): InstanceRow[] {
  return estate.instances
    .all()
    .filter((row) => isManaged(estate, row) && values.includes(tagValue(row.answer.Tags, key) ?? ''));
}

/** What DescribeInstanceInformation says of an instance. */
export function instanceInformation(estate: Estate, row: InstanceRow): Record<string, unknown> {
  const { guest, answer } = row;
  return {
    InstanceId: row.id,
    PingStatus: isOnline(estate, row) ? 'Online' : 'ConnectionLost',
    LastPingDateTime: new Date(lastPingMs(estate, row)),
    AgentVersion: agentVersion,
    IsLatestVersion: false,
    PlatformType: guest.osType,
    PlatformName: guest.osType === 'Windows' ? guest.osName : guest.osName.replace(/ .*/, ''),
    PlatformVersion: platformVersion(guest),
    ResourceType: 'EC2Instance',
    IPAddress: answer.PrivateIpAddress,
    ComputerName: guest.osType === 'Windows' ? `${guest.hostName}.WORKGROUP` : guest.hostName,
    SourceId: row.id,
    SourceType: 'AWS::EC2::Instance',
  };
}

/** The agent reports every five minutes (documented). */
function lastPingMs(estate: Estate, row: InstanceRow): number {
  const { nowMs } = estate.clock;
  if (isOnline(estate, row)) return nowMs - (nowMs % (5 * minuteMs));
  return row.downSinceMs ?? nowMs - silentMs;
}
