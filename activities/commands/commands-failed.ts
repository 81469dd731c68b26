import { finalFailure } from '../failures.ts';
import { lastLines } from '../mobility/machine-script.ts';

/** What the commands of a plan were for, as their failure names it. */
export type Purpose = 'quiesce' | 'action';

/** Commands of a plan that did not end well, on a source or in Azure. */
export function commandsFailed(
  purpose: Purpose,
  where: string,
  {
    exitCode,
    output,
    errors,
  }: { readonly exitCode: number; readonly output: string; readonly errors: string },
) {
  const said = lastLines(errors) || lastLines(output) || 'it printed nothing';
  return failed(purpose, `The command on ${where} ended with ${exitCode}: ${said}`);
}

/** Commands of a plan of which nothing is known: nobody could have them run, or they were given up. */
export function commandsNotRun(purpose: Purpose, where: string, why: string) {
  return failed(purpose, `The command on ${where} did not come to an end: ${why}`);
}

const names = {
  quiesce: { type: 'QuiesceFailed', code: 'QUIESCE_FAILED' },
  action: { type: 'ActionFailed', code: 'ACTION_FAILED' },
} as const;

function failed(purpose: Purpose, message: string) {
  const { type, code } = names[purpose];
  return finalFailure(type, message, {
    code,
    suggestion: 'Look at the machine, cure the cause, then retry: the command runs anew',
  });
}
