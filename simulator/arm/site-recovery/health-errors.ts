import { serviceTime } from './service-time.ts';
import { agentLost } from './source-watch.ts';
import type { ProtectedItem } from './protected-item.ts';

/** An item's replication health. */
export function replicationHealth(item: ProtectedItem, nowMs: number): 'Normal' | 'Warning' | 'Critical' {
  if (agentLost(item, nowMs)) return 'Critical';
  return item.resyncRequired ? 'Warning' : 'Normal';
}

/** `healthErrors` of an item: why its health is not Normal, and why its `failoverHealth` is not. */
export function healthErrors(item: ProtectedItem, nowMs: number): unknown[] {
  return [
    ...(agentLost(item, nowMs) ? [silentAgent(item)] : []),
    ...(agentLost(item, nowMs) && item.stage.is === 'copying' ? [stalledCopy(item)] : []),
    ...(item.resyncRequired ? [resyncRequired(item)] : []),
    ...(needsTestFailover(item) ? [untested(item, nowMs)] : []),
  ].map((error) => healthError(item, error));
}

/** 161011 just means that no test failover was done (recorded). */
export function needsTestFailover(item: ProtectedItem): boolean {
  return item.stage.is === 'protected' && item.lastTestMs === undefined;
}

interface HealthError {
  readonly code: string;
  /** `errorType`, and the last part of `errorId`. */
  readonly type: string;
  readonly source: string;
  readonly level: 'Warning' | 'Error';
  readonly category: string;
  readonly message: string;
  readonly causes: string;
  readonly action: string;
  readonly sinceMs: number;
}

/** 78174 is documented; its texts and the numbers beside it are inferred. */
function silentAgent(item: ProtectedItem): HealthError {
  const server = item.fabric.serverById(item.settings.processServerId)?.name ?? '';
  return {
    code: '78174',
    type: '78174',
    source: 'Replication',
    level: 'Error',
    category: 'Agent',
    message: `No heartbeat from the Mobility service of '${item.friendlyName}' has been received by '${server}'.`,
    causes:
      item.cutOffSinceMs === undefined
        ? 'The machine does not run, or its Mobility service has stopped.'
        : `The machine cannot reach '${server}' at the ports 443 and 9443.`,
    action:
      'Check that the machine and its Mobility service run, and that it reaches the server at 443 and 9443.',
    sinceMs: item.lastRunningMs,
  };
}

/** 78169 is documented; its texts are inferred. */
function stalledCopy(item: ProtectedItem): HealthError {
  return {
    code: '78169',
    type: '78169',
    source: 'Replication',
    level: 'Error',
    category: 'Replication',
    message: `Initial replication of '${item.friendlyName}' does not progress.`,
    causes: 'No data arrives from the machine.',
    action: 'Check that the machine runs and reaches the server at 443 and 9443.',
    sinceMs: item.lastRunningMs,
  };
}

/** Code and texts are inferred. */
function resyncRequired(item: ProtectedItem): HealthError {
  return {
    code: '160006',
    type: '160006',
    source: 'Replication',
    level: 'Warning',
    category: 'Replication',
    message: `The machine '${item.friendlyName}' was stopped by force and needs a resynchronization.`,
    causes: 'What the machine had not sent before the stop is in doubt.',
    action: 'Resynchronize the machine, or fail over to a recovery point from before the stop.',
    sinceMs: item.lastRunningMs,
  };
}

/** Recorded. */
function untested(item: ProtectedItem, nowMs: number): HealthError {
  const machine = `the virtual machine '${item.friendlyName}'`;
  return {
    code: '161011',
    type: '8010',
    source: 'ReplicationUnitFailoverValidatorError',
    level: 'Warning',
    category: 'TestFailover',
    message: `No successful test failover has been done on ${machine}.`,
    causes: 'No successful test failover has been done on the virtual machine after it was replicated.',
    action: 'Do a test failover on the virtual machine.',
    sinceMs: item.firstPointMs ?? nowMs,
  };
}

function healthError(item: ProtectedItem, error: HealthError): unknown {
  const { code, type, source, level, category, message, causes, action, sinceMs } = error;
  return {
    innerHealthErrors: [],
    errorSource: source,
    errorType: type,
    errorLevel: level,
    errorCategory: category,
    errorCode: code,
    summaryMessage: '',
    errorMessage: message,
    possibleCauses: causes,
    recommendedAction: action,
    creationTimeUtc: serviceTime(sinceMs),
    recoveryProviderErrorMessage: null,
    entityId: item.internalIdentifier,
    errorId: `6:${type}`,
    customerResolvability: 'NotAllowed',
  };
}
