import { subscriptionOf } from '../arm-id.ts';
import type { ActivityDeps } from '../clouds.ts';
import { notYet } from '../failures.ts';
import { removeScript, runScript, type AzureScript, type ScriptEnd } from './script.ts';

/** Run commands that have served. */
export const runCommandActivities = ({ clouds }: ActivityDeps) => ({
  /** Takes a run command away from the VM, where it is there: a VM has room for few, and one that still waits must not run later. */
  async removeRunCommand(vmId: string, name: string): Promise<void> {
    await removeScript(clouds.azure(subscriptionOf(vmId)), vmId, name);
  },
});

/** How a script came out on a VM; it is sent once, and waited for. */
export async function endInAzure(
  { clouds, pollIntervalMs }: ActivityDeps,
  vmId: string,
  script: AzureScript,
): Promise<ScriptEnd> {
  const state = await runScript(clouds.azure(subscriptionOf(vmId)), vmId, script);
  if (!state.ended) throw notYet({ text: state.progress }, pollIntervalMs);
  return state.end;
}
