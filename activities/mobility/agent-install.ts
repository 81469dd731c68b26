import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import { agentIn, lookCommands, type MobilityAgent } from './agent.ts';
import { installerEnd } from './exit-code.ts';
import { installCommands } from './install-commands.ts';
import { installerFailed } from './installer-failed.ts';
import { beginOnMachine, endOnMachine } from './machine-script.ts';

/** What installing the Mobility service came to. */
export interface InstalledAgent {
  readonly agent: MobilityAgent | undefined;
  readonly wantsRestart: boolean;
}

/** Installing the Mobility service. */
export const agentInstallActivities = (deps: ActivityDeps) => ({
  /** Begins to install it. @throws `Refused` (final) where Systems Manager does not know the machine. */
  async beginAgentInstall(vm: VmPlan, source: SourceInstance, key: string): Promise<string> {
    const { agent } = providerOf(vm.environment);
    const commands = [...installCommands(source.osType, agent), ...lookCommands(source.osType, agent)];
    return beginOnMachine(deps, vm, source, { key, commands });
  },

  /** Waits until it is installed, however long. @throws `AgentNotInstalled` (final) with exit code and log. */
  async awaitAgentInstall(vm: VmPlan, source: SourceInstance, command: string): Promise<InstalledAgent> {
    const script = await endOnMachine(deps, vm, source, command);
    const { isWell, wantsRestart } = installerEnd(script.output);
    if (isWell) return { agent: agentIn(source.osType, script.output), wantsRestart };
    throw installerFailed('AgentNotInstalled', source, script);
  },
});
