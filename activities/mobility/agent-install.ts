import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { sections } from '../systems-manager/sections.ts';
import { installerEnd } from './exit-code.ts';
import { installCommands } from './install-commands.ts';
import { installerFailed } from './installer-failed.ts';
import { beginOnMachine, endOnMachine } from './machine-script.ts';

/** What installing the Mobility service came to. */
export interface InstalledAgent {
  /** What an appliance wants to know of the machine before it makes its configuration; no secret. */
  readonly details?: string;
  readonly wantsRestart: boolean;
}

/** Installing the Mobility service. */
export const agentInstallActivities = (deps: ActivityDeps) => ({
  /** Begins to install it. @throws `Refused` (final) where Systems Manager does not know the machine. */
  async beginAgentInstall(vm: VmPlan, source: SourceInstance, key: string): Promise<string> {
    const commands = installCommands(source.osType, vm.environment.provider);
    return beginOnMachine(deps, vm, source, { key, commands });
  },

  /** Waits until it is installed, however long. @throws `AgentNotInstalled` (final) with exit code and log. */
  async awaitAgentInstall(vm: VmPlan, source: SourceInstance, command: string): Promise<InstalledAgent> {
    const script = await endOnMachine(deps, vm, source, command);
    const { isWell, wantsRestart } = installerEnd(script.output);
    if (!isWell) throw installerFailed('AgentNotInstalled', source, script);
    const [details] = sections(script.output).get('details') ?? [];
    return { wantsRestart, ...(details === undefined ? {} : { details }) };
  },
});
