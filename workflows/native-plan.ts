import { ActivityFailure, condition } from '@temporalio/workflow';
import type { NativePlan, Timing } from '../activities/index.ts';
import type { Action, ResolvedGroup } from '../plan/resolve.ts';
import { troubleOf } from './attention.ts';
import {
  followJob,
  insist,
  makePlan,
  nativeName,
  partsOf,
  type NativeGroup,
  type Part,
} from './native-group.ts';
import { passOnJoint } from './pass-on.ts';
import { isBeforeReady } from './phases.ts';
import { isJoining, isThrough, type Machine } from './plan-machines.ts';
import type { PlanRun } from './plan-run.ts';
import { stepsOf } from './steps.ts';
import { jobText } from './story.ts';

/** Makes the recovery plans of a group before any source is stopped: what is refused costs no downtime, and people see them. */
export async function makeNativePlans(run: PlanRun, timing: Timing, group: ResolvedGroup): Promise<void> {
  const native = { run, timing, group };
  const ready = run.machinesOf(group).filter((one) => !isThrough(one) && !isBeforeReady(one.report.phase));
  const make = ({ plan }: Part) => insist(native, plan, (steps) => makePlan(steps, plan));
  await Promise.all(partsOf(native, ready, openActions(native)).map(make));
}

/** Fails machines over by the group's recovery plans, as often as some of them are stopped and wait for it. */
export async function failOverTogether(run: PlanRun, timing: Timing, group: ResolvedGroup): Promise<void> {
  const native = { run, timing, group };
  while (await run.untilTogether(group)) {
    const joined = await call(run.machinesOf(group).filter(isJoining));
    const isWhole = run.machinesOf(group).every((one) => joined.includes(one) || isBeyond(one));
    const parts = partsOf(native, joined, isWhole ? openActions(native) : []);
    const others = Promise.all(parts.slice(0, -1).map((part) => failOver(native, part)));
    const last = parts.slice(-1).map((part) => failOver(native, part, others));
    await Promise.all([others, ...last]);
  }
}

/** Takes the recovery plans of a group away, once it is through. */
export async function removeNativePlans(run: PlanRun, timing: Timing, group: ResolvedGroup): Promise<void> {
  const native = { run, timing, group };
  const remove = ({ plan }: Part) =>
    insist(native, plan, async ({ act, wait }) => {
      const job = await act.beginNativePlanRemoval(plan, run.plan.name);
      if (job !== undefined) await wait.awaitJob(plan, job);
    });
  await Promise.all(partsOf(native, run.machinesOf(group), []).map(remove));
}

/** Has the machines join: from then on none of them can turn back. @returns those that have; the others had left. */
async function call(waiting: readonly Machine[]): Promise<readonly Machine[]> {
  await Promise.all(waiting.map((machine) => passOnJoint(machine, { kind: 'call' })));
  await condition(() => waiting.every(({ report }) => report.joint !== 'waiting'));
  return waiting.filter(({ report }) => report.joint === 'joined');
}

/** @param others what has to be over before a person is asked for the group's actions. */
async function failOver(native: NativeGroup, part: Part, others?: Promise<unknown>): Promise<void> {
  const { run, timing } = native;
  const { plan, machines } = part;
  let job: string | undefined;
  try {
    const { act, wait } = stepsOf(timing, plan.name);
    await makePlan({ act, wait }, plan);
    job = await act.beginNativeFailover(plan, await act.markNativePlan(plan));
  } catch (failure) {
    if (!(failure instanceof ActivityFailure)) throw failure;
    await Promise.all(machines.map((machine) => passOnJoint(machine, { kind: 'off' })));
    return run.untilRetried(plan.name, troubleOf(failure));
  }
  run.note(`Recovery plan ${plan.name} fails over ${machines.length} machines${jobText(job)}`);
  const begun = { kind: 'begun', ...(job !== undefined && { job }) } as const;
  await Promise.all(machines.map((machine) => passOnJoint(machine, begun)));
  await condition(() => machines.every(({ report }) => report.joint !== 'joined'));
  if (job !== undefined) await follow(native, plan, job, others);
}

/**
 * Waits for the end of a recovery plan's job, and has people do what it waits for.
 * @param others what has to be over before a person is asked for the group's actions.
 */
async function follow(
  native: NativeGroup,
  plan: NativePlan,
  job: string,
  others: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  const { run, group } = native;
  await followJob(native, plan, job, async ({ name, text, isOwn }) => {
    if (isOwn) await others;
    const own = isOwn ? group.after.find((action) => nativeName(action) === name) : undefined;
    await run.haveDone(own ?? run.addAction(group, `${name}: ${text}`));
  });
  run.note(`Recovery plan ${plan.name} has ended`);
}

/** What a person still has to do after the group: in the last of its recovery plans. Webhooks stay Portage's. */
function openActions({ run, group }: NativeGroup): readonly Action[] {
  return group.after.filter((action) => action.kind === 'manual' && !run.isOver(action));
}

/** Out of the group's failover: through, or failed over already. */
function isBeyond(machine: Machine): boolean {
  return isThrough(machine) || machine.report.joint === 'begun';
}
