import type { ItemAddress, JobMark, TestVm } from '../activities/index.ts';
import { adaptTestVm } from './adapt.ts';
import { awaitJob } from './await-job.ts';
import { compareTestVm, pictureOfSource } from './compare-guests.ts';
import { TestEndAsked, type MachineRun } from './machine-run.ts';
import type { Found } from './prepare-machine.ts';
import type { Steps } from './steps.ts';
import { jobText } from './story.ts';
import { validateTestVm } from './validate.ts';

/**
 * Fails the machine over into its test network while the source works on, brings the copy to life and looks at it exactly
 * as the real one will be, and leaves it up for people to see. It is cleaned up in any case: when they have seen it, when
 * they have not within the plan's time, when the test fails for them, when the machine is given up.
 */
export async function rehearse(run: MachineRun, found: Found): Promise<void> {
  run.enter('testing');
  run.test.begin();
  const test: Test = { vm: undefined };
  const name = 'Clean up the test';
  const undo = { name, undo: () => run.step(name, (steps) => cleanUp(run, found, test, steps)) };
  run.onUndo(undo);
  try {
    test.vm = await testFailOver(run, found);
    await look(run, found, test.vm);
    await run.untilTestSeen();
  } catch (cause) {
    if (!(cause instanceof TestEndAsked)) throw cause;
  }
  run.test.cleaningUp();
  await run.undoServed(undo);
  run.test.cleanedUp();
  run.note('The test is cleaned up: nothing of it is left');
  run.enter('ready');
}

interface Test {
  /** Once it was found. */
  vm: TestVm | undefined;
}

async function testFailOver(run: MachineRun, { item }: Found): Promise<TestVm> {
  const vm = await run.step('Test failover', async (steps) => {
    const { act, wait } = steps;
    const mark = await act.markItemJobs(item);
    const planJob = await run.untilJointTest();
    if (planJob === undefined) await testAlone(run, item, mark, steps);
    else {
      run.note(`The test failover of its group is accepted${jobText(planJob)}`);
      await run.wait(() => wait.awaitTestByPlan(item, mark, planJob));
    }
    return act.findTestVm(run.vm, item);
  });
  run.test.made(vm);
  run.note(`The test VM is ${vm.name}, ${vm.size}`);
  return vm;
}

async function testAlone(
  run: MachineRun,
  item: ItemAddress,
  mark: JobMark,
  { act, wait }: Steps,
): Promise<void> {
  const job = await act.beginTestFailover(run.vm, item, mark);
  run.note(`The test failover is accepted${jobText(job)}`);
  await awaitJob(run, { wait }, item, job);
}

/** What the real VM will go through, the test VM goes through as well. */
async function look(run: MachineRun, found: Found, vm: TestVm): Promise<void> {
  await run.stepOr('Put on the test VM what the plan says', ['skip'], ({ act }) =>
    act.applyVmSettings(run.vm, vm),
  );
  await adaptTestVm(run, found, vm);
  await validateTestVm(run, found, vm);
  await compareTestVm(run, found, vm, await pictureOfSource(run, found));
  run.test.passed();
  run.note('The test VM is validated');
}

/**
 * What was asked for last is given the time to show: a test that nobody saw would be left behind. What a recovery plan
 * made for its group, the recovery plan cleans up.
 */
async function cleanUp(run: MachineRun, { item }: Found, { vm }: Test, steps: Steps): Promise<void> {
  const { act, wait } = steps;
  const look = async () => {
    await wait.awaitTestSettled(item);
    return vm ?? act.lookForTestVm(run.vm, item);
  };
  if (vm === undefined) await steps.settle();
  let made = await look();
  if (!(await run.untilCleanedUpJointly())) {
    made ??= await look();
    await cleanUpAlone(run, item, steps);
  }
  if (made !== undefined) await act.checkTestGone(item, made);
}

async function cleanUpAlone(run: MachineRun, item: ItemAddress, { act, wait }: Steps): Promise<void> {
  const mark = await act.markItemJobs(item);
  const job = await act.beginTestCleanUp(item, mark, `Portage: ${run.address}`);
  await awaitJob(run, { wait }, item, job);
}
