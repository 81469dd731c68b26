import type { CommandsAction, VmPlan, WebhookAction } from '../../plan/index.ts';
import type { ActivityDeps, Clouds } from '../clouds.ts';
import { commandsFailed, commandsNotRun } from '../commands/commands-failed.ts';
import { strictScript } from '../commands/strict-script.ts';
import { finalFailure, notYet } from '../failures.ts';
import { describeInstance, findInstance, osTypeOf } from '../instances.ts';
import { beginOnMachine, endOnMachine } from '../mobility/machine-script.ts';
import { endInAzure } from '../run-command/run-command.ts';
import { osTypeOfVm } from '../run-command/vm-os.ts';
import { managedState } from '../systems-manager/managed.ts';
import { postToWebhook } from '../webhook.ts';

/** Whose an action is: a group's, or a machine's. */
export interface ActionOf {
  readonly plan: string;
  readonly group: string;
  readonly vm?: string;
}

/** Where commands run in EC2: an instance by its id, or the source of a machine. */
export type OnInstance =
  { readonly instanceId: string; readonly region: string } | { readonly source: VmPlan };

/** One doing of an action's commands. */
export interface Commands extends Pick<CommandsAction, 'commands' | 'withinMinutes'> {
  /**
   * Another for each doing and the same for each try of it, by which a try finds what an earlier one sent. At most 60
   * characters, letters, digits and hyphens.
   */
  readonly key: string;
}

/** Commands that were sent to an instance. */
export interface SentCommands {
  readonly instanceId: string;
  readonly region: string;
  readonly command: string;
}

/** What a plan does before or after a group's or a machine's cutover, as far as a machine can do it. */
export const actionActivities = (deps: ActivityDeps) => ({
  /**
   * Calls a webhook: POST with `{ plan, group, vm, action }`, `vm` for a machine's action.
   * @param key of the header `Idempotency-Key`, the same for each try.
   * @throws `WebhookFailed`
   */
  async callWebhook(
    of: ActionOf,
    { id, url }: Pick<WebhookAction, 'id' | 'url'>,
    key: string,
  ): Promise<void> {
    const { secret, timing } = deps;
    const call = {
      name: id,
      url: typeof url === 'string' ? url : secret(url.env),
      body: JSON.stringify({ ...of, action: id }),
      key,
      suggestion: 'Cure the receiver, or its address, and retry; or do by hand what it should do, and say so',
    };
    await postToWebhook(call, timing.attemptMs / 2);
  },

  /**
   * Has commands run on an instance, or finds them sent already under the same key. Waits until Systems Manager hears of
   * the instance.
   * @throws `ActionFailed` (final) where there is no such instance.
   */
  async beginActionOnInstance(
    on: OnInstance,
    { key, commands, withinMinutes }: Commands,
  ): Promise<SentCommands> {
    const { instanceId, region, osType } = await instanceOf(deps.clouds, on);
    const state = await managedState(deps.clouds.ssm(region), instanceId);
    if (state !== 'online')
      throw notYet({ text: `Systems Manager does not hear of ${instanceId}` }, deps.pollIntervalMs);
    const command = await beginOnMachine(
      deps,
      { source: { region } },
      { instanceId, osType },
      {
        key: `Portage, action: ${key}`,
        commands: strictScript(osType, commands),
        timeoutSeconds: secondsOf(withinMinutes),
      },
    );
    return { instanceId, region, command };
  },

  /** Waits until they have ended. @throws `ActionFailed` (final) where they did not end well. */
  async awaitActionOnInstance({ instanceId, region, command }: SentCommands): Promise<void> {
    const end = await endOnMachine(deps, { source: { region } }, { instanceId }, command);
    if (end.exitCode !== 0) throw commandsFailed('action', instanceId, end);
  },

  /**
   * Has commands run on an Azure VM, or finds them sent already under the same key, and waits for their end.
   * @param vmId its ARM id; empty where the machine that the plan names was not migrated.
   * @throws `ActionFailed` (final) where they did not end well.
   */
  async awaitActionInAzure(vmId: string, { key, commands, withinMinutes }: Commands): Promise<void> {
    if (vmId === '') throw noVm();
    const osType = await osTypeOfVm(deps.clouds, vmId);
    const script = {
      name: key,
      commands: strictScript(osType, commands),
      timeoutSeconds: secondsOf(withinMinutes),
    };
    const end = await endInAzure(deps, vmId, script);
    if (end.kind === 'inconclusive') throw commandsNotRun('action', vmId, end.why);
    if (end.exitCode !== 0) throw commandsFailed('action', vmId, end);
  },
});

async function instanceOf(clouds: Clouds, on: OnInstance) {
  if ('instanceId' in on) {
    const { instanceId, region } = on;
    return { instanceId, region, osType: osTypeOf(await describeInstance(clouds.ec2(region), instanceId)) };
  }
  const { region } = on.source.source;
  const search = await findInstance(clouds.ec2(region), on.source);
  if (search.kind === 'found')
    return { instanceId: search.instance.InstanceId, region, osType: osTypeOf(search.instance) };
  throw finalFailure('ActionFailed', `The source of ${on.source.name} is not found: ${search.sought}`, {
    code: 'ACTION_FAILED',
    suggestion: 'Look what became of the instance; or do by hand what the commands would, and say so',
  });
}

function noVm() {
  return finalFailure('ActionFailed', 'The machine whose Azure VM it is for was not migrated in this run', {
    code: 'ACTION_FAILED',
    suggestion: 'Leave it out, or do it by hand and say so',
  });
}

function secondsOf(minutes: number): number {
  return Math.ceil(minutes * 60);
}
