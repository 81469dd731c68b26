import { secondsOf, type Span } from '../../durations.ts';
import type { ArmCall } from '../arm-call.ts';
import { diskVersions, virtualMachineVersions } from '../api-versions.ts';
import type { ArmWorld } from '../arm-world.ts';
import type { AsyncOperation } from '../async-operations.ts';
import type { ArmResource } from '../resource.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';

/** What the compute provider begins to do when it answers. */
export interface ComputeOperation {
  readonly span: Span;
  readonly done: () => void;
  /** 202 without a body for actions, 200 with one for changes. */
  readonly answer: ArmAnswer;
}

/** Begins an operation: the answer leads to its status, and, where it has no body, to its result. */
export function beginCompute(
  call: ArmCall,
  { operations, random, clock }: ArmWorld,
  { id, location, type }: ArmResource,
  { span, done, answer }: ComputeOperation,
): ArmAnswer {
  const chance = random.fork(`compute/${id}/${clock.nowMs}`);
  const operation = operations.start(secondsOf(span, chance), done, () => ({ status: 200 }));
  const list = type === 'Microsoft.Compute/disks' ? 'DiskOperations' : 'operations';
  const path = operationPath(call, location, `${list}/${operation.id}?p=${chance.guid()}`);
  const addresses =
    answer.body === undefined ? { status: path, result: `${path}&monitor=true` } : { status: path };
  return { ...answer, headers: operations.headers(call, { ...addresses, retryAfterSeconds: 10 }) };
}

/** Begins an operation whose end nobody knows yet. @returns the answer, and what ends it. */
export function openCompute(
  call: ArmCall,
  { operations, random, clock }: ArmWorld,
  { id, location }: ArmResource,
  answer: ArmAnswer,
): { readonly answer: ArmAnswer; readonly operation: (failure?: AsyncOperation['failure']) => void } {
  const operation = operations.open(() => ({ status: 200 }));
  const chance = random.fork(`compute/${id}/${clock.nowMs}`);
  const status = operationPath(call, location, `operations/${operation.id}?p=${chance.guid()}`);
  return {
    answer: { ...answer, headers: operations.headers(call, { status, retryAfterSeconds: 10 }) },
    operation: (failure) => {
      operation.endMs = clock.nowMs;
      operation.failure = failure;
    },
  };
}

function operationPath(call: ArmCall, location: string, rest: string): string {
  return `/subscriptions/${call.param('subscription')}/providers/Microsoft.Compute/locations/${location}/${rest}`;
}

/** Where the provider tells of its operations: a status, or with `monitor=true` the result. */
export function computeOperationRoutes({ operations }: ArmWorld): readonly Route[] {
  const path = '/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}';
  const answer = (call: ArmCall): ArmAnswer => {
    if (call.request.query.get('monitor') === 'true') return operations.answerResult(call, 10);
    const { id, startMs, endMs, failure } = operations.find(call.param('operation'));
    return ok({
      startTime: new Date(startMs).toISOString(),
      ...(endMs === undefined ? {} : { endTime: new Date(endMs).toISOString() }),
      status: endMs === undefined ? 'InProgress' : failure === undefined ? 'Succeeded' : 'Failed',
      name: id,
      ...(failure === undefined ? {} : { error: failure }),
    });
  };
  return [
    get(`${path}/operations/{operation}`, 'Operations_Get', virtualMachineVersions, answer),
    get(`${path}/DiskOperations/{operation}`, 'DiskOperations_Get', diskVersions, answer),
  ];
}
