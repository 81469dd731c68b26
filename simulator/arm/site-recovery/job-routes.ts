import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions } from '../api-versions.ts';
import { get, ok, type ArmAnswer, type Route } from '../route.ts';
import { operationHeaders } from './accepted.ts';
import { notThere } from './asr-error.ts';
import { jobBody, listedJobBody, operationStatusBody } from './job-body.ts';
import { parseJobFilter } from './job-filter.ts';
import type { Job } from './job.ts';
import type { Vault } from './vault.ts';
import type { VaultFinder } from './vault-finder.ts';

/** Jobs, and the addresses that an accepted operation is followed at. */
export function jobRoutes(find: VaultFinder): readonly Route[] {
  const { path, item, container } = find;
  const versions = siteRecoveryVersions;
  const results = (resource: string): Route =>
    get(`${resource}/operationresults/{operation}`, 'OperationResults_Get', versions, (call) =>
      operationResult(find, call),
    );
  return [
    get(`${path}/replicationJobs`, 'ReplicationJobs_List', versions, (call) =>
      listJobs(call, find.vault(call)),
    ),
    get(`${path}/replicationJobs/{job}`, 'ReplicationJobs_Get', versions, (call) =>
      getJob(call, find.vault(call)),
    ),
    get(
      `${path}/replicationOperationStatus/{operation}`,
      'ReplicationOperationStatus_Get',
      versions,
      (call) => ok(operationStatusBody(operationOf(find.vault(call), call))),
    ),
    results(item),
    results(`${container}/replicationProtectionContainerMappings/{mapping}`),
    results(`${path}/replicationPolicies/{policy}`),
  ];
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
  const job = vault.jobs.get(call.param('job'));
  if (job === undefined) throw notThere(vault.ids.job(call.param('job')));
  return ok(jobBody(job, vault.ids.job(job.name), vault.world.clock.nowMs));
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
function operationResult(find: VaultFinder, call: ArmCall): ArmAnswer {
  const vault = find.vault(call);
  const job = operationOf(vault, call);
  if (job.state === 'InProgress') return { status: 202, headers: operationHeaders(call, vault, job) };
  const item = vault.items.get(call.param('item'));
  const body = item === undefined ? undefined : vault.shown(item);
  return body === undefined ? { status: 204 } : ok(body);
}
