import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { MachineRun } from './machine-run.ts';
import { watchWorkflowId, type WatchSourceInput } from './messages.ts';
import { attentionAttribute, planAttribute } from './search-attributes.ts';
import { watchSource } from './watch-source.ts';

/** Has the source of a machine that is done watched, by a workflow of its own: neither the machine nor its plan waits for it. */
export async function watchAfterwards(
  run: MachineRun,
  about: Pick<WatchSourceInput, 'instanceId' | 'notifications' | 'snapshots'>,
): Promise<void> {
  const { vm } = run;
  if (vm.watchDays === 0 && vm.afterCommit !== 'terminate') return;
  const input: WatchSourceInput = { ...about, vm, timing: await run.timing };
  try {
    await startChild(watchSource, {
      workflowId: watchWorkflowId(vm.plan, vm.name),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: `The source of ${vm.plan}/${vm.name}`,
      typedSearchAttributes: [
        { key: planAttribute, value: vm.plan },
        { key: attentionAttribute, value: false },
      ],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  run.note(`The source is watched for ${vm.watchDays} days: who starts it is told of`);
}
