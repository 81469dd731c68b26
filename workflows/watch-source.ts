import { ActivityFailure } from '@temporalio/common';
import { allHandlersFinished, condition, sleep } from '@temporalio/workflow';
import type { SourceStart } from '../activities/index.ts';
import { troubleOf } from './attention.ts';
import type { WatchSourceInput, WatchStatus } from './messages.ts';
import { SourceWatch } from './source-watch.ts';
import { stepsOf } from './steps.ts';
import { waitOrLeave } from './wait-or-leave.ts';

const dayMs = 24 * 3_600_000;

/**
 * Watches the stopped source of a machine that was migrated, for as long as its plan says: who starts it is told of. Where
 * the plan wants it terminated, a person is asked after that. One activity waits, retried without an event: the history
 * grows only with what people do, and stays far below Temporal's limit.
 * @returns how it ended.
 */
export async function watchSource(input: WatchSourceInput): Promise<WatchStatus> {
  const watch = new SourceWatch(input);
  watch.listen();
  await watchUntilOver(watch, input);
  if (watch.state === 'watching') await terminateWhenConfirmed(watch, input);
  await watch.told();
  await condition(allHandlersFinished);
  return watch.status;
}

async function watchUntilOver(watch: SourceWatch, input: WatchSourceInput): Promise<void> {
  const { vm, instanceId, timing } = input;
  const { act, wait } = stepsOf(timing, 'Look whether somebody starts the source');
  let isOver = vm.watchDays === 0;
  if (!isOver)
    void sleep(vm.watchDays * dayMs, { summary: 'How long it is watched' }).then(() => (isOver = true));
  let known: SourceStart | undefined;
  while (!isOver) {
    try {
      const before = known;
      const seen: SourceStart | 'over' | undefined =
        before === undefined
          ? await act.readSourceStart(vm, instanceId)
          : await waitOrLeave<SourceStart | 'over' | undefined>(
              () => wait.awaitSourceStarted(vm, instanceId, before.launchedAt),
              () => isOver,
              () => 'over',
            );
      if (seen === 'over') return;
      if (seen === undefined) return watch.gone('The source is gone: somebody has terminated it');
      if (before !== undefined || seen.state !== 'stopped') watch.started(seen);
      known = seen;
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      watch.note(
        `The source could not be looked at, which is tried again in a day: ${troubleOf(failure).message}`,
      );
      await condition(() => isOver, dayMs);
    }
  }
}

/** Nothing is deleted without a person's word, and without a copy. */
async function terminateWhenConfirmed(watch: SourceWatch, input: WatchSourceInput): Promise<void> {
  const { vm, instanceId, snapshots, timing } = input;
  if (vm.afterCommit !== 'terminate') return watch.ended('It is not watched any more');
  if (snapshots.length === 0) return watch.ended('The source is kept: there are no snapshots of it');
  const { act, wait } = stepsOf(timing, 'Terminate the source');
  let question = {
    code: 'TERMINATE_SOURCE',
    message: `The plan wants ${instanceId} terminated, whose volumes are copied: ${snapshots.join(', ')}`,
    suggestion: 'See that nobody misses it; then confirm, in your name',
  };
  while ((await watch.ask(question)) === 'terminate') {
    try {
      await act.terminateSource(vm, instanceId);
      await wait.awaitTerminated(vm, instanceId);
      return watch.gone(`The source is terminated; its snapshots stay: ${snapshots.join(', ')}`);
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      question = troubleOf(failure);
    }
  }
  watch.ended('The source is kept');
}
