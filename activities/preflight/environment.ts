import type { VmPlan } from '../../plan/index.ts';
import type { AzureClients } from '../clouds.ts';
import type { ReplicationSetting } from '../site-recovery/providers/provider.ts';
import { surveyEnvironment } from '../site-recovery/survey.ts';
import type { Findings } from './findings.ts';

/**
 * Whether the vault of its environment can replicate it, and through what.
 * @param isPrepared false: what is missing and Portage makes before any machine starts is no more than a remark.
 */
export async function checkEnvironment(
  azure: AzureClients,
  vm: VmPlan,
  findings: Findings,
  isPrepared: boolean,
): Promise<ReplicationSetting | undefined> {
  const { setting, complaints } = await surveyEnvironment(azure, vm.environment);
  for (const { weight, code, message, suggestion, preparation } of complaints)
    if (isPrepared || preparation === undefined) findings[weight](code, message, suggestion);
    else findings.info('TO_BE_CREATED', `${message}: ${preparation}`, 'Nothing to do');
  return setting;
}
