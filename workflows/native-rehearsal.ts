import { ActivityFailure, condition } from '@temporalio/workflow';
import type { NativePlan, Timing } from '../activities/index.ts';
import type { ResolvedGroup } from '../plan/resolve.ts';
import { troubleOf } from './attention.ts';
import { followJob, insist, makePlan, partsOf, type NativeGroup, type Part } from './native-group.ts';
import { passOnJointTest } from './pass-on.ts';
import { hasFailed, isThrough, type Machine } from './plan-machines.ts';
import type { PlanRun } from './plan-run.ts';
import { stepsOf } from './steps.ts';
import { jobText } from './story.ts';

const hourMs = 3_600_000;

/** Tests a group by its recovery plans as often as its machines ask for it, until nothing of it is left to test. */
export async function testTogether(run: PlanRun, timing: Timing, group: ResolvedGroup): Promise<void> {
  const native = { run, timing, group };
  for (;;) {
    const work = await run.untilJointTest(group);
    if (work === undefined) return;
    if (work.begin.length > 0) void rehearse(native, work.begin);
    await Promise.all(work.alone.map(leaveAlone));
  }
}

/** A test that a recovery plan of the vault has begun. */
interface StandingTest extends Part {
  readonly job: string;
}

/** One test of a group, from calling its machines until it is cleaned up. */
async function rehearse(native: NativeGroup, called: readonly Machine[]): Promise<void> {
  const { run, group } = native;
  run.jointTests.begin(group, called);
  await Promise.all(called.map((machine) => passOnJointTest(machine, { kind: 'call' })));
  await condition(() => called.every(hasAnswered));
  const joined = called.filter(hasJoined);
  run.jointTests.begin(group, joined);
  await Promise.all(partsOf(native, joined, []).map(({ machines }) => rehearsePart(native, machines)));
  run.jointTests.end(group);
}

async function rehearsePart(native: NativeGroup, machines: readonly Machine[]): Promise<void> {
  const test = await beginTest(native, machines);
  if (test === undefined) return;
  const { plan, job, machines: tested } = test;
  native.run.note(`Recovery plan ${plan.name} tests ${tested.length} machines${jobText(job)}`);
  await Promise.all(tested.map((machine) => passOnJointTest(machine, { kind: 'begun', job })));
  await Promise.all([followTest(native, test), untilSeen(native, tested), letLeave(native, tested)]);
  await cleanUp(native, plan);
  await Promise.all(tested.map((machine) => passOnJointTest(machine, { kind: 'cleaned-up' })));
  native.run.note(`Recovery plan ${plan.name} has cleaned its test up`);
}

/** @returns nothing where nobody is left to test. Who leaves before it is begun goes by itself. */
async function beginTest(
  native: NativeGroup,
  machines: readonly Machine[],
): Promise<StandingTest | undefined> {
  const { run, group, timing } = native;
  for (;;) {
    await Promise.all(machines.filter(isLeaving).map(leaveAlone));
    const [part] = partsOf(native, machines.filter(hasJoined), []);
    const networkId = part?.machines[0]?.vm.target.testNetworkId;
    if (part === undefined || networkId === undefined || run.jointTests.isClosed(group)) return undefined;
    const { plan } = part;
    try {
      const { act, wait } = stepsOf(timing, plan.name);
      await makePlan({ act, wait }, plan);
      const mark = await act.markNativePlan(plan, 'TestFailover');
      return { ...part, job: await act.beginNativeTest(plan, mark, networkId) };
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      const isMoot = () => machines.some(isLeaving) || run.jointTests.isClosed(group);
      await run.untilRetried(plan.name, troubleOf(failure), isMoot);
    }
  }
}

/** Has people do what the job waits for, as long as anybody wants to see the test. */
async function followTest(native: NativeGroup, { plan, job, machines }: StandingTest): Promise<void> {
  const { run, group } = native;
  await followJob(native, plan, job, async ({ name, text }) => {
    await run.haveDone(run.addAction(group, `${name}: ${text}`), () => machines.every(isDone));
  });
}

/** Leaves the test VMs up until none is wanted any more, the group cuts over, or those left only wait for a person. */
async function untilSeen({ run, group }: NativeGroup, machines: readonly Machine[]): Promise<void> {
  const areDone = () => machines.every(isDone);
  const isOver = () => areDone() || run.jointTests.isClosed(group) || machines.some(isDue);
  const isHeldUp = () => machines.every((one) => isDone(one) || one.report.attention !== undefined);
  const stayMs = Math.max(...machines.map(({ vm }) => vm.testStayHours)) * hourMs;
  do await condition(() => isOver() || isHeldUp());
  while (!isOver() && (await condition(() => isOver() || !isHeldUp(), stayMs)) && !isOver());
  if (areDone()) return;
  await Promise.all(machines.map((machine) => passOnJointTest(machine, { kind: 'end' })));
  await condition(areDone);
}

/** Who is given up does not wait for those who are not. */
async function letLeave({ run }: NativeGroup, machines: readonly Machine[]): Promise<void> {
  const areDone = () => machines.every(isDone);
  const doesAnyStay = () => machines.some((one) => !isDone(one) && !run.isGivenUp(one));
  const leaving = () => (doesAnyStay() ? machines.filter(isLeaving) : []);
  for (;;) {
    await condition(() => areDone() || leaving().length > 0);
    if (areDone()) return;
    await Promise.all(leaving().map(leaveAlone));
  }
}

async function cleanUp(native: NativeGroup, plan: NativePlan): Promise<void> {
  const { run, group } = native;
  await insist(native, plan, async ({ act, wait }) => {
    const mark = await act.markNativePlan(plan, 'TestFailoverCleanup');
    const job = await act.beginNativeTestCleanUp(
      plan,
      mark,
      `Portage: ${run.plan.name}, group ${group.name}`,
    );
    if (job !== undefined) await wait.awaitJob(plan, job);
  });
}

/** Has a machine go on by itself. */
async function leaveAlone(machine: Machine): Promise<void> {
  const before = machine.report.jointTest;
  await passOnJointTest(machine, { kind: 'alone' });
  await condition(() => machine.report.jointTest !== before || isThrough(machine));
}

/** It takes part, or it does not: it was asked otherwise meanwhile, cannot, or is no more. */
function hasAnswered(machine: Machine): boolean {
  const { jointTest, phase } = machine.report;
  const isThere = phase === 'ready' || phase === 'testing';
  return (jointTest !== 'waiting' && jointTest !== 'called') || !isThere || hasFailed(machine);
}

function hasJoined({ report }: Machine): boolean {
  return report.jointTest === 'joined';
}

function isDue({ report }: Machine): boolean {
  return report.jointTest === 'due';
}

function isLeaving({ report }: Machine): boolean {
  return report.jointTest === 'leaving';
}

/** Its test VM need not stay up, or it takes no part any more. */
function isDone(machine: Machine): boolean {
  const { jointTest } = machine.report;
  return jointTest === undefined || ['seen', 'due', 'leaving'].includes(jointTest) || isThrough(machine);
}
