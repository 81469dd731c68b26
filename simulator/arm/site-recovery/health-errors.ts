import { serviceTime } from './service-time.ts';
import { agentLost } from './source-watch.ts';
import type { ProtectedItem } from './protected-item.ts';

/** An item's replication health. */
export function replicationHealth(item: ProtectedItem, nowMs: number): 'Normal' | 'Warning' | 'Critical' {
  if (agentLost(item, nowMs)) return 'Critical';
  return item.resyncRequired ? 'Warning' : 'Normal';
}

/** `healthErrors` of an item: why its health is not Normal, and why its `failoverHealth` is not. Codes but 161011 are inferred. */
export function healthErrors(item: ProtectedItem, nowMs: number): unknown[] {
  const errors: unknown[] = [];
  if (agentLost(item, nowMs)) {
    errors.push(
      healthError(item, {
        code: '160003',
        level: 'Error',
        category: 'Agent',
        message: `No heartbeat from the Mobility agent of '${item.friendlyName}'.`,
        action: 'Check that the machine runs and reaches the appliance.',
        sinceMs: item.lastRunningMs,
      }),
    );
  }
  if (item.resyncRequired) {
    errors.push(
      healthError(item, {
        code: '160006',
        level: 'Warning',
        category: 'Replication',
        message: `The machine '${item.friendlyName}' was stopped by force and needs a resynchronization.`,
        action: 'Resynchronize the machine, or fail over to a recovery point from before the stop.',
        sinceMs: item.lastRunningMs,
      }),
    );
  }
  if (needsTestFailover(item)) {
    errors.push(
      healthError(item, {
        code: '161011',
        level: 'Warning',
        category: 'TestFailover',
        message: 'No test failover has been done for this machine.',
        action: 'Do a test failover.',
        sinceMs: item.firstPointMs ?? nowMs,
      }),
    );
  }
  return errors;
}

/** 161011 just means that no test failover was done (recorded). */
export function needsTestFailover(item: ProtectedItem): boolean {
  return item.stage.is === 'protected' && !item.tested;
}

interface HealthError {
  readonly code: string;
  readonly level: 'Warning' | 'Error';
  readonly category: string;
  readonly message: string;
  readonly action: string;
  readonly sinceMs: number;
}

function healthError(
  item: ProtectedItem,
  { code, level, category, message, action, sinceMs }: HealthError,
): unknown {
  return {
    innerHealthErrors: [],
    errorSource: 'Replication',
    errorType: category,
    errorLevel: level,
    errorCategory: category,
    errorCode: code,
    summaryMessage: message,
    errorMessage: message,
    possibleCauses: message,
    recommendedAction: action,
    creationTimeUtc: serviceTime(sinceMs),
    recoveryProviderErrorMessage: null,
    entityId: item.internalIdentifier,
    errorId: `6:${code.slice(-2)}`,
    customerResolvability: 'Allowed',
  };
}
