import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { notYet } from '../failures.ts';
import type { SourceInstance } from '../preflight/source.ts';
import type { ReplicationSetting } from '../site-recovery/providers/provider.ts';
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
    const name = parameterOf(vm);
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
    const registration = registerCommands(source.osType, await registrationOf(deps, vm, setting));
    const commands = [...registration, ...lookCommands[source.osType]];
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

/** The parameter that the machine registers with: its configuration file, or the configuration server's passphrase. */
function parameterOf({ environment, agentConfigParameter }: VmPlan): string {
  if (environment.provider === 'modernized') return agentConfigParameter;
  return environment.servers[0]?.passphraseParameter ?? '';
}

async function registrationOf(
  deps: ActivityDeps,
  vm: VmPlan,
  setting: ReplicationSetting,
): Promise<Registration> {
  const shared = { parameter: parameterOf(vm), region: vm.source.region };
  if (vm.environment.provider === 'modernized') return shared;
  const [server] = await serversOf(deps, vm, setting, []);
  return { ...shared, server: server?.address ?? '' };
}
