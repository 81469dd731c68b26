import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import type { MigratedVm } from '../migrated-vm.ts';
import { endInAzure } from '../run-command/run-command.ts';
import { strictScript } from './script.ts';
import { notRun, scriptFailed } from './script-failed.ts';

/** One asking for the start action of a plan. */
export interface StartAsking {
  readonly osType: 'Windows' | 'Linux';
  readonly command: string;
  /** Of the run command: another for each asking, the same for each try of it. */
  readonly name: string;
}

/** How long a script may run there. */
const timeoutSeconds = 1800;

/** Bringing the applications of a machine to life in Azure, by managed run commands. */
export const quiesceInAzureActivities = (deps: ActivityDeps) => ({
  /**
   * Has a script run inside the migrated VM, and waits for its end.
   * @throws `QuiesceFailed` (final) where it did not end well, or the VM could not be asked.
   */
  async awaitStartedInAzure(
    vm: VmPlan,
    migrated: MigratedVm,
    { osType, command, name }: StartAsking,
  ): Promise<void> {
    const commands = strictScript(osType, command);
    const end = await endInAzure(deps, vm, migrated.id, { name, commands, timeoutSeconds });
    if (end.kind === 'inconclusive') throw notRun(migrated.name, end.why);
    if (end.exitCode !== 0) throw scriptFailed(migrated.name, end);
  },
});
