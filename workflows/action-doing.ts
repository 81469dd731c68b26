import { ActivityFailure } from '@temporalio/common';
import { uuid4 } from '@temporalio/workflow';
import type { ActionOf, Commands, OnInstance, Timing } from '../activities/index.ts';
import type { AutomaticAction, CommandsAction, VmPlan, WebhookAction } from '../plan/resolve.ts';
import { failureType, troubleOf } from './attention.ts';
import { actionSteps, stepsOf } from './steps.ts';

/** Where an action is done: in a plan, or in a machine's cutover. */
export interface ActionScene {
  readonly of: ActionOf;
  readonly timing: Timing;
  /** By which a webhook's receiver tells repeats: another for each doing. */
  readonly key: string;
  /** A machine of the plan. */
  readonly vm: (name: string) => VmPlan;
  /** ARM id of a machine's migrated VM, where there is one. */
  readonly azureVm: (name: string) => string | undefined;
  readonly note: (text: string) => void;
  /** Waits for something that may be left meanwhile. */
  readonly wait: <T>(activity: () => Promise<T>) => Promise<T>;
}

/**
 * One doing of an action, with all its tries. Commands that have ended, however, run anew with the next; of which nothing
 * is known, because no worker was there to hear of their end, are found again by the next, and never run twice.
 */
export class ActionDoing {
  readonly #action: AutomaticAction;
  readonly #scene: ActionScene;
  readonly #name = uuid4();
  #run = 1;

  constructor(action: AutomaticAction, scene: ActionScene) {
    this.#action = action;
    this.#scene = scene;
  }

  /** Does it, and again as often as the plan says. @throws ActivityFailure when it has failed for good. */
  async untilDone(): Promise<void> {
    const { id, retries } = this.#action;
    for (let left = retries; ; left--) {
      try {
        return await this.#once();
      } catch (failure) {
        if (!(failure instanceof ActivityFailure)) throw failure;
        if (failureType(failure) === 'ActionFailed') this.#run++;
        if (left === 0) throw failure;
        this.#scene.note(`${id} failed and is done again: ${troubleOf(failure).message}`);
      }
      const { wait, timing } = this.#scene;
      await wait(() => stepsOf(timing, `Before ${id} is done again`).settle());
    }
  }

  /**
   * It is gone on without, or was done by hand: commands that nobody has heard of must not run later. Those of an instance
   * cannot: Systems Manager gives them up by itself.
   */
  async giveUp(): Promise<void> {
    if (this.#action.kind !== 'runCommand') return;
    await this.#remove(this.#vmId(this.#action), this.#commands(this.#action).key);
  }

  #once(): Promise<void> {
    switch (this.#action.kind) {
      case 'webhook':
        return this.#call(this.#action);
      case 'ssm':
        return this.#onInstance(this.#action);
      case 'runCommand':
        return this.#inAzure(this.#action);
    }
  }

  #call({ id, url }: WebhookAction): Promise<void> {
    const { of, key } = this.#scene;
    return this.#steps(0).callWebhook(of, { id, url }, key);
  }

  async #onInstance(action: Extract<CommandsAction, { kind: 'ssm' }>): Promise<void> {
    const { on } = action;
    const where: OnInstance = 'machine' in on ? { source: this.#scene.vm(on.machine) } : on;
    const sent = await this.#steps(0).beginActionOnInstance(where, this.#commands(action));
    const { stepMs } = this.#scene.timing;
    await this.#scene.wait(() => this.#steps(stepMs).awaitActionOnInstance(sent));
  }

  async #inAzure(action: Extract<CommandsAction, { kind: 'runCommand' }>): Promise<void> {
    const { timing, wait } = this.#scene;
    const vmId = this.#vmId(action);
    const commands = this.#commands(action);
    try {
      await wait(() => this.#steps(timing.stepMs).awaitActionInAzure(vmId, commands));
    } catch (failure) {
      const isUnknown = failure instanceof ActivityFailure && failureType(failure) !== 'ActionFailed';
      if (!isUnknown) await this.#remove(vmId, commands.key);
      throw failure;
    }
    await this.#remove(vmId, commands.key);
  }

  #vmId({ on }: Extract<CommandsAction, { kind: 'runCommand' }>): string {
    return 'machine' in on ? (this.#scene.azureVm(on.machine) ?? '') : on.vmId;
  }

  /** A run command that has served, or must not any more. */
  async #remove(vmId: string, name: string): Promise<void> {
    if (vmId === '') return;
    const { timing, note } = this.#scene;
    await stepsOf(timing, this.#action.id)
      .act.removeRunCommand(vmId, name)
      .catch((failure: unknown) => {
        if (!(failure instanceof ActivityFailure)) throw failure;
        note(`The run command ${name} stays on the VM: ${troubleOf(failure).message}`);
      });
  }

  #commands({ commands, withinMinutes }: CommandsAction): Commands {
    return { commands, withinMinutes, key: `portage-${this.#name}-${this.#run}` };
  }

  /** @param moreMs how much longer than it may take the end of it is waited for. */
  #steps(moreMs: number) {
    const { id, withinMinutes } = this.#action;
    return actionSteps(this.#scene.timing, id, withinMinutes * 60_000 + moreMs);
  }
}
