import type { Job } from '@azure/arm-recoveryservices-siterecovery';
import type { Environment } from '../../plan/index.ts';
import type { AzureClients } from '../clouds.ts';
import { sameId } from '../arm-id.ts';
import { ifThere } from '../cloud-errors.ts';
import { finalFailure } from '../failures.ts';
import { pushRemedy } from '../mobility/push-errors.ts';
import { readItem, type ItemAddress } from './items.ts';
import { providerOf } from './providers/providers.ts';

/**
 * An item's jobs as they were before something was asked for. A job of the item that is not among them has been begun
 * since: this is how a begin whose answer was lost finds what it began, finished or not.
 */
export interface JobMark {
  /** What the item's jobs name as their target: its internal identifier, not its name (recorded). Empty where there was no item. */
  readonly target: string;
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
  let date = '';
  const read = await readItem(azure, item, {
    onResponse: ({ headers }) => (date = headers.get('date') ?? ''),
  });
  if (read === undefined) return { target: '', since: '', known: [] };
  const { internalId: target } = providerOf(item.environment).details(read);
  const since = beforeMargin(new Date(date));
  const jobs = await jobsOf(azure, item, { target, since });
  return { target, since, known: jobs.map(({ name }) => name) };
}

/** The newest job of a scenario (`UnplannedFailover`, …) that was begun on the item since the mark, if any. */
export async function jobSince(
  azure: AzureClients,
  item: ItemAddress,
  mark: JobMark,
  scenario: string,
): Promise<string | undefined> {
  const [newest] = await jobsSince(azure, item, mark, scenario);
  return newest?.name;
}

/** True when a job of a scenario was begun on the item since the mark that has not failed. */
export async function hasLiveJobSince(
  azure: AzureClients,
  item: ItemAddress,
  mark: JobMark,
  scenario: string,
): Promise<boolean> {
  const jobs = await jobsSince(azure, item, mark, scenario);
  return jobs.some(isLive);
}

/**
 * The newest job of a scenario on something that has no item yet, by its name, that runs or has just succeeded: until
 * what it made shows, nothing but the job tells that it was begun.
 * @param now the service's own time.
 */
export async function recentJobOn(
  azure: AzureClients,
  environment: Environment,
  { scenario, targetName, now }: { scenario: string; targetName: string; now: Date },
): Promise<string | undefined> {
  const jobs = await jobsOn(azure, environment, { scenario, targetName, since: beforeMargin(now) });
  return jobs.find(isLive)?.name;
}

/** The jobs of a scenario on something that is no item, by its name, that started at `since` or later, newest first. */
export async function jobsOn(
  azure: AzureClients,
  environment: Environment,
  { scenario, targetName, since }: { scenario: string; targetName: string; since: string },
): Promise<(Job & { name: string })[]> {
  const jobs = await jobsStartedSince(azure, environment, since);
  return jobs.filter(
    ({ properties }) => properties?.scenarioName === scenario && properties.targetObjectName === targetName,
  );
}

function isLive({ properties }: Job): boolean {
  return properties?.state !== 'Failed' && properties?.state !== 'Cancelled';
}

/** How a job stands, as long as it has not failed. */
export type JobState = { readonly ended: true } | { readonly ended: false; readonly progress: string };

/**
 * Reads how a job stands. One that was accepted and does not show yet has not ended.
 * @throws `JobFailed` (final) with everything Site Recovery says about it. A task that still shows InProgress in a job
 * that succeeded means nothing: the job is trusted (recorded).
 */
export async function readJob(
  azure: AzureClients,
  environment: Environment,
  name: string,
): Promise<JobState> {
  const job = await jobNamed(azure, environment, name);
  if (job === undefined) return { ended: false, progress: `job ${name} does not show yet` };
  const state = job.properties?.state;
  if (state === 'Succeeded' || waitsForCleanUp(job)) return { ended: true };
  if (state === 'Failed' || state === 'Cancelled') throw jobFailed(job);
  return { ended: false, progress: jobProgress(job) };
}

/** A test failover's job that stays open until its VM is cleaned up (official example); others have ended (recorded). */
export function waitsForCleanUp({ properties }: Pick<Job, 'properties'>): boolean {
  return properties?.state === 'Suspended' && properties.stateDescription === 'WaitingForStopTestFailover';
}

/** A job of a vault, by its name; `undefined` as long as it does not show. */
export async function jobNamed(
  azure: AzureClients,
  { vault, resourceGroup }: Environment,
  name: string,
): Promise<Job | undefined> {
  return ifThere(() => azure.siteRecovery.replicationJobs.get(vault, resourceGroup, name));
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

/** Of one scenario only: people test, update and disable items in the portal meanwhile. */
async function jobsSince(
  azure: AzureClients,
  item: ItemAddress,
  mark: JobMark,
  scenario: string,
): Promise<Job[]> {
  const jobs = await jobsOf(azure, item, mark);
  return jobs.filter(
    ({ name, properties }) => properties?.scenarioName === scenario && !mark.known.includes(name),
  );
}

/** The item's jobs that started at `since` or later, newest first. */
async function jobsOf(
  azure: AzureClients,
  item: ItemAddress,
  { target, since }: Pick<JobMark, 'target' | 'since'>,
) {
  if (target === '') return [];
  const jobs = await jobsStartedSince(azure, item.environment, since);
  return jobs.filter(({ properties }) => sameId(properties?.targetObjectId ?? '', target));
}

/**
 * A vault's jobs that started at `since` or later, newest first.
 * The service writes `eq` for a lower bound (recorded), as the published cmdlets do.
 */
async function jobsStartedSince(
  azure: AzureClients,
  { vault, resourceGroup }: Environment,
  since: string,
): Promise<(Job & { name: string })[]> {
  const found: (Job & { name: string })[] = [];
  const filter = `StartTime eq '${since}'`;
  for await (const job of azure.siteRecovery.replicationJobs.list(vault, resourceGroup, { filter }))
    if (job.name !== undefined) found.push({ ...job, name: job.name });
  return found.sort((one, other) => startOf(other) - startOf(one));
}

/** Where a mark that is taken now begins. ISO 8601. */
export function beforeMargin(now: Date): string {
  return new Date(now.getTime() - marginMs).toISOString();
}

function startOf({ properties }: Job): number {
  return properties?.startTime?.getTime() ?? 0;
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
      service?.recommendedAction ?? provider?.recommendedAction ?? [],
  );
  const code =
    errors[0]?.serviceErrorDetails?.code ?? String(errors[0]?.providerErrorDetails?.errorCode ?? state);
  return finalFailure(
    'JobFailed',
    `${scenarioName} ${state.toLowerCase()} (job ${job.name ?? ''}): ${said.join('; ') || 'no reason given'}`,
    {
      code,
      suggestion:
        retried(pushRemedy(code)) ??
        (advice.filter(Boolean).join(' ') ||
          'Look at the job in the vault’s Site Recovery jobs, cure its cause, then retry'),
    },
  );
}

function retried(remedy: string | undefined): string | undefined {
  return remedy === undefined ? undefined : `${remedy}. Then retry`;
}
