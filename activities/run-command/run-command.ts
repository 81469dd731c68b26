import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { notYet } from '../failures.ts';
import type { MigratedVm } from '../migrated-vm.ts';
import { removeScript, runScript, type AzureScript, type ScriptEnd } from './script.ts';

/** Run commands that have served. */
export const runCommandActivities = ({ clouds }: ActivityDeps) => ({
  /** Takes a run command away from the VM, where it is there: a VM has room for few, and one that still waits must not run later. */
  async removeRunCommand(vm: VmPlan, migrated: MigratedVm, name: string): Promise<void> {
    await removeScript(clouds.azure(vm.environment.subscriptionId), migrated.id, name);
  },
});

/** How a script came out on a VM that a failover made; it is sent once, and waited for. */
export async function endInAzure(
  { clouds, pollIntervalMs }: ActivityDeps,
  vm: VmPlan,
  vmId: string,
  script: AzureScript,
): Promise<ScriptEnd> {
  const state = await runScript(clouds.azure(vm.environment.subscriptionId), vmId, script);
  if (!state.ended) throw notYet({ text: state.progress }, pollIntervalMs);
  return state.end;
}
