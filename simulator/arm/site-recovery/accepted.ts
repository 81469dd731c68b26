import { createHash } from 'node:crypto';
import { retryAfter } from '../../retry-after.ts';
import { armOrigin, type ArmCall } from '../arm-call.ts';
import type { ArmAnswer } from '../route.ts';
import type { Job } from './job.ts';
import type { Vault } from './vault.ts';

/**
 * The answer of every write (recorded): 202 without a body, `Location` and `Azure-AsyncOperation`. The operation's id is
 * the job's name. The status address is signed and opaque.
 */
export function accepted(call: ArmCall, vault: Vault, job: Job): ArmAnswer {
  return { status: 202, headers: operationHeaders(call, vault, job) };
}

/** What a write, and an operation result that is not there yet, tell the client to poll. */
export function operationHeaders(call: ArmCall, vault: Vault, job: Job): Readonly<Record<string, string>> {
  const version = `api-version=${call.apiVersion}`;
  const started = encodeURIComponent(new Date(job.startMs).toISOString().slice(0, 19));
  const signature = createHash('sha256').update(job.name).digest('base64url');
  const status = `${armOrigin}${vault.ids.vault}/replicationOperationStatus/${job.name}`;
  const result = `${armOrigin}${job.plan.resourceId}/operationresults/${job.name}`;
  return {
    location: `${result}?${version}`,
    'azure-asyncoperation': `${status}?${version}&t=${started}&c=${signature.repeat(20)}&s=${signature.repeat(8)}&h=${signature}`,
    ...retryAfter(30, vault.world.clock.speed),
  };
}
