import { ActivityFailure } from '@temporalio/common';
import { uuid4 } from '@temporalio/workflow';
import type { Action, AutomaticAction, ManualAction } from '../plan/resolve.ts';
import { ActionDoing } from './action-doing.ts';
import { textOf } from './action-states.ts';
import { troubleOf } from './attention.ts';
import { TurnBackAsked, type MachineRun } from './machine-run.ts';

/**
 * Does a machine's actions, one after the other.
 * @throws TurnBackAsked where one has failed and the plan wants that.
 */
export async function doActions(run: MachineRun, actions: readonly Action[]): Promise<void> {
  for (const action of actions) {
    run.actionIs(action, 'open');
    const isDone = action.kind === 'manual' ? await askFor(run, action) : await doByItself(run, action);
    run.actionIs(action, isDone ? 'done' : 'skipped');
    if (isDone) run.note(`Done: ${textOf(action)}`);
  }
}

async function askFor(run: MachineRun, { id, text }: ManualAction): Promise<boolean> {
  const question = { code: 'ACTION_TO_DO', message: text, suggestion: 'Do it, then say so' };
  return (await run.ask(id, question, ['done', 'skip'])) === 'done';
}

async function doByItself(run: MachineRun, action: AutomaticAction): Promise<boolean> {
  const { id, otherwise } = action;
  const { plan, group, name } = run.vm;
  const doing = new ActionDoing(action, {
    of: { plan, group, vm: name },
    timing: await run.timing,
    key: `${plan}/${id}/${uuid4()}`,
    vm: () => run.vm,
    azureVm: () => run.azureVm?.id,
    note: (text) => run.note(text),
    wait: (activity) => run.wait(activity),
  });
  const end = await run.stepOr(id, ['skip', 'done'], async () => {
    try {
      await doing.untilDone();
      return 'by-itself' as const;
    } catch (failure) {
      if (otherwise === 'ask' || !(failure instanceof ActivityFailure)) throw failure;
      run.note(`${id}: ${troubleOf(failure).message}`);
      return otherwise;
    }
  });
  if (end === 'by-itself') return true;
  await doing.giveUp();
  if (end === 'turn-back') {
    run.actionIs(action, 'waiting');
    run.note(`Turned back, as the plan says: ${id} has failed`);
    throw new TurnBackAsked();
  }
  if (end === 'go-on') run.note(`Gone on without it, as the plan says: ${textOf(action)}`);
  return end === 'done';
}
