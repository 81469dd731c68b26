import { ActivityFailure } from '@temporalio/workflow';
import type { NativeJob, NativePlan, Timing } from '../activities/index.ts';
import type { Action, ResolvedGroup } from '../plan/resolve.ts';
import { troubleOf } from './attention.ts';
import type { Machine } from './plan-machines.ts';
import type { PlanRun } from './plan-run.ts';
import { splitForVaults } from './split-for-vaults.ts';
import { stepsOf, type Steps } from './steps.ts';

/** A group of a Portage plan that Site Recovery's own recovery plans test and fail over. */
export interface NativeGroup {
  readonly run: PlanRun;
  readonly timing: Timing;
  readonly group: ResolvedGroup;
}

/** One recovery plan of a group, with the machines that it is about now. */
export interface Part {
  readonly plan: NativePlan;
  readonly machines: readonly Machine[];
}

/** The recovery plans that a choice of a group's machines needs, the group's manual actions at the end of the last. */
export function partsOf(
  { run, group }: NativeGroup,
  machines: readonly Machine[],
  actions: readonly Action[],
): readonly Part[] {
  const parts = splitForVaults(run.plan.name, group).flatMap(({ name, vms }): Part[] => {
    const names = vms.map((vm) => vm.name);
    const own = machines.filter(({ vm, report }) => names.includes(vm.name) && report.item !== undefined);
    const [{ vm, report } = {}] = own;
    if (vm === undefined || report?.item === undefined) return [];
    const { fabric, container } = report.item;
    const items = own.flatMap((one) => one.report.item?.name ?? []);
    return [
      { plan: { environment: vm.environment, name, fabric, container, items, actions: [] }, machines: own },
    ];
  });
  const manual = actions.flatMap((action) =>
    action.kind === 'manual' ? { name: nativeName(action), text: action.text } : [],
  );
  return parts.map((part, at) =>
    at === parts.length - 1 ? { ...part, plan: { ...part.plan, actions: manual } } : part,
  );
}

/** An action's id as a recovery plan names it. */
export function nativeName({ id }: Action): string {
  return id.replaceAll('/', ' ');
}

/** Makes a recovery plan, or brings the one that is there to what it has to be. */
export async function makePlan({ act, wait }: Pick<Steps, 'act' | 'wait'>, plan: NativePlan): Promise<void> {
  const job = await act.beginNativePlan(plan);
  if (job !== undefined) await wait.awaitJob(plan, job);
}

/** What a recovery plan's job waits for. */
export type AskedFor = Extract<NativeJob, { ended: false }>['action'];

/** Waits for the end of a recovery plan's job, and has it go on from what it waits for once that is done. */
export async function followJob(
  native: NativeGroup,
  plan: NativePlan,
  job: string,
  untilDone: (action: AskedFor) => Promise<void>,
): Promise<void> {
  const resumed: string[] = [];
  for (;;) {
    const seen = await insist(native, plan, ({ wait }) => wait.awaitNativeJob(plan, job, resumed));
    if (seen.ended) return;
    await untilDone(seen.action);
    await insist(native, plan, ({ act }) => act.resumeNativeJob(plan, job, seen.action.id));
    resumed.push(seen.action.id);
  }
}

/** Does a step, until it succeeds: one that fails for good asks for a person. */
export async function insist<T>(
  { run, timing }: NativeGroup,
  { name }: NativePlan,
  act: (steps: Steps) => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await act(stepsOf(timing, name));
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      await run.untilRetried(name, troubleOf(failure));
    }
  }
}
