import { ApplicationFailure } from '@temporalio/common';
import { asFailure } from '../cloud-errors.ts';
import { suggestionOf } from '../failures.ts';
import { permissionMissing, refusedAction } from './aws-permissions.ts';
import type { Findings } from './findings.ts';

/**
 * Looks at one concern. Where a cloud refuses the look for good, that is a finding of its own, so that everything else is
 * still told. What a later try may cure is thrown.
 * @param what what is looked at, as a sentence begins with it: "The subnet's free addresses".
 * @returns what the look came to, unless it was refused.
 */
export async function concern<Result>(
  findings: Findings,
  what: string,
  look: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await look();
  } catch (error) {
    const action = refusedAction(error);
    if (action !== undefined) {
      permissionMissing(action, findings);
      return undefined;
    }
    const failure = asFailure(error);
    if (!(failure instanceof ApplicationFailure) || !failure.nonRetryable) throw error;
    const message = `${what} could not be looked at: ${failure.message}`;
    findings.blocker('NOT_LOOKED_AT', message, suggestionOf(failure));
    return undefined;
  }
}
