import type { Estate, InstanceRow } from './estate.ts';
import { stateOf } from './instance-state.ts';

/** Status checks of a started instance take a few minutes to pass. */
const initializingMs = 3 * 60_000;

/** What DescribeInstanceStatus says of an instance. */
export function instanceHealth({ clock }: Estate, row: InstanceRow): Record<string, unknown> {
  const status = statusOf(row, clock.nowMs);
  const details = { passed: 'passed', initializing: 'initializing', 'not-applicable': undefined }[status];
  const summary = {
    Status: status === 'passed' ? 'ok' : status,
    ...(details === undefined ? {} : { Details: [{ Name: 'reachability', Status: details }] }),
  };
  return {
    InstanceId: row.id,
    AvailabilityZone: row.answer.Placement?.AvailabilityZone,
    InstanceState: row.answer.State,
    InstanceStatus: summary,
    SystemStatus: summary,
  };
}

function statusOf(row: InstanceRow, nowMs: number): 'passed' | 'initializing' | 'not-applicable' {
  if (stateOf(row) !== 'running') return 'not-applicable';
  return nowMs - row.upSinceMs < initializingMs ? 'initializing' : 'passed';
}
