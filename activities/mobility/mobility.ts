import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { finalFailure, notYet } from '../failures.ts';
import type { SourceInstance } from '../preflight/source.ts';
import type { ReplicationSetting } from '../site-recovery/providers/provider.ts';
import { managedState } from '../systems-manager/managed.ts';
import { hasParameter } from '../systems-manager/parameters.ts';
import { beginScript, readScript, type ScriptState } from '../systems-manager/script.ts';
import { sections } from '../systems-manager/sections.ts';
import { agentIn, lookCommands, type MobilityAgent } from './agent.ts';
import { installerEnd } from './exit-code.ts';
import { installCommands, registerCommands, type Registration } from './install-commands.ts';
import { serversOf } from './servers.ts';

/** What installing the Mobility service came to. */
export interface InstalledAgent {
  /** What an appliance wants to know of the machine before it makes its configuration; no secret. */
  readonly details?: string;
  readonly wantsRestart: boolean;
}

type Ended = Extract<ScriptState, { ended: true }>;

/**
 * The Mobility service on a machine, through Systems Manager. Each script is begun and waited for; `key` is another for
 * each asking and the same for each try of it.
 */
export const mobilityActivities = ({ clouds, pollIntervalMs }: ActivityDeps) => {
  /** The end of a script. */
  async function ended(vm: VmPlan, { instanceId }: SourceInstance, command: string): Promise<Ended> {
    const state = await readScript(clouds.ssm(vm.source.region), instanceId, command);
    if (!state.ended) throw notYet({ text: state.progress }, pollIntervalMs);
    return state;
  }

  function begin(
    vm: VmPlan,
    { instanceId, osType }: SourceInstance,
    key: string,
    commands: readonly string[],
  ) {
    return beginScript(clouds.ssm(vm.source.region), { instanceId, osType, key, commands });
  }

  return {
    /**
     * Begins to look for the Mobility service.
     * @returns the command's id; undefined where Systems Manager does not reach the machine.
     */
    async beginAgentLook(vm: VmPlan, source: SourceInstance, key: string): Promise<string | undefined> {
      const state = await managedState(clouds.ssm(vm.source.region), source.instanceId);
      return state === 'online' ? begin(vm, source, key, lookCommands[source.osType]) : undefined;
    },

    /** What the look came to: the agent, or `undefined` where there is none. @throws `ScriptFailed` (final). */
    async awaitAgentLook(
      vm: VmPlan,
      source: SourceInstance,
      command: string,
    ): Promise<MobilityAgent | undefined> {
      const { status, output, errors } = await ended(vm, source, command);
      if (status === 'Success') return agentIn(source.osType, output);
      throw finalFailure(
        'ScriptFailed',
        `Looking for the Mobility service on ${source.instanceId} ended as ${status}: ${lastLines(errors)}`,
        { code: 'SCRIPT_FAILED', suggestion: 'Look at the command in Systems Manager’s history, then retry' },
      );
    },

    /** Begins to install the Mobility service. */
    async beginAgentInstall(vm: VmPlan, source: SourceInstance, key: string): Promise<string> {
      return begin(vm, source, key, installCommands(source.osType, vm.environment.provider));
    },

    /** Waits until it is installed, however long. @throws `AgentNotInstalled` (final) with exit code and log. */
    async awaitAgentInstall(vm: VmPlan, source: SourceInstance, command: string): Promise<InstalledAgent> {
      const state = await ended(vm, source, command);
      const { isWell, wantsRestart } = installerEnd(state.output);
      if (!isWell) throw failed('AgentNotInstalled', 'AGENT_NOT_INSTALLED', 'install', source, state);
      const details = sections(state.output).get('details')?.join('').replace(/^.*: /, '');
      return { wantsRestart, ...(details === undefined ? {} : { details }) };
    },

    /** Waits, however long, until the parameter is there that the machine registers with. */
    async awaitRegistrationParameter(vm: VmPlan): Promise<void> {
      const name = parameterOf(vm);
      if (await hasParameter(clouds.ssm(vm.source.region), name)) return;
      throw notYet({ text: `parameter ${name} is not there yet` }, pollIntervalMs);
    },

    /** Begins to register the installed Mobility service with its server. */
    async beginAgentRegistration(
      vm: VmPlan,
      source: SourceInstance,
      setting: ReplicationSetting,
      key: string,
    ): Promise<string> {
      const registration = await registrationOf(vm, setting);
      const commands = [...registerCommands(source.osType, registration), ...lookCommands[source.osType]];
      return begin(vm, source, key, commands);
    },

    /** Waits until it is registered. @throws `AgentNotRegistered` (final) with exit code and log. */
    async awaitAgentRegistration(
      vm: VmPlan,
      source: SourceInstance,
      command: string,
    ): Promise<MobilityAgent | undefined> {
      const state = await ended(vm, source, command);
      if (installerEnd(state.output).isWell) return agentIn(source.osType, state.output);
      throw failed('AgentNotRegistered', 'AGENT_NOT_REGISTERED', 'register', source, state);
    },
  };

  async function registrationOf(vm: VmPlan, setting: ReplicationSetting): Promise<Registration> {
    const shared = { parameter: parameterOf(vm), region: vm.source.region };
    if (vm.environment.provider === 'modernized') return shared;
    const [server] = await serversOf({ clouds }, vm, setting);
    return { ...shared, server: server?.address ?? '' };
  }
};

/** The parameter that the machine registers with: its configuration file, or the configuration server's passphrase. */
function parameterOf({ environment, agentConfigParameter }: VmPlan): string {
  if (environment.provider === 'modernized') return agentConfigParameter;
  return environment.servers[0]?.passphraseParameter ?? '';
}

function failed(
  type: string,
  code: string,
  verb: 'install' | 'register',
  { instanceId }: SourceInstance,
  { status, output, errors }: Ended,
) {
  const { exitCode, remedy } = installerEnd(output);
  const log = sections(output).get('log') ?? [];
  const how = exitCode === undefined ? `ended as ${status}` : `ended with exit code ${exitCode}`;
  const said = lastLines([...log, errors].join('\n'));
  return finalFailure(
    type,
    `To ${verb} the Mobility service on ${instanceId} ${how}${said === '' ? '' : `: ${said}`}`,
    {
      code,
      suggestion: `${remedy ?? 'Cure what the log names; the whole of it is on the machine and in Systems Manager’s history'}. Then retry`,
    },
  );
}

/** Enough of a log to see why. */
function lastLines(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(-5)
    .join(' | ');
}
