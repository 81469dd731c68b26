import type { ItemAddress } from '../activities/index.ts';
import type { VmPlan } from '../plan/resolve.ts';
import { awaitJob } from './await-job.ts';
import type { MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import type { Steps } from './steps.ts';

/** Sets what can be set only once the item shows the machine's interfaces, and reads it back. */
export async function setTarget(
  run: MachineRun,
  item: ItemAddress,
  { act, wait }: Pick<Steps, 'act' | 'wait'>,
  vm = run.vm,
): Promise<void> {
  const { vm: planned } = run;
  const job = await act.beginTargetSettings(vm, item);
  await awaitJob(run, { wait }, item, job);
  await act.checkTargetSettings(vm, item);
  run.settings.targetIsSet(planned);
  if (job !== undefined) run.note(`What the failover will make is set as the plan says, job ${job}`);
}

/** The same once more, within a step, where the plan was changed since: with the first size that it names. */
export async function setTargetAnew(run: MachineRun, item: ItemAddress, steps: Steps): Promise<void> {
  while (run.settings.lacksTarget) await setTarget(run, item, steps, withSize(run.vm));
}

/** A step of its own, for a machine that is ready. */
export async function followChangedTarget(run: MachineRun, { item }: Found): Promise<void> {
  await run.step('Set what the plan says now', (steps) => setTargetAnew(run, item, steps));
}

/** @param size the one that is to be set, of the plan's list; the first of it where none is named. */
export function withSize(vm: VmPlan, size = vm.target.size): VmPlan {
  return { ...vm, target: { ...vm.target, ...(size !== undefined && { size }), nextSizes: [] } };
}
