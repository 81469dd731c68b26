import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import {
  condition,
  currentUpdateInfo,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { PlanEvent, SourceStart } from '../activities/index.ts';
import { troubleOf, type Trouble } from './attention.ts';
import {
  confirmUpdate,
  lateNoteSignal,
  planWorkflowId,
  watchStatusQuery,
  type Attention,
  type Confirmation,
  type WatchSourceInput,
  type WatchStatus,
} from './messages.ts';
import { attentionAttribute } from './search-attributes.ts';
import { stepsOf } from './steps.ts';
import { Story, timestamp } from './story.ts';

type Told = Pick<PlanEvent, 'event' | 'text' | 'code' | 'choices'>;

const answers = ['terminate', 'keep'] as const;
type Answer = (typeof answers)[number];

/** What has been seen of a source since its machine lives in Azure, and who was told. */
export class SourceWatch {
  readonly #input: WatchSourceInput;
  readonly #address: string;
  readonly #story = new Story();
  readonly #starts: string[] = [];
  readonly #until: string;
  #state: WatchStatus['state'] = 'watching';
  #attention: Attention | undefined;
  #answer: Answer | undefined;
  #telling: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(input: WatchSourceInput) {
    const { vm } = input;
    this.#input = input;
    this.#address = `${vm.plan}/${vm.name}`;
    this.#until = new Date(Date.now() + vm.watchDays * 24 * 3_600_000).toISOString();
  }

  /** Answers and takes messages from now on. */
  listen(): void {
    setHandler(watchStatusQuery, () => this.status);
    setHandler(confirmUpdate, async (given: Confirmation) => this.#confirm(given, await this.#whoAsks()), {
      validator: (given: Confirmation) => void this.#meant(given),
    });
  }

  get state(): WatchStatus['state'] {
    return this.#state;
  }

  get status(): WatchStatus {
    const { vm, instanceId } = this.#input;
    return {
      plan: vm.plan,
      vm: vm.name,
      instanceId,
      state: this.#state,
      until: this.#until,
      starts: this.#starts,
      ...(this.#attention && { attention: this.#attention }),
      notes: this.#story.notes,
    };
  }

  note(text: string): void {
    this.#story.note(text);
    setCurrentDetails(this.#story.markdown(`${this.#address}: ${this.#state}`, this.#attention));
  }

  /** Somebody has started it. */
  started({ state, launchedAt }: SourceStart): void {
    const { instanceId } = this.#input;
    this.#starts.push(launchedAt);
    const text = `Somebody has started the source ${instanceId} at ${launchedAt}; it is ${state}. It is kept apart: nothing reaches it, and its machine lives in Azure`;
    this.note(text);
    this.#tellPlan(text);
    this.#tell({ event: 'source-started', text: `${this.#address}: ${text}` });
  }

  gone(text: string): void {
    this.#state = 'gone';
    this.note(text);
    this.#tellPlan(text);
  }

  ended(text: string): void {
    this.#state = 'ended';
    this.note(text);
  }

  /** Asks a person whether it is terminated, and waits however long. */
  async ask(question: Trouble): Promise<Answer> {
    this.#answer = undefined;
    this.#state = 'asking';
    this.#attention = {
      ...question,
      step: 'Terminate the source',
      since: timestamp(),
      choices: answers.map((answer) => `portage confirm ${this.#address} ${answer}`),
      kind: 'planned',
    };
    this.note(question.message);
    upsertSearchAttributes([{ key: attentionAttribute, value: true }]);
    const { code, choices } = this.#attention;
    const text = `${this.#address}: ${question.message}. ${question.suggestion}`;
    this.#tell({ event: 'attention', code, choices, text });
    const given = () => this.#answer;
    await condition(() => given() !== undefined);
    this.#attention = undefined;
    upsertSearchAttributes([{ key: attentionAttribute, value: false }]);
    return given() ?? 'keep';
  }

  /** Waits until everybody was told, or it was tried for as long as a step may take. */
  async told(): Promise<void> {
    await this.#telling;
  }

  #confirm(given: Confirmation, by: string): string {
    try {
      this.#answer = this.#meant(given);
    } catch (refusal) {
      if (!(refusal instanceof Error)) throw refusal;
      throw ApplicationFailure.nonRetryable(refusal.message, 'Refused');
    }
    this.note(`Confirmed by ${by}: ${given.answer} the source`);
    return `${this.#address}: ${given.answer} the source`;
  }

  /** @throws Error where nothing is asked that has this answer. */
  #meant({ answer }: Confirmation): Answer {
    const meant = answers.find((one) => one === answer);
    if (this.#attention !== undefined && this.#answer === undefined && meant !== undefined) return meant;
    const open = this.#attention === undefined ? 'none' : answers.join(', ');
    throw new Error(`The source of ${this.#address} has no use for ${answer}; answers now: ${open}`);
  }

  /** Who sent the update that is being handled. */
  async #whoAsks(): Promise<string> {
    return stepsOf(this.#input.timing, 'Who asks').act.whoAsked(currentUpdateInfo()?.id ?? '');
  }

  /** For its story, where it runs still. */
  #tellPlan(text: string): void {
    const { plan, name } = this.#input.vm;
    const handle = getExternalWorkflowHandle(planWorkflowId(plan));
    const telling = handle.signal(lateNoteSignal, { vm: name, text }).catch(() => undefined);
    this.#telling = Promise.all([this.#telling, telling]);
  }

  #tell(told: Told): void {
    const { vm, notifications, timing } = this.#input;
    const id = `${this.#address}/${workflowInfo().runId}/${++this.#count}`;
    const event: PlanEvent = { id, at: timestamp(), plan: vm.plan, vm: vm.name, ...told };
    for (const one of notifications.filter(({ on }) => on.includes(told.event))) {
      const telling = stepsOf(timing, `Notify: ${told.event}`)
        .act.notify(one, event)
        .catch((failure: unknown) => {
          if (!(failure instanceof ActivityFailure)) throw failure;
          this.note(`Not told, ${told.text}: ${troubleOf(failure).message}`);
        });
      this.#telling = Promise.all([this.#telling, telling]);
    }
  }
}
