import { ActivityFailure, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type { PlanEvent, Timing } from '../activities/index.ts';
import type { CutoverWindow, ResolvedPlan } from '../plan/resolve.ts';
import { troubleOf } from './attention.ts';
import type { Attention, MachineReport } from './messages.ts';
import { isBeforeReady, isEnded } from './phases.ts';
import type { PlanContent } from './plan-content.ts';
import { readTiming, stepsOf } from './steps.ts';
import { timestamp } from './story.ts';

/** How long before a window opens it is told of. */
const noticeMs = 30 * 60_000;

type Told = Omit<PlanEvent, 'id' | 'at' | 'plan'>;

/** Tells a plan's webhooks what happens. Nothing waits for them; what could not be delivered is noted. */
export class PlanNotifications {
  readonly #content: PlanContent;
  readonly #note: (text: string) => void;
  readonly #sending = new Set<Promise<void>>();
  /** Windows that machines wait for and nobody has been told of, by their beginning. */
  readonly #windows = new Map<string, CutoverWindow>();
  readonly #announced = new Set<string>();
  /** The attention that was told last, of the plan and of each environment. */
  readonly #told = new Map<string, string>();
  #timing: Promise<Timing> | undefined;
  #count = 0;

  constructor(content: PlanContent, note: (text: string) => void) {
    this.#content = content;
    this.#note = note;
  }

  get #plan(): ResolvedPlan {
    return this.#content.plan;
  }

  /** A machine reports: what is new about it is told. */
  heard(before: MachineReport, now: MachineReport): void {
    const { vm, phase, attention, window } = now;
    if (isBeforeReady(before.phase) && !isBeforeReady(phase) && !isEnded(phase))
      this.#tell({ event: 'ready', vm, text: `${this.#plan.name}/${vm} is ready to cut over` });
    if (attention !== undefined && attention.since !== before.attention?.since)
      this.#tell({ vm, ...asTold(attention, `${this.#plan.name}/${vm}`) });
    if (phase === 'completed' && before.phase !== 'completed')
      this.#tell({ event: 'completed', vm, text: `${this.#plan.name}/${vm} is completed` });
    if (window !== undefined && !this.#announced.has(window.from)) this.#windows.set(window.from, window);
  }

  /** The plan as a whole, or an environment of it, waits for a person, or does not any more. */
  attention(who: string, attention: Attention | undefined): void {
    if (attention === undefined) return void this.#told.delete(who);
    const key = `${attention.code} ${attention.since}`;
    if (this.#told.get(who) === key) return;
    this.#told.set(who, key);
    this.#tell(asTold(attention, who));
  }

  /** Every machine is through. */
  completed(): void {
    this.#tell({ event: 'completed', text: `Plan ${this.#plan.name} is done: every machine is through` });
  }

  /** Tells of windows before they open, until nobody waits for one any more. */
  async announceWindows(
    waiting: (window: CutoverWindow) => readonly string[],
    isOver: () => boolean,
  ): Promise<void> {
    await condition(() => this.#wants('window') || isOver());
    for (;;) {
      const known = this.#windows.size;
      const next = Math.min(...[...this.#windows.keys()].map((from) => Date.parse(from) - noticeMs));
      const isDue = () => this.#windows.size !== known || Date.now() >= next || isOver();
      if (next === Infinity) await condition(isDue);
      else await condition(isDue, Math.max(1, next - Date.now()));
      if (isOver()) return;
      for (const window of [...this.#windows.values()]) this.#announce(window, waiting(window));
    }
  }

  #announce(window: CutoverWindow, vms: readonly string[]): void {
    if (Date.parse(window.from) - noticeMs > Date.now()) return;
    this.#windows.delete(window.from);
    this.#announced.add(window.from);
    if (vms.length === 0) return;
    const text = `The window ${window.from} to ${window.until} is about to open for ${vms.join(', ')} of ${this.#plan.name}`;
    this.#tell({ event: 'window', window, vms, text });
  }

  /** Waits until everything was delivered, or was tried for as long as a step may take. */
  async sent(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  #wants(event: Told['event']): boolean {
    return (this.#plan.notifications ?? []).some(({ on }) => on.includes(event));
  }

  #tell(told: Told): void {
    if (!this.#wants(told.event)) return;
    const { name, notifications = [] } = this.#plan;
    const id = `${name}/${workflowInfo().runId}/${++this.#count}`;
    const event = { id, at: timestamp(), plan: name, ...told };
    for (const one of notifications.filter(({ on }) => on.includes(told.event))) {
      // A handler's scope may be cancelled with the plan; what it was about to tell is told all the same.
      const sending = CancellationScope.nonCancellable(async () => {
        this.#timing ??= readTiming();
        await stepsOf(await this.#timing, `Notify: ${told.event}`).act.notify(one, event);
      })
        .catch((failure: unknown) => {
          if (!(failure instanceof ActivityFailure)) throw failure;
          this.#note(`Not told, ${told.text}: ${troubleOf(failure).message}`);
        })
        .finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
    }
  }
}

function asTold({ code, message, suggestion, choices }: Attention, who: string): Told {
  return { event: 'attention', code, choices, text: `${who}: ${message}. ${suggestion}` };
}
