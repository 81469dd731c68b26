import type { Job } from '@azure/arm-recoveryservices-siterecovery';
import type { AzureClients } from '../clouds.ts';
import { sameId } from '../arm-id.ts';
import { finalFailure } from '../failures.ts';
import type { ItemAddress } from './items.ts';

/**
 * An item's jobs as they were before something was asked for. Any job of the item that is not among them has been
 * begun since: this is how a begin whose answer was lost finds what it began, finished or not.
 */
export interface JobMark {
  /** The service's own time, from its Date header, less a margin. ISO 8601. */
  readonly since: string;
  readonly known: readonly string[];
}

/** Jobs older than this before the mark are not listed: one page, whatever the vault has seen. */
const marginMs = 15 * 60_000;

/**
 * Marks the item's jobs, by the service's own clock.
 * @returns the mark; take it before asking for anything, and keep it.
 */
export async function markJobs(azure: AzureClients, item: ItemAddress): Promise<JobMark> {
  const { vault, resourceGroup } = item.environment;
  let date: string | undefined;
  const page = azure.siteRecovery.replicationJobs
    .list(vault, resourceGroup, {
      filter: `JobStatus eq 'InProgress'`,
      onResponse: (answer) => (date = answer.headers.get('date')),
    })
    .byPage();
  await page.next();
  const since = new Date(Date.parse(date ?? '') - marginMs).toISOString();
  return { since, known: await jobNames(azure, item, since) };
}

/** The newest job of the item since the mark, if any. */
export async function jobSince(
  azure: AzureClients,
  item: ItemAddress,
  mark: JobMark,
): Promise<string | undefined> {
  const names = await jobNames(azure, item, mark.since);
  return names.find((name) => !mark.known.includes(name));
}

/** How a job stands, as long as it has not failed. */
export type JobState = { readonly ended: true } | { readonly ended: false; readonly progress: string };

/**
 * Reads how a job stands.
 * @throws `JobFailed` (final) with everything Site Recovery says about it. A task that still shows InProgress in a job
 * that succeeded means nothing: the job is trusted (recorded).
 */
export async function readJob(azure: AzureClients, item: ItemAddress, name: string): Promise<JobState> {
  const { vault, resourceGroup } = item.environment;
  const job = await azure.siteRecovery.replicationJobs.get(vault, resourceGroup, name);
  const state = job.properties?.state;
  if (state === 'Succeeded') return { ended: true };
  if (state === 'Failed' || state === 'Cancelled') throw jobFailed(job);
  return { ended: false, progress: jobProgress(job) };
}

/** How far a job is, from its task list: for people, never for decisions. */
function jobProgress(job: Job): string {
  const { scenarioName = 'job', tasks = [] } = job.properties ?? {};
  const running = tasks.find(({ state }) => state === 'InProgress');
  const done = tasks.filter(({ state }) => state === 'Succeeded').length;
  return running === undefined
    ? scenarioName
    : `${scenarioName}: ${running.name ?? 'task'} (${done} of ${tasks.length} tasks done)`;
}

async function jobNames(azure: AzureClients, item: ItemAddress, since: string): Promise<string[]> {
  const { vault, resourceGroup } = item.environment;
  const names = [];
  const jobs = azure.siteRecovery.replicationJobs.list(vault, resourceGroup, {
    filter: `StartTime eq '${since}'`,
  });
  for await (const { name, properties } of jobs) {
    if (name !== undefined && sameId(properties?.targetObjectId ?? '', item.name)) names.push(name);
  }
  return names;
}

function jobFailed(job: Job) {
  const { scenarioName = 'The job', state = '', errors = [] } = job.properties ?? {};
  const said = errors.map(({ serviceErrorDetails: service, providerErrorDetails: provider }) =>
    [service?.code ?? provider?.errorCode, service?.message ?? provider?.errorMessage]
      .filter(Boolean)
      .join(': '),
  );
  const advice = errors.flatMap(
    ({ serviceErrorDetails: service, providerErrorDetails: provider }) =>
      (service?.recommendedAction ?? provider?.recommendedAction) || [],
  );
  const code =
    errors[0]?.serviceErrorDetails?.code ?? String(errors[0]?.providerErrorDetails?.errorCode ?? state);
  return finalFailure(
    'JobFailed',
    `${scenarioName} ${state.toLowerCase()} (job ${job.name ?? ''}): ${said.join('; ') || 'no reason given'}`,
    {
      code,
      suggestion:
        advice.join(' ') || 'Look at the job in the vault’s Site Recovery jobs, cure its cause, then retry',
    },
  );
}
