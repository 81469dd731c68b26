import {
  isGrpcServiceError,
  NamespaceNotFoundError,
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

/** What was meant by a call, for the words of its error. */
export interface About {
  /** `plan payroll`, `machine payroll/db-01`. */
  readonly what: string;
  /** The command that shows it. */
  readonly look: string;
  readonly taskQueue: string;
}

/** gRPC status codes (google.rpc.Code). */
const cancelled = 1;
const deadlineExceeded = 4;
const permissionDenied = 7;
const failedPrecondition = 9;
const unavailable = 14;
const unauthenticated = 16;

/** Says an error of the Temporal client in Portage's words; one that is not Temporal's is given back as it is. */
export function asPortageError(cause: unknown, { what, look, taskQueue }: About): unknown {
  const error = (kind: TroubleKind, message: string) => new PortageError(kind, message, { cause });
  if (cause instanceof WorkflowNotFoundError && cause.message.includes('completed'))
    return error(
      'refused',
      `${sentence(what)} has ended: nothing can be asked of it any more. See what became of it: ${look}`,
    );
  if (cause instanceof WorkflowNotFoundError)
    return error('not-found', `This server knows no ${what}. See what runs: portage status`);
  if (cause instanceof NamespaceNotFoundError)
    return error(
      'not-found',
      `This server has no namespace ${cause.namespace}. Create it, or set TEMPORAL_NAMESPACE`,
    );
  if (cause instanceof WorkflowUpdateFailedError) return error('refused', reasonOf(cause));
  if (cause instanceof WorkflowFailedError)
    return error('refused', `${sentence(what)} ended with an error: ${reasonOf(cause)}`);
  const { code, details = '' } = grpcStatus(cause) ?? {};
  if (isSilence(code, details))
    return error(
      'unreachable',
      `${sentence(what)} did not answer. Does a worker run on task queue ${taskQueue}? Start one: portage worker`,
    );
  if (code === unavailable)
    return error(
      'unreachable',
      'The Temporal server does not answer. Look at it, or at TEMPORAL_ADDRESS: portage doctor',
    );
  if (code === permissionDenied || code === unauthenticated)
    return error(
      'refused',
      `The Temporal server refuses: ${details}. Look at the credentials: portage doctor`,
    );
  return cause;
}

/** Out of time, as this side or the server notices it first; or the server knows already that no worker polls. */
function isSilence(code: number | undefined, details: string): boolean {
  if (code === failedPrecondition) return details.includes('no poller');
  return code === deadlineExceeded || code === cancelled;
}

function reasonOf({ cause, message }: WorkflowUpdateFailedError | WorkflowFailedError): string {
  return cause?.message ?? message;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The gRPC status somewhere below an error: the client wraps it. */
function grpcStatus(error: unknown): { readonly code: number; readonly details: string } | undefined {
  if (isGrpcServiceError(error)) return error;
  return error instanceof Error && error.cause !== undefined ? grpcStatus(error.cause) : undefined;
}
