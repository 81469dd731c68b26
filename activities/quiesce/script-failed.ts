import { finalFailure } from '../failures.ts';
import { lastLines } from '../mobility/machine-script.ts';

/** A script of the plan that did not end well, on the source or in Azure. */
export function scriptFailed(
  where: string,
  {
    exitCode,
    output,
    errors,
  }: { readonly exitCode: number; readonly output: string; readonly errors: string },
) {
  const said = lastLines(errors) || lastLines(output) || 'it printed nothing';
  return quiesceFailed(`The command on ${where} ended with ${exitCode}: ${said}`);
}

/** A script of the plan of which nothing is known: nobody could have it run, or it was given up. */
export function notRun(where: string, why: string) {
  return quiesceFailed(`The command on ${where} did not come to an end: ${why}`);
}

function quiesceFailed(message: string) {
  return finalFailure('QuiesceFailed', message, {
    code: 'QUIESCE_FAILED',
    suggestion: 'Look at the machine, cure the cause, then retry: the command runs anew',
  });
}
