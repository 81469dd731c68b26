import {
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';

/** What a call to Portage can come to, apart from success. The command line turns `kind` into its exit code. */
export type TroubleKind =
  /** No such plan, machine or open step, or it has ended. */
  | 'not-found'
  /** Portage, or a workflow, refuses what was asked, and says why. */
  | 'refused'
  /** The Temporal server, or a worker, does not answer. */
  | 'unreachable';

/** Says what happened, where, and what to do next. */
export class PortageError extends Error {
  readonly kind: TroubleKind;

  constructor(kind: TroubleKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PortageError';
    this.kind = kind;
  }
}

/** gRPC status codes that mean: nobody answered. */
const deadlineExceeded = 4;
const unavailable = 14;

/**
 * Says an error of the Temporal client in Portage's words.
 * @param about the plan, machine or workflow that was meant.
 */
export function asPortageError(error: unknown, about: string, taskQueue: string): unknown {
  if (error instanceof WorkflowNotFoundError && error.message.includes('completed'))
    return new PortageError('refused', `${about} has ended: nothing can be asked of it any more`, {
      cause: error,
    });
  if (error instanceof WorkflowNotFoundError)
    return new PortageError(
      'not-found',
      `${about} is not running, and left no history. See what runs: portage status`,
      { cause: error },
    );
  if (error instanceof WorkflowUpdateFailedError)
    return new PortageError('refused', error.cause?.message ?? error.message, { cause: error });
  if (error instanceof WorkflowFailedError)
    return new PortageError(
      'refused',
      `${about} ended with an error: ${error.cause?.message ?? error.message}`,
      { cause: error },
    );
  const code = grpcCode(error);
  if (code === deadlineExceeded)
    return new PortageError(
      'unreachable',
      `${about} did not answer. Does a worker run on task queue ${taskQueue}? Start one: portage worker`,
      { cause: error },
    );
  if (code === unavailable)
    return new PortageError(
      'unreachable',
      'The Temporal server does not answer. Look at it, or at TEMPORAL_ADDRESS',
      { cause: error },
    );
  return error;
}

/** The gRPC status somewhere below an error: the client wraps it. */
function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && error.cause !== undefined ? grpcCode(error.cause) : undefined;
}
