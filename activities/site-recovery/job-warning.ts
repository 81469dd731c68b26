import { z } from 'zod';
import type { Environment } from '../../plan/index.ts';
import { isRefused } from '../cloud-errors.ts';
import type { AzureClients } from '../clouds.ts';
import { pushRemedy } from '../mobility/push-errors.ts';

/** What Site Recovery says beside a success. */
export interface JobWarning {
  /** Site Recovery's own number. */
  readonly code: string;
  readonly message: string;
  /** What a person should do about it, where Portage knows. */
  readonly suggestion?: string;
}

const apiVersion = '2023-06-01';
const operationStatus = z.object({
  error: z.object({ code: z.coerce.string(), message: z.string() }).nullish(),
});

/**
 * Reads what an operation that succeeded says besides: that a machine has to be restarted after a push installation
 * (95265, 95266; documented), or that the VM got another name than was asked for (28175; recorded). Its status is the only
 * place: the job has no trace of it. The operation's id is the job's name (recorded).
 * The address that a write answers is signed; that it can be asked for without, by who has the right, is inferred. A warning
 * that cannot be had is no reason to hold up what has succeeded.
 * @see GET …/replicationOperationStatus/{operation}, api-version 2023-06-01
 */
export async function warningOf(
  azure: AzureClients,
  { subscriptionId, resourceGroup, vault }: Environment,
  job: string,
): Promise<JobWarning | undefined> {
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.RecoveryServices/vaults/${vault}/replicationOperationStatus/${job}`;
  try {
    const read = operationStatus.safeParse(await azure.arm.get(id, apiVersion));
    return read.success ? advised(read.data.error) : undefined;
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

function advised(said: z.infer<typeof operationStatus>['error']): JobWarning | undefined {
  if (!said) return undefined;
  const suggestion = pushRemedy(said.code);
  return { ...said, ...(suggestion !== undefined && { suggestion }) };
}
