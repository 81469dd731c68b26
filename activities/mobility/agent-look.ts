import type { VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { finalFailure } from '../failures.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { providerOf } from '../site-recovery/providers/providers.ts';
import { managedState } from '../systems-manager/managed.ts';
import { agentIn, lookCommands, type MobilityAgent } from './agent.ts';
import { beginOnMachine, endOnMachine, lastLines } from './machine-script.ts';

/** Whether the Mobility service is there already. */
export const agentLookActivities = (deps: ActivityDeps) => ({
  /**
   * Begins to look for the Mobility service.
   * @returns the command's id; undefined where Systems Manager does not reach the machine.
   */
  async beginAgentLook(vm: VmPlan, source: SourceInstance, key: string): Promise<string | undefined> {
    const state = await managedState(deps.clouds.ssm(vm.source.region), source.instanceId);
    if (state !== 'online') return undefined;
    const commands = lookCommands(source.osType, providerOf(vm.environment).agent);
    return beginOnMachine(deps, vm, source, { key, commands });
  },

  /**
   * Waits for what the look came to.
   * @returns the agent; undefined where there is none.
   * @throws `ScriptFailed` (final).
   */
  async awaitAgentLook(
    vm: VmPlan,
    source: SourceInstance,
    command: string,
  ): Promise<MobilityAgent | undefined> {
    const { status, output, errors } = await endOnMachine(deps, vm, source, command);
    if (status === 'Success') return agentIn(source.osType, output);
    throw finalFailure(
      'ScriptFailed',
      `Looking for the Mobility service on ${source.instanceId} ended as ${status}: ${lastLines(errors)}`,
      { code: 'SCRIPT_FAILED', suggestion: 'Look at the command in Systems Manager’s history, then retry' },
    );
  },
});
