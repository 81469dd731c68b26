import { ApplicationFailure } from '@temporalio/common';
import { condition, setHandler, upsertMemo, workflowInfo } from '@temporalio/workflow';
import { changesInWords } from '../plan/changes-in-words.ts';
import { parsePlan } from '../plan/parse.ts';
import { planChanges, type PlanChange } from '../plan/plan-changes.ts';
import type { ResolvedPlan } from '../plan/resolve.ts';
import { isLater } from './machine-settings.ts';
import { applyPlanUpdate, planDifferenceQuery, type GroupStatus, type PlanDifference } from './messages.ts';
import { passOnChange } from './pass-on.ts';
import { isEnded } from './phases.ts';
import type { PlanActions } from './plan-actions.ts';
import { readPlan, type PlanContent } from './plan-content.ts';
import { digestMemo, digestOf } from './plan-digest.ts';
import type { PlanEnvironments } from './plan-environments.ts';
import { hasBegun, hasFailed, namesOf, type Machine, type PlanMachines } from './plan-machines.ts';
import { refusedChanges, type PlanStanding } from './refused-changes.ts';
import { whoAsks } from './who-asks.ts';

/** How long machines have to answer a change before the plan says who has not: the client waits as well. */
const answerMs = 8_000;

/** What a plan that runs is made of, as far as a change of it goes. */
export interface RunningPlan {
  readonly content: PlanContent;
  readonly machines: PlanMachines;
  readonly actions: PlanActions;
  readonly environments: PlanEnvironments;
  groupState(name: string): GroupStatus['state'];
  note(text: string): void;
}

/** Has a plan that runs go by another content of its file: all of it, or nothing where any of it comes too late. */
export class PlanApplying {
  readonly #run: RunningPlan;

  constructor(run: RunningPlan) {
    this.#run = run;
  }

  /** Answers and takes messages from now on. */
  listen(): void {
    setHandler(planDifferenceQuery, (said) => this.#difference(said));
    setHandler(applyPlanUpdate, (said: unknown, seen?: number) => this.#apply(said, seen), {
      validator: (said: unknown, seen?: number) => this.#refuse(said, seen),
    });
  }

  /** A machine has reported: it is told what it could not hear before, and what it says to that is taken. */
  heard(machine: Machine): void {
    const { change, report } = machine;
    if (change === undefined) return;
    if (!isAnswered(machine)) return void this.#tell(machine);
    machine.change = undefined;
    const refused = report.change?.refused;
    if (refused === undefined) return;
    machine.vm = change.before;
    this.#run.note(
      `${machine.vm.name} goes on as before, a change of revision ${change.told.revision} came too late: ${refused}`,
    );
  }

  #difference(said: unknown): PlanDifference {
    const { content } = this.#run;
    const now = this.#now;
    const next = readPlan(said);
    const changes = planChanges(now, next);
    const refused = refusedChanges(changes, this.#standing);
    return {
      revision: content.revision,
      changes,
      refused,
      text: {
        changes: changesInWords(changes, now),
        refused: changesInWords(refused, now, ({ key, why }) => (key === '' ? why : `${key}: ${why}`)),
      },
    };
  }

  /** @throws Error with every reason why nothing of it is applied. */
  #refuse(said: unknown, seen: number | undefined): void {
    const { content } = this.#run;
    const { name } = content.plan;
    if (seen !== undefined && seen !== content.revision)
      throw new Error(
        `Plan ${name} was changed by somebody since you looked: it is at revision ${content.revision}, not ${seen}. Look again`,
      );
    if (this.#run.machines.all.some(({ change }) => change?.isTold))
      throw new Error(`Machines of ${name} have not answered the last change yet. Try again in a moment`);
    const { text } = this.#difference(said);
    if (text.refused.length > 0) throw new Error(`Nothing is applied to ${name}. ${text.refused.join('\n')}`);
  }

  async #apply(said: unknown, seen?: number): Promise<string> {
    const revision = this.#run.content.revision;
    const by = await whoAsks();
    try {
      this.#refuse(said, seen ?? revision); // it may stand otherwise by now
    } catch (refusal) {
      if (!(refusal instanceof Error)) throw refusal;
      throw ApplicationFailure.nonRetryable(refusal.message, 'Refused');
    }
    const { changes, text } = this.#difference(said);
    if (changes.length === 0) return `${this.#run.content.plan.name} runs with this content already`;
    const chosen = this.#change(said, by);
    this.#run.note(`Revision ${revision + 1} applied by ${by}: ${text.changes.join('; ')}`);
    for (const machine of chosen) await this.#tell(machine);
    await condition(() => chosen.every(({ change }) => change?.isTold !== true), answerMs);
    return this.#outcome(changes, chosen);
  }

  /** From here on the plan goes by it. @returns the machines that have to be told. */
  #change(said: unknown, by: string): readonly Machine[] {
    const { content, machines, environments } = this.#run;
    content.change(said);
    upsertMemo({ [digestMemo]: digestOf(parsePlan(said)) });
    const number = { run: workflowInfo().runStartTime.getTime(), revision: content.revision };
    const changed = machines.change((vm) => ({ ...number, vm, by }));
    environments.change(
      content.plan,
      machines.all.filter(({ report }) => isEnded(report.phase)).map(({ vm }) => vm.name),
    );
    return changed;
  }

  /** One that has no workflow yet begins with the change, or hears of it with its first report. */
  async #tell(machine: Machine): Promise<void> {
    const { change } = machine;
    if (change === undefined || change.isTold || !hasBegun(machine)) return;
    change.isTold = true;
    await passOnChange(machine, change.told);
  }

  #outcome(changes: readonly PlanChange[], chosen: readonly Machine[]): string {
    const { content, machines } = this.#run;
    const { name } = content.plan;
    const late = chosen.filter(({ report: { change } }) => change?.refused !== undefined);
    const silent = chosen.filter(({ change }) => change?.isTold);
    const waiting = machines.all.filter((machine) => hasFailed(machine) && !late.includes(machine));
    return [
      `Revision ${content.revision} of ${name} is applied: ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`,
      ...late.map((machine) => `too late for ${machine.vm.name}: ${machine.report.change?.refused ?? ''}`),
      ...(silent.length > 0 ? [`not answered yet: ${namesOf(silent)}`] : []),
      ...(waiting.length > 0 ? [`waiting for a retry: ${namesOf(waiting)} (portage retry ${name})`] : []),
    ].join('; ');
  }

  /** The plan as its machines go by it: for one that a change came too late for, what it was before. */
  get #now(): ResolvedPlan {
    const { content, machines } = this.#run;
    const { plan } = content;
    const groups = plan.groups.map((group) => ({
      ...group,
      machines: machines.inGroup(group).map(({ vm }) => vm),
    }));
    return { ...plan, groups };
  }

  get #standing(): PlanStanding {
    const { machines, actions, content } = this.#run;
    return {
      machine: (name) => machines.standing(name),
      isUsed: (environment) =>
        machines.all.some(({ vm, started }) => started && vm.environment.name === environment),
      group: (name) => this.#run.groupState(name),
      action: (id) => actions.standing(id),
      isNative: content.plan.engine === 'site-recovery',
    };
  }
}

function isAnswered({ change, report }: Machine): boolean {
  if (change === undefined || isEnded(report.phase)) return true;
  return report.change !== undefined && !isLater(change.told, report.change);
}
