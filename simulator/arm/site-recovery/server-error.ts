import { serviceTime } from './service-time.ts';

/** What is wrong with a server on the source's side. */
interface ServerError {
  /** Documented for a silent process server (806) and master target (78022), else inferred. */
  readonly code: string;
  readonly level: 'Warning' | 'Error';
  readonly message: string;
  readonly action: string;
  readonly entityId: string;
  readonly sinceMs: number;
}

/** An entry of a component's, or a fabric's, `healthErrors`. The shape is recorded for protected items. */
export function serverError({ code, level, message, action, entityId, sinceMs }: ServerError): unknown {
  return {
    innerHealthErrors: [],
    errorSource: 'Infrastructure',
    errorType: 'Server',
    errorLevel: level,
    errorCategory: 'Server',
    errorCode: code,
    summaryMessage: message,
    errorMessage: message,
    possibleCauses: message,
    recommendedAction: action,
    creationTimeUtc: serviceTime(sinceMs),
    recoveryProviderErrorMessage: null,
    entityId,
    errorId: `6:${code}`,
    customerResolvability: 'Allowed',
  };
}
