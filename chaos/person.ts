import { setTimeout as sleep } from 'node:timers/promises';
import { PortageError, type MachineStatus, type PlanStatus } from '../client/index.ts';
import type { ChaosWorld } from './chaos-world.ts';
import { commandsIn, follow, type Suggested } from './command-of-portage.ts';
import type { DrawnMachine, DrawnRun } from './drawn-run.ts';

const lookMs = 300;
/** How often a failed step is retried before the next choice is taken. */
const retries = 5;

/** Somebody who releases the plan once, and then does what Portage suggests, and no more. */
export class Person {
  readonly #world: ChaosWorld;
  readonly #run: DrawnRun;
  /** What was answered already: the same suggestion is followed once. */
  readonly #answered = new Set<string>();
  readonly #tries = new Map<string, number>();
  #releasedRun = '';

  constructor(world: ChaosWorld, run: DrawnRun) {
    this.#world = world;
    this.#run = run;
  }

  /** Goes on until every machine has ended. @param over ends it before. @returns whether they have. */
  async untilEnded(over: AbortSignal): Promise<boolean> {
    while (!over.aborted) {
      try {
        if (await this.#look()) return true;
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
      await sleep(lookMs);
    }
    return false;
  }

  async #look(): Promise<boolean> {
    const { plan, machines } = this.#run;
    const status = await this.#world.portage.planStatus(plan.name);
    await this.#release(status);
    await this.#helpPlan(status);
    const ended = [];
    for (const machine of machines) ended.push(await this.#help(machine, status));
    return ended.every(Boolean) && status.state === 'done';
  }

  /** Once for each run of the plan: one that was ended from outside has forgotten it. */
  async #release({ plan, startedAt }: PlanStatus): Promise<void> {
    if (this.#releasedRun === startedAt || this.#run.plan.defaults?.cutover === 'automatic') return;
    await this.#world.portage.requestFailover({ plan });
    this.#releasedRun = startedAt;
  }

  async #helpPlan({ plan, attention, groups, environments }: PlanStatus): Promise<void> {
    for (const waits of [attention, ...environments.map((one) => one.attention)])
      if (waits !== undefined) await this.#choose(plan, waits.since, waits.choices);
    for (const action of groups.flatMap(({ actions }) => actions))
      if (action.state === 'open' && action.kind === 'manual')
        await this.#world.portage.completeAction(plan, action.id);
  }

  /** @returns whether the machine has ended. */
  async #help(machine: DrawnMachine, plan: PlanStatus): Promise<boolean> {
    const known = plan.groups.flatMap(({ machines }) => machines).find(({ vm }) => vm === machine.name);
    if (known === undefined || known.phase === 'queued') return false;
    const status = await this.#world.portage.machineStatus(plan.plan, machine.name);
    if (['completed', 'turned-back', 'aborted'].includes(status.phase)) return true;
    if (status.attention !== undefined)
      await this.#choose(machine.name, status.attention.since, inTaste(machine, status));
    else await this.#goOn(machine, status);
    return false;
  }

  async #goOn(machine: DrawnMachine, status: MachineStatus): Promise<void> {
    const { plan, vm, test, phase, heldBack, turnedBack, next, since } = status;
    if (phase === 'testing' && test?.state === 'up')
      return this.#once(`${vm} ${test.startedAt}`, commandsIn(next)[0]);
    if (phase !== 'ready') return;
    if (heldBack !== undefined) return this.#once(`${vm} ${since} ${next}`, commandsIn(next)[0]);
    if (turnedBack && !machine.triesAgain) {
      await this.#world.portage.abort({ plan, vm });
      return;
    }
    if (turnedBack) return this.#once(`${vm} ${since}`, { verb: 'failover', plan, vm, rest: [] });
  }

  /** Retries what failed some times, then takes the next choice, and so on. */
  async #choose(who: string, since: string, choices: readonly string[]): Promise<void> {
    const key = `${who} ${since}`;
    if (this.#answered.has(key)) return;
    const tries = (this.#tries.get(who) ?? 0) + 1;
    const [first, second = first] = choices.flatMap(commandsIn);
    await this.#once(key, tries % (retries + 1) === 0 ? second : first);
    this.#tries.set(who, tries);
  }

  async #once(key: string, command: Suggested | undefined): Promise<void> {
    if (command === undefined || this.#answered.has(key)) return;
    await follow(this.#world.portage, command);
    this.#answered.add(key);
  }
}

/** A question has several answers, which end it in different ways; a failed step is retried first. */
function inTaste({ taste }: DrawnMachine, { attention }: MachineStatus): readonly string[] {
  const { choices = [], kind } = attention ?? {};
  if (kind === 'failed') return choices;
  return choices.map((_choice, at) => choices[(at + taste) % choices.length] ?? '');
}

/** Refused because the machine has moved on, or nobody answers as long as the worker or the server is away. */
function isPassing(error: unknown): boolean {
  return error instanceof PortageError;
}
