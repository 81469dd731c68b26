import type { ItemAddress, JobWarning } from '../activities/index.ts';
import type { MachineRun } from './machine-run.ts';
import type { Steps } from './steps.ts';

/** Waits until a job on a machine's item has ended well, where there is one, and notes what Site Recovery warns of. */
export async function awaitJob(
  run: MachineRun,
  { wait }: Pick<Steps, 'wait'>,
  item: ItemAddress,
  job: string | undefined,
): Promise<void> {
  if (job === undefined) return;
  const warning = await run.wait(() => wait.awaitJob(item, job));
  if (warning) run.note(warningText(warning));
}

function warningText({ code, message, suggestion }: JobWarning): string {
  return `Site Recovery warns: ${code}: ${message}${suggestion === undefined ? '' : ` ${suggestion}`}`;
}
