import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { notYet } from '../failures.ts';
import type { SourceInstance } from '../preflight/source.ts';
import type { ReplicationSetting } from '../site-recovery/providers/provider.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import { hasParameter } from '../systems-manager/parameters.ts';
import { agentIn, lookCommands, type MobilityAgent } from './agent.ts';
import { installerEnd } from './exit-code.ts';
import { registerCommands, type Registration } from './install-commands.ts';
import { installerFailed } from './installer-failed.ts';
import { beginOnMachine, endOnMachine } from './machine-script.ts';
import { serversOf } from './servers.ts';

/** Making the installed Mobility service known to its server. */
export const agentRegistrationActivities = (deps: ActivityDeps) => ({
  /** Waits, however long, until the parameter is there that the machine registers with. */
  async awaitRegistrationParameter(vm: VmPlan): Promise<void> {
    const name = providerOf(vm.environment).agent.parameter(vm);
    if (await hasParameter(deps.clouds.ssm(vm.source.region), name)) return;
    throw notYet({ text: `parameter ${name} is not there yet` }, deps.pollIntervalMs);
  },

  /** Begins to register it: the machine reads the parameter itself, and keeps no copy. */
  async beginAgentRegistration(
    vm: VmPlan,
    source: SourceInstance,
    setting: ReplicationSetting,
    key: string,
  ): Promise<string> {
    const { agent } = providerOf(vm.environment);
    const registration = await registrationOf(deps, vm, setting);
    const commands = [
      ...registerCommands(source.osType, agent, registration),
      ...lookCommands(source.osType, agent),
    ];
    return beginOnMachine(deps, vm, source, { key, commands });
  },

  /** Waits until it is registered. @throws `AgentNotRegistered` (final) with exit code and log. */
  async awaitAgentRegistration(
    vm: VmPlan,
    source: SourceInstance,
    command: string,
  ): Promise<MobilityAgent | undefined> {
    const script = await endOnMachine(deps, vm, source, command);
    if (installerEnd(script.output).isWell) return agentIn(source.osType, script.output);
    throw installerFailed('AgentNotRegistered', source, script);
  },
});

async function registrationOf(
  deps: ActivityDeps,
  vm: VmPlan,
  setting: ReplicationSetting,
): Promise<Registration> {
  const { agent } = providerOf(vm.environment);
  const [server] = agent.namesServer ? await serversOf(deps, vm, setting, []) : [];
  return { parameter: agent.parameter(vm), region: vm.source.region, server: server?.address ?? '' };
}
