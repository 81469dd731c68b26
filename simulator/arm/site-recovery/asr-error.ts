import { ArmError } from '../arm-error.ts';

/** What Site Recovery says when it refuses at once. */
interface AsrRefusal {
  readonly status: 400 | 404 | 409;
  /** Its own code, in `details`. */
  readonly code: string;
  readonly message: string;
  readonly possibleCauses: string;
  readonly recommendedAction: string;
}

const outerCodes = { 400: 'BadRequest', 404: 'NotFound', 409: 'Conflict' } as const;

/**
 * A synchronous error of Site Recovery. The shape, with the HTTP reason outside and its own code in `details`, is
 * recorded for a 404; that other statuses look the same is inferred.
 */
export function asrError({ status, code, message, possibleCauses, recommendedAction }: AsrRefusal): ArmError {
  const identified = {
    clientRequestId: '00000000-0000-0000-0000-000000000000',
    activityId: '00000000-0000-0000-0000-000000000000',
  };
  const detail = { code, message, possibleCauses, recommendedAction, ...identified };
  return new ArmError(status, outerCodes[status], message, { details: [detail] });
}

/** The recorded 404: it names what is missing by its name alone. */
export function notThere(id: string): ArmError {
  return asrError({
    status: 404,
    code: 'ArmResourceDoesNotExist',
    message: `Specified resource with name '${id.slice(id.lastIndexOf('/') + 1)}' does not exist.`,
    possibleCauses: 'Ensure correct resource name was specified.',
    recommendedAction: 'Verify ARM resource name details.',
  });
}

/** A request that says something impossible. Inferred: nobody has recorded one. */
export function badInput(message: string): ArmError {
  return asrError({
    status: 400,
    code: 'InvalidParameters',
    message,
    possibleCauses: 'The request holds a value that the service does not take.',
    recommendedAction: 'Correct the request and try again.',
  });
}

/** An operation that the item's state does not allow, as `allowedOperations` says beforehand. Inferred. */
export function notAllowed(operation: string, item: string, state: string): ArmError {
  return asrError({
    status: 400,
    code: 'OperationNotAllowedInCurrentState',
    message: `The operation '${operation}' is not allowed on the protected item '${item}' in its current state '${state}'.`,
    possibleCauses: 'The protected item is in a state in which the operation cannot be done.',
    recommendedAction:
      'Look at allowedOperations of the protected item, and try again when the operation is among them.',
  });
}

/** A second operation while one of the same item runs. Inferred. */
export function busy(item: string, running: string, jobName: string): ArmError {
  return asrError({
    status: 409,
    code: 'AnotherOperationInProgress',
    message: `The operation cannot be started because the job '${running}' (${jobName}) of the protected item '${item}' is in progress.`,
    possibleCauses: 'Another operation is in progress on the protected item.',
    recommendedAction: 'Wait for the job to end, then try again.',
  });
}
