import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { SSMServiceException } from '@aws-sdk/client-ssm';
import { isRestError, type RestError } from '@azure/core-rest-pipeline';
import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { z } from 'zod';
import { finalFailure, passingFailure, type FailureDetails } from './failures.ts';

/** The part of a cloud's error that decides what to do with it, the same for both clouds. */
interface CloudError {
  readonly cloud: 'AWS' | 'Azure';
  readonly status: number | undefined;
  readonly code: string;
  readonly message: string;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** What lies behind the code, where the cloud tells more: Site Recovery has its own code and advice there (recorded). */
  readonly cause?: { readonly code: string; readonly advice: string };
}

const awsThrottling = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'RequestThrottled',
]);
const awsForbidden = new Set([
  'UnauthorizedOperation',
  'AuthFailure',
  'AccessDeniedException',
  'MissingAuthenticationToken',
  'OptInRequired',
]);

/** What both SDKs' credential chains throw when they come to nothing: the clouds were not asked at all. */
const credentialErrors = new Set([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'CredentialUnavailableError',
  'CredentialsProviderError',
]);

/**
 * Turns whatever an activity threw into the failure that Temporal should see: retried after the cloud's own delay,
 * retried, or final. This is the only place that decides it: the SDKs themselves never retry.
 */
export function asFailure(error: unknown): unknown {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof Error && credentialErrors.has(error.name)) return noCredential(error);
  const known = asCloudError(error);
  return known === undefined ? error : failureOf(known);
}

/** True when a cloud says that the thing asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return asCloudError(error)?.status === 404;
}

/** What a read answers; `undefined` where the cloud says that there is no such thing. */
export async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** True when AWS's policies refuse an action to the caller, who is known: other credentials would not be better ones. */
export function isDenied(error: unknown): boolean {
  const code = asCloudError(error)?.code ?? '';
  return code === 'UnauthorizedOperation' || code === 'AccessDeniedException';
}

/** True when a cloud will not answer that, however often it is asked: it refuses, forbids, or knows of no such thing. */
export function isRefused(error: unknown): boolean {
  const known = asCloudError(error);
  return known !== undefined && ['refused', 'forbidden'].includes(kindOf(known));
}

/** True when a cloud asks to be asked less often. */
export function isThrottled(error: unknown): boolean {
  const known = asCloudError(error);
  return known !== undefined && kindOf(known) === 'throttled';
}

/** Retried: an identity endpoint may come back; a worker without any credential asks for a person when its step's time is up. */
function noCredential({ name, message }: Error): ApplicationFailure {
  return passingFailure('NoCredential', `The worker got no credential: ${message}`, {
    code: name,
    suggestion: 'Look at the worker’s AWS_* or AZURE_* settings and its managed identity, then retry',
  });
}

function failureOf(error: CloudError): ApplicationFailure {
  const code = error.cause === undefined ? error.code : `${error.code} (${error.cause.code})`;
  const said = `${error.cloud} answered ${error.status ?? 'nothing'}: ${code}: ${error.message}`;
  const message = error.requestId === undefined ? said : `${said} (request ${error.requestId})`;
  const details = (suggestion: string): FailureDetails => ({
    code: error.code,
    suggestion,
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  });
  switch (kindOf(error)) {
    case 'throttled':
      return passingFailure(
        'Throttled',
        message,
        details('Wait: Portage tries again by itself'),
        error.retryAfterMs,
      );
    case 'unavailable':
      return passingFailure(
        'CloudUnavailable',
        message,
        details('Wait, or look at the cloud’s service health'),
        error.retryAfterMs,
      );
    case 'conflict':
      return passingFailure(
        'Conflict',
        message,
        details(adviceIn(error, 'Wait until the other operation has ended')),
      );
    case 'forbidden':
      return finalFailure(
        'NotPermitted',
        message,
        details('Grant the permission named in the message, then retry'),
      );
    case 'refused':
      return finalFailure(
        'Refused',
        message,
        details(adviceIn(error, 'Cure what the message names, then retry')),
      );
  }
}

/** The cloud's own advice, where it gives any, and the usual one. */
function adviceIn({ cause }: CloudError, usual: string): string {
  return cause === undefined || cause.advice === '' ? usual : `${cause.advice} ${usual}`;
}

function kindOf({
  status,
  code,
}: CloudError): 'throttled' | 'unavailable' | 'conflict' | 'forbidden' | 'refused' {
  if (status === 429 || awsThrottling.has(code)) return 'throttled';
  if (status === undefined || status >= 500 || status === 408) return 'unavailable';
  if (status === 409) return 'conflict';
  if (status === 401 || status === 403 || awsForbidden.has(code)) return 'forbidden';
  return 'refused';
}

function asCloudError(error: unknown): CloudError | undefined {
  if (error instanceof EC2ServiceException || error instanceof SSMServiceException) return fromAws(error);
  if (isRestError(error)) return fromAzure(error);
  if (error instanceof Error && isConnectionTrouble(error)) return noAnswer(error);
  return undefined;
}

function fromAws(error: EC2ServiceException | SSMServiceException): CloudError {
  return {
    cloud: 'AWS',
    status: error.$metadata.httpStatusCode,
    code: error.name,
    message: error.message,
    requestId: error.$metadata.requestId,
    retryAfterMs: undefined,
  };
}

function fromAzure(error: RestError): CloudError {
  const headers = error.response?.headers;
  return {
    cloud: 'Azure',
    status: error.statusCode,
    code: error.code ?? 'NoCode',
    message: error.message,
    requestId: headers?.get('x-ms-request-id') ?? headers?.get('x-ms-correlation-request-id'),
    retryAfterMs: retryAfterMs(headers?.get('retry-after-ms'), headers?.get('retry-after')),
    ...causeIn(error.response?.bodyAsText),
  };
}

const armBody = z.object({
  error: z.object({
    details: z.tuple(
      [z.looseObject({ code: z.string(), recommendedAction: z.string().nullish() })],
      z.unknown(),
    ),
  }),
});

function causeIn(body: string | null | undefined): Pick<CloudError, 'cause'> {
  const [first] = armBody.safeParse(jsonIn(body)).data?.error.details ?? [];
  return first === undefined ? {} : { cause: { code: first.code, advice: first.recommendedAction ?? '' } };
}

function jsonIn(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function retryAfterMs(ms: string | undefined, seconds: string | undefined): number | undefined {
  const value = ms === undefined ? Number(seconds ?? Number.NaN) * 1000 : Number(ms);
  return Number.isFinite(value) ? value : undefined;
}

/** Errors of the socket or of a time-out: both SDKs throw them as plain errors that carry a code or a name. */
function isConnectionTrouble(error: Error): boolean {
  const names = ['AbortError', 'TimeoutError', 'RequestTimeout'];
  return (
    names.includes(error.name) ||
    ('code' in error && typeof error.code === 'string' && /^(E[A-Z]+|UND_ERR)/.test(error.code))
  );
}

function noAnswer(error: Error): CloudError {
  return {
    cloud: '$metadata' in error ? 'AWS' : 'Azure',
    status: undefined,
    code: 'code' in error && typeof error.code === 'string' ? error.code : error.name,
    message: error.message,
    requestId: undefined,
    retryAfterMs: undefined,
  };
}
