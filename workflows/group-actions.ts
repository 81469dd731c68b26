import { ActivityFailure } from '@temporalio/common';
import type { Timing } from '../activities/index.ts';
import type { Action, AutomaticAction, ResolvedGroup } from '../plan/resolve.ts';
import { ActionDoing } from './action-doing.ts';
import { troubleOf, type Trouble } from './attention.ts';
import type { PlanRun } from './plan-run.ts';

/** Does a group's actions before or after its cutover, one after the other, each as the plan says it when its turn has come. */
export async function doActionsOf(
  run: PlanRun,
  timing: Timing,
  { name }: ResolvedGroup,
  when: 'before' | 'after',
): Promise<void> {
  for (let index = 0; !run.isCancelled;) {
    const action = run.content.group(name)[when][index];
    if (action === undefined) return;
    if (run.isOver(action) || (await isDone(run, timing, name, action))) index++;
  }
}

/** @returns false where the plan says it otherwise by now: that is to be done. */
async function isDone(run: PlanRun, timing: Timing, group: string, action: Action): Promise<boolean> {
  if (action.kind === 'manual') {
    await run.haveDone(action);
    return true;
  }
  run.beginAction(action);
  const outcome = await doByItself(run, timing, group, action);
  if (outcome === 'changed') return false;
  run.endAction(action, outcome);
  return true;
}

async function doByItself(
  run: PlanRun,
  timing: Timing,
  group: string,
  action: AutomaticAction,
): Promise<'done' | 'skipped' | 'changed'> {
  const doing = new ActionDoing(action, run.sceneOf(group, action, timing));
  for (;;) {
    try {
      await doing.untilDone();
      return 'done';
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      const outcome = await afterFailure(run, action, troubleOf(failure));
      if (outcome === 'again' && run.content.says(action)) continue;
      await doing.giveUp();
      return outcome === 'again' ? 'changed' : outcome;
    }
  }
}

/** By the plan's word where it has one, else by a person's. */
async function afterFailure(
  run: PlanRun,
  action: AutomaticAction,
  trouble: Trouble,
): Promise<'again' | 'done' | 'skipped'> {
  if (action.otherwise === 'ask') return run.untilCured(action, trouble);
  run.note(`${action.id}: ${trouble.message}`);
  return 'skipped';
}
