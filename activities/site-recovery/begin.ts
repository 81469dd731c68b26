import type { OperationOptions } from '@azure/core-client';
import { finalFailure } from '../failures.ts';

/**
 * Sends one long-running request of Site Recovery and returns the name of its job, without waiting for it.
 * The SDK's `beginX` polls once right after sending; should that poll fail, the request has been accepted all the same,
 * so its job is taken from the first answer's headers. The operation's id is the job's name (recorded).
 * @param send calls a `beginX` of the SDK with the options it is given.
 */
export async function begin(send: (options: OperationOptions) => Promise<unknown>): Promise<string> {
  let accepted: string | undefined;
  const onResponse: NonNullable<OperationOptions['onResponse']> = ({ headers }) => {
    accepted ??= jobOf(headers.get('azure-asyncoperation') ?? headers.get('location'));
  };
  try {
    await send({ onResponse });
  } catch (error) {
    if (accepted === undefined) throw error;
  }
  if (accepted !== undefined) return accepted;
  throw finalFailure('NoOperation', 'Site Recovery accepted the request but named no operation', {
    code: 'NoOperation',
    suggestion: 'Look at the vault’s Site Recovery jobs: when the operation is there, retry finds it',
  });
}

/** `…/replicationOperationStatus/<job>?…` or `…/operationresults/<job>?…` → the job's name. */
function jobOf(url: string | undefined): string | undefined {
  return /\/(?:replicationOperationStatus|operationresults)\/([^/?]+)/i.exec(url ?? '')?.[1];
}
