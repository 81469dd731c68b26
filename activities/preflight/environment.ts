import type { VmPlan } from '../../plan/index.ts';
import type { AzureClients } from '../clouds.ts';
import type { ReplicationSetting } from '../site-recovery/providers/provider.ts';
import { surveyEnvironment } from '../site-recovery/survey.ts';
import type { Findings } from './findings.ts';

/** Whether the vault of its environment can replicate it, and through what. */
export async function checkEnvironment(
  azure: AzureClients,
  vm: VmPlan,
  findings: Findings,
): Promise<ReplicationSetting | undefined> {
  const { setting, complaints } = await surveyEnvironment(azure, vm.environment);
  for (const { weight, code, message, suggestion } of complaints) findings[weight](code, message, suggestion);
  return setting;
}
