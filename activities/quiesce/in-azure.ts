import type { ActivityDeps } from '../clouds.ts';
import { commandsFailed, commandsNotRun } from '../commands/commands-failed.ts';
import { strictScript } from '../commands/strict-script.ts';
import type { MigratedVm } from '../migrated-vm.ts';
import { endInAzure } from '../run-command/run-command.ts';

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
  async awaitStartedInAzure(migrated: MigratedVm, { osType, command, name }: StartAsking): Promise<void> {
    const commands = strictScript(osType, command);
    const end = await endInAzure(deps, migrated.id, { name, commands, timeoutSeconds });
    if (end.kind === 'inconclusive') throw commandsNotRun('quiesce', migrated.name, end.why);
    if (end.exitCode !== 0) throw commandsFailed('quiesce', migrated.name, end);
  },
});
