import type { QuiesceAction, VmPlan } from '../../plan/index.ts';
import type { ActivityDeps } from '../clouds.ts';
import { commandsFailed } from '../commands/commands-failed.ts';
import { strictScript } from '../commands/strict-script.ts';
import { notYet } from '../failures.ts';
import { beginOnMachine, endOnMachine } from '../mobility/machine-script.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { managedState } from '../systems-manager/managed.ts';
import { postToWebhook } from '../webhook.ts';

type WebhookUrl = Extract<QuiesceAction, { kind: 'webhook' }>['url'];

/** One asking for an action that brings a machine to rest, or to life again. */
export interface QuiesceAsking {
  readonly what: 'stop' | 'start';
  readonly action: QuiesceAction;
  /** Another for each asking, the same for each try of it; at most 60 characters. */
  readonly key: string;
}

/** Bringing the applications of a machine to rest on its source, and to life again there. */
export const quiesceOnSourceActivities = (deps: ActivityDeps) => ({
  /**
   * Begins an action on the source, or finds it begun. A machine that has just been started is waited for until Systems
   * Manager hears of it.
   * @returns the command that `awaitQuiesceAction` waits for; nothing where a webhook has done it.
   */
  async beginQuiesceAction(
    vm: VmPlan,
    source: SourceInstance,
    { what, action, key }: QuiesceAsking,
  ): Promise<string | undefined> {
    if (action.kind === 'webhook') {
      await callMachineWebhook(deps, vm, { what, url: action.url, key });
      return undefined;
    }
    const state = await managedState(deps.clouds.ssm(vm.source.region), source.instanceId);
    if (state !== 'online')
      throw notYet({ text: `Systems Manager does not hear of ${source.instanceId}` }, deps.pollIntervalMs);
    return beginOnMachine(deps, vm, source, {
      key: `Portage, quiesce: ${what} ${key}`,
      commands: strictScript(source.osType, action.command),
    });
  },

  /** Waits until it has ended. @throws `QuiesceFailed` (final) where it did not end well. */
  async awaitQuiesceAction(vm: VmPlan, source: SourceInstance, command: string): Promise<void> {
    const end = await endOnMachine(deps, vm, source, command);
    if (end.exitCode !== 0) throw commandsFailed('quiesce', source.instanceId, end);
  },

  /** Tells a webhook that a machine lives in Azure, and its applications may work again. */
  async callStartWebhook(vm: VmPlan, url: WebhookUrl, key: string): Promise<void> {
    await callMachineWebhook(deps, vm, { what: 'start', url, key });
  },
});

/** POST `{ plan, group, vm, action }`, with an `Idempotency-Key` of its own for each asking. */
async function callMachineWebhook(
  { secret, timing }: ActivityDeps,
  { plan, group, name }: VmPlan,
  {
    what,
    url,
    key,
  }: {
    readonly what: QuiesceAsking['what'];
    readonly url: WebhookUrl;
    readonly key: string;
  },
): Promise<void> {
  const action = `quiesce/${what}`;
  const call = {
    name: `${action} of ${plan}/${name}`,
    url: typeof url === 'string' ? url : secret(url.env),
    body: JSON.stringify({ plan, group, vm: name, action }),
    key: `${plan}/${name}/${action}/${key}`,
    suggestion:
      'Cure the receiver, or its address, and retry; or do by hand what it should do and let it answer',
  };
  await postToWebhook(call, timing.attemptMs / 2);
}
