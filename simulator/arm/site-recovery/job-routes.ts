import { z } from 'zod';
import { secondsOf } from '../../durations.ts';
import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions } from '../api-versions.ts';
import { get, ok, post, type ArmAnswer, type Route } from '../route.ts';
import { accepted, operationHeaders } from './accepted.ts';
import { containerBody } from './container-body.ts';
import { providerNamed, type Fabric } from './fabric.ts';
import { notAllowed, notThere } from './asr-error.ts';
import { jobBody, listedJobBody, operationStatusBody } from './job-body.ts';
import { parseJobFilter } from './job-filter.ts';
import { allowedActions, task, type Job } from './job.ts';
import type { Vault } from './vault.ts';
import type { VaultFinder } from './vault-finder.ts';

/** Jobs, and the addresses that an accepted operation is followed at. */
export function jobRoutes(find: VaultFinder): readonly Route[] {
  const { path, fabric, item, container } = find;
  const versions = siteRecoveryVersions;
  const jobs = `${path}/replicationJobs`;
  const results = (resource: string, bodyOf: (call: ArmCall, vault: Vault) => unknown): Route =>
    get(`${resource}/operationresults/{operation}`, 'OperationResults_Get', versions, (call) =>
      operationResult(call, find.vault(call), (vault) => bodyOf(call, vault)),
    );
  const action = (name: string, operation: JobAction, act: (vault: Vault, job: Job, call: ArmCall) => void) =>
    post(`${jobs}/{job}/${name}`, `ReplicationJobs_${operation}`, versions, (call) =>
      actOn(find.vault(call), call, operation, act),
    );
  return [
    get(jobs, 'ReplicationJobs_List', versions, (call) => listJobs(call, find.vault(call))),
    get(`${jobs}/{job}`, 'ReplicationJobs_Get', versions, (call) => getJob(call, find.vault(call))),
    get(
      `${path}/replicationOperationStatus/{operation}`,
      'ReplicationOperationStatus_Get',
      versions,
      (call) => ok(operationStatusBody(operationOf(find.vault(call), call))),
    ),
    action('cancel', 'Cancel', (vault, job) => vault.jobs.cancel(job)),
    action('restart', 'Restart', () => undefined),
    action('resume', 'Resume', (_, job, call) =>
      job.plan.driver?.resume(call.body(resumeInput).properties.comments ?? ''),
    ),
    results(item, (call) => shownItem(find.containerOf(call), call.param('item'))),
    results(container, (call) => containerBody(find.containerOf(call))),
    results(
      `${fabric}/replicationRecoveryServicesProviders/{provider}`,
      (call) => providerNamed(find.fabricOf(call), call.param('provider'))?.body,
    ),
    results(`${container}/replicationProtectionContainerMappings/{mapping}`, () => undefined),
    results(`${path}/replicationPolicies/{policy}`, () => undefined),
    results(`${jobs}/{job}`, (call, vault) => jobBodyOf(vault, jobNamed(vault, call))),
  ];
}

/** `POST …/resume`. */
const resumeInput = z.object({ properties: z.object({ comments: z.string().optional() }) });

type JobAction = 'Cancel' | 'Restart' | 'Resume';

/**
 * Does something with a job that its `allowedActions` name. That is a job of its own, about the same target (official
 * example: `RestartJob` with its one task); that a Cancel and a Resume are too is inferred.
 */
function actOn(
  vault: Vault,
  call: ArmCall,
  action: JobAction,
  act: (vault: Vault, job: Job, call: ArmCall) => void,
): ArmAnswer {
  const job = jobNamed(vault, call);
  if (!allowedActions(job).includes(action)) throw notAllowed(action, job.name, job.state);
  act(vault, job, call);
  const lengthMs = secondsOf(vault.world.durations.jobActionSeconds, vault.world.random.fork(job.name));
  const started = vault.jobs.start({
    scenarioName: `${action}Job`,
    friendlyName: `${action} job`,
    tasks: [task('RemediateTask', `${action} job`, lengthMs)],
    target: job.plan.target,
    detailsType: 'AsrJobDetails',
    affectedObjects: {},
    resourceId: vault.ids.job(job.name),
    failure: undefined,
    succeeded: () => undefined,
  });
  return accepted(call, vault, started);
}

function listJobs(call: ArmCall, vault: Vault): ArmAnswer {
  const { sinceMs, meets } = parseJobFilter(call.request.query.get('$filter'));
  const token = call.request.query.get('$skipToken');
  const before = token === null ? undefined : Number.parseInt(token, 36);
  const { jobs, last } = vault.jobs.page(vault.world.section.pageSize, before, sinceMs, meets);
  const value = jobs.map((job) => listedJobBody(job, vault.ids.job(job.name)));
  return ok({ value, nextLink: last === undefined ? null : call.linkTo(last.toString(36)) });
}

function getJob(call: ArmCall, vault: Vault): ArmAnswer {
  return ok(jobBodyOf(vault, jobNamed(vault, call)));
}

function jobBodyOf(vault: Vault, job: Job): unknown {
  return jobBody(job, vault.ids.job(job.name), vault.world.clock.nowMs);
}

function jobNamed(vault: Vault, call: ArmCall): Job {
  const job = vault.jobs.get(call.param('job'));
  if (job === undefined) throw notThere(vault.ids.job(call.param('job')));
  return job;
}

function operationOf(vault: Vault, call: ArmCall): Job {
  const job = vault.jobs.operation(call.param('operation'));
  if (job === undefined) throw notThere(vault.ids.job(call.param('operation')));
  return job;
}

/**
 * What `Location` leads to. Nobody has recorded a body: inferred from the REST guidelines, 202 while it runs, then the
 * resource, or 204 where there is none any more.
 */
export function operationResult(call: ArmCall, vault: Vault, bodyOf: (vault: Vault) => unknown): ArmAnswer {
  const job = operationOf(vault, call);
  if (job.endMs === undefined) return { status: 202, headers: operationHeaders(call, vault, job) };
  const body = bodyOf(vault);
  return body === undefined ? { status: 204 } : ok(body);
}

function shownItem({ items, vault }: Fabric, name: string): unknown {
  const item = items.get(name);
  return item === undefined ? undefined : vault.shown(item);
}
